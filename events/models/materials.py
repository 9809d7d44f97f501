"""What a session shows and cites: materials with their versions, instruments."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.sessions import Session
from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone, valid_choices

UNDO_FOR = timedelta(minutes=10)
"""How long a removed material can be put back."""


@valid_choices("audience")
class Material(models.Model):
    """A document of a session, in one language, for one audience. Its files are versions."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        PARTICIPANTS = "participants", _("Participants")
        FOCAL_POINTS = "focal_points", _("Focal points")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="materials")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    audience = models.CharField(
        _("who may read it"), max_length=12, choices=Audience, default=Audience.PARTICIPANTS
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            AllOrNone(
                fields=["removed_at", "removed_by"], name="events_material_removed_at_with_by"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def can_be_put_back(self, now: datetime) -> bool:
        return self.removed_at is not None and now < self.removed_at + UNDO_FOR


class MaterialVersion(models.Model):
    """One file of a material. A new version keeps the old ones."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to="materials/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"], name="events_materialversion_one_number_per_material"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of material {self.material_id}"


class Instrument(models.Model):
    """A guide or tool of the organisation, introduced in a session and cited by the report."""

    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    is_active = models.BooleanField(_("offered for new sessions"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["title", "edition"], name="events_instrument_one_title_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.title


class SessionInstrument(models.Model):
    """That an instrument is introduced in a session."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="session_instruments"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="session_instruments"
    )
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "instrument"], name="events_sessioninstrument_once_per_session"
            )
        ]

    def __str__(self) -> str:
        return f"instrument {self.instrument_id} in {self.session_id}"
