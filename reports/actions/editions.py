"""Report series, their editions, and the proposals of an edition."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Workshop
from reports.models import Edition, Proposal, ReportSeries
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class SlugTakenError(Refusal):
    """Each report has an address of its own."""

    message = _("Another report has this address already.")


class EditionAdoptedError(Refusal):
    """An adopted edition is immutable: text, contributions and proposals."""

    message = _("This edition is adopted; its text does not change any more.")


class EditionOfOtherSeriesError(Refusal):
    """An edition carries on from an earlier one of its own report."""

    message = _("The earlier edition is one of another report.")


class EditionExistsError(Refusal):
    """The report has that edition for that workshop: the form was probably sent twice."""

    message = _("This report already has an edition with this title for this workshop.")


class ContributionsOverError(Refusal):
    """Contributions would close before now."""

    message = _("This day is over. Name a later one.")


class ProposalExistsError(Refusal):
    """The same words: the form was probably sent twice."""

    message = _("This edition already has this proposal.")


class EndOfListError(Refusal):
    """Nothing stands before the first, nor after the last."""

    message = _("It cannot be moved further.")


class ProposalGoneError(Refusal):
    """It was removed in the meantime."""

    message = _("This proposal was removed in the meantime.")


@transaction.atomic
def create_report_series(*, title: str, slug: str, by: User) -> ReportSeries:
    """A report to be updated again and again. Raises: SlugTakenError."""
    series, is_new = ReportSeries.objects.get_or_create(slug=slug, defaults={"title": title})
    if not is_new:
        raise SlugTakenError
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
    """The next edition of the series, collecting contributions. Locks: the series.

    Raises: EditionOfOtherSeriesError, EditionExistsError, ContributionsOverError.
    """
    _refuse_past(contributions_close_at)
    series = ReportSeries.objects.select_for_update().get(pk=series.pk)
    if based_on is not None and based_on.series_id != series.pk:
        raise EditionOfOtherSeriesError
    if series.editions.filter(workshop=workshop, title=title).exists():
        raise EditionExistsError
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
def edit_edition(
    *, edition: Edition, title: str, contributions_close_at: datetime | None, by: User
) -> Edition:
    """Its title, and until when administrations may contribute; a day that was there already may be over.

    Locks: the edition. Raises: EditionAdoptedError, ContributionsOverError.
    """
    edition = lock_edition(edition)
    changes = changed(edition, title=title, contributions_close_at=contributions_close_at)
    if "contributions_close_at" in changes:
        _refuse_past(contributions_close_at)
    if changes:
        edition.save(update_fields=list(changes))
        record("reports.edition_changed", by=by, target=edition, context=edition, changes=changes)
    return edition


def _refuse_past(closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= timezone.now():
        raise ContributionsOverError


def lock_edition(edition: Edition) -> Edition:
    """Read the edition again and hold it: every write of what belongs to it begins here.

    Raises: EditionAdoptedError.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.is_adopted:
        raise EditionAdoptedError
    return edition


# Proposals ----------------------------------------------------------------------------------------


@transaction.atomic
def add_proposal(*, edition: Edition, title: str, text: str, by: User) -> Proposal:
    """What Members are asked to agree to, after those that are there.

    Locks: the edition. Raises: EditionAdoptedError, ProposalExistsError.
    """
    edition = lock_edition(edition)
    if edition.proposals.filter(title=title, text=text).exists():
        raise ProposalExistsError
    last = edition.proposals.aggregate(last=Max("ordinal"))["last"] or 0
    proposal = Proposal.objects.create(
        edition=edition, ordinal=last + 1, title=title, text=text, created_by=by
    )
    record("reports.proposal_added", by=by, target=proposal, context=edition)
    return proposal


@transaction.atomic
def edit_proposal(*, proposal: Proposal, title: str, text: str, by: User) -> Proposal:
    """Locks: the edition. Raises: EditionAdoptedError, ProposalGoneError."""
    edition = lock_edition(proposal.edition)
    proposal = _read_again(edition, proposal)
    changes = changed(proposal, title=title, text=text)
    if changes:
        proposal.save(update_fields=list(changes))
        record("reports.proposal_edited", by=by, target=proposal, context=edition, changes=changes)
    return proposal


@transaction.atomic
def move_proposal(*, proposal: Proposal, up: bool, by: User) -> Proposal:
    """Change places with the one before, or after. Locks: the edition.

    Raises: EditionAdoptedError, ProposalGoneError, EndOfListError.
    """
    edition = lock_edition(proposal.edition)
    rows = list(edition.proposals.order_by("ordinal", "pk"))
    place = rows.index(_read_again(edition, proposal))
    other_place = place - 1 if up else place + 1
    if not 0 <= other_place < len(rows):
        raise EndOfListError
    row, other = rows[place], rows[other_place]
    before, after, free = row.ordinal, other.ordinal, rows[-1].ordinal + 1
    for each, ordinal in ((row, free), (other, before), (row, after)):
        each.ordinal = ordinal  # by way of a free number: no two may be the same at any time
        each.save(update_fields=["ordinal"])
    record(
        "reports.proposal_moved",
        by=by,
        target=row,
        context=edition,
        changes={"ordinal": (before, after)},
    )
    return row


@transaction.atomic
def remove_proposal(*, proposal: Proposal, by: User) -> None:
    """The record keeps what it said. Locks: the edition. Raises: EditionAdoptedError, ProposalGoneError."""
    edition = lock_edition(proposal.edition)
    proposal = _read_again(edition, proposal)
    record(
        "reports.proposal_removed",
        by=by,
        target=proposal,
        context=edition,
        changes={"title": (proposal.title, None), "text": (proposal.text, None)},
    )
    proposal.delete()


def _read_again(edition: Edition, proposal: Proposal) -> Proposal:
    """Raises: ProposalGoneError."""
    row = edition.proposals.filter(pk=proposal.pk).first()
    if row is None:
        raise ProposalGoneError
    return row
