"""The portal as an ASGI application; the process that serves it also runs its jobs."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jackfield_portal.settings")
application = get_asgi_application()

from jackfield_portal.jobs import runner  # noqa: E402 - models can be imported only now

runner.start()
