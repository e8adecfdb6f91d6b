"""The settings of an operator who has plans, a single sign-on, and a mail server."""

from __future__ import annotations

from typing import Any

from jackfield_portal.organizations.sso.settings import SsoSettings
from tests.browser.gallery.noted import *  # noqa: F403 - what differs is named below

#: Nobody guesses passwords here, and Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
JACKFIELD_PLANS: dict[str, dict[str, Any]] = {
    "starter": {
        "platforms": ["acme", "insightly", "partner"],
        "needs": "View licence required: speak to your sales representative.",
        "contact": "sales@example.com",
    },
    "complete": {"platforms": "*"},
}
JACKFIELD_SSO = SsoSettings(issuer="http://127.0.0.1:1", client_id="jackfield-portal", name="Example Sign-In")
