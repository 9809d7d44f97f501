"""What a group's page shows of the hour itself: the clock, what was announced, who is here, the call for help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from breakouts.actions.presence import is_noted, note_presence
from breakouts.models import Group, GroupRole, HelpRequest, Presence, Round
from breakouts.queries.live import get_announcement, get_last_call, list_seen
from breakouts.queries.plans import list_members
from breakouts.queries.rounds import list_roles, name_administrations
from breakouts.views.clock import clock
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can

SIT = "breakouts.sit_in_group"
ANSWER_SHOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A line of the list: who has a place or a role in the group."""

    user: User
    registration: Registration | None = None
    administration: str = ""
    duties: Sequence[str] = ()
    seen: Presence | None = None
    state: str = ""
    """"here", "gone" or "away"; empty where presence is not shown."""


def look_in(user: User, group: Group) -> list[Presence]:
    """Who was seen on the page; the person who asks is noted first, unless they only look in.

    Queries: 1; one more for who looks in, up to 7 each half minute for who sits there.
    """
    seen, now = list_seen(group=group), timezone.now()
    own = next((each for each in seen if each.user_id == user.pk), None)
    is_due = own is None or own.is_due(now)
    if is_due and is_noted(group.round) and can(SIT, user, group):
        note_presence(group=group, by=user)
        seen = list_seen(group=group)
    return seen


def mark_of(group: Group, seen: Iterable[Presence]) -> str:
    """Everything of the hour itself that a page shows, as a short word: the same word, the same parts."""
    now = timezone.now()
    people = [(each.user_id, each.is_here(now)) for each in seen]
    digest = sha256(repr(people).encode()).hexdigest()[:12]
    return f"{group.round.live_sequence}-{clock(group.round)['phase']}-{digest}"


def room(user: User, group: Group, seen: Sequence[Presence]) -> dict[str, Any]:
    """For the page and its answers to polls. Queries: 4, and 1 more where somebody has a role but no place."""
    round = group.round
    is_open = round.status == Round.Status.PUBLISHED
    held = list(list_roles(group=group))
    people = _people(group, held, seen if is_open else None)
    own = {role.role for role in held if role.user_id == user.pk}
    sits = any(person.user.pk == user.pk for person in people)
    return {
        **clock(round),
        "people": people,
        "here": sum(person.state == "here" for person in people),
        "is_open": is_open,
        "has_facilitator": any(role.role == GroupRole.Role.FACILITATOR for role in held),
        "has_role": bool(own),
        "has_place": any(each.registration and each.user.pk == user.pk for each in people),
        "looks_in": not sits,
        "sees_all": GroupRole.Role.FACILITATOR in own or not sits,
        "announcement": get_announcement(round=round) if is_open else None,
        "call": _shown(get_last_call(group=group)) if is_open else None,
    }


def _people(
    group: Group, held: Sequence[GroupRole], seen: Sequence[Presence] | None
) -> list[Person]:
    """Who has a role but no place first, then the members. `seen` None: presence is not shown."""
    names = dict(GroupRole.Role.choices)
    duties: dict[int, list[str]] = {}
    for role in held:
        duties.setdefault(role.user_id, []).append(str(names[role.role]))
    members = {member.user_id: member for member in list_members(group=group)}
    users = {role.user_id: role.user for role in held if role.user_id not in members}
    known = name_administrations(workshop=group.round.workshop, users=users) if users else {}
    known |= {key: member.delegation.administration.name for key, member in members.items()}
    users |= {key: member.user for key, member in members.items()}
    by_user = {each.user_id: each for each in seen or ()}
    now = timezone.now()
    return [
        Person(
            user=user,
            registration=members.get(key),
            administration=known.get(key, ""),
            duties=duties.get(key, ()),
            seen=by_user.get(key),
            state="" if seen is None else _state(group.round, by_user.get(key), now),
        )
        for key, user in users.items()
    ]


def _state(round: Round, seen: Presence | None, now: datetime) -> str:
    """A look before the group's time says nothing of who comes."""
    if seen is None:
        return "away"
    if seen.is_here(now):
        return "here"
    since = round.gathers_at
    return "away" if since is not None and seen.last_seen_at < since else "gone"


def _shown(call: HelpRequest | None) -> HelpRequest | None:
    """The open call, or one that was answered a moment ago."""
    if call is None or call.answered_at is None:
        return call
    return call if timezone.now() < call.answered_at + ANSWER_SHOWN_FOR else None
