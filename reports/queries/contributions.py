"""Reads of contributions, and of the points that none was made of yet."""

from django.db.models import Case, Q, QuerySet, When

from breakouts.models import Point, Topic
from breakouts.queries.points import ALSO, NAMED, PLACED, also_by
from reports.access import own_administrations
from reports.models import Contribution, Edition, SectionSource
from reports.queries.editions import unused_points
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.authorization import scope

ROW = (
    "administration",
    "topic",
    "created_by",
    "submitted_by",
    "point__group__round__session",
)
"""What one row of the list shows, read with it."""


def list_contributions(user: User, *, edition: Edition) -> QuerySet[Contribution]:
    """All of an edition that the person may see, by administration. Queries: 1."""
    rows = scope(Contribution, "reports.view_contribution", user).filter(edition=edition)
    return rows.select_related(*ROW).order_by("administration__name", "created_at", "pk")


def list_reviewable(user: User, *, edition: Edition) -> QuerySet[Contribution]:
    """Those that the person may accept or send back, in no order: what posted ids are looked up in."""
    return scope(Contribution, "reports.review_contribution", user).filter(edition=edition)


def list_own(user: User, *, edition: Edition) -> QuerySet[Contribution]:
    """Those of the person's administrations; withdrawn ones last. Queries: 1."""
    own = own_administrations(user, edition.workshop)
    rows = Contribution.objects.filter(edition=edition, administration__in=own)
    return rows.select_related(*ROW).order_by("administration__name", "created_at", "pk")


def list_claimable(user: User, *, edition: Edition) -> QuerySet[Contribution]:
    """What groups noted without a name. Queries: 1."""
    rows = scope(Contribution, "reports.claim_contribution", user).filter(edition=edition)
    left = rows.exclude(status=Contribution.Status.WITHDRAWN)
    return left.select_related(*ROW).order_by("topic__ordinal", "created_at", "pk")


def list_own_administrations(user: User, *, edition: Edition) -> QuerySet[Administration]:
    return own_administrations(user, edition.workshop).order_by("name", "pk")


def list_askable(*, edition: Edition) -> QuerySet[Administration]:
    """The administrations for which the secretariat may write one: the workshop's, or all."""
    rows = Administration.objects.all()
    if edition.workshop_id is not None:
        rows = rows.filter(delegations__workshop=edition.workshop_id)
    return rows.order_by("name", "pk")


def list_contributing(*, edition: Edition) -> QuerySet[Administration]:
    """The administrations that there is a contribution of: what the list is filtered by."""
    rows = edition.contributions.filter(administration__isnull=False)
    return Administration.objects.filter(pk__in=rows.values("administration")).order_by(
        "name", "pk"
    )


def list_topics(*, edition: Edition) -> QuerySet[Topic]:
    """The topics of the edition's workshop."""
    return Topic.objects.filter(workshop=edition.workshop_id).order_by("ordinal", "pk")


def list_unused_points(*, edition: Edition) -> QuerySet[Point]:
    """Points of the workshop that no contribution was made of: those for the report first. Queries: up to 4."""
    rows = unused_points(edition).select_related("group__round__workshop", "group__topic")
    left = Case(When(marked_at__isnull=True, then=1), default=0)
    return rows.prefetch_related(NAMED, ALSO).order_by(left, *PLACED)


def list_unaccepted(*, edition: Edition) -> QuerySet[Contribution]:
    """Submitted ones that stand in the text and that nobody accepted yet. Queries: 1."""
    printed = SectionSource.objects.filter(
        section__edition=edition, section__removed_at__isnull=True
    )
    rows = Contribution.objects.filter(
        pk__in=printed.values("contribution"), status=Contribution.Status.SUBMITTED
    )
    return rows.select_related("administration").order_by(
        "administration__name", "created_at", "pk"
    )


def list_unused(*, edition: Edition, topic: Topic | None) -> QuerySet[Contribution]:
    """Submitted and accepted ones on a topic that no section's text was made of, with their thread. Queries: up to 4."""
    status = Contribution.Status
    rows = Contribution.objects.filter(
        ~Q(attribution=Contribution.Attribution.SECRETARIAT),
        edition=edition,
        topic=topic,
        status__in=[status.SUBMITTED, status.ACCEPTED],
        sources__isnull=True,
    )
    read = rows.select_related(
        *ROW, "edition__series", "edition__workshop", "point__group__round__workshop"
    ).prefetch_related(also_by("point"))
    return read.order_by("created_at", "pk")
