"""Reads of places with all that an export says of them: group, person, role, rank of the topic."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from breakouts.models import Assignment, Group, GroupRole, Plan, Preference, Round
from breakouts.queries.rounds import (
    list_absences,
    list_expected,
    list_groups,
    list_taking_part,
)
from events.models import Format
from participants.models import Registration

Role = GroupRole.Role


@dataclass(frozen=True, kw_only=True)
class Place:
    """A person and the group by a plan; no group: on the board, without a place yet."""

    person: Registration
    group: Group | None = None
    role: Role | None = None
    """What the person does in that group, beyond sitting in it."""
    rank: int | None = None
    """Which choice the group's topic is, 1 the first; None where the person did not rank it."""
    is_locked: bool = False
    is_absent: bool = False
    """Takes part in the workshop and is not in this round."""


def list_places(*, round: Round, plan: Plan | None) -> list[Place]:
    """Every place of the plan in the order of the board, then who has none, then who is not in the round.

    Queries: 6 or 7; none without a plan.
    """
    if plan is None:
        return []
    groups = {group.pk: group for group in list_groups(round=round)}
    roles = roles_of_groups(groups.values())
    ranks = {
        (row.registration_id, row.topic_id): row.rank
        for row in Preference.objects.filter(round=round).order_by("pk")
    }
    found = []
    for seat in list_seats(plan=plan):
        group = groups[seat.group_id]
        found.append(
            Place(
                person=seat.registration,
                group=group,
                role=roles.get((group.pk, seat.registration.user_id)),
                rank=ranks.get((seat.registration_id, group.topic_id)),
                is_locked=seat.is_locked,
            )
        )
    absent = [each.registration for each in list_absences(round=round)]
    chairs = {user for _group, user in roles} - {person.user_id for person in absent}
    seated = {place.person.pk for place in found}
    found += [
        Place(person=person) for person in _on_board(round, chairs) if person.pk not in seated
    ]
    found += [Place(person=person, is_absent=True) for person in absent]
    return sorted(found, key=_board_order)


def list_seats(*, plan: Plan) -> list[Assignment]:
    """The assignments with their people, also of those who no longer take part. Queries: 1."""
    seats = Assignment.objects.filter(plan=plan).select_related(
        "registration__user", "registration__workshop", "registration__delegation__administration"
    )
    return list(seats.order_by("group", "pk"))


def read_own_groups(registration: Registration) -> list[Group]:
    """`list_own_groups`, asked once of a row: the agenda, the join button and the panel of a page say the same."""
    kept: list[Group] | None = vars(registration).get("own_groups")
    if kept is None:
        kept = vars(registration)["own_groups"] = list_own_groups(registration)
    return kept


def list_own_groups(registration: Registration) -> list[Group]:
    """Where the person sits by the published plans or has a role, by round, with all that is told of it. Queries: 1.

    Shape: `has_place`, `reasons` of the place, `rank` (None: not ranked), `has_ranked`, `own_role` (None, or what the
    person does in the group), `colleagues` and of those `colleagues_here`: others of the delegation who sit in the round.
    """
    if not registration.is_taking_part:
        return []
    seated = Assignment.objects.filter(plan__is_current=True)
    own = seated.filter(group=OuterRef("pk"), registration=registration)
    ranked = Preference.objects.filter(round=OuterRef("round"), registration=registration)
    roles = GroupRole.objects.current(timezone.now()).filter(
        group=OuterRef("pk"), user=registration.user_id
    )
    others = (
        seated.filter(
            plan__round=OuterRef("round"), registration__delegation=registration.delegation_id
        )
        .exclude(registration=registration)
        .order_by()
        .values("plan")
        .annotate(number=Count("pk"))
        .values("number")
    )
    found = Group.objects.filter(
        round__workshop=registration.workshop_id, round__status__in=Round.HELD
    ).annotate(
        has_place=Exists(own),
        reasons=Subquery(own.values("reasons")[:1]),
        rank=Subquery(ranked.filter(topic=OuterRef("topic")).values("rank")[:1]),
        has_ranked=Exists(ranked),
        own_role=Subquery(roles.order_by("pk").values("role")[:1]),
        colleagues=Coalesce(Subquery(others), 0),
        colleagues_here=Coalesce(Subquery(others.filter(group=OuterRef("pk"))), 0),
    )
    return list(
        found.filter(Q(has_place=True) | Q(own_role__isnull=False))
        .select_related("round__session", "round__workshop", "topic")
        .order_by("round__ordinal", "ordinal", "pk")
    )


def list_zoom_places(*, plan: Plan | None) -> list[tuple[int, str]]:
    """Number of the group and address of each person who attends online, by group. Queries: 2, none without a plan.

    Who has a role without a place, too: by how the person attends; who does not take part, unless the group meets on
    site. Who has a place goes where that is.
    """
    if plan is None:
        return []
    seats = Assignment.objects.filter(plan=plan)
    online = seats.filter(registration__in=Registration.objects.online()).order_by("pk")
    coming = Registration.objects.taking_part().filter(
        workshop=OuterRef("group__round__workshop"), user=OuterRef("user")
    )
    roles = GroupRole.objects.current(timezone.now()).filter(
        Exists(coming.online()) | (~Exists(coming) & ~Q(group__format=Format.ON_SITE)),
        group__round=plan.round_id,
    )
    alone = roles.exclude(user__in=seats.values("registration__user")).order_by("pk")
    return sorted(
        {
            *online.values_list("group__ordinal", "registration__user__email"),
            *alone.values_list("group__ordinal", "user__email"),
        }
    )


def roles_of_groups(groups: Iterable[Group]) -> dict[tuple[int, int], Role]:
    """(group id, user id) to the role held, as `list_groups` found it. No queries."""
    return {
        (group.pk, user.pk): Role(role)
        for group in groups
        for role, user in getattr(group, "people", {}).items()
    }


def _on_board(round: Round, chairs: set[int]) -> list[Registration]:
    """Whom the board shows: all who are expected, and who facilitates or reports and takes part."""
    people = list(list_expected(workshop=round.workshop, round=round))
    if away := chairs - {person.user_id for person in people}:
        people += list(list_taking_part(workshop=round.workshop, users=away))
    return people


def _board_order(place: Place) -> tuple[bool, bool, int, str, str, int]:
    group, person = place.group, place.person
    number = group.ordinal if group else 0
    return (
        place.is_absent,
        group is None,
        number,
        person.delegation.administration.name,
        str(person.user),
        person.pk,
    )
