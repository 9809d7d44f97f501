"""Reads of report series, editions and proposals."""

from collections.abc import Iterable

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from breakouts.models import Point
from breakouts.queries.points import STANDING
from events.models import Workshop
from reports.models import CompilationRun, Contribution, Edition, Proposal, ReportSeries
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope


def list_editions(user: User) -> QuerySet[Edition]:
    """The editions that the person runs or contributes to, by report, the newest first. Queries: 1."""
    rows = scope(Edition, "reports.reach_edition", user).select_related(
        "series", "workshop__series"
    )
    status = Contribution.Status
    submitted = Q(contributions__status__in=[status.SUBMITTED, status.ACCEPTED])
    counted = rows.annotate(submitted=Count("contributions", filter=submitted, distinct=True))
    return counted.order_by("series__title", "series", "-number", "-pk")


def list_editions_on_record(workshop: Workshop, user: User) -> list[Model]:
    """The editions that the workshop feeds and the person runs: their record is a part of the workshop's. Queries: 1."""
    rows = scope(Edition, "reports.view_edition", user).filter(workshop=workshop)
    return list(rows.order_by("number", "pk"))


def list_run(user: User) -> set[int]:
    """The keys of the editions that the person runs. Queries: 1."""
    rows = scope(Edition, "reports.view_edition", user)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def list_series() -> QuerySet[ReportSeries]:
    return ReportSeries.objects.order_by("title", "pk")


def get_edition_of(workshop: Workshop) -> Edition | None:
    """The newest edition that the workshop feeds. Queries: 1."""
    rows = Edition.objects.filter(workshop=workshop).select_related("series")
    return rows.order_by("-number", "-pk").first()


def list_proposals(*, edition: Edition) -> QuerySet[Proposal]:
    return edition.proposals.select_related("created_by").order_by("ordinal", "pk")


def get_last_run(*, edition: Edition) -> CompilationRun | None:
    return edition.compilations.order_by("-created_at", "-pk").first()


def count_contributions(*, edition: Edition) -> dict[str, int]:
    """How many stand in each state. Queries: 1."""
    rows = edition.contributions.values_list("status").annotate(count=Count("pk"))
    return dict(rows.order_by("status"))


def count_submitted(*, editions: Iterable[Edition]) -> dict[int, int]:
    """By edition how many contributions wait to be read, where there are any. Queries: 1."""
    rows = Contribution.objects.filter(
        edition__in=editions, status=Contribution.Status.SUBMITTED
    ).values_list("edition")
    return dict(rows.annotate(count=Count("pk")).order_by("edition"))


def count_unused_points(*, edition: Edition) -> int:
    """Points of the workshop that no contribution was made of. Queries: 1."""
    return unused_points(edition).count()


def unused_points(edition: Edition) -> QuerySet[Point]:
    """Each point once, where neither it nor one merged into it is used. In no order."""
    same = Q(point=OuterRef("pk")) | Q(point__merged_into=OuterRef("pk"))
    return Point.objects.filter(
        STANDING,
        ~Exists(Contribution.objects.filter(same)),
        group__round__workshop=edition.workshop_id,
    )


def count_marked_points(*, edition: Edition) -> int:
    """Those of them that are marked for the report. Queries: 1."""
    return unused_points(edition).filter(marked_at__isnull=False).count()


def list_newest_editions(workshops: Iterable[int]) -> dict[int, Edition]:
    """The newest edition that each workshop feeds, by the workshop's key. Queries: 1."""
    rows = Edition.objects.filter(workshop__in=set(workshops)).select_related("series")
    return {row.workshop_id: row for row in rows.order_by("number", "pk") if row.workshop_id}
