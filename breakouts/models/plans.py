"""Who sits where: runs, plans with their assignments, moves by hand, and who is not in a round."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models.rounds import Group, Round
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone, valid_choices
from workshop_portal.leases import LeasedWork


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
    """One act on the board: people went to a group, or two changed places. It can be taken back for ten minutes."""

    UNDO_FOR = timedelta(minutes=10)

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="moved")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="moved_here")
    came_from = models.JSONField(default=dict)
    """Where each sat before, and why. Shape: {registration id: {"group": id, "reasons": {}}}; null: had no place.

    Of two who changed places each went where the other sat: the second has {"to": id} beside it.
    """
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

    @property
    def is_exchange(self) -> bool:
        return any(was is not None and "to" in was for was in self.came_from.values())

    def group_of(self, registration: int) -> int:
        """The id of the group where the act put the person."""
        was = self.came_from[str(registration)]
        to: int = was.get("to", self.group_id) if was else self.group_id
        return to

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now < self.moved_at + self.UNDO_FOR


class Absence(models.Model):
    """That somebody who takes part in the workshop is not in one round of it: the place and roles there fall free."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="absences")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="absences"
    )
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    fell_free = models.JSONField(default=dict)
    """What the person had, to be given back. Shape: {"places": {plan id: {"group", "reasons", "is_locked"}},
    "roles": {role: group id}}."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "registration"], name="breakouts_absence_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} not in round {self.round_id}"

    @property
    def had_place(self) -> bool:
        return bool(self.fell_free.get("places"))

    @property
    def groups_left(self) -> set[int]:
        """Ids of the groups where the person had a place or a role."""
        places = {place["group"] for place in self.fell_free.get("places", {}).values()}
        return places | set(self.fell_free.get("roles", {}).values())

    def can_be_undone(self, now: datetime) -> bool:
        """Whether the board still offers to take it back as its last act; it ends at any time."""
        return now < self.noted_at + Move.UNDO_FOR


@valid_choices("kind")
class AssignmentRun(LeasedWork):
    """One click on Assign or Repair: the solver is asked for a plan of a round, in the background."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("Assign")
        REPAIR = "repair", _("Repair")

    LEASE = timedelta(minutes=10)

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="runs")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ASSIGN)
    """A repair seats who is new and mends what no longer holds; all others stay."""
    seed = models.PositiveIntegerField(default=1)
    people = models.PositiveIntegerField(default=0)
    """How many are to be seated; 0 until the round was read."""
    percent = models.PositiveSmallIntegerField(default=0)
    conflict = models.JSONField(default=list, blank=True)
    """Why nobody could be seated, in words and with what to change. Shape: [{"text", "url", "digest", "is_proven"}].

    `digest`: of what the run saw. Once that is changed, it may be true no longer. `is_proven`: that they cannot all
    hold; else none was found that keeps them.
    """
    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, null=True, blank=True, related_name="run"
    )

    class Meta(LeasedWork.Meta):
        pass
