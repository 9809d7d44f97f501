"""What a person takes part in: the delegations of a focal point, the registrations of a delegate."""

from datetime import datetime

from django.db.models import QuerySet

from events.models import Workshop
from participants.models import Delegation, Registration
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint

OVER = (Workshop.Status.CONCLUDED, Workshop.Status.ARCHIVED, Workshop.Status.CANCELLED)


def list_own_delegations(user: User, *, now: datetime) -> QuerySet[Delegation]:
    """The invited delegations that the person is focal point of, of workshops that are not over."""
    terms = FocalPoint.objects.current(now).filter(user=user)
    invited = Delegation.objects.exclude(status=Delegation.Status.LISTED)
    return (
        invited.filter(administration__in=terms.values("administration"))
        .exclude(workshop__status__in=OVER)
        .select_related("workshop__series", "administration")
        .order_by("workshop__starts_on", "administration__name", "pk")
    )


def list_own_registrations(user: User) -> QuerySet[Registration]:
    """The person's registrations that have not ended, the next workshop first."""
    return (
        Registration.objects.active()
        .filter(user=user)
        .select_related("workshop__series", "delegation__administration")
        .order_by("-workshop__starts_on", "pk")
    )
