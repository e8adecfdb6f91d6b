"""Django's settings. What differs from place to place comes from the environment; importing this writes nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from csp.constants import NONE, SELF
from django.utils.functional import SimpleLazyObject

from jackfield_portal.environment import choice, given, number, table
from jackfield_portal.home import database_path, database_url, django_key, home
from jackfield_portal.observability import logs
from jackfield_portal.organizations.sso import settings as sso
from jackfield_portal.postgresql import django_database


def _names(variable: str, default: str) -> list[str]:
    return [name.strip() for name in os.environ.get(variable, default).split(",") if name.strip()]


def _on(variable: str) -> bool:
    return os.environ.get(variable, "").strip().lower() in {"1", "on", "true", "yes"}


DEBUG = False
SECRET_KEY: str = cast("str", SimpleLazyObject(django_key))
ALLOWED_HOSTS = _names("JACKFIELD_HOSTS", "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "jackfield_portal.urls"
ASGI_APPLICATION = "jackfield_portal.asgi.application"

INSTALLED_APPS = [
    "jackfield_portal.web",
    "jackfield_portal.organizations",
    "jackfield_portal.vault",
    "jackfield_portal.jobs",
    "jackfield_portal.budgets",
    "jackfield_portal.notices",
    "jackfield_portal.connections",
    "jackfield_portal.checks",
    "jackfield_portal.imports",
    "jackfield_portal.mapping",
    "jackfield_portal.api",
    "jackfield_portal.events",
    "jackfield_portal.audit",
    "jackfield_portal.observability",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "jackfield_portal.observability.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "jackfield_portal.web.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jackfield_portal.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jackfield_portal.audit.middleware.actor",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jackfield_portal.web.context.portal",
                "jackfield_portal.notices.context.bell",
            ],
        },
    },
]
FORM_RENDERER = "jackfield_portal.web.rendering.FormRenderer"

# One writer at a time is SQLite's nature: whoever means to write says so at once and waits for his turn. What was told
# to be saved outlives a loss of power (FULL), at 2 to 3 ms a commit; with NORMAL the last half minute would not. Pages
# of 8 KiB, which only a new file takes: half as many writes for many small imports.
_PRAGMAS = "page_size=8192", "journal_mode=WAL", "synchronous=FULL"
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(database_path()),
    "CONN_MAX_AGE": 600,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": ";".join(f"PRAGMA {pragma}" for pragma in _PRAGMAS),
    },
    "TEST": {"NAME": str(home() / "test.sqlite3")},
}
_POSTGRESQL = database_url()
DATABASES: dict[str, dict[str, Any]] = {"default": django_database(_POSTGRESQL) if _POSTGRESQL else _SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.User"
LOGIN_URL = "organizations:sign-in"
LOGIN_REDIRECT_URL = "web:manage"
LOGOUT_REDIRECT_URL = "organizations:sign-in"
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS.append(
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    }
)

# Holds the counts of tries to sign in, no data: one process's own memory is enough, many count in the database.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "jackfield_portal.web.shared_counts.SharedCounts",
        "LOCATION": "portal_counts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
    if _POSTGRESQL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}

USE_I18N = True
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_CODE = choice("JACKFIELD_LANGUAGE", *dict(LANGUAGES))
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("JACKFIELD_TIME_ZONE", "UTC")

STATIC_URL = "static/"
# One process serves all: the files are found where they are installed, without a collecting step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

# Behind HTTPS (a proxy that the server trusts tells so) cookies travel by it only.
HTTPS = _on("JACKFIELD_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "jackfield_portal.web.views.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "img-src": [SELF, "data:"],  # Pico draws its arrows and ticks as data: images
    },
}

# E-mail goes out where a mail server is named; without one, what there is to tell stays in the portal.
EMAIL_HOST = os.environ.get("JACKFIELD_SMTP_HOST", "").strip()
EMAIL_PORT = number("JACKFIELD_SMTP_PORT", 587, most=65_535)
EMAIL_HOST_USER = os.environ.get("JACKFIELD_SMTP_USER", "").strip()
EMAIL_HOST_PASSWORD: str = cast("str", SimpleLazyObject(lambda: given("JACKFIELD_SMTP_PASSWORD") or ""))
_SECURITY = choice("JACKFIELD_SMTP_SECURITY", "starttls", "tls", "none")
EMAIL_USE_SSL, EMAIL_USE_TLS = _SECURITY == "tls", _SECURITY == "starttls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("JACKFIELD_MAIL_FROM", "").strip() or "jackfield@localhost"
#: Where people open the portal, for links in e-mails, such as https://jackfield.example.com
JACKFIELD_URL = os.environ.get("JACKFIELD_URL", "").strip()

LOGGING = logs.configuration()

#: Which platforms each plan includes (organizations.plans.by_table); a plan that is not named here includes everything.
JACKFIELD_PLANS: dict[str, dict[str, Any]] = table("JACKFIELD_PLANS")
#: The dotted path of a function of the host that says it in the table's place (organizations.plans.PlanGate).
JACKFIELD_PLAN_GATE = os.environ.get("JACKFIELD_PLAN_GATE", "").strip()
#: Who has to turn on a second factor; operators count as administrators.
JACKFIELD_SECOND_FACTOR = choice("JACKFIELD_SECOND_FACTOR", "nobody", "administrators", "everybody")
#: The provider of the single sign-on, or None.
JACKFIELD_SSO = sso.from_environment()
#: Whether passwords open this installation; without them the single sign-on alone does.
JACKFIELD_PASSWORDS = sso.passwords_from_environment(JACKFIELD_SSO)
#: Values of deployment-level settings by platform id: they belong to the operator, never on an admin's form.
JACKFIELD_DEPLOYMENT: dict[str, dict[str, str]] = {}
#: Ids of the connectors that this deployment offers; None for every one that is installed.
JACKFIELD_CONNECTORS: list[str] | None = _names("JACKFIELD_CONNECTORS", "") or None
#: Where the keys of stored secrets come from (jackfield_portal.vault.keys.KeyProvider).
JACKFIELD_KEY_PROVIDER = (
    "jackfield_portal.vault.given_keys.GivenKeys"
    if os.environ.get("JACKFIELD_VAULT_KEYS") or os.environ.get("JACKFIELD_VAULT_KEYS_FILE")
    else "jackfield_portal.vault.keys.FileKeys"
)
#: Whether this process may do jobs, or have others do them; it loads what they take.
JACKFIELD_JOBS = True
#: How many jobs run at once in one process; 0 leaves them to other processes.
JACKFIELD_WORKERS = number("JACKFIELD_WORKERS", 8, least=0)
#: Hours between two checks, and between two imports, of each connection; 0 for none but by hand.
JACKFIELD_CHECK_EVERY = number("JACKFIELD_CHECK_EVERY", 24, least=0)
JACKFIELD_IMPORT_EVERY = number("JACKFIELD_IMPORT_EVERY", 24, least=0)
#: After so many days what is known of a job that has ended goes.
JACKFIELD_KEEP_DAYS = number("JACKFIELD_KEEP_DAYS", 30)
#: After so many days an entry of the audit log goes; 0 for never.
JACKFIELD_AUDIT_KEEP_DAYS = number("JACKFIELD_AUDIT_KEEP_DAYS", 400, least=0)
#: Requests of one token that are answered in a minute.
JACKFIELD_API_RATE = number("JACKFIELD_API_RATE", 600)
