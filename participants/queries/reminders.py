"""Reads of the mail plan: its rows, what they count from, and who is in each audience now."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TypeAlias

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Session, Workshop
from participants.audiences import Recipient, Size
from participants.models import Delegation, PlannedReminder, Registration
from participants.queries.delegations import State, list_in_states, recipients_of
from workshop_portal.administrations.models import FocalPoint

Moments: TypeAlias = dict[str, datetime | None]
"""What rows of a plan count from, by `PlannedReminder.Anchor`."""

Anchor = PlannedReminder.Anchor
USUAL_START, USUAL_END = time(9), time(17)
"""Where the agenda of the first or of the last day is still empty."""
INSTANT = timedelta(microseconds=1)
"""A session that ends at midnight is one of the day before."""

UNSENT = (Workshop.Status.DRAFT, Workshop.Status.POSTPONED, Workshop.Status.CANCELLED)
"""Workshops that rest: nothing of their plan is sent, and nobody is told that they take part."""


def list_reminders(*, workshop: Workshop) -> QuerySet[PlannedReminder]:
    """The rows of a plan, in no order of time: that is computed."""
    return workshop.planned_reminders.order_by("pk")


def list_active_reminders() -> QuerySet[PlannedReminder]:
    """Rows of every plan that runs. Queries: 1."""
    rows = PlannedReminder.objects.filter(is_active=True).exclude(workshop__status__in=UNSENT)
    return rows.select_related("workshop").order_by("workshop", "pk")


def get_moments(workshops: Iterable[Workshop]) -> dict[int, Moments]:
    """Start, end and close of nominations, by workshop. Queries: 1.

    The first session begins the workshop and the last ends it, if they are on its first and last day:
    an agenda that is not complete moves no mail into the middle of the workshop.
    """
    known = {workshop.pk: workshop for workshop in workshops}
    spans = (
        Session.objects.filter(workshop__in=known)
        .order_by("workshop")
        .values_list("workshop")
        .annotate(first=Min("starts_at"), last=Max("ends_at"))
    )
    agenda = {pk: (first, last) for pk, first, last in spans}
    return {
        pk: _moments_of(workshop, *agenda.get(pk, (None, None))) for pk, workshop in known.items()
    }


def _moments_of(workshop: Workshop, first: datetime | None, last: datetime | None) -> Moments:
    """`first`, `last`: when the first session begins and the last one ends."""
    zone = workshop.zone
    if first is None or first.astimezone(zone).date() != workshop.starts_on:
        first = datetime.combine(workshop.starts_on, USUAL_START, zone)
    if last is None or (last.astimezone(zone) - INSTANT).date() != workshop.ends_on:
        last = datetime.combine(workshop.ends_on, USUAL_END, zone)
    return {
        Anchor.START: first,
        Anchor.END: last,
        Anchor.NOMINATIONS_CLOSE: workshop.nominations_close_at,
    }


# Audiences of administrations ---------------------------------------------------------------------


def list_nominations_missing(workshop: Workshop, now: datetime) -> list[Recipient]:
    """Who is in office for the invited that neither nominated nor declined, while they can. Queries: 2."""
    if not workshop.takes_nominations(now):
        return []
    return _in_office(workshop, (State.INVITED, State.OPENED, State.SILENT), now)


def includes_nominations_missing(workshop: Workshop, recipient: Recipient, now: datetime) -> bool:
    return workshop.takes_nominations(now) and _holds_office(_silent(workshop), recipient, now)


def count_nominations_missing(workshop: Workshop, now: datetime) -> Size:
    """Queries: 1, none while nobody can nominate."""
    if not workshop.takes_nominations(now):
        return Size(count=0, words=_("Nominations are not open."))
    invited = workshop.delegations.filter(status=Delegation.Status.INVITED)
    return size_of_administrations(*_count(invited, Q(~_has_nominated()), now))


def list_focal_points(workshop: Workshop, now: datetime) -> list[Recipient]:
    """Who is in office for the invited and for those that nominated by letter. Queries: 2."""
    states = (State.INVITED, State.OPENED, State.SILENT, State.NOMINATED)
    return _in_office(workshop, states, now)


def includes_focal_points(workshop: Workshop, recipient: Recipient, now: datetime) -> bool:
    return _holds_office(list_invited(workshop), recipient, now)


def count_focal_points(workshop: Workshop, now: datetime) -> Size:
    """Queries: 1."""
    reached, _all, unreached = _count(list_invited(workshop), Q(), now)
    words = ngettext("%(count)d administration", "%(count)d administrations", reached)
    return Size(count=reached, words=_apart(words % {"count": reached}, unreached))


def list_to_invite(workshop: Workshop, now: datetime) -> list[Recipient]:
    """Who is in office for those on the list. Queries: 2."""
    return _in_office(workshop, (State.NOT_INVITED,), now)


def includes_to_invite(workshop: Workshop, recipient: Recipient, now: datetime) -> bool:
    listed = workshop.delegations.filter(status=Delegation.Status.LISTED)
    return _holds_office(listed.filter(~_has_nominated()), recipient, now)


def count_to_invite(workshop: Workshop, now: datetime) -> Size:
    """Queries: 1."""
    listed = Q(status=Delegation.Status.LISTED) & Q(~_has_nominated())
    return size_of_administrations(*_count(workshop.delegations.all(), listed, now))


def list_told(workshop: Workshop, now: datetime) -> list[Recipient]:
    """Everybody who counts on the workshop, each once: those taking part, then those in office.

    They are told that it is cancelled, postponed or has other days. Queries: 3.
    """
    states = (State.INVITED, State.OPENED, State.SILENT, State.NOMINATED, State.DECLINED)
    found: dict[int, Recipient] = {}
    for each in [*list_participants(workshop, now), *_in_office(workshop, states, now)]:
        found.setdefault(each.user.pk, each)
    return list(found.values())


def count_told(workshop: Workshop) -> int:
    """Queries: 3."""
    return sum(each.user.is_active for each in list_told(workshop, timezone.now()))


# Audiences of people ------------------------------------------------------------------------------


def list_participants(workshop: Workshop, _now: datetime) -> list[Recipient]:
    """Approved or confirmed. Queries: 1."""
    return _registered(workshop, Registration.TAKING_PART)


def includes_participants(workshop: Workshop, recipient: Recipient, _now: datetime) -> bool:
    return _is_registered(workshop, recipient, Registration.TAKING_PART)


def count_participants(workshop: Workshop, _now: datetime) -> Size:
    """Queries: 1."""
    number = Registration.objects.filter(workshop=workshop).taking_part().count()
    words = ngettext("%(count)d person", "%(count)d people", number)
    return Size(count=number, words=words % {"count": number})


def list_profile_missing(workshop: Workshop, _now: datetime) -> list[Recipient]:
    """Approved, not confirmed. Queries: 1."""
    return _registered(workshop, (Registration.Status.APPROVED,))


def includes_profile_missing(workshop: Workshop, recipient: Recipient, _now: datetime) -> bool:
    return _is_registered(workshop, recipient, (Registration.Status.APPROVED,))


def count_profile_missing(workshop: Workshop, _now: datetime) -> Size:
    """Queries: 1."""
    approved = Q(status=Registration.Status.APPROVED)
    rows = Registration.objects.filter(workshop=workshop).taking_part()
    counted = rows.aggregate(some=Count("pk", filter=approved), all=Count("pk"))
    words = _("%(some)d of %(all)d people") % counted
    return Size(count=counted["some"], words=words)


# Parts --------------------------------------------------------------------------------------------


def _has_nominated() -> Exists:
    return Exists(Registration.objects.filter(delegation=OuterRef("pk")).active())


def _silent(workshop: Workshop) -> QuerySet[Delegation]:
    invited = workshop.delegations.filter(status=Delegation.Status.INVITED)
    return invited.filter(~_has_nominated())


def list_invited(workshop: Workshop) -> QuerySet[Delegation]:
    """The invited that did not decline, and those that nominated by letter; in no order."""
    asked = workshop.delegations.exclude(status=Delegation.Status.DECLINED)
    return asked.filter(Q(status=Delegation.Status.INVITED) | _has_nominated())


def _count(rows: QuerySet[Delegation], wanted: Q, now: datetime) -> tuple[int, int, int]:
    """How many of `rows` are wanted and can be mailed; how many there are; how many wanted have nobody in office."""
    current = FocalPoint.objects.current(now).filter(administration=OuterRef("administration"))
    counted = rows.aggregate(
        some=Count("pk", filter=wanted & Q(Exists(current))),
        all=Count("pk"),
        unreached=Count("pk", filter=wanted & Q(~Exists(current))),
    )
    return counted["some"], counted["all"], counted["unreached"]


def _in_office(workshop: Workshop, states: Iterable[State], now: datetime) -> list[Recipient]:
    return [
        Recipient(user=person, params={"delegation": row.pk})
        for row in list_in_states(workshop=workshop, states=states, now=now)
        for person in recipients_of(row)
    ]


def _holds_office(rows: QuerySet[Delegation], recipient: Recipient, now: datetime) -> bool:
    """Whether the delegation is still among `rows` and the person in office. Queries: 1."""
    terms = FocalPoint.objects.current(now).filter(user=recipient.user)
    held = rows.filter(administration__in=terms.values("administration"))
    return held.filter(pk__in=[recipient.params.get("delegation", 0)]).exists()


def _registered(workshop: Workshop, statuses: Iterable[str]) -> list[Recipient]:
    rows = Registration.objects.filter(workshop=workshop, status__in=list(statuses))
    return [
        Recipient(user=row.user, params={"registration": row.pk})
        for row in rows.select_related("user").only(*_PERSON).order_by("pk")
    ]


_PERSON = ("pk", "user", "user__email", "user__language", "user__time_zone", "user__is_active")
"""What planning a mail reads of a registration and its person."""


def _is_registered(workshop: Workshop, recipient: Recipient, statuses: Iterable[str]) -> bool:
    rows = Registration.objects.filter(workshop=workshop, status__in=list(statuses))
    return rows.filter(
        pk__in=[recipient.params.get("registration", 0)], user=recipient.user
    ).exists()


def size_of_administrations(some: int, total: int, unreached: int = 0) -> Size:
    """So many of so many administrations; apart, those that no mail can reach."""
    words = ngettext(
        "%(some)d of %(all)d administration", "%(some)d of %(all)d administrations", total
    )
    return Size(count=some, words=_apart(words % {"some": some, "all": total}, unreached))


def _apart(words: str, unreached: int) -> str:
    if not unreached:
        return words
    return f"{words}, {_('%(count)d without a focal point') % {'count': unreached}}"
