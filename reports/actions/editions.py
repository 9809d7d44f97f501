"""Report series, their editions, and the proposals of an edition."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from events.models import Workshop
from reports.models import Edition, Proposal, ReportSeries
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record


@transaction.atomic
def create_report_series(*, title: str, slug: str, by: User) -> ReportSeries:
    series = ReportSeries.objects.create(title=title, slug=slug)
    record("reports.series_created", by=by, target=series)
    return series


@transaction.atomic
def start_edition(
    *,
    series: ReportSeries,
    workshop: Workshop | None,
    title: str,
    based_on: Edition | None = None,
    contributions_close_at: datetime | None = None,
    by: User,
) -> Edition:
    """The next edition of the series, collecting contributions. Locks: the series."""
    series = ReportSeries.objects.select_for_update().get(pk=series.pk)
    last = series.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition.objects.create(
        series=series,
        number=last + 1,
        workshop=workshop,
        title=title,
        based_on=based_on,
        contributions_close_at=contributions_close_at,
    )
    record("reports.edition_started", by=by, target=edition, context=workshop)
    return edition


@transaction.atomic
def add_proposal(*, edition: Edition, title: str, text: str, by: User) -> Proposal:
    """What Members are asked to agree to, after those that are there. Locks: the edition."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    last = edition.proposals.aggregate(last=Max("ordinal"))["last"] or 0
    proposal = Proposal.objects.create(
        edition=edition, ordinal=last + 1, title=title, text=text, created_by=by
    )
    record("reports.proposal_added", by=by, target=proposal, context=edition)
    return proposal
