"""Reads of delegations: the tracker of the invitation round, its numbers, who would be mailed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events.models import Organiser, Workshop
from participants.models import Delegation, Registration, SeatPolicy
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.authorization import scope
from workshop_portal.mail.models import OutgoingMail

SILENT_AFTER = timedelta(days=7)
"""An invitation that was not opened for so long counts as silence."""


class State(models.TextChoices):
    """How far an administration has come. Computed, never stored; the first that holds counts.

    Declined; nominated somebody; not invited yet; silent: invited, no answer, and not opened for a week
    or nominations are over; opened; invited.
    """

    NOT_INVITED = "not_invited", _("Not invited")
    INVITED = "invited", _("Invited")
    OPENED = "opened", _("Opened")
    NOMINATED = "nominated", _("Nominated")
    DECLINED = "declined", _("Declined")
    SILENT = "silent", _("Silent")


KINDS = {
    State.NOT_INVITED: "off",
    State.INVITED: "wait",
    State.OPENED: "half",
    State.NOMINATED: "done",
    State.DECLINED: "off",
    State.SILENT: "late",
}
"""The shape that stands beside the word of each state."""


def with_state(
    rows: QuerySet[Delegation], *, workshop: Workshop, now: datetime
) -> QuerySet[Delegation]:
    """Annotate `state` on delegations of one workshop."""
    registrations = Registration.objects.filter(delegation=OuterRef("pk")).active()
    silent = Q(opened_at__isnull=True, invited_at__lte=now - SILENT_AFTER)
    if nominations_are_over(workshop, now):
        silent = Q(invited_at__isnull=False)
    return rows.annotate(
        state=Case(
            When(status=Delegation.Status.DECLINED, then=Value(State.DECLINED)),
            When(Exists(registrations), then=Value(State.NOMINATED)),
            When(status=Delegation.Status.LISTED, then=Value(State.NOT_INVITED)),
            When(silent, then=Value(State.SILENT)),
            When(opened_at__isnull=False, then=Value(State.OPENED)),
            default=Value(State.INVITED),
            output_field=CharField(),
        )
    )


def nominations_are_over(workshop: Workshop, now: datetime) -> bool:
    """Whether the hour has passed, or the workshop is past its nominations."""
    status = Workshop.Status
    return workshop.status not in {status.DRAFT, status.PUBLISHED, status.NOMINATIONS_OPEN} or (
        workshop.nominations_close_at is not None and workshop.nominations_close_at <= now
    )


def list_delegations(user: User, *, workshop: Workshop, now: datetime) -> QuerySet[Delegation]:
    """Those the person may see, by the administration's name. Queries: 2.

    Each with `state`, `waiting`, `is_host`, `in_office`.
    """
    rows = scope(Delegation, "participants.view_delegation", user).filter(workshop=workshop)
    return _with_people(with_state(rows, workshop=workshop, now=now), now)


def list_invitable(user: User, *, workshop: Workshop, now: datetime) -> QuerySet[Delegation]:
    """Those that the person may invite, with `state`, `in_office`: what posted ids are looked up in."""
    rows = scope(Delegation, "participants.invite_delegation", user).filter(workshop=workshop)
    return _with_people(with_state(rows, workshop=workshop, now=now), now)


def list_in_states(
    *, workshop: Workshop, states: Iterable[State], now: datetime
) -> QuerySet[Delegation]:
    """For reminders: the delegations that stand there now, with `in_office`."""
    rows = with_state(workshop.delegations.all(), workshop=workshop, now=now)
    return _with_people(rows.filter(Q(("state__in", list(states)))), now)


def count_states(*, workshop: Workshop, now: datetime) -> dict[State, int]:
    """How many stand where; states without any are 0. Queries: 1."""
    counts, _asked = count_states_and_asked(workshop=workshop, now=now)
    return counts


def count_states_and_asked(*, workshop: Workshop, now: datetime) -> tuple[dict[State, int], int]:
    """How many stand where, and how many an invitation was sent to, whatever came of it. Queries: 1."""
    rows = with_state(workshop.delegations.order_by(), workshop=workshop, now=now)
    counts = {state.value: Count("pk", filter=Q(("state", state.value))) for state in State}
    counted = rows.aggregate(**counts, asked=Count("invited_at"))
    return {state: counted[state.value] for state in State}, counted["asked"]


def list_without_focal_point(
    *, workshops: Iterable[Workshop], now: datetime
) -> QuerySet[Delegation]:
    """Those that cannot be invited, as nobody is in office; without those that nominated by letter."""
    current = FocalPoint.objects.current(now).filter(administration=OuterRef("administration"))
    nominated = Registration.objects.filter(delegation=OuterRef("pk")).active()
    listed = Delegation.objects.filter(workshop__in=workshops, status=Delegation.Status.LISTED)
    rows = listed.filter(~Exists(current), ~Exists(nominated))
    return rows.select_related("administration").order_by("administration__name", "pk")


def list_addable_administrations(*, workshop: Workshop) -> QuerySet[Administration]:
    """Administrations in use that are not on the list of the workshop yet."""
    listed = workshop.delegations.values("administration")
    rows = Administration.objects.filter(is_active=True).exclude(pk__in=listed)
    return rows.order_by("name", "pk")


def get_seat_policy(workshop: Workshop) -> SeatPolicy:
    """The workshop's, or the usual numbers where none was set; not saved."""
    return SeatPolicy.objects.filter(workshop=workshop).first() or SeatPolicy(workshop=workshop)


def find_hosts(workshop: Workshop) -> set[int]:
    """The administrations that host it. Queries: 1."""
    return set(_hosts(workshop).order_by("pk").values_list("administration", flat=True))


def _hosts(workshop: Any) -> QuerySet[Organiser]:
    return Organiser.objects.filter(workshop=workshop, role=Organiser.Role.HOST)


def recipients_of(delegation: Delegation) -> list[User]:
    """Who gets the mails of a delegation: the focal point, else every deputy. Reads `in_office`."""
    return _recipients(delegation.administration.in_office)  # type: ignore[attr-defined]  # prefetched


def find_recipients(administrations: Iterable[int], *, now: datetime) -> dict[int, list[User]]:
    """The same of several administrations; those without anybody in office are left out. Queries: 1."""
    terms = FocalPoint.objects.current(now).filter(administration__in=list(administrations))
    found: dict[int, list[FocalPoint]] = {}
    for term in terms.select_related("user").order_by("-kind", "starts_at", "pk"):
        found.setdefault(term.administration_id, []).append(term)
    return {administration: _recipients(held) for administration, held in found.items()}


def _recipients(terms: list[FocalPoint]) -> list[User]:
    main = [term.user for term in terms if term.kind == FocalPoint.Kind.FOCAL_POINT]
    return main or [term.user for term in terms]


def list_invitation_mails(*, delegation: Delegation) -> QuerySet[OutgoingMail]:
    """The invitations sent to an administration, newest first."""
    mails = OutgoingMail.objects.filter(
        template="participants/invitation", params__delegation=delegation.pk
    )
    return mails.select_related("recipient").order_by("-created_at", "-pk")


def _with_people(rows: QuerySet[Delegation], now: datetime) -> QuerySet[Delegation]:
    waiting = Registration.objects.filter(
        delegation=OuterRef("pk"), status=Registration.Status.WAITING
    )
    counted = waiting.order_by().values("delegation").annotate(number=Count("pk"))
    in_office = FocalPoint.objects.current(now).select_related("user")
    return (
        rows.select_related("administration")
        .annotate(
            waiting=Coalesce(counted.values("number"), 0),
            is_host=Exists(
                _hosts(OuterRef("workshop")).filter(administration=OuterRef("administration"))
            ),
        )
        .prefetch_related(
            Prefetch(
                "administration__focal_points",
                queryset=in_office.order_by("-kind", "starts_at", "pk"),
                to_attr="in_office",
            )
        )
        .order_by("administration__name", "pk")
    )
