"""Rounds, topics, groups, preferences, runs and plans with their assignments, and points."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from events.models import Format, Session, Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.constraints import AllOrNone, valid_choices
from workshop_portal.leases import LeasedWork


class Topic(models.Model):
    """A question that break-out groups of a workshop work on, and a topic of its report."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="topics")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = I18nCharField(_("title"), max_length=200)
    question = I18nTextField(_("question"), blank=True, max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "ordinal"], name="breakouts_topic_one_number_per_workshop"
            )
        ]

    def __str__(self) -> str:
        return f"topic {self.ordinal} of {self.workshop_id}"


@valid_choices("status", "mode")
class Round(models.Model):
    """One break-out of a workshop: everybody sits in one group at a time."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        RANKING = "ranking", _("Delegates rank topics")
        ASSIGNING = "assigning", _("Ranking closed")
        PUBLISHED = "published", _("Groups published")
        CLOSED = "closed", _("Closed")

    class Mode(models.TextChoices):
        MIX = "mix", _("Mix: meet new people")
        SAME = "same", _("Same groups as the round before")

    TRANSITIONS = {
        Status.DRAFT: [Status.RANKING, Status.ASSIGNING],
        Status.RANKING: [Status.ASSIGNING],
        Status.ASSIGNING: [Status.RANKING, Status.PUBLISHED],
        Status.PUBLISHED: [Status.CLOSED],
        Status.CLOSED: [],
    }

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="rounds")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    title = I18nCharField(_("title"), max_length=200)
    session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="rounds"
    )
    """The agenda item in which it takes place: its beginning and end."""
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=45)
    mode = models.CharField(_("who meets whom"), max_length=4, choices=Mode, default=Mode.MIX)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.DRAFT)
    ranking_closes_at = models.DateTimeField(_("ranking closes"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "ordinal"], name="breakouts_round_one_number_per_workshop"
            )
        ]

    def __str__(self) -> str:
        return f"round {self.ordinal} of {self.workshop_id}"


@valid_choices("format")
class Group(models.Model):
    """One group of a round, with its topic, its seats and its link. On screen also "room"."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="groups")
    ordinal = models.PositiveSmallIntegerField(_("number"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="groups")
    minimum = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    maximum = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    """Language codes; empty: any."""
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.ONLINE)
    venue = models.CharField(_("room"), max_length=120, blank=True)
    join_url = models.URLField(_("join link"), max_length=500, blank=True)
    backup_url = models.URLField(_("back-up link"), max_length=500, blank=True)
    point_sequence = models.PositiveIntegerField(default=0)
    """Raised under the group's lock by every change of a point: "changes since" feeds read it."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "ordinal"], name="breakouts_group_one_number_per_round"
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True)
                | models.Q(maximum__isnull=True)
                | models.Q(minimum__lte=models.F("maximum")),
                name="breakouts_group_minimum_within_maximum",
            ),
        ]

    def __str__(self) -> str:
        return f"group {self.ordinal} of round {self.round_id}"


@valid_choices("role")
class GroupRole(models.Model):
    """Who facilitates a group or reports for it, from and until."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Facilitator")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        DEPUTY = "deputy", _("Deputy rapporteur")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="group_roles")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "role"],
                condition=models.Q(ends_at__isnull=True),
                name="breakouts_grouprole_one_open_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of group {self.group_id}"


class Preference(models.Model):
    """The place of a topic in a delegate's ranking for a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="preferences")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="preferences"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="preferences")
    rank = models.PositiveSmallIntegerField()
    """1 is the first choice."""
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "registration", "topic"], name="breakouts_preference_topic_once"
            ),
            models.UniqueConstraint(
                fields=["round", "registration", "rank"], name="breakouts_preference_rank_once"
            ),
            models.CheckConstraint(
                condition=models.Q(rank__gte=1), name="breakouts_preference_rank_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"rank {self.rank} of {self.registration_id} in round {self.round_id}"


class Plan(models.Model):
    """Who sits where in a round: one answer, made by a run or changed by hand. Published ones are versions."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="plans")
    version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    """Raised by every move: two organisers at once, one is told."""
    is_current = models.BooleanField(default=False)
    """The published version that holds: people are in the groups it says."""
    seed = models.PositiveIntegerField(default=1)
    moves = models.PositiveIntegerField(default=0)
    input_digest = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    """What the run reached, beside its bounds: {term: {"value": n, "bound": n, "random": n}}."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "version"], name="breakouts_plan_one_version_per_round"
            ),
            AllOrNone(
                fields=["published_at", "published_by"], name="breakouts_plan_published_at_with_by"
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=models.Q(is_current=True),
                name="breakouts_plan_one_current_per_round",
            ),
            models.CheckConstraint(
                condition=models.Q(is_current=False) | models.Q(published_at__isnull=False),
                name="breakouts_plan_current_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.version} of round {self.round_id}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class Assignment(models.Model):
    """A person's place in a group, in one plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="assignments")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="assignments")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="assignments"
    )
    is_locked = models.BooleanField(default=False)
    reasons = models.JSONField(default=dict)
    """Why here: rank of the topic, what blocked a better one, colleagues in the group."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "registration"], name="breakouts_assignment_one_group_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"assignment of {self.registration_id} to group {self.group_id}"


class Move(models.Model):
    """One act on the board: people went to a group. Kept so that it can be taken back for ten minutes."""

    UNDO_FOR = timedelta(minutes=10)

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="moved")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="moved_here")
    came_from = models.JSONField(default=dict)
    """Where each sat before, and why. Shape: {registration id: {"group": id, "reasons": {}}}; null: had no place."""
    moved_at = models.DateTimeField(default=timezone.now)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            AllOrNone(fields=["undone_at", "undone_by"], name="breakouts_move_undone_at_with_by")
        ]

    def __str__(self) -> str:
        return f"move {self.pk} in plan {self.plan_id}"

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.moved_at + self.UNDO_FOR


class AssignmentRun(LeasedWork):
    """One click on Assign: the solver is asked for a plan of a round, in the background."""

    LEASE = timedelta(minutes=10)

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="runs")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    seed = models.PositiveIntegerField(default=1)
    people = models.PositiveIntegerField(default=0)
    """How many are to be seated; 0 until the round was read."""
    percent = models.PositiveSmallIntegerField(default=0)
    conflict = models.JSONField(default=list, blank=True)
    """Why nobody could be seated, in words and with what to change. Shape: [{"text", "url"}]."""
    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, null=True, blank=True, related_name="run"
    )

    class Meta(LeasedWork.Meta):
        pass


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
    ordinal = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)
    """The group's `point_sequence` at its last change."""
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    """Given by the page that sent it: a repeated request adds no second point."""
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
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
