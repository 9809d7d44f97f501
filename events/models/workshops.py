"""Series and workshops, with the states of a workshop's life."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField
from timezone_field import TimeZoneField

from workshop_portal.accounts.models import User
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
        """What the public may see: neither drafts nor drafts that were given up."""
        return self.filter(published_at__isnull=False)


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
    copied = models.JSONField(default=list, blank=True)
    """What planning it as the next of its series took over. Shape: [{"what", "count", "taken", "note"}]."""
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
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=False)
                | models.Q(status__in=["draft", "cancelled"]),
                name="events_workshop_published_unless_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(status="draft"),
                name="events_workshop_draft_is_not_published",
            ),
        ]
        indexes = [models.Index(fields=["status", "starts_on"], name="events_workshop_by_status")]

    def __str__(self) -> str:
        return self.slug

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.time_zone))

    @property
    def name(self) -> str:
        """For trails and lists: the short title, else the title."""
        return str(self.short_title) or str(self.title)

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of it may be changed any more."""
        return self.status in {self.Status.ARCHIVED, self.Status.CANCELLED}

    @property
    def is_ended(self) -> bool:
        """Whether nobody prepares it any more."""
        return self.status in {self.Status.CONCLUDED, self.Status.ARCHIVED, self.Status.CANCELLED}

    @property
    def is_off(self) -> bool:
        """Whether it does not take place on its days."""
        return self.status in {self.Status.POSTPONED, self.Status.CANCELLED}

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
