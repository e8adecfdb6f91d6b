"""Organizations, the people who sign in, and the agents."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from jackfield.users import email_or_none


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
    """Somebody who signs in; what he may do is said by his memberships."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("E-mail"), unique=True, max_length=320)
    name = models.CharField(_("Name"), max_length=200)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


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
