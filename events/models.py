"""Series, workshops, mandates, sessions, speakers, materials and instruments.

People of the organising side are `accounts.User`; bodies are `administrations.Administration`.
Who takes part lies above, in `participants`.
"""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField
from timezone_field import TimeZoneField

from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import AllOrNone, valid_choices


class Format(models.TextChoices):
    """How people take part in a workshop or a session."""

    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("Hybrid")
    ON_SITE = "on_site", _("On-site")


class WorkshopSeries(models.Model):
    """A recurring event, such as "Training Management, Asia/Pacific". Its workshops are numbered."""

    slug = models.SlugField(max_length=80, unique=True)
    title = I18nCharField(_("title"), max_length=200)
    description = I18nTextField(_("description"), blank=True, max_length=5000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "workshop series"

    def __str__(self) -> str:
        return self.slug


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def published(self) -> "WorkshopQuerySet":
        """What the public may see: everything but drafts."""
        return self.exclude(status=Workshop.Status.DRAFT)


@valid_choices("status", "format")
class Workshop(models.Model):
    """One occurrence of a series: dates, format, agenda and everything that happens in it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        NOMINATIONS_OPEN = "nominations_open", _("Nominations open")
        NOMINATIONS_CLOSED = "nominations_closed", _("Nominations closed")
        RUNNING = "running", _("Running")
        CONCLUDED = "concluded", _("Concluded")
        ARCHIVED = "archived", _("Archived")
        POSTPONED = "postponed", _("Postponed")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        Status.DRAFT: [Status.PUBLISHED, Status.CANCELLED],
        Status.PUBLISHED: [
            Status.NOMINATIONS_OPEN,
            Status.RUNNING,
            Status.POSTPONED,
            Status.CANCELLED,
        ],
        Status.NOMINATIONS_OPEN: [Status.NOMINATIONS_CLOSED, Status.POSTPONED, Status.CANCELLED],
        Status.NOMINATIONS_CLOSED: [
            Status.NOMINATIONS_OPEN,
            Status.RUNNING,
            Status.POSTPONED,
            Status.CANCELLED,
        ],
        Status.RUNNING: [Status.CONCLUDED, Status.CANCELLED],
        Status.CONCLUDED: [Status.ARCHIVED],
        Status.ARCHIVED: [],
        Status.POSTPONED: [Status.PUBLISHED, Status.CANCELLED],
        Status.CANCELLED: [],
    }

    series = models.ForeignKey(WorkshopSeries, on_delete=models.PROTECT, related_name="workshops")
    number = models.PositiveSmallIntegerField(_("number in the series"))
    slug = models.SlugField(max_length=80, unique=True)
    title = I18nCharField(_("title"), max_length=200)
    short_title = I18nCharField(_("short title"), max_length=60, blank=True)
    """For trails and lists: "Online 2022"."""
    summary = I18nTextField(_("what it is about"), blank=True, max_length=5000)
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.ONLINE)
    status = models.CharField(_("state"), max_length=20, choices=Status, default=Status.DRAFT)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    time_zone = TimeZoneField(_("time zone of the workshop"), default="Asia/Bangkok")
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    travel_information = I18nTextField(_("travel information"), blank=True, max_length=5000)
    join_url = models.URLField(_("join link"), max_length=500, blank=True)
    backup_url = models.URLField(_("back-up link"), max_length=500, blank=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    nominations_close_at = models.DateTimeField(_("nominations close"), null=True, blank=True)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_reason = models.TextField(_("reason"), blank=True, max_length=2000)
    """Why it was cancelled or postponed, as everybody is told."""
    version = models.PositiveIntegerField(default=1)
    """Raised by every change that the public page shows: the key of its cache."""
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], name="events_workshop_one_number_per_series"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="events_workshop_ends_after_start",
            ),
            AllOrNone(
                fields=["published_at", "published_by"], name="events_workshop_published_at_with_by"
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_on"], name="events_workshop_by_status")]

    def __str__(self) -> str:
        return self.slug

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.time_zone))

    @property
    def is_public(self) -> bool:
        return self.status != self.Status.DRAFT

    @property
    def is_ended(self) -> bool:
        """Whether nobody prepares it any more."""
        return self.status in {self.Status.CONCLUDED, self.Status.ARCHIVED, self.Status.CANCELLED}

    @property
    def has_online(self) -> bool:
        return self.format != Format.ON_SITE

    @property
    def has_venue(self) -> bool:
        return self.format != Format.ONLINE

    def takes_nominations(self, now: datetime) -> bool:
        """Open, and not past the hour when they close."""
        return self.status == self.Status.NOMINATIONS_OPEN and (
            self.nominations_close_at is None or now < self.nominations_close_at
        )


class Mandate(models.Model):
    """Why a workshop is held: the body and meeting that decided it, when, and the decision's text."""

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="mandate")
    body = models.CharField(_("body"), max_length=200, blank=True)
    meeting = models.CharField(_("meeting"), max_length=200)
    decided_on = models.DateField(_("date"), null=True, blank=True)
    decided_in = models.CharField(_("date in words"), max_length=40, blank=True)
    """Where only the month is known: "October 2021"."""
    decision = I18nTextField(_("text of the decision"), blank=True, max_length=5000)

    def __str__(self) -> str:
        return self.meeting


@valid_choices("role")
class Organiser(models.Model):
    """A body that organises, co-organises, sponsors or hosts a workshop."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        CO_ORGANISER = "co_organiser", _("In cooperation with")
        SPONSOR = "sponsor", _("Sponsor")
        HOST = "host", _("Host")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="organisers")
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    ordinal = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "administration", "role"],
                name="events_organiser_one_role_per_body",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.administration_id}"


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def current(self, now: datetime) -> "TeamMemberQuerySet":
        return self.filter(
            models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=now), starts_at__lte=now
        )


@valid_choices("role")
class TeamMember(models.Model):
    """A person's role in organising one workshop, from and until."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        RESOURCE_PERSON = "resource_person", _("Resource person")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_roles")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="events_teammember_one_open_role_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gte=models.F("starts_at")),
                name="events_teammember_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of {self.workshop_id}"


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
    """Rises with each change of time, place or title: SEQUENCE in calendars."""

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
