"""``python -m tests.drills [NAME ...]``: carries out drills one after the other, and writes down what was seen."""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills import kills, report, weather
from tests.support.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.drills.seen import Seen

#: By name: what is done, on a database that each gets anew.
DRILLS: dict[str, Callable[[Path, Postgres | None], Seen]] = {
    "kills-postgresql": kills.on_postgresql,
    "kills-sqlite": kills.on_sqlite,
    "database-gone": weather.database_gone,
    "crm-gone": weather.crm_gone,
    "crm-throttles": weather.crm_throttles,
    "disk-full": weather.disk_full,
    "two-schedulers-postgresql": weather.schedulers_on_postgresql,
    "two-schedulers-sqlite": weather.schedulers_on_sqlite,
    "clock-jumps-postgresql": weather.clock_on_postgresql,
    "clock-jumps-sqlite": weather.clock_on_sqlite,
}
_WITHOUT_SERVER = {"kills-sqlite", "disk-full", "two-schedulers-sqlite", "clock-jumps-sqlite"}


def main(names: list[str]) -> int:
    """Carry out these, or all; 1 where one of them went wrong, 2 for a name that no drill has."""
    if unknown := [name for name in names if name not in DRILLS]:
        print(f"There is no drill {', '.join(unknown)}. The drills are {', '.join(DRILLS)}.", file=sys.stderr)  # noqa: T201
        return 2
    bad = 0
    for name in names or DRILLS:
        begun = time.monotonic()
        try:
            seen = _carried_out(name)
        except Exception:  # noqa: BLE001 - the other drills are worth something all the same
            traceback.print_exc()
            bad += 1
            continue
        report.keep(name, seen, time.monotonic() - begun, datetime.now(UTC))
        report.write()
        print(f"{name}: {'as it must be' if seen.good else 'WRONG'}\n  {seen.did}\n  {seen.saw}", flush=True)  # noqa: T201
        bad += not seen.good
    return 1 if bad else 0


def _carried_out(name: str) -> Seen:
    server = None if name in _WITHOUT_SERVER else Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="jackfield-drill-") as folder:
            return DRILLS[name](Path(folder), server)
    finally:
        if server is not None:
            server.remove()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
