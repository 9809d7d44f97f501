"""What groups note."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models.rounds import Group, Topic
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import AllOrNone, valid_choices


class Theme(models.Model):
    """A heading under which points of a topic are gathered, with the words by which it is suggested."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="themes")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("theme"), max_length=120)
    key_words = models.CharField(_("key words"), max_length=300, blank=True)
    """Separated by commas."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "ordinal"], name="breakouts_theme_one_number_per_topic"
            ),
            models.UniqueConstraint(
                fields=["topic", "title"], name="breakouts_theme_title_once_per_topic"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@valid_choices("kind")
class Point(models.Model):
    """What a group notes: a challenge, a possible solution, a trend or a good practice."""

    class Kind(models.TextChoices):
        CHALLENGE = "challenge", _("Challenge")
        SOLUTION = "solution", _("Possible solution")
        TREND = "trend", _("Trend")
        GOOD_PRACTICE = "good_practice", _("Good practice")

    UNDO_FOR = timedelta(minutes=10)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    text = models.TextField(_("point"), max_length=2000)
    administrations = models.ManyToManyField(
        Administration, related_name="points", blank=True, verbose_name=_("administrations")
    )
    theme = models.ForeignKey(
        "breakouts.Theme", on_delete=models.SET_NULL, null=True, blank=True, related_name="points"
    )
    ordinal = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    """The group's `point_sequence` at its last change."""
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    """From the key that the page gave and the words that it sent: a repeated request adds no second point."""
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who marked it for the report, in the report-back."""
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    """The point that says the same and stands for both. Its text stays on record."""
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    distinct_from = models.ManyToManyField("self", blank=True)
    """Points of which somebody said that they are not the same, so that nobody is asked again."""

    class Meta:
        constraints = [
            AllOrNone(fields=["marked_at", "marked_by"], name="breakouts_point_marked_at_with_by"),
            AllOrNone(
                fields=["merged_into", "merged_at", "merged_by"],
                name="breakouts_point_merged_at_with_by_and_target",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("id")),
                name="breakouts_point_not_merged_into_itself",
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="breakouts_point_has_text"),
            AllOrNone(
                fields=["removed_at", "removed_by"], name="breakouts_point_removed_at_with_by"
            ),
        ]
        indexes = [models.Index(fields=["group", "sequence"], name="breakouts_point_by_sequence")]

    def __str__(self) -> str:
        return f"point {self.pk} of group {self.group_id}"

    def can_be_restored(self, now: datetime) -> bool:
        """Removed, and not longer than ten minutes ago."""
        return self.removed_at is not None and now < self.removed_at + self.UNDO_FOR

    @property
    def is_merged(self) -> bool:
        """Another point stands for it; once that one is removed it stands for itself. Needs `merged_into` read."""
        return self.merged_into is not None and self.merged_into.removed_at is None

    def can_be_split(self, now: datetime) -> bool:
        """Merged, and not longer than ten minutes ago."""
        return self.merged_at is not None and now < self.merged_at + self.UNDO_FOR
