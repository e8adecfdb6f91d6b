"""Organizations, the people who sign in, and the agents."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from jackfield.users import email_or_none

#: Django's own salt: without a mark, sessions go on that began before there were marks.
_SESSIONS = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


class UserManager(BaseUserManager["User"]):
    """Finds and makes users by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user who signs in with this address."""
        return self.get(email=email_or_none(username) or "")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password; without one, nobody can sign in with it."""
        user = self.model(email=email_or_none(email) or "", **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in; what he may do in an organization is said by his memberships.

    ``is_operator``: he runs this installation. ``email_proven``: the address is his own, as a mail to it, the single
    sign-on or the operator has shown. Sessions begun under another ``sessions_mark`` have ended. ``language``: what he
    has chosen, for pages and for mails; empty where his browser says it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("E-mail"), unique=True, max_length=320)
    name = models.CharField(_("Name"), max_length=200)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, db_default=False)
    email_proven = models.BooleanField(default=False, db_default=False)
    sessions_mark = models.CharField(max_length=32, blank=True, db_default="")
    language = models.CharField(max_length=10, blank=True, db_default="")
    created = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own, which ends all sessions with another password, and with another mark, too."""
        return salted_hmac(_SESSIONS, self.password + self.sessions_mark, secret=secret, algorithm="sha256").hexdigest()


class Organization(models.Model):
    """A customer; everything else belongs to exactly one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    plan = models.CharField(max_length=50, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do."""

    ADMINISTRATOR = "administrator", _("Administrator")
    READ_ONLY = "read_only", _("Read-only")


class Membership(models.Model):
    """A user's place in an organization."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.READ_ONLY)

    class Meta:
        ordering = ("organization__name",)
        constraints = (models.UniqueConstraint(fields=("user", "organization"), name="one_membership"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def may_change(self) -> bool:
        """Whether this member may do more than look."""
        return self.role == Role.ADMINISTRATOR


class Invitation(models.Model):
    """A place in an organization that somebody may take once, until it expires; its link is signed, not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("E-mail"), max_length=320)
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices, default=Role.READ_ONLY)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        ordering = ("email",)
        constraints = (models.UniqueConstraint(fields=("organization", "email"), name="one_invitation"),)

    def __str__(self) -> str:
        return self.email

    @property
    def expired(self) -> bool:
        """Whether its link opens nothing any more."""
        return self.expires <= timezone.now()


class SecondFactor(models.Model):
    """A user's authenticator app. Its secret lies in the vault under this id; a code of ``last_step`` is used up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    last_step = models.BigIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """A code that opens once in the place of the authenticator app; only its hash is kept, and goes when it is used."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.factor_id}"


class Identity(models.Model):
    """Who a user is to the provider of the single sign-on: its name for him, which outlives his e-mail address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("issuer", "subject"), name="one_user_of_an_identity"),
            models.UniqueConstraint(fields=("issuer", "user"), name="one_identity_of_a_user"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}"


class Agent(models.Model):
    """One of the organization's own users, who is to be mapped to a CRM user."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="agents")
    name = models.CharField(_("Name"), max_length=200)
    email = models.EmailField(_("E-mail"), max_length=320, blank=True)
    extension = models.CharField(_("Extension"), max_length=30, blank=True)
    role = models.CharField(_("Role"), max_length=100, blank=True)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ("name", "id")
        indexes = (models.Index(fields=("organization", "name"), name="agent_by_name"),)

    def __str__(self) -> str:
        return self.name
