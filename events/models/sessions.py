"""The agenda: sessions, speakers, and who does what in which session."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from events.models.workshops import Format, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import valid_choices


@valid_choices("kind", "format")
class Session(models.Model):
    """One item of the agenda, with its beginning and end."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        INSTRUMENT_BRIEFING = "instrument_briefing", _("Instrument briefing")
        MEMBER_PRESENTATION = "member_presentation", _("Member presentation")
        RTC_PRESENTATION = "rtc_presentation", _("Training centre presentation")
        DISCUSSION = "discussion", _("Discussion")
        BREAKOUT = "breakout", _("Break-out")
        REPORT_BACK = "report_back", _("Report-back")
        BREAK = "break", _("Break")
        CLOSING = "closing", _("Closing")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="sessions")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DISCUSSION)
    title = I18nCharField(_("title"), max_length=200)
    description = I18nTextField(_("description"), blank=True, max_length=5000)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    format = models.CharField(_("format"), max_length=8, choices=Format, blank=True)
    """Empty: as the workshop."""
    venue = models.CharField(_("room"), max_length=120, blank=True)
    join_url = models.URLField(_("join link"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Rises with each change: SEQUENCE in calendars."""
    changed_at = models.DateTimeField(default=timezone.now)
    """Of the last change: DTSTAMP in calendars."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="events_session_ends_after_start",
            )
        ]
        indexes = [
            models.Index(fields=["workshop", "starts_at"], name="events_session_by_workshop")
        ]

    def __str__(self) -> str:
        return f"session {self.pk} of {self.workshop_id}"

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def minutes(self) -> int:
        return int(self.length.total_seconds()) // 60

    @property
    def is_break(self) -> bool:
        return self.kind == self.Kind.BREAK


class Speaker(models.Model):
    """A person who speaks at a workshop: resource person, head of a body, presenter of an administration."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="speakers")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    administration = models.ForeignKey(
        Administration, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=40, blank=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    family_name = models.CharField(_("family name"), max_length=80)
    position = models.CharField(_("position"), max_length=120, blank=True)
    accreditation = models.CharField(_("accreditation"), max_length=120, blank=True)
    """As printed: "ACE, HRMD"."""
    biography = I18nTextField(_("biography"), blank=True, max_length=5000)
    is_resource_person = models.BooleanField(_("resource person"), default=False)
    ordinal = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)


@valid_choices("role")
class SessionSpeaker(models.Model):
    """What a speaker does in a session, and the key message for report and news."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("Speaker")
        CHAIR = "chair", _("Chair")
        MODERATOR = "moderator", _("Moderator")
        PRESENTER = "presenter", _("Presenter")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_speakers")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="session_speakers")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.SPEAKER)
    key_message = I18nTextField(_("key message"), blank=True, max_length=2000)
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "speaker"], name="events_sessionspeaker_once_per_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.speaker_id} in {self.session_id}"
