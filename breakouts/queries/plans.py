"""Reads of plans: who sits where."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from breakouts.models import Assignment, AssignmentRun, Group, Move, Plan, Round
from participants.models import Registration
from workshop_portal.accounts.models import User


def get_latest_plan(*, round: Round) -> Plan | None:
    """The plan that the board shows: the newest version, published or not."""
    return Plan.objects.filter(round=round).order_by("-version", "-pk").first()


def get_current_plan(*, round: Round) -> Plan | None:
    """The published plan that holds."""
    return Plan.objects.filter(round=round, is_current=True).order_by("pk").first()


def list_plans(*, round: Round) -> QuerySet[Plan]:
    """All versions, the newest first."""
    return Plan.objects.filter(round=round).order_by("-version", "-pk")


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


def get_last_run(*, round: Round) -> AssignmentRun | None:
    runs = AssignmentRun.objects.filter(round=round).select_related("round__workshop")
    return runs.order_by("-created_at", "-pk").first()


def list_own_groups(user: User, *, workshop: Any) -> list[Group]:
    """The groups where the person sits by the published plans, by round. Queries: 1."""
    seats = Assignment.objects.filter(
        plan__is_current=True,
        registration__user=user,
        registration__workshop=workshop,
        registration__status__in=Registration.TAKING_PART,
    )
    groups = Group.objects.filter(pk__in=seats.values("group"))
    return list(
        groups.select_related("round__session", "round__workshop", "topic").order_by(
            "round__ordinal", "pk"
        )
    )
