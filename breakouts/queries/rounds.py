"""Reads of topics, rounds, groups, roles and rankings."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from breakouts.models import Group, GroupRole, Preference, Round, Topic
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope


def list_topics(*, workshop: Workshop) -> QuerySet[Topic]:
    """The topics of a workshop by number, with how many groups have each."""
    return workshop.topics.annotate(group_count=Count("groups")).order_by("ordinal", "pk")


def list_rounds(user: User, *, workshop: Workshop) -> QuerySet[Round]:
    """The rounds that the person plans, by number, with their numbers of groups."""
    rounds = scope(Round, "breakouts.view_round", user).filter(workshop=workshop)
    counted = rounds.select_related("session").annotate(group_count=Count("groups", distinct=True))
    return counted.order_by("ordinal", "pk")


def list_groups(*, round: Round) -> list[Group]:
    """The groups by number with their topics; who facilitates and reports stands in `people`. Queries: 2."""
    groups = list(
        Group.objects.filter(round=round).select_related("topic").order_by("ordinal", "pk")
    )
    add_roles(groups)
    return groups


def add_roles(groups: Iterable[Group]) -> None:
    """Set `people` on each group: {role: who holds it now}. Queries: 1."""
    by_group: dict[int, dict[str, User]] = {}
    for held in list_roles(group__in=[group.pk for group in groups]):
        by_group.setdefault(held.group_id, {})[held.role] = held.user
    for group in groups:
        group.people = by_group.get(group.pk, {})  # type: ignore[attr-defined]  # for pages


def list_roles(**lookup: Any) -> QuerySet[GroupRole]:
    """The roles held now, by group."""
    current = GroupRole.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()), **lookup
    )
    return current.select_related("user").order_by("group", "pk")


def list_expected(*, workshop: Workshop) -> QuerySet[Registration]:
    """Who is to sit in a group: all who take part but the resource persons, by their key."""
    taking_part = Registration.objects.taking_part().filter(workshop=workshop)
    seated = taking_part.exclude(role=Registration.Role.RESOURCE_PERSON)
    return seated.select_related("user", "delegation__administration").order_by("pk")


def list_taking_part(*, workshop: Workshop, users: Iterable[int]) -> QuerySet[Registration]:
    """The registrations of these people, resource persons too, by their key."""
    rows = Registration.objects.taking_part().filter(workshop=workshop, user__in=list(users))
    return rows.select_related("user", "delegation__administration").order_by("pk")


def list_seatable(*, workshop: Workshop) -> QuerySet[Registration]:
    """Who can be put into a group by hand: everybody who takes part."""
    return (
        Registration.objects.taking_part()
        .filter(workshop=workshop)
        .select_related("user", "workshop")
        .order_by("pk")
    )


def count_expected(*, workshop: Workshop) -> int:
    return list_expected(workshop=workshop).count()


def list_ranked_topics(*, round: Round) -> QuerySet[Topic]:
    """The topics that groups of the round work on: what delegates rank."""
    used = Group.objects.filter(round=round).values("topic")
    return Topic.objects.filter(pk__in=used).order_by("ordinal", "pk")


def get_ranking(*, round: Round, registration: Registration) -> dict[int, int]:
    """What the person saved: topic id to place, 1 the best."""
    rows = Preference.objects.filter(round=round, registration=registration).order_by("rank", "pk")
    return {row.topic_id: row.rank for row in rows}


def get_own_registration(user: User, *, workshop: Workshop) -> Registration | None:
    """The registration with which the person takes part in the workshop."""
    own = Registration.objects.taking_part().filter(workshop=workshop, user=user)
    return own.select_related("delegation__administration").order_by("pk").first()


def list_nameable(*, workshop: Workshop) -> QuerySet[User]:
    """Who can facilitate or report: who takes part, the organising team, the speakers with an account."""
    return User.objects.filter(
        Q(pk__in=Registration.objects.taking_part().filter(workshop=workshop).values("user"))
        | Q(pk__in=workshop.team.filter(ends_at__isnull=True).values("user"))
        | Q(pk__in=workshop.speakers.filter(user__isnull=False).values("user"))
    ).order_by("family_name", "given_name", "pk")
