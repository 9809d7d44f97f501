"""The text of an edition, section by section, with its whole history."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.actions.editions import EndOfListError, lock_edition
from reports.models import Edition, Section, SectionRevision, SectionSource
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import Changes, record
from workshop_portal.refusals import Refusal

Origin = SectionRevision.Origin


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A section's words as somebody has them. Who and when only of what is stored."""

    heading: str
    text: str
    version: int | None = None
    author: User | None = None
    written_at: datetime | None = None


class SectionChangedError(Refusal):
    """Somebody saved a newer version meanwhile. Nothing was stored, nothing is thrown away.

    `yours` was not stored, `theirs` stands, both were written from `base`.
    """

    message = _("Changed by a colleague.")

    def __init__(self, *, yours: Wording, theirs: Wording, base: Wording) -> None:
        self.yours, self.theirs, self.base = yours, theirs, base


class SectionRemovedError(Refusal):
    """A removed section is put back before anything else is done to it."""

    message = _("This section was removed. Put it back first.")


class SectionExistsError(Refusal):
    """A section with that heading is shown: the form was probably sent twice."""

    message = _("This edition already has a section with this heading.")


class NotRemovedError(Refusal):
    """Only a removed section is put back."""

    message = _("This section is not removed.")


# Writing ------------------------------------------------------------------------------------------


@transaction.atomic
def write_section(*, section: Section, heading: str, text: str, version: int, by: User) -> Section:
    """Save what was written from `version`. The same words once more change nothing.

    Locks: the edition, the section. Raises: EditionAdoptedError, SectionRemovedError, SectionChangedError.
    """
    row = _lock(section)
    if row.version != version:
        if (row.heading, row.text) == (heading, text):
            return row
        raise SectionChangedError(
            yours=Wording(heading=heading, text=text, version=version),
            theirs=_wording(row, row.version),
            base=_wording(row, version),
        )
    if (row.heading, row.text) == (heading, text):
        return row
    made_of = list(row.sources.order_by("pk").values_list("contribution", flat=True))
    _append(
        row,
        heading=heading,
        text=text,
        origin=Origin.EDITED,
        is_edited=True,
        made_of=made_of,
        by=by,
    )
    return row


@transaction.atomic
def restore_revision(*, revision: SectionRevision, by: User) -> Section:
    """Take an old version again, with what it was made of, as a new one.

    The newest compiled text lets the compilation go on with it.

    Locks: the edition, the section. Raises: EditionAdoptedError, SectionRemovedError.
    """
    row = _lock(revision.section)
    compiled = row.revisions.filter(origin=Origin.COMPILED)
    newest = compiled.aggregate(last=Max("version"))["last"]
    _append(
        row,
        heading=revision.heading,
        text=revision.text,
        origin=Origin.RESTORED,
        is_edited=revision.version != newest,
        made_of=revision.made_of,
        based_on=revision.version,
        by=by,
    )
    _set_sources(row, revision.made_of)
    return row


def _set_sources(row: Section, made_of: list[int]) -> None:
    there = set(row.edition.contributions.filter(pk__in=made_of).values_list("pk", flat=True))
    row.sources.all().delete()
    SectionSource.objects.bulk_create(
        SectionSource(section=row, contribution_id=key) for key in made_of if key in there
    )


def _append(
    row: Section,
    *,
    heading: str,
    text: str,
    origin: SectionRevision.Origin,
    is_edited: bool,
    made_of: list[int],
    based_on: int | None = None,
    by: User,
) -> None:
    """Set the words and keep them as the newest revision, after texts that a compilation offered beside."""
    before = row.version
    newest: int = row.revisions.aggregate(last=Max("version"))["last"] or 0
    row.heading, row.text, row.is_edited = heading, text, is_edited
    row.version = max(newest, before) + 1
    row.save(update_fields=["heading", "text", "is_edited", "version"])
    SectionRevision.objects.create(
        section=row,
        version=row.version,
        heading=heading,
        text=text,
        sha256=digest(text),
        origin=origin,
        based_on=before if based_on is None else based_on,
        made_of=made_of,
        author=by,
    )
    _record(f"reports.section_{origin}", row, {"version": (before, row.version)}, by=by)


def digest(text: str) -> str:
    """What names a text in the record: SHA-256 of its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


# Order --------------------------------------------------------------------------------------------


@transaction.atomic
def add_section(*, edition: Edition, heading: str, text: str = "", by: User) -> Section:
    """A section of its own, after the others. Locks: the edition. Raises: EditionAdoptedError, SectionExistsError."""
    edition = lock_edition(edition)
    if edition.sections.shown().filter(heading=heading).exists():
        raise SectionExistsError
    last = edition.sections.aggregate(last=Max("ordinal"))["last"] or 0
    section = Section.objects.create(
        edition=edition,
        ordinal=last + 1,
        kind=Section.Kind.FREE,
        heading=heading,
        text=text,
        is_edited=True,
    )
    SectionRevision.objects.create(
        section=section,
        version=section.version,
        heading=heading,
        text=text,
        sha256=digest(text),
        origin=Origin.EDITED,
        author=by,
    )
    _record("reports.section_added", section, {"heading": (None, heading)}, by=by)
    return section


@transaction.atomic
def move_section(*, section: Section, up: bool, by: User) -> Section:
    """Change places with the one shown before, or after. Locks: the edition, its sections.

    Raises: EditionAdoptedError, SectionRemovedError, EndOfListError.
    """
    row = _lock(section)
    rows = list(row.edition.sections.shown().select_for_update().order_by("ordinal", "pk"))
    place = next(index for index, each in enumerate(rows) if each.pk == row.pk)
    other_place = place - 1 if up else place + 1
    if not 0 <= other_place < len(rows):
        raise EndOfListError
    other = rows[other_place]
    before, after = row.ordinal, other.ordinal
    free = (row.edition.sections.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    for each, ordinal in ((row, free), (other, before), (row, after)):
        each.ordinal = ordinal  # by way of a free number: no two may be the same at any time
        each.save(update_fields=["ordinal"])
    _record("reports.section_moved", row, {"ordinal": (before, after)}, by=by)
    return row


@transaction.atomic
def remove_section(*, section: Section, by: User) -> Section:
    """Take it out of the edition; its history stays, and it can be put back.

    Locks: the edition, the section. Raises: EditionAdoptedError, SectionRemovedError.
    """
    row = _lock(section)
    row.removed_at, row.removed_by = timezone.now(), by
    row.save(update_fields=["removed_at", "removed_by"])
    _record("reports.section_removed", row, {"heading": (row.heading, None)}, by=by)
    return row


@transaction.atomic
def put_back_section(*, section: Section, by: User) -> Section:
    """Undo the removal. What the compilation dropped is then kept as it stands, like a section edited by hand.

    Locks: the edition, the section. Raises: EditionAdoptedError, NotRemovedError.
    """
    row = _lock(section, removed=True)
    row.is_edited, row.is_dropped = row.is_edited or row.is_dropped, False
    row.removed_at = row.removed_by = None
    row.save(update_fields=["removed_at", "removed_by", "is_edited", "is_dropped"])
    _record("reports.section_put_back", row, {"heading": (None, row.heading)}, by=by)
    return row


# Shared -------------------------------------------------------------------------------------------


def _lock(section: Section, *, removed: bool = False) -> Section:
    """Hold the edition, then the section. Raises: EditionAdoptedError, SectionRemovedError, NotRemovedError."""
    edition = lock_edition(section.edition)
    row = Section.objects.select_for_update().get(pk=section.pk)
    row.edition = edition
    if removed and row.removed_at is None:
        raise NotRemovedError
    if not removed and row.removed_at is not None:
        raise SectionRemovedError
    return row


def _wording(section: Section, version: int) -> Wording:
    """The words of a version; empty where it never was, since a form's number is the sender's."""
    revision = section.revisions.select_related("author").filter(version=version).first()
    if revision is None:
        return Wording(heading="", text="", version=version)
    return Wording(
        heading=revision.heading,
        text=revision.text,
        version=version,
        author=revision.author,
        written_at=revision.written_at,
    )


def _record(action: str, section: Section, changes: Changes, *, by: User) -> None:
    record(action, by=by, target=section, context=section.edition, changes=changes)
