"""What the secretariat makes of submitted contributions: accepted, or sent back with what is to be changed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.actions.contributions import (
    NotSubmittedError,
    lock_with_editions,
    reopen_as_draft,
    set_status,
)
from reports.mails import contribution_sent_back
from reports.models import Contribution
from workshop_portal.accounts.models import User
from workshop_portal.administrations.queries import list_current_focal_points
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Contribution.Status


class CommentMissingError(Refusal):
    """Who sends back says what is to be changed."""

    message = _("Say what is to be changed: the administration reads it.")


def accept_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Take it into the report as it stands; see `accept_contributions`."""
    return accept_contributions(contributions=[contribution], by=by)[0]


@transaction.atomic
def accept_contributions(*, contributions: Iterable[Contribution], by: User) -> list[Contribution]:
    """Take submitted ones into the report, all or none. Locks: the editions, the rows.

    Raises: EditionAdoptedError, NotSubmittedError.
    """
    rows = lock_with_editions(contributions)
    if any(row.status != Status.SUBMITTED for row in rows):
        raise NotSubmittedError
    for row in rows:
        row.version += 1
    set_status(rows, Status.ACCEPTED, "reports.contribution_accepted", actor=lambda _row: by)
    return rows


@transaction.atomic
def send_back_contribution(*, contribution: Contribution, comment: str, by: User) -> Contribution:
    """A draft again, with what is to be changed. Locks: the edition, the row.

    Raises: EditionAdoptedError, NotSubmittedError, CommentMissingError. Sends: what is to be changed, to who
    submitted it and to who is in office for the administration.
    """
    if not comment.strip():
        raise CommentMissingError
    row = lock_with_editions([contribution])[0]
    if not row.may_become(Status.DRAFT):
        raise NotSubmittedError
    now = timezone.now()
    before, people = row.comment, _people_of(row, now) - {by}
    row.sent_back_at, row.sent_back_by, row.comment = now, by, comment
    reopen_as_draft(
        row,
        "reports.contribution_sent_back",
        fields=["sent_back_at", "sent_back_by", "comment"],
        changes={"comment": (before, comment)},
        by=by,
    )
    told = sorted(people, key=lambda person: person.pk)
    queue_mails(contribution_sent_back(row, told, now), by=by)
    return row


def _people_of(row: Contribution, now: datetime) -> set[User]:
    """Who answers for it: who submitted it, and who is in office. Queries: 1."""
    own = [] if row.administration is None else [row.administration]
    terms = list_current_focal_points(administrations=own, now=now)
    people = {term.user for term in terms}
    return people | {row.submitted_by} if row.submitted_by else people
