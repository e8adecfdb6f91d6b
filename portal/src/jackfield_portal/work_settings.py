"""The settings of a process that imports and does nothing else: of the portal's apps those that keep what is imported.

Pages, forms and the jobs of the others take longer to load than a thousand users take to import.
"""

from __future__ import annotations

from jackfield_portal.settings import *  # noqa: F403 - all but what follows is the same
from jackfield_portal.settings import DATABASES as _DATABASES
from jackfield_portal.settings import INSTALLED_APPS as _ALL

_NEEDED = {"organizations", "vault", "jobs", "budgets", "connections", "imports", "audit", "events", "observability"}
_NEEDED |= {"auth", "contenttypes"}

INSTALLED_APPS = [app for app in _ALL if app.rpartition(".")[2] in _NEEDED]
JACKFIELD_JOBS = False
MIDDLEWARE = []
TEMPLATES = []

# One connection from the first question to the last: a pool, and its threads, would be for nothing.
_DATABASE = _DATABASES["default"]
_OPTIONS = {name: value for name, value in _DATABASE.get("OPTIONS", {}).items() if name != "pool"}
DATABASES = {"default": {**_DATABASE, "OPTIONS": _OPTIONS}}
