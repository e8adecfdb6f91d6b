"""``jackfield serve``: the portal in this process, for as long as nobody ends it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, cast

from cyclopts import Parameter

from jackfield.cli.serving import ended_by_signal, listening, url_of

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.postgresql.base import DatabaseWrapper

    from jackfield_portal.web.health import Health

_HOST_HELP = (
    "The address to listen on; the default is seen from this machine only. For others, name in JACKFIELD_HOSTS the "
    "hosts that they ask for."
)

_WORKER_HELP = "Do jobs, too; --no-worker leaves them to `jackfield worker`."
_DRAIN_HELP = (
    "Seconds between SIGTERM, after which /health/ready says no, and the end of new connections: those who send "
    "visitors here look elsewhere meanwhile."
)


def serve(
    *,
    host: Annotated[str, Parameter(help=_HOST_HELP)] = "127.0.0.1",
    port: Annotated[int, Parameter(help="The port to listen on.")] = 8000,
    worker: Annotated[bool, Parameter(help=_WORKER_HELP, negative="--no-worker")] = True,
    drain: Annotated[float, Parameter(help=_DRAIN_HELP)] = 0.0,
    grace: Annotated[int, Parameter(help="Seconds that requests under way may take after SIGTERM.")] = 10,
) -> int:
    """Serve the portal on this machine until Ctrl-C or SIGTERM.

    The first start makes the database, later ones bring it up to date after a backup. While nobody can sign in yet,
    a link is shown that makes the first administrator.
    """
    ended_by_signal()
    if not worker:
        os.environ["JACKFIELD_WORKERS"] = "0"
    try:
        with listening(host, port) as listener:
            copy = prepare_portal()
            if copy:
                say(f"The database was brought up to date; as it was before it is kept in {copy}")
            portal = portal_application()
            welcome = _welcome(url_of(listener))
            from jackfield_portal.web.serving import serve as serve_until_ended

            serve_until_ended(portal, listener, ready=lambda: say(*welcome), drain=drain, grace=grace)
            end_portal()
    except KeyboardInterrupt:
        pass
    return 0


def prepare_portal() -> Path | None:
    """Set Django up and bring the database up to date; the copy made before that, or None. May raise PortalError."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
    django.setup()
    from jackfield_portal.commands.importing import speak_english
    from jackfield_portal.database import prepare

    speak_english()
    return prepare()


def portal_application() -> Health:
    """The portal as an ASGI application; its import starts the jobs, which need the prepared database."""
    from jackfield_portal.asgi import application
    from jackfield_portal.web.health import Health

    return Health(application)


def end_portal() -> None:
    """End the jobs of this process in order, and the connections to its database, before the interpreter ends."""
    from django.db import connection

    from jackfield_portal.budgets import services as budgets
    from jackfield_portal.jobs import runner

    runner.stop()
    budgets.close()
    if connection.vendor == "postgresql":
        connection.close()
        cast("DatabaseWrapper", connection).close_pool()


def say(*lines: str) -> None:
    """Write lines to standard output at once."""
    print("\n".join(lines), flush=True)  # noqa: T201 - what the command is for


def _welcome(url: str) -> list[str]:
    from django.urls import reverse

    from jackfield_portal.organizations.services import set_up_token

    token = set_up_token()
    page = reverse("organizations:set-up", args=[token]) if token else ""
    first = [f"Nobody can sign in yet. Make the first administrator here: {url}{page}"] if token else []
    return [f"Jackfield's portal is open at {url}", *first, "Ctrl-C ends it."]
