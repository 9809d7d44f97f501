"""People, their staff roles and their one-time links. Roles in a workshop or administration lie above."""

import uuid
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from workshop_portal.constraints import valid_choices
from workshop_portal.terms import TermQuerySet


class UserManager(BaseUserManager["User"]):
    """Makes accounts without a password: people sign in by a mailed code or link."""

    def create_user(self, email: str, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.create_user(email, is_staff=True, is_superuser=True, **fields)
        if password:
            user.set_password(password)
            user.save(update_fields=["password"])
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


@valid_choices("theme")
class User(AbstractBaseUser, PermissionsMixin):
    """A person known by an e-mail address: delegate, focal point, resource person or staff.

    Being a superuser grants no right over content.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    title = models.CharField(_("title"), max_length=40, blank=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    name_in_own_script = models.CharField(_("name in own script"), max_length=120, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    time_zone = TimeZoneField(_("time zone"), default="UTC")
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"
            ),
        ]
        indexes = [models.Index(fields=["family_name", "given_name"], name="accounts_user_by_name")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        """Title, given and family name, as known."""
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.time_zone))

    @cached_property
    def is_secretariat(self) -> bool:
        """Whether a current role says so. Queries: none for who sends a request (`PersonBackend`), else 1."""
        return self._has_role("secretariat")

    @cached_property
    def is_technical_admin(self) -> bool:
        """As `is_secretariat`. Opens technical pages only, no content."""
        return self._has_role("technical_admin")

    def _has_role(self, role: str) -> bool:
        return (
            self.is_active and self.staff_roles.current(timezone.now()).filter(role=role).exists()
        )

    def get_full_name(self) -> str:
        return self.full_name


@valid_choices("role")
class StaffRole(models.Model):
    """A person's role for the whole site, from and until: the secretariat, or a technical admin."""

    class Role(models.TextChoices):
        SECRETARIAT = "secretariat", _("Secretariat")
        TECHNICAL_ADMIN = "technical_admin", _("Technical admin")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TermQuerySet["StaffRole"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="accounts_staffrole_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="accounts_staffrole_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of person {self.user_id}"


class SignInLink(models.Model):
    """A mailed link that signs one person in once and leads to one page.

    128 random bits, stored as a hash; the age counts from sending. What the person may then do is read
    from the role rows, never from the link.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    token_hash = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=300)
    subject = models.CharField(max_length=80, blank=True)
    """What it was sent for, such as `delegation:12`; a new link for a subject ends the older ones."""
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(path__startswith="/"), name="accounts_signinlink_path_is_local"
            )
        ]
        indexes = [models.Index(fields=["subject", "user"], name="accounts_signinlink_subject")]

    def __str__(self) -> str:
        return f"link {self.pk} of person {self.user_id}"
