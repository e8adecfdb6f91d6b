"""The portal of the gallery as a process: everything is prepared, then it is served until SIGINT.

``python -m tests.browser.gallery.served HOME PORT`` prints one line of JSON when it is open: the :class:`World`.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from jackfield.cli.serving import ended_by_signal, listening, url_of
from jackfield_portal.commands.serve import end_portal, portal_application, prepare_portal, say
from tests.support.connectors import install


def main(home: Path, port: int) -> None:
    """Prepare, say where everything is, and serve."""
    ended_by_signal()
    packages = home / "packages"
    packages.mkdir(parents=True)
    install(packages)
    sys.path.insert(0, str(packages))
    os.environ |= {
        "JACKFIELD_HOME": str(home / "home"),
        "JACKFIELD_CACHE_DIR": str(home / "cache"),
        "JACKFIELD_ALLOWED_NETWORKS": "127.0.0.0/8",
        "DJANGO_SETTINGS_MODULE": "tests.browser.gallery.settings",
        "GALLERY_DRAWN": str(home / "drawn"),
    }
    with ExitStack() as stack, listening("127.0.0.1", port) as listener:
        prepare_portal()
        from tests.browser.gallery.preparing import prepare

        world = asdict(prepare(stack, url_of(listener)))
        from jackfield_portal.web.serving import serve

        serve(portal_application(), listener, ready=lambda: say(json.dumps(world)), drain=0, grace=1)
        end_portal()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
