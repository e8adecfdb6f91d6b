"""Peace from the collector of garbage, and its end."""

from __future__ import annotations

import gc
from contextlib import ExitStack

from jackfield_portal.imports.calm import calm


def test_the_last_one_out_brings_the_collector_back() -> None:
    """However those who are in there overlap, the process is as it was when all have left."""
    usual = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(calm())
    second.enter_context(calm())
    first.close()
    within = gc.get_threshold()
    second.close()
    assert (within[0] > usual[0], gc.get_threshold()) == (True, usual)
