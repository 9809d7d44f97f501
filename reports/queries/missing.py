"""Which administrations of a workshop have not given anything to its edition, and whom that is asked of."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from events.models import Workshop
from participants.audiences import Recipient, Size
from participants.models import Delegation
from participants.queries.reminders import (
    includes_focal_points,
    list_focal_points,
    list_invited,
    size_of_administrations,
)
from reports.models import Contribution, Edition
from reports.queries.editions import get_edition_of

GIVEN = (Contribution.Status.SUBMITTED, Contribution.Status.ACCEPTED)


def list_contribution_missing(workshop: Workshop, now: datetime) -> list[Recipient]:
    """Who is in office for the invited that gave nothing while the edition is open. Queries: 4."""
    silent = set(_silent(workshop, now).values_list("pk", flat=True))
    if not silent:
        return []
    everybody = list_focal_points(workshop, now)
    return [each for each in everybody if each.params["delegation"] in silent]


def includes_contribution_missing(workshop: Workshop, recipient: Recipient, now: datetime) -> bool:
    """Queries: up to 3."""
    silent = _silent(workshop, now).filter(pk=recipient.params.get("delegation", 0))
    return silent.exists() and includes_focal_points(workshop, recipient, now)


def count_contribution_missing(workshop: Workshop, now: datetime) -> Size:
    """Queries: 3."""
    return size_of_administrations(_silent(workshop, now).count(), list_invited(workshop).count())


def _silent(workshop: Workshop, now: datetime) -> QuerySet[Delegation]:
    """Those invited that gave nothing; nobody without an edition, or once it is closed. In no order. Queries: 1."""
    edition = get_edition_of(workshop)
    if edition is None or edition.is_closed(now):
        return Delegation.objects.none()
    return list_invited(workshop).filter(~Exists(_given(edition)))


def _given(edition: Edition) -> QuerySet[Contribution]:
    return Contribution.objects.filter(
        edition=edition, administration=OuterRef("administration"), status__in=GIVEN
    )
