"""What administrations give to an edition: written as a draft, submitted as their one version."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models import Topic
from reports.models import Contribution, Edition
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import changed, record

TEMPLATE = (
    "background",
    "challenge",
    "practice",
    "implementation",
    "results",
    "lessons",
    "contact",
)
"""The fields of the structured template, in its order."""


class EditionAdoptedError(Exception):
    """The edition's text is frozen."""

    message = _("This edition is adopted: nothing of it can be changed.")


class NotADraftError(Exception):
    """Only a draft is submitted."""

    message = _("This contribution was submitted already.")


@transaction.atomic
def write_contribution(
    *,
    edition: Edition,
    administration: Administration | None,
    kind: str,
    topic: Topic | None,
    title: str,
    values: Mapping[str, str],
    attribution: str = Contribution.Attribution.NAMED,
    is_demo: bool = False,
    by: User,
) -> Contribution:
    """A draft of an administration. Locks: the edition. Raises: EditionAdoptedError, KeyError."""
    if unknown := set(values) - set(TEMPLATE):
        raise KeyError(", ".join(sorted(unknown)))
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.status == Edition.Status.ADOPTED:
        raise EditionAdoptedError
    contribution = Contribution.objects.create(
        edition=edition,
        administration=administration,
        kind=kind,
        topic=topic,
        title=title,
        attribution=attribution,
        is_demo=is_demo,
        created_by=by,
        **values,
    )
    record("reports.contribution_written", by=by, target=contribution, context=edition)
    return contribution


@transaction.atomic
def submit_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Give the draft as the administration's version. Locks: the row. Raises: NotADraftError."""
    row = Contribution.objects.select_for_update().get(pk=contribution.pk)
    if row.status != Contribution.Status.DRAFT:
        raise NotADraftError
    changes = changed(row, status=Contribution.Status.SUBMITTED)
    row.submitted_at, row.submitted_by = timezone.now(), by
    row.save(update_fields=["status", "submitted_at", "submitted_by"])
    record(
        "reports.contribution_submitted", by=by, target=row, context=row.edition, changes=changes
    )
    return row
