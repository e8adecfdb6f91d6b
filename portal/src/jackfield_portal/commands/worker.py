"""``jackfield worker``: does the portal's jobs, without the portal."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from jackfield_portal.commands.serve import prepare_portal, say

if TYPE_CHECKING:
    from types import FrameType

_GRACE = 20.0
#: Seconds between two looks whether a signal has come: one that comes as a process that was stopped goes on is told to
#: another thread, which does not wake up the main one; and only that one handles it.
_LOOK = 1.0


def worker(
    *,
    jobs: Annotated[int | None, Parameter(help="How many jobs are done at once; else JACKFIELD_WORKERS, or 8.")] = None,
    grace: Annotated[float, Parameter(help="How many seconds jobs are left when it is to end.")] = _GRACE,
    metrics_port: Annotated[int | None, Parameter(help="Answer /metrics for Prometheus on this port.")] = None,
    metrics_host: Annotated[str, Parameter(help="The address to do so on.")] = "127.0.0.1",
) -> int:
    """Do the portal's jobs in this process until Ctrl-C or SIGTERM.

    With PostgreSQL any number of workers, on any machines, share the work. One that is ended takes no more, waits for
    what is at work, and hands back what is left; what is left by one that dies is done by the others.
    """
    ended = threading.Event()
    _until_signal(ended)
    copy = prepare_portal()
    if copy:
        say(f"The database was brought up to date; as it was before it is kept in {copy}")
    from django.conf import settings

    from jackfield_portal.jobs import runner
    from jackfield_portal.observability import start_metrics_server

    if metrics_port is not None:
        start_metrics_server(metrics_port, metrics_host)
    count = max(1, settings.JACKFIELD_WORKERS if jobs is None else jobs)
    runner.start(count)
    say(f"This worker does up to {count} jobs at once. Ctrl-C ends it.")
    while not ended.wait(_LOOK):
        pass
    runner.stop(grace)
    return 0


def _until_signal(ended: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
