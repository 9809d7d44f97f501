"""Reads of plans: who sits where."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from breakouts.models import Assignment, AssignmentRun, Group, Move, Plan, Round
from participants.models import Registration
from workshop_portal.audit.queries import list_entries


def get_latest_plan(*, round: Round) -> Plan | None:
    """The plan that the board shows: the newest version, published or not."""
    return Plan.objects.filter(round=round).order_by("-version", "-pk").first()


def get_current_plan(*, round: Round) -> Plan | None:
    """The published plan that holds."""
    return Plan.objects.filter(round=round, is_current=True).order_by("pk").first()


def list_plans(*, round: Round) -> QuerySet[Plan]:
    """All versions, the newest first."""
    return Plan.objects.filter(round=round).order_by("-version", "-pk")


def next_version(*, round: Round) -> int:
    """The number of the plan that is made next; its round is locked."""
    last: int = Plan.objects.filter(round=round).aggregate(last=Max("version"))["last"] or 0
    return last + 1


def get_places(*, plan: Plan | None) -> dict[int, int]:
    """Registration id to group id, by the plan."""
    rows = Assignment.objects.filter(plan=plan) if plan else Assignment.objects.none()
    return dict(rows.order_by("pk").values_list("registration", "group"))


def list_members(*, group: Group) -> list[Registration]:
    """Who sits in the group by the published plan, by administration. Queries: 1."""
    rows = Registration.objects.filter(
        pk__in=Assignment.objects.filter(group=group, plan__is_current=True).values("registration")
    )
    return list(
        rows.select_related("user", "delegation__administration").order_by(
            "delegation__administration__name", "user__family_name", "pk"
        )
    )


def get_last_move(*, plan: Plan, now: datetime) -> Move | None:
    """The last act on the board, where it can still be taken back."""
    moves = Move.objects.filter(plan=plan, undone_at__isnull=True).select_related("group")
    move = moves.order_by("-moved_at", "-pk").first()
    return move if move is not None and move.can_be_undone(now) else None


def list_moves_of(*, registration: Registration, group: Group | None) -> list[Move]:
    """When the person was moved by hand to the group where they sit, the newest first. Queries: 1, without a group 0."""
    if group is None:
        return []
    moves = Move.objects.filter(
        plan__round=group.round_id, undone_at__isnull=True, came_from__has_key=str(registration.pk)
    ).select_related("moved_by", "group", "plan")
    there = moves.order_by("-moved_at", "-pk")
    return [move for move in there if move.group_of(registration.pk) == group.pk]


def get_last_run(*, round: Round) -> AssignmentRun | None:
    runs = AssignmentRun.objects.filter(round=round).select_related("round__workshop")
    return runs.order_by("-created_at", "-pk").first()


def count_departures(*, plan: Plan | None) -> tuple[int, int]:
    """How many left the published plan since, and how many were replaced in it, by the record. Queries: 0 or 1.

    Whose address was corrected is the same person; who had a place in a draft alone left none.
    """
    if plan is None or plan.published_at is None:
        return 0, 0
    entries = list_entries(target=plan.round).filter(
        action__in=("breakouts.seat_freed", "breakouts.seat_passed_on"), at__gt=plan.published_at
    )
    left: set[int] = set()
    replaced: set[int] = set()
    for changes in entries.values_list("changes", flat=True):
        old, new = changes["registration"]
        if changes["plan"][0] == plan.version and old != new:
            (left if new is None else replaced).add(old)
    return len(left), len(replaced)


def list_registrations(*, keys: Iterable[int]) -> list[Registration]:
    """Whoever they are, taking part or not, with what their names need. Queries: 0 or 1."""
    wanted = list(keys)
    if not wanted:
        return []
    rows = Registration.objects.filter(pk__in=wanted)
    return list(
        rows.select_related("user", "workshop", "delegation__administration").order_by("pk")
    )
