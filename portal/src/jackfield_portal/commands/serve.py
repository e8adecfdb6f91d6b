"""``jackfield serve``: the portal in this process, for as long as nobody ends it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from jackfield.cli.serving import ended_by_signal, listening, url_of
from jackfield.cli.serving import serve as serve_until_ended

if TYPE_CHECKING:
    from pathlib import Path


_HOST_HELP = (
    "The address to listen on; the default is seen from this machine only. For others, name in JACKFIELD_HOSTS the "
    "hosts that they ask for."
)


def serve(
    *,
    host: Annotated[str, Parameter(help=_HOST_HELP)] = "127.0.0.1",
    port: Annotated[int, Parameter(help="The port to listen on.")] = 8000,
    worker: Annotated[bool, Parameter(help="Do jobs, too; without it they are left to `jackfield worker`.")] = True,
) -> int:
    """Serve the portal on this machine until Ctrl-C.

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
            application = portal_application()
            welcome = _welcome(url_of(listener))
            serve_until_ended(application, listener, ready=lambda: say(*welcome))
    except KeyboardInterrupt:
        pass
    return 0


def prepare_portal() -> Path | None:
    """Set Django up and bring the database up to date; the copy made before that, or None. May raise PortalError."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
    django.setup()
    from jackfield_portal.database import prepare

    return prepare()


def portal_application() -> Any:
    """The portal as an ASGI application; its import starts the jobs, which need the prepared database."""
    from jackfield_portal.asgi import application

    return application


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
