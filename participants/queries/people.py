"""What people take part in, for who looks for a person."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from participants.models import Registration
from workshop_portal.accounts.involvements import Involvement
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope

STATUS_KINDS = {
    Registration.Status.NOMINATED: "half",
    Registration.Status.WAITING: "wait",
    Registration.Status.APPROVED: "done",
    Registration.Status.CONFIRMED: "done",
    Registration.Status.DECLINED: "off",
    Registration.Status.WITHDRAWN: "off",
    Registration.Status.REPLACED: "off",
}
"""The shape of each state."""


def find_registrations(people: Sequence[User], by: User) -> Iterator[tuple[int, Involvement]]:
    """Their administrations, and their workshops with the state, the newest first. Queries: 1."""
    rows = (
        scope(Registration, "participants.review_registration", by)
        .filter(user__in=people)
        .select_related("workshop", "delegation__administration")
        .order_by("-workshop__starts_on", "-pk")
    )
    for row in rows:
        administration = row.delegation.administration
        yield (
            row.user_id,
            Involvement(
                place="administration",
                text=administration.name,
                url=reverse("administrations:administration-detail", args=[administration.code]),
            ),
        )
        yield (
            row.user_id,
            Involvement(
                place="workshop",
                text=row.workshop.name,
                url=reverse(
                    "participants:registration-detail", args=[row.workshop.slug, row.public_id]
                ),
                state=row.get_status_display(),
                kind=STATUS_KINDS[Registration.Status(row.status)],
            ),
        )
