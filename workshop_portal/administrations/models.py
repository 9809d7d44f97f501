"""The registry of administrations and their focal points."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone, valid_choices
from workshop_portal.terms import TermQuerySet


@valid_choices("kind")
class Administration(models.Model):
    """A Member's customs administration, a regional training centre, a regional office or an observer body."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member administration")
        TRAINING_CENTRE = "training_centre", _("Regional training centre")
        REGIONAL_OFFICE = "regional_office", _("Regional office")
        OBSERVER = "observer", _("Observer")
        PARTNER = "partner", _("Partner")

    code = models.CharField(
        _("code"),
        max_length=12,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Use capital letters, digits and hyphens."))
        ],
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MEMBER)
    name = models.CharField(_("name"), max_length=120)
    """As lists and the report name it: the Member ("Korea (Republic of)") or the body."""
    official_name = models.CharField(_("official name"), max_length=200)
    """Of the authority: "Korea Customs Service"."""
    sub_region = models.CharField(_("sub-region"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    time_zone = TimeZoneField(_("time zone"), default="UTC")
    official_address = models.EmailField(_("official address"), max_length=254, blank=True)
    """The office's own e-mail address, whoever is focal point."""
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="training_centres"
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "kind"], name="administrations_administration_one_name_per_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(code=""),
                name="administrations_administration_has_code_and_name",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="administrations_administration_not_its_own_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["sub_region", "name"], name="administrations_by_sub_region")
        ]

    def __str__(self) -> str:
        return self.name


@valid_choices("kind")
class FocalPoint(models.Model):
    """The official contact of an administration who nominates, from and until; deputies too."""

    class Kind(models.TextChoices):
        FOCAL_POINT = "focal_point", _("Focal point")
        DEPUTY = "deputy", _("Deputy focal point")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    administration = models.ForeignKey(
        Administration, on_delete=models.PROTECT, related_name="focal_points"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="focal_points")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.FOCAL_POINT)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TermQuerySet["FocalPoint"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["administration", "user"],
                condition=models.Q(ends_at__isnull=True),
                name="administrations_focalpoint_one_open_per_person",
            ),
            models.UniqueConstraint(
                fields=["administration"],
                condition=models.Q(ends_at__isnull=True, kind="focal_point"),
                name="administrations_focalpoint_one_main_per_administration",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="administrations_focalpoint_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id} of {self.administration_id}"

    def is_current(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or self.ends_at > now)


@valid_choices("status")
class RegistryImport(models.Model):
    """A list of administrations read from a file: shown first, then saved, and taken back within ten minutes."""

    class Status(models.TextChoices):
        SHOWN = "shown", _("Not saved yet")
        SAVED = "saved", _("Saved")
        UNDONE = "undone", _("Taken back")

    TRANSITIONS = {
        Status.SHOWN: [Status.SAVED],
        Status.SAVED: [Status.UNDONE],
        Status.UNDONE: [],
    }
    UNDO_FOR = timedelta(minutes=10)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("state"), max_length=6, choices=Status, default=Status.SHOWN)
    file_name = models.CharField(_("file"), max_length=200)
    rows = models.JSONField(default=list)
    """What the file says. Shape: [{line, code, kind, name, ..., parent}], parents before their centres."""
    before = models.JSONField(default=dict)
    """What saving it changed. Shape: {code: null for a new one, or {field: value before}}."""
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            AllOrNone(
                fields=["saved_at", "saved_by"],
                name="administrations_registryimport_saved_at_with_by",
            ),
            AllOrNone(
                fields=["undone_at", "undone_by"],
                name="administrations_registryimport_undone_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status="shown", saved_at__isnull=True, undone_at__isnull=True)
                | models.Q(status="saved", saved_at__isnull=False, undone_at__isnull=True)
                | models.Q(status="undone", saved_at__isnull=False, undone_at__isnull=False),
                name="administrations_registryimport_times_follow_status",
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    def can_be_undone(self, now: datetime) -> bool:
        """Saved, and not longer than ten minutes ago."""
        return (
            self.status == self.Status.SAVED
            and self.saved_at is not None
            and now < self.saved_at + self.UNDO_FOR
        )
