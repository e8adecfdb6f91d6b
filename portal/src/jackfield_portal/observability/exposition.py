"""The metrics as Prometheus reads them, made from the database's rows: any process answers for all.

Labels are bounded: installed platforms, names of jobs, states, codes of the catalogue; whatever else is ``other``.
What rows tell falls when old rows are deleted; Prometheus takes that for a counter that began anew.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from jackfield_portal.observability import rows, tallies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

__all__ = ["CONTENT_TYPE", "text"]

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
#: Who asks again within these seconds gets the same text: the rows are many.
_FRESH: Final = 5.0

_lock = threading.Lock()
_made: dict[str, tuple[float, bytes]] = {}


class _Rows:
    def collect(self) -> Iterator[Metric]:
        for collected in rows.ALL:
            yield from collected()

    def describe(self) -> list[Metric]:
        return []


def text(*, fresh: bool = False) -> bytes:
    """Every metric, in Prometheus's text format; raises DatabaseError where the database is out of reach."""
    with _lock:
        at, made = _made.get("text", (float("-inf"), b""))
        if fresh or time.monotonic() - at > _FRESH:
            tallies.flush()
            registry = CollectorRegistry(auto_describe=False)
            registry.register(_Rows())
            made = generate_latest(registry)
            _made["text"] = time.monotonic(), made
    return made
