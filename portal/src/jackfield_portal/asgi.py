"""The portal as an ASGI application; the process that serves it also does jobs, unless JACKFIELD_WORKERS is 0."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
_django = get_asgi_application()

from django.conf import settings  # noqa: E402 - models can be imported only now

from jackfield_portal.jobs import runner  # noqa: E402
from jackfield_portal.web.threads import KeptThreads  # noqa: E402

application = KeptThreads(_django)

if settings.JACKFIELD_WORKERS > 0:
    runner.start()
