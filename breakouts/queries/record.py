"""Who was where: places as published, and who was seen on a group's page. For the record and for attendance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from breakouts.models import Absence, Group, GroupRole, Presence, Round
from breakouts.queries.places import list_seats
from breakouts.queries.plans import get_current_plan
from breakouts.queries.rounds import list_absences, list_groups
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User

Role = GroupRole.Role


@dataclass(frozen=True, kw_only=True)
class Seen:
    """That a person had a group's page open, from and until. `registration`: of who takes or took part."""

    user: User
    registration: Registration | None
    group: Group
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """A person and a group: sat there by the plan, had a role there, was seen there, or several of these.

    Who is not in the round has no group but an `absence`.
    """

    user: User
    registration: Registration | None
    group: Group | None
    has_place: bool = False
    role: Role | None = None
    seen: Seen | None = None
    absence: Absence | None = None

    @property
    def is_expected(self) -> bool:
        return self.has_place or self.role is not None


def list_presence(*, workshop: Workshop, users: Iterable[int] | None = None) -> list[Seen]:
    """Who was seen in which group, in all rounds of the workshop: what attendance counts. `users`: of these alone.

    Shape: one `Seen` a person and group, by round, group and first moment; times are aware. Who was in two groups
    of a round stands there with both. `seen.group.round` tells the round. `registration` is the one that takes
    part, else the last one; None for organisers and facilitators without a seat, whom attendance leaves out.
    Who looked in only before the time of the round was not there. Nothing is said of who sat in the room without
    the page. Queries: 2.
    """
    seen = Presence.objects.filter(group__round__workshop=workshop)
    return _seen(seen if users is None else seen.filter(user__in=list(users)), workshop)


def list_whereabouts(*, round: Round) -> list[Whereabouts]:
    """The record of a round, by administration and name: places of the plan that holds, roles, who was seen or absent.

    Of a closed round it stays as it was: withdrawal frees no place there, and neither registrations nor people
    with a place can be deleted. None before the groups are published. Queries: 7.
    """
    plan = get_current_plan(round=round)
    if plan is None:
        return []
    groups = {group.pk: group for group in list_groups(round=round)}
    seen = {
        (each.group.pk, each.user.pk): each
        for each in _seen(Presence.objects.filter(group__round=round), round.workshop)
    }
    seats = {(seat.group_id, seat.registration.user_id): seat for seat in list_seats(plan=plan)}
    roles = {
        (group.pk, user.pk): (Role(role), user)
        for group in groups.values()
        for role, user in getattr(group, "people", {}).items()
    }
    missing = {user.pk for _role, user in roles.values()}
    known = {seat.registration.user_id: seat.registration for seat in seats.values()}
    known |= _registrations(round.workshop, missing - known.keys())
    found = []
    for key in seats.keys() | seen.keys() | roles.keys():
        registration = known.get(key[1]) or (seen[key].registration if key in seen else None)
        role, holder = roles.get(key, (None, None))
        user = holder or (registration.user if registration else seen[key].user)
        found.append(
            Whereabouts(
                user=user,
                registration=registration,
                group=groups[key[0]],
                has_place=key in seats,
                role=role,
                seen=seen.get(key),
            )
        )
    found += [
        Whereabouts(
            user=each.registration.user, registration=each.registration, group=None, absence=each
        )
        for each in list_absences(round=round)
    ]
    return sorted(found, key=_by_administration)


def _seen(presences: QuerySet[Presence], workshop: Workshop) -> list[Seen]:
    rows = list(
        presences.select_related("user", "group__round__session", "group__topic").order_by(
            "group__round__ordinal", "group__ordinal", "first_seen_at", "pk"
        )
    )
    rows = [row for row in rows if _counts(row)]
    registrations = _registrations(workshop, {row.user_id for row in rows})
    return [
        Seen(
            user=row.user,
            registration=registrations.get(row.user_id),
            group=row.group,
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]


def _counts(row: Presence) -> bool:
    since = row.group.round.gathers_at
    return since is None or row.last_seen_at >= since


def _registrations(workshop: Workshop, users: set[int]) -> dict[int, Registration]:
    """By person the registration that takes part, else the last one. Queries: 1, none for nobody."""
    if not users:
        return {}
    rows = Registration.objects.filter(workshop=workshop, user__in=users).select_related(
        "user", "delegation__administration"
    )
    found = sorted(rows.order_by("pk"), key=lambda row: row.is_taking_part)
    return {row.user_id: row for row in found}


def _by_administration(each: Whereabouts) -> tuple[bool, str, str, int, bool, int]:
    """Whoever takes part for nobody stands last; of a person's groups the own one first."""
    registration = each.registration
    return (
        registration is None,
        registration.delegation.administration.name if registration else "",
        str(each.user),
        each.user.pk,
        not each.is_expected,
        each.group.ordinal if each.group else 0,
    )
