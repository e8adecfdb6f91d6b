"""Imports one connection of a portal as the command does, and tells how long that took without the process's start."""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    """Import; write the state that it ended in, and the seconds from its beginning to its end."""
    from jackfield_portal.commands.importing import prepare, undisturbed

    with undisturbed():
        prepare()
        from jackfield_portal.connections.models import Connection
        from jackfield_portal.imports.services import run_now

    begun = time.perf_counter()
    run = run_now(Connection.objects.get(pk=sys.argv[1]))
    print(json.dumps({"state": run.state, "seconds": time.perf_counter() - begun}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
