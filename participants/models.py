"""Delegations, registrations, consents, the mail plan.

From nomination to attendance a person's seat is one row, the `Registration`.
"""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Format, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import AllOrNone, valid_choices


class SeatPolicy(models.Model):
    """How many seats an administration has by default in a workshop."""

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="seat_policy")
    seats = models.PositiveSmallIntegerField(_("seats per administration"), default=3)
    host_seats = models.PositiveSmallIntegerField(_("seats of the host"), default=6)
    online_extra_seats = models.PositiveSmallIntegerField(_("extra seats when online"), default=0)

    class Meta:
        verbose_name_plural = "seat policies"

    def __str__(self) -> str:
        return f"seats of workshop {self.workshop_id}"

    def seats_for(self, *, is_host: bool, is_online: bool) -> int:
        """What an administration gets; the extra seats only where nobody travels."""
        seats = self.host_seats if is_host else self.seats
        return seats + (self.online_extra_seats if is_online else 0)


@valid_choices("status")
class Delegation(models.Model):
    """An administration's participation in one workshop: its quota, its letter, what it answered."""

    class Status(models.TextChoices):
        LISTED = "listed", _("Not invited yet")
        INVITED = "invited", _("Invited")
        DECLINED = "declined", _("Declined")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="delegations")
    administration = models.ForeignKey(
        Administration, on_delete=models.PROTECT, related_name="delegations"
    )
    status = models.CharField(_("state"), max_length=8, choices=Status, default=Status.LISTED)
    quota = models.PositiveSmallIntegerField(_("seats"), default=3)
    seats_taken = models.PositiveSmallIntegerField(default=0)
    """Kept in the transaction that takes or frees a seat, so that no list counts."""
    has_own_quota = models.BooleanField(_("own number of seats"), default=False)
    """Given on purpose: it stays whatever the usual numbers, the hosts and the format become."""
    keeps_quota = models.BooleanField(default=False)
    """Left out when the usual numbers changed: it stays with hosts and format until they are applied."""
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    """When a focal point first opened the invitation."""
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decline_reason = models.TextField(_("reason"), blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "administration"],
                name="participants_delegation_one_per_administration",
            ),
            models.CheckConstraint(
                condition=models.Q(seats_taken__lte=models.F("quota")),
                name="participants_delegation_within_quota",
            ),
            AllOrNone(
                fields=["invited_at", "invited_by"],
                name="participants_delegation_invited_at_with_by",
            ),
            AllOrNone(
                fields=["declined_at", "declined_by"],
                name="participants_delegation_declined_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status="declined", declined_at__isnull=False)
                & ~models.Q(decline_reason="")
                | ~models.Q(status="declined") & models.Q(declined_at__isnull=True),
                name="participants_delegation_declined_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="invited") | models.Q(invited_at__isnull=False),
                name="participants_delegation_invited_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"delegation {self.administration_id} of {self.workshop_id}"

    @property
    def seats_free(self) -> int:
        return self.quota - self.seats_taken


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "RegistrationQuerySet":
        """Not ended by decline, withdrawal or replacement."""
        return self.exclude(status__in=Registration.ENDED)

    def seated(self) -> "RegistrationQuerySet":
        """Holding a seat of the quota."""
        return self.filter(status__in=Registration.SEATED)

    def taking_part(self) -> "RegistrationQuerySet":
        """Approved by the secretariat, whether the person confirmed or not."""
        return self.filter(status__in=Registration.TAKING_PART)

    def online(self) -> "RegistrationQuerySet":
        """Those whose `attending` is online."""
        chosen = models.Q(workshop__format=Format.HYBRID, attends=Registration.Attends.ONLINE)
        return self.filter(models.Q(workshop__format=Format.ONLINE) | chosen)


@valid_choices("status", "role", "origin", "attends", "gender")
class Registration(models.Model):
    """A person's seat in a workshop, from nomination to attendance.

    Nominated by the focal point (or recorded by the secretariat from a letter), approved by the
    secretariat, confirmed by the delegate. Beyond the quota it waits. Declined, withdrawn and replaced
    end it.
    """

    class Status(models.TextChoices):
        NOMINATED = "nominated", _("To review")
        WAITING = "waiting", _("Waiting list")
        APPROVED = "approved", _("Approved")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REPLACED = "replaced", _("Replaced")

    class Role(models.TextChoices):
        HEAD = "head", _("Head of delegation")
        DELEGATE = "delegate", _("Delegate")
        PRESENTER = "presenter", _("Presenter")
        OBSERVER = "observer", _("Observer")
        RESOURCE_PERSON = "resource_person", _("Resource person")

    class Origin(models.TextChoices):
        NOMINATED = "nominated", _("Nominated")
        RECORDED = "recorded", _("By letter")
        REQUESTED = "requested", _("Own request")

    class Attends(models.TextChoices):
        ONLINE = "online", _("Online")
        ON_SITE = "on_site", _("On-site")

    class Gender(models.TextChoices):
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")
        ANOTHER = "another", _("Another gender")

    TRANSITIONS = {
        Status.NOMINATED: [
            Status.APPROVED,
            Status.DECLINED,
            Status.WITHDRAWN,
            Status.REPLACED,
        ],
        Status.WAITING: [Status.NOMINATED, Status.DECLINED, Status.WITHDRAWN, Status.REPLACED],
        Status.APPROVED: [Status.CONFIRMED, Status.DECLINED, Status.WITHDRAWN, Status.REPLACED],
        Status.CONFIRMED: [Status.WITHDRAWN, Status.REPLACED],
        Status.DECLINED: [],
        Status.WITHDRAWN: [],
        Status.REPLACED: [],
    }
    SEATED = (Status.NOMINATED, Status.APPROVED, Status.CONFIRMED)
    TAKING_PART = (Status.APPROVED, Status.CONFIRMED)
    ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.REPLACED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="registrations")
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, related_name="registrations"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="registrations")
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.NOMINATED)
    role = models.CharField(_("takes part as"), max_length=16, choices=Role, default=Role.DELEGATE)
    origin = models.CharField(_("came by"), max_length=10, choices=Origin, default=Origin.NOMINATED)
    attends = models.CharField(_("attends"), max_length=8, choices=Attends, default=Attends.ONLINE)
    """What the person chose. It counts in a hybrid workshop alone: read `attending`."""
    speaks = models.JSONField(_("working languages"), default=list, blank=True)
    """Language codes, best first."""
    gender = models.CharField(_("gender"), max_length=7, choices=Gender, blank=True)
    """Empty: not given. Counted by `facts`, shown to nobody but the person, recorded without its value."""
    letter = models.FileField(upload_to="letters/", blank=True)
    """The scanned letter of a recorded nomination."""
    letter_name = models.CharField(max_length=200, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_with"
    )
    nominated_at = models.DateTimeField(default=timezone.now)
    nominated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.TextField(_("reason"), blank=True, max_length=2000)
    changed_at = models.DateTimeField(default=timezone.now)
    """When its state last changed; written by the action."""
    calendar_token = models.CharField(max_length=43, default=secrets.token_urlsafe, unique=True)
    calendar_revision = models.PositiveIntegerField(default=0)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"],
                condition=~models.Q(status__in=["declined", "withdrawn", "replaced"]),
                name="participants_registration_one_active_per_person",
            ),
            models.UniqueConstraint(
                fields=["delegation"],
                condition=models.Q(role="head")
                & ~models.Q(status__in=["declined", "withdrawn", "replaced"]),
                name="participants_registration_one_head_per_delegation",
            ),
            AllOrNone(
                fields=["approved_at", "approved_by"],
                name="participants_registration_approved_at_with_by",
            ),
            AllOrNone(
                fields=["ended_at", "ended_by"], name="participants_registration_ended_at_with_by"
            ),
            models.CheckConstraint(
                condition=models.Q(status="waiting", waiting_since__isnull=False)
                | ~models.Q(status="waiting"),
                name="participants_registration_waiting_has_since",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["declined", "withdrawn", "replaced"], ended_at__isnull=False
                )
                | (
                    ~models.Q(status__in=["declined", "withdrawn", "replaced"])
                    & models.Q(ended_at__isnull=True)
                ),
                name="participants_registration_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(end_reason=""),
                name="participants_registration_declined_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workshop", "status", "-changed_at"], name="participants_reg_by_status"
            ),
            models.Index(fields=["workshop", "-changed_at"], name="participants_reg_by_change"),
        ]

    def __str__(self) -> str:
        return f"registration {self.pk} of {self.workshop_id}"

    @property
    def is_active(self) -> bool:
        return self.status not in self.ENDED

    @property
    def is_taking_part(self) -> bool:
        return self.status in self.TAKING_PART

    @property
    def attending(self) -> Attends:
        """Online or on-site: by the format, in a hybrid workshop by the person's choice. Reads the workshop."""
        return attending(self.workshop, self.attends)

    @property
    def reference(self) -> str:
        """What a receipt quotes. Reads the administration."""
        return f"{self.delegation.administration.code}-{self.public_id.hex[:6].upper()}"

    @property
    def changed_by(self) -> User:
        """Whose act the present state is: the last one, as a seat may pass on approved. Reads the people of the row."""
        if self.status == self.Status.CONFIRMED:
            return self.user
        acts = (
            (self.ended_at, "ended_by"),
            (self.approved_at, "approved_by"),
            (self.nominated_at, "nominated_by"),
        )
        _at, name = max(((at, name) for at, name in acts if at), key=lambda act: act[0])
        by: User = getattr(self, name)
        return by


def attending(workshop: Workshop, chosen: str) -> Registration.Attends:
    """How somebody with that choice attends the workshop as its format is now."""
    ways = Registration.Attends
    if workshop.has_online and workshop.has_venue:
        return ways(chosen)
    return ways.ONLINE if workshop.has_online else ways.ON_SITE


@valid_choices("purpose")
class Consent(models.Model):
    """That a person agreed to one purpose, to which text, in which language, and until when."""

    class Purpose(models.TextChoices):
        PARTICIPANT_LIST = "participant_list", _("List of participants, for those who take part")
        PUBLIC_LIST = "public_list", _("Published list of participants")
        RECORDING = "recording", _("Photographs and recordings")
        LATER_CONTACT = "later_contact", _("Contact after the workshop")

    TEXT_VERSION = "2"
    """Of the sentences that `forms.profile` asks with; raised whenever one of them changes."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    text_version = models.CharField(max_length=20)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="participants_consent_one_open_per_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.purpose} of {self.registration_id}"


@valid_choices("anchor", "timing")
class PlannedReminder(models.Model):
    """One row of a workshop's mail plan: which mail, to whom, how long before or after.

    `elapsed` counts hours from the anchor; `wall_clock` is an hour of the recipient's day so many days
    away. They differ across a daylight-saving change.
    """

    class Anchor(models.TextChoices):
        START = "start", _("Start of the workshop")
        END = "end", _("End of the workshop")
        NOMINATIONS_CLOSE = "nominations_close", _("Close of nominations")

    class Timing(models.TextChoices):
        ELAPSED = "elapsed", _("So long before or after")
        WALL_CLOCK = "wall_clock", _("On the day, at an hour of the recipient")

    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, related_name="planned_reminders"
    )
    template = models.CharField(_("mail"), max_length=60)
    audience = models.CharField(_("to"), max_length=60)
    anchor = models.CharField(_("counts from"), max_length=20, choices=Anchor, default=Anchor.START)
    timing = models.CharField(
        _("kind of time"), max_length=10, choices=Timing, default=Timing.WALL_CLOCK
    )
    offset = models.DurationField(_("distance"), default=timedelta)
    """Negative: before. Whole days for `wall_clock`."""
    at = models.TimeField(_("hour"), null=True, blank=True)
    needs_release = models.BooleanField(_("waits for release"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    planned_until = models.DateTimeField(null=True, blank=True)
    """Up to here its mails have been written to the outbox."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "template", "audience", "anchor", "offset"],
                name="participants_plannedreminder_once",
            ),
            models.CheckConstraint(
                condition=models.Q(timing="elapsed") | models.Q(at__isnull=False),
                name="participants_plannedreminder_wall_clock_has_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.audience} of {self.workshop_id}"
