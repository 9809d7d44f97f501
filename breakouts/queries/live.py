"""Reads of the hour itself: who is there, what was announced, who calls for help, all groups at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from breakouts.models import Announcement, Assignment, Group, HelpRequest, Presence, Round
from breakouts.queries.rounds import list_roles

ROUND_WATCHED = ("ordinal", "status", "started_at", "ends_at", "live_sequence")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A group of a round as the overview shows it."""

    group: Group
    expected: int
    """Who has a place or a role in it."""
    here: int
    """How many of them have its page open."""
    points: int
    last_at: datetime | None
    """When its last point was noted or removed, or help was asked for."""
    call: HelpRequest | None
    """The open call for help."""


def get_watched_group(*, pk: int) -> Group | None:
    """A group with what a page that polls compares, for who was allowed to see it a moment ago. Queries: 1."""
    groups = Group.objects.select_related("round__workshop").only(
        *("ordinal", "point_sequence", "round__workshop__slug", "round__workshop__time_zone"),
        *(f"round__{name}" for name in ROUND_WATCHED),
    )
    return groups.filter(pk=pk).first()


def list_seen(*, group: Group) -> list[Presence]:
    """Who was seen on the group's page. Queries: 1."""
    return list(Presence.objects.filter(group=group).order_by("pk"))


def list_seen_in_round(*, round: Round) -> list[Presence]:
    """Who was seen on the pages of the round's groups. Queries: 1."""
    return list(Presence.objects.filter(group__round=round).order_by("pk"))


def get_announcement(*, round: Round) -> Announcement | None:
    """The last one, as long as it is shown. Queries: 1."""
    last = round.announcements.select_related("sent_by").order_by("-sent_at", "-pk").first()
    return last if last is not None and last.is_shown(timezone.now()) else None


def get_last_call(*, group: Group) -> HelpRequest | None:
    """The last call for help, open or answered. Queries: 1."""
    calls = group.help_requests.select_related("asked_by")
    return calls.order_by("-asked_at", "-pk").first()


def list_calls(*, round: Round) -> QuerySet[HelpRequest]:
    """The open calls of a round, the one that waits longest first. Queries: 1."""
    rows = HelpRequest.objects.filter(group__round=round, answered_at__isnull=True)
    return rows.select_related("group__topic", "asked_by").order_by("asked_at", "pk")


def list_standings(
    groups: Iterable[Group],
    *,
    round: Round,
    seen: Iterable[Presence],
    calls: Iterable[HelpRequest],
    now: datetime,
) -> list[Standing]:
    """The groups with what goes on in them. `groups`: those of `list_watched`. Queries: 2, for any number."""
    expected = _expected(round)
    here = {(each.group_id, each.user_id) for each in seen if each.is_here(now)}
    by_group = {call.group_id: call for call in calls}
    return [
        Standing(
            group=group,
            expected=len(people := expected.get(group.pk, set())),
            here=sum((group.pk, user) in here for user in people),
            points=group.point_count,  # type: ignore[attr-defined]  # annotated
            last_at=_last_act(group, by_group.get(group.pk)),
            call=by_group.get(group.pk),
        )
        for group in groups
    ]


def list_watched(*, round: Round) -> QuerySet[Group]:
    """The groups by number, with how many points each noted and when it last did. Queries: 1."""
    groups = Group.objects.filter(round=round).select_related("topic")
    return groups.annotate(
        point_count=Count("points", filter=Q(points__removed_at__isnull=True)),
        noted_at=Max("points__created_at"),
        removed_at=Max("points__removed_at"),
    ).order_by("ordinal", "pk")


def _expected(round: Round) -> dict[int, set[int]]:
    """Group id to the people who have a place or a role in it. Queries: 2."""
    seats = Assignment.objects.filter(plan__round=round, plan__is_current=True).order_by("pk")
    found: dict[int, set[int]] = {}
    for group, user in seats.values_list("group", "registration__user"):
        found.setdefault(group, set()).add(user)
    for role in list_roles(group__round=round):
        found.setdefault(role.group_id, set()).add(role.user_id)
    return found


def _last_act(group: Group, call: HelpRequest | None) -> datetime | None:
    moments = [getattr(group, name) for name in ("noted_at", "removed_at")]
    return max((at for at in (*moments, call and call.asked_at) if at), default=None)
