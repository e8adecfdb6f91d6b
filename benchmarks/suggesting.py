"""Finds the suggestions for everybody of the portal of JACKFIELD_HOME, from what the database holds; tells how long."""

from __future__ import annotations

import json
import time


def main() -> None:
    """Find once, as a page does when something has changed; then again, as it does when nothing has."""
    from jackfield_portal.commands.serve import prepare_portal

    prepare_portal()
    from jackfield_portal.connections.models import Connection
    from jackfield_portal.mapping.finding import found

    connection = Connection.objects.get()
    moments, cpu = [time.perf_counter()], time.process_time()
    told = found(connection)
    spent = time.process_time() - cpu
    moments.append(time.perf_counter())
    found(connection)
    moments.append(time.perf_counter())
    first, again = moments[1] - moments[0], moments[2] - moments[1]
    print(json.dumps({"certain": told.certain, "seconds": first, "cpu": spent, "again": again}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
