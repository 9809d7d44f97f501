"""Reads of topics, rounds, groups, roles and rankings."""

from collections.abc import Collection, Iterable
from operator import itemgetter
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from breakouts.access import roles_of
from breakouts.models import Absence, Assignment, Group, GroupRole, Preference, Round, Topic
from breakouts.queries.plans import get_latest_plan
from events.models import TeamMember, Workshop
from participants.models import Registration
from participants.queries.own import OVER
from workshop_portal.accounts.models import User
from workshop_portal.audit.queries import list_entries
from workshop_portal.authorization import scope

REPORTING = [
    Registration.Role.PRESENTER,
    Registration.Role.HEAD,
    Registration.Role.DELEGATE,
]
"""Who reports for a group, the most used to it first."""


def list_topics(*, workshop: Workshop) -> QuerySet[Topic]:
    """The topics of a workshop by number, with how many groups have each."""
    return workshop.topics.annotate(group_count=Count("groups")).order_by("ordinal", "pk")


def was_ranking_opened(*, round: Round) -> bool:
    """Whether delegates were ever asked to rank, by the record. Queries: 1."""
    return list_entries(target=round).filter(action="breakouts.ranking_opened").exists()


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
    current = GroupRole.objects.current(timezone.now()).filter(**lookup)
    return current.select_related("user").order_by("group", "pk")


def list_own_roles(user: User) -> QuerySet[GroupRole]:
    """What the person does in published groups of workshops that are not over, by when they are held. Queries: 1."""
    held = roles_of(user).filter(group__round__status__in=Round.HELD)
    return (
        held.exclude(group__round__workshop__status__in=OVER)
        .select_related("group__topic", "group__round__session", "group__round__workshop__series")
        .order_by("group__round__workshop__starts_on", "group__round__ordinal", "pk")
    )


def list_expected(*, workshop: Workshop, round: Round | None = None) -> QuerySet[Registration]:
    """Who is to sit in a group: all who take part but the resource persons, by their key.

    `round`: without those who are not in that round.
    """
    taking_part = Registration.objects.taking_part().filter(workshop=workshop)
    seated = taking_part.exclude(role=Registration.Role.RESOURCE_PERSON)
    if round is not None:
        seated = seated.exclude(absences__round=round)
    return seated.select_related("user", "workshop", "delegation__administration").order_by("pk")


def list_taking_part(*, workshop: Workshop, users: Iterable[int]) -> QuerySet[Registration]:
    """The registrations of these people, resource persons too, by their key."""
    rows = Registration.objects.taking_part().filter(workshop=workshop, user__in=list(users))
    return rows.select_related("user", "workshop", "delegation__administration").order_by("pk")


def list_to_ask(*, round: Round) -> QuerySet[Registration]:
    """Who is mailed when the ranking opens: who is to sit in a group and has not ranked."""
    ranked = Preference.objects.filter(round=round).values("registration")
    return list_expected(workshop=round.workshop, round=round).exclude(pk__in=ranked)


def list_absences(*, round: Round) -> QuerySet[Absence]:
    """Who takes part in the workshop and is not in the round, by administration and name."""
    absences = Absence.objects.filter(
        round=round, registration__status__in=Registration.TAKING_PART
    )
    return absences.select_related(
        "registration__user",
        "registration__workshop",
        "registration__delegation__administration",
        "noted_by",
    ).order_by(
        "registration__delegation__administration__name",
        "registration__user__family_name",
        "registration__user__given_name",
        "pk",
    )


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


def list_topics_had(*, round: Round, registration: Registration) -> set[int]:
    """Topic ids that the round gives the person no more: had in an earlier one, as published. Queries: 0 or 1."""
    if not round.asks_new_topics:
        return set()
    seats = Assignment.objects.filter(
        registration=registration, plan__is_current=True, plan__round__ordinal__lt=round.ordinal
    )
    return set(seats.values_list("group__topic", flat=True))


def get_ranking(*, round: Round, registration: Registration) -> dict[int, int]:
    """What the person saved: topic id to place, 1 the best."""
    rows = Preference.objects.filter(round=round, registration=registration).order_by("rank", "pk")
    return {row.topic_id: row.rank for row in rows}


def get_own_registration(user: User, *, workshop: Workshop) -> Registration | None:
    """The registration with which the person takes part in the workshop."""
    own = Registration.objects.taking_part().filter(workshop=workshop, user=user)
    return own.select_related("delegation__administration").order_by("pk").first()


def suggest_roles(*, group: Group) -> dict[str, User]:
    """For the roles that nobody holds, who could: a resource person facilitates, members report.

    Nobody who has a role in the round already. Presenters report before heads, these before delegates;
    observers do not. Queries: 4.
    """
    held = list(list_roles(group__round=group.round_id))
    busy = {row.user_id for row in held}
    taken = {row.role for row in held if row.group_id == group.pk}
    experts = [each for each in _list_experts(group.round) if each.pk not in busy]
    members = [row.user for row in _list_reporting(group) if row.user_id not in busy]
    found: dict[str, User] = {}
    for role, people in (
        (GroupRole.Role.FACILITATOR, experts),
        (GroupRole.Role.RAPPORTEUR, members),
        (GroupRole.Role.DEPUTY, members),
    ):
        if role not in taken and people:
            found[role] = people.pop(0)
    return found


def _list_experts(round: Round) -> QuerySet[User]:
    """Resource persons of the team and among those who take part; none who is not in the round."""
    workshop = round.workshop
    team = workshop.team.current(timezone.now()).filter(role=TeamMember.Role.RESOURCE_PERSON)
    taking_part = Registration.objects.taking_part().filter(
        workshop=workshop, role=Registration.Role.RESOURCE_PERSON
    )
    return (
        User.objects.filter(Q(pk__in=team.values("user")) | Q(pk__in=taking_part.values("user")))
        .exclude(registrations__absences__round=round)
        .order_by("family_name", "given_name", "pk")
    )


def _list_reporting(group: Group) -> list[Registration]:
    """The members who could report, the most used to it first, by the newest plan."""
    seats = Assignment.objects.filter(group=group, plan=get_latest_plan(round=group.round))
    rows = Registration.objects.filter(pk__in=seats.values("registration"), role__in=REPORTING)
    return sorted(
        rows.select_related("user").order_by("pk"),
        key=lambda row: REPORTING.index(Registration.Role(row.role)),
    )


def list_nameable(*, workshop: Workshop) -> QuerySet[User]:
    """Who can facilitate or report: who takes part, the organising team, the speakers with an account."""
    return User.objects.filter(
        Q(pk__in=Registration.objects.taking_part().filter(workshop=workshop).values("user"))
        | Q(pk__in=workshop.team.current(timezone.now()).values("user"))
        | Q(pk__in=workshop.speakers.filter(user__isnull=False).values("user"))
    ).order_by("family_name", "given_name", "pk")


def name_administrations(
    *, workshop: Workshop, users: Collection[int] | None = None
) -> dict[int, str]:
    """Of who takes part, and of speakers with an account: the administration. Shape: {user id: name}. Queries: 1.

    `users`: of these alone. Who is both has that of the registration.
    """
    taking_part = Registration.objects.taking_part().filter(workshop=workshop)
    speakers = workshop.speakers.filter(user__isnull=False, administration__isnull=False)
    if users is not None:
        taking_part, speakers = taking_part.filter(user__in=users), speakers.filter(user__in=users)
    of_speakers = speakers.order_by().values_list("user", "administration__name", Value(0))
    of_people = taking_part.values_list("user", "delegation__administration__name", Value(1))
    rows = sorted(of_speakers.union(of_people, all=True), key=itemgetter(2))
    return {user: name for user, name, _order in rows}
