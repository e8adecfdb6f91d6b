"""The portal's settings, with each template noted that is drawn, so that one that no picture shows is found."""

from __future__ import annotations

import os

from jackfield_portal.settings import *  # noqa: F403 - what differs is named below
from jackfield_portal.settings import DATABASES as STORED
from jackfield_portal.settings import TEMPLATES as USUAL

_LOADERS = [("django.template.loaders.cached.Loader", ["tests.browser.gallery.drawn.Loader"])]
TEMPLATES = [{**USUAL[0], "APP_DIRS": False, "OPTIONS": {**USUAL[0]["OPTIONS"], "loaders": _LOADERS}}]
DRAWN = os.environ["GALLERY_DRAWN"]
#: Nothing here is to outlive a loss of power.
STORED["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
