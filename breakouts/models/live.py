"""What happens while groups sit: announcements, calls for help, and who is there."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models.rounds import Group, Round
from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone, valid_choices


@valid_choices("kind")
class Announcement(models.Model):
    """A line that the secretariat sends to all groups of a round at once. The last one is shown."""

    class Kind(models.TextChoices):
        OWN_WORDS = "own_words", _("In own words")
        FIVE_LEFT = "five_left", _("Five minutes left.")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="announcements")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.OWN_WORDS)
    """Own words are read as they were written, the others by each in the own language."""
    text = models.CharField(_("announcement"), max_length=200, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="five_left", text="")
                | ~(models.Q(kind="five_left") | models.Q(text="")),
                name="breakouts_announcement_has_text_unless_five_left",
            ),
            AllOrNone(
                fields=["withdrawn_at", "withdrawn_by"],
                name="breakouts_announcement_withdrawn_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"announcement {self.pk} to round {self.round_id}"

    @property
    def words(self) -> str:
        """What is read, in the language of who reads."""
        return self.text or str(self.get_kind_display())

    def is_shown(self, now: datetime) -> bool:
        """Not taken back; "Five minutes left." as long as the clock runs. Needs `round` read."""
        is_of_the_clock = self.kind == self.Kind.FIVE_LEFT
        return self.withdrawn_at is None and (not is_of_the_clock or self.round.is_running(now))


class HelpRequest(models.Model):
    """A group asks the secretariat to come. One is open at a time."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="help_requests")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            AllOrNone(
                fields=["answered_at", "answered_by"],
                name="breakouts_helprequest_answered_at_with_by",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(answered_at__isnull=True),
                name="breakouts_helprequest_one_open_per_group",
            ),
        ]

    def __str__(self) -> str:
        return f"call for help of group {self.group_id}"


class Presence(models.Model):
    """Who was on a group's page, from and until: who was where stays on record, for attendance too."""

    NOTED_EVERY = timedelta(seconds=30)
    HERE_FOR = timedelta(seconds=150)
    """A page out of sight asks once a minute: who is silent for longer has gone."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="presences")
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "user"], name="breakouts_presence_once_per_group"
            ),
            models.CheckConstraint(
                condition=models.Q(last_seen_at__gte=models.F("first_seen_at")),
                name="breakouts_presence_seen_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in group {self.group_id}"

    def is_here(self, now: datetime) -> bool:
        """Whether the page is open now, as far as can be told."""
        return now < self.last_seen_at + self.HERE_FOR

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to note that the person is still there."""
        return now >= self.last_seen_at + self.NOTED_EVERY
