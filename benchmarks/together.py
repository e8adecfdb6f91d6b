"""Imports every connection of a portal in one process, several at once, by the service that commands and jobs call."""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jackfield_portal.connections.models import Connection


def _imported(connection: Connection) -> bool:
    from jackfield_portal.imports.services import run_now

    return run_now(connection).state == "applied"


def main() -> None:
    """Import all; write how many imports were applied, and the seconds that they took without the process's start."""
    from jackfield_portal.commands.serve import prepare_portal

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=8)
    given = parser.parse_args()
    prepare_portal()
    from jackfield_portal.connections.models import Connection

    found = list(Connection.objects.all())
    begun, busy = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(given.width) as threads:
        applied = sum(threads.map(_imported, found))
    told = {"applied": applied, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - busy}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
