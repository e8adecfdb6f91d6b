"""Imports every connection of a portal in one process, by the service that does many accounts at once."""

from __future__ import annotations

import json
import time


def main() -> None:
    """Import all; write how the imports ended, and the seconds that they took without the process's start."""
    from jackfield_portal.commands.importing import prepare, undisturbed

    with undisturbed():
        prepare()
        from jackfield_portal.connections.many import in_pieces
        from jackfield_portal.connections.models import Connection
        from jackfield_portal.imports.many import run_many

    begun, busy = time.perf_counter(), time.process_time()
    ended = run_many(in_pieces(Connection.objects.all()))
    told = {**ended, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - busy}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
