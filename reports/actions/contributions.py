"""What administrations give to an edition: drafts and submissions. What the secretariat makes of them: `review`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models import Topic
from reports.access import own_administrations
from reports.actions.editions import lock_edition
from reports.models import Contribution, Edition
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import Changes, changed, entry, record, record_many
from workshop_portal.refusals import Refusal

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

EDITABLE = (*TEMPLATE, "kind", "topic", "title", "attribution")

Status = Contribution.Status


class ContributionChangedError(Refusal):
    """Somebody of the administration saved a newer version meanwhile.

    `theirs` is the row as it stands; `yours` are the values that were not stored.
    """

    message = _("Changed by a colleague.")

    def __init__(self, *, yours: Mapping[str, Any], theirs: Contribution) -> None:
        self.yours, self.theirs = yours, theirs


class ContributionExistsError(Refusal):
    """The administration has that draft: the form was probably sent twice."""

    message = _("There is already a draft of this kind with this title.")


class NotADraftError(Refusal):
    """Only drafts are written on and submitted."""

    message = _("This contribution is not a draft any more.")


class NotSubmittedError(Refusal):
    """Only what was submitted is accepted, sent back or taken back."""

    message = _("This contribution is not submitted.")


class WithdrawnError(Refusal):
    """A withdrawn contribution has ended."""

    message = _("This contribution was withdrawn already.")


class AlreadyNamedError(Refusal):
    """Only contributions without an administration are claimed."""

    message = _("This contribution has its administration already.")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One contribution to be written.

    `is_entered`: by who runs the edition, for the administration. `author`: who wrote it, where that is not who acts.
    """

    administration: Administration | None
    kind: str
    topic: Topic | None
    title: str
    values: Mapping[str, str]
    attribution: str = Contribution.Attribution.NAMED
    is_demo: bool = False
    is_entered: bool = False
    author: User | None = None


# Writing ------------------------------------------------------------------------------------------


def write_contribution(*, edition: Edition, draft: Draft, by: User) -> Contribution:
    """A draft of an administration; see `write_contributions`."""
    return write_contributions(edition=edition, drafts=[draft], by=by)[0]


@transaction.atomic
def write_contributions(
    *, edition: Edition, drafts: Iterable[Draft], by: User
) -> list[Contribution]:
    """Drafts of administrations. `values`: fields of `TEMPLATE`.

    Locks: the edition. Raises: EditionAdoptedError, ContributionExistsError, KeyError. Queries: 4 for up to 30 rows; SQLite
    takes more of them in parts.
    """
    edition = lock_edition(edition)
    drafts = list(drafts)
    _guard_new(edition, drafts)
    now = timezone.now()
    rows = []
    for draft in drafts:
        _check_names(draft.values, TEMPLATE)
        rows.append(
            Contribution(
                edition=edition,
                administration=draft.administration,
                kind=draft.kind,
                topic=draft.topic,
                title=draft.title,
                attribution=draft.attribution,
                is_demo=draft.is_demo,
                is_entered=draft.is_entered,
                created_at=now,
                created_by=draft.author or by,
                **draft.values,
            )
        )
    Contribution.objects.bulk_create(rows, batch_size=500)
    record_many(
        entry(
            "reports.contribution_written",
            by=row.created_by,
            target=row,
            context=edition,
            now=now,
        )
        for row in rows
    )
    return rows


def _guard_new(edition: Edition, drafts: Sequence[Draft]) -> None:
    """Raises: ContributionExistsError."""
    there = edition.contributions.filter(
        status=Status.DRAFT, title__in={one.title for one in drafts}
    )
    known = set(there.values_list("administration", "kind", "title"))
    for one in drafts:
        key = one.administration.pk if one.administration else None
        if (key, one.kind, one.title) in known:
            raise ContributionExistsError


@transaction.atomic
def edit_contribution(
    *, contribution: Contribution, values: Mapping[str, Any], version: int, by: User
) -> Contribution:
    """Save a draft that was read at `version`. `values`: fields of `EDITABLE`; those left out stay.

    Locks: the edition, the row. Raises: EditionAdoptedError, NotADraftError, ContributionChangedError, KeyError.
    """
    _check_names(values, EDITABLE)
    lock_edition(contribution.edition)
    row = _lock([contribution])[0]
    if row.version != version:
        raise ContributionChangedError(yours=values, theirs=row)
    if row.status != Status.DRAFT:
        raise NotADraftError
    changes = changed(row, **values)
    if changes:
        row.version += 1
        row.is_entered = row.is_entered and not _is_own(row, by)
        row.save(update_fields=[*changes, "is_entered", "version"])
        record(
            "reports.contribution_edited", by=by, target=row, context=row.edition, changes=changes
        )
    return row


# Submitting -------------------------------------------------------------------------------------


def submit_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Give the draft as the administration's one version; see `submit_contributions`."""
    return submit_contributions(contributions=[contribution], by=by)[0]


@transaction.atomic
def submit_contributions(
    *, contributions: Iterable[Contribution], by: User | None
) -> list[Contribution]:
    """Give drafts as their administrations' versions, all or none. `by` None: each by who wrote it.

    Locks: the editions, the rows. Raises: EditionAdoptedError, NotADraftError. Queries: 4 for one edition and
    up to 30 rows; SQLite takes more of them in parts.
    """
    rows = lock_with_editions(contributions)
    if any(row.status != Status.DRAFT for row in rows):
        raise NotADraftError
    now = timezone.now()
    for row in rows:
        row.submitted_at, row.submitted_by = now, by or row.created_by
        row.version += 1
    set_status(
        rows,
        Status.SUBMITTED,
        "reports.contribution_submitted",
        actor=lambda row: by or row.created_by,
        fields=["submitted_at", "submitted_by"],
        now=now,
    )
    return rows


@transaction.atomic
def reopen_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Take what was submitted back as a draft, to correct it. Locks: the edition, the row.

    Raises: EditionAdoptedError, NotSubmittedError.
    """
    row = lock_with_editions([contribution])[0]
    if not row.may_become(Status.DRAFT):
        raise NotSubmittedError
    row.is_entered = row.is_entered and not _is_own(row, by)
    reopen_as_draft(row, "reports.contribution_reopened", fields=["is_entered"], by=by)
    return row


def _is_own(row: Contribution, by: User) -> bool:
    """Whether one of the administration acts while the edition is open: what was entered for it is its own then."""
    if row.administration is None or row.edition.is_closed(timezone.now()):
        return False
    return own_administrations(by, row.edition.workshop).contains(row.administration)


def reopen_as_draft(
    row: Contribution,
    action: str,
    *,
    fields: Sequence[str] = (),
    changes: Changes | None = None,
    by: User,
) -> None:
    row.submitted_at = row.submitted_by = None
    row.version += 1
    set_status(
        [row],
        Status.DRAFT,
        action,
        actor=lambda _row: by,
        fields=["submitted_at", "submitted_by", *fields],
        also=changes,
    )


@transaction.atomic
def withdraw_contribution(*, contribution: Contribution, by: User) -> Contribution:
    """Take it out for good. Locks: the edition, the row. Raises: EditionAdoptedError, WithdrawnError."""
    row = lock_with_editions([contribution])[0]
    if not row.may_become(Status.WITHDRAWN):
        raise WithdrawnError
    row.version += 1
    set_status([row], Status.WITHDRAWN, "reports.contribution_withdrawn", actor=lambda _row: by)
    return row


@transaction.atomic
def claim_contribution(
    *, contribution: Contribution, administration: Administration, by: User
) -> Contribution:
    """Say that what a group noted without a name is the administration's own. Locks: the edition, the row.

    Raises: EditionAdoptedError, AlreadyNamedError, WithdrawnError.
    """
    row = lock_with_editions([contribution])[0]
    if row.administration_id is not None:
        raise AlreadyNamedError
    if row.status == Status.WITHDRAWN:
        raise WithdrawnError
    row.administration, row.is_entered = administration, False
    row.version += 1
    row.save(update_fields=["administration", "is_entered", "version"])
    record(
        "reports.contribution_claimed",
        by=by,
        target=row,
        context=row.edition,
        changes={"administration": (None, administration)},
    )
    return row


# Shared -------------------------------------------------------------------------------------------


def _check_names(values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := set(values) - set(known):
        raise KeyError(", ".join(sorted(unknown)))


def lock_with_editions(contributions: Iterable[Contribution]) -> list[Contribution]:
    """Hold the editions, then the rows. Raises: EditionAdoptedError."""
    contributions = list(contributions)
    for edition in sorted({row.edition_id for row in contributions}):
        lock_edition(Edition(pk=edition))
    return _lock(contributions)


def _lock(contributions: Iterable[Contribution]) -> list[Contribution]:
    rows = Contribution.objects.select_for_update(of=("self",)).select_related(
        "edition__series",
        "edition__workshop",
        "administration",
        "topic",
        "created_by",
        "submitted_by",
    )
    return list(rows.filter(pk__in=[each.pk for each in contributions]).order_by("pk"))


def set_status(
    rows: list[Contribution],
    status: Status,
    action: str,
    *,
    actor: Callable[[Contribution], User],
    fields: Sequence[str] = (),
    also: Changes | None = None,
    now: datetime | None = None,
) -> None:
    """Write the state with `fields` that are set on the rows, and one entry a row."""
    entries = [
        entry(
            action,
            by=actor(row),
            target=row,
            context=row.edition,
            changes={**changed(row, status=status), **(also or {})},
            now=now,
        )
        for row in rows
    ]
    Contribution.objects.bulk_update(rows, ["status", "version", *fields], batch_size=500)
    record_many(entries)
