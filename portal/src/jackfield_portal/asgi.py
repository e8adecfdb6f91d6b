"""The portal as an ASGI application; the process that serves it also does jobs, unless JACKFIELD_WORKERS is 0."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - models can be imported only now

from jackfield_portal.jobs import runner  # noqa: E402
from jackfield_portal.web.threads import KeptThreads, OneThread  # noqa: E402

application = KeptThreads(OneThread())

if settings.JACKFIELD_WORKERS > 0:
    runner.start()
