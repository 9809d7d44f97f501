"""Compiling the draft of an edition: asking for it, and doing it in the worker."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation

from reports.actions.editions import EditionAdoptedError
from reports.actions.sections import digest
from reports.compilation import CompiledSection, compile_sections, gather_facts
from reports.models import CompilationRun, Edition, Section, SectionRevision, SectionSource
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import Changes, record
from workshop_portal.leases import ENDS, SupersededError, report_progress, run_due, wake

TASK = "reports.compile_due"
STEPS = 4
Key = tuple[str, int | None]


@dataclass(kw_only=True)
class _Draft:
    """What storing a draft did."""

    written: int = 0
    kept: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[SectionRevision] = field(default_factory=list)


# Asking -------------------------------------------------------------------------------------------


@transaction.atomic
def request_compilation(*, edition: Edition, by: User) -> CompilationRun:
    """Ask for the draft to be built or refreshed. A second click joins the run that is under way.

    Raises: EditionAdoptedError. Locks: the edition.
    """
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.status == Edition.Status.ADOPTED:
        raise EditionAdoptedError
    runs = CompilationRun.objects.filter(edition=edition)
    last = runs.filter(status__in=ENDS).aggregate(last=Max("pk"))["last"] or 0
    run, is_new = CompilationRun.objects.get_or_create(
        key=f"compilation:{edition.pk}:{last}",
        defaults={"edition": edition, "requested_by": by, "progress_total": STEPS},
    )
    if is_new:
        record("reports.compilation_requested", by=by, target=run, context=edition)
        wake(TASK)
    return run


def compile_now(*, edition: Edition, by: User) -> CompilationRun:
    """Ask for the draft and build it in this process, without a worker: for commands and the demo.

    Raises: EditionAdoptedError.
    """
    run = request_compilation(edition=edition, by=by)
    run_due(CompilationRun, compile_edition)
    run.refresh_from_db()
    return run


# Doing --------------------------------------------------------------------------------------------


def compile_edition(run: CompilationRun) -> dict[str, Any]:
    """Build the draft; the fields to note on the run, which `leases.run_due` has claimed.

    All is written in one transaction at the end, so that a worker killed in the middle leaves the old
    draft whole. The report is in the language of the installation, whoever asks for it.
    Raises: SupersededError, ClaimLostError.
    """
    edition = Edition.objects.select_related("series", "workshop__series").get(pk=run.edition_id)
    with translation.override(settings.LANGUAGE_CODE):
        _progress(run, 0)
        facts = gather_facts(edition)
        _progress(run, 1)
        compiled = compile_sections(facts)
        _progress(run, 2)
        draft = _store(run, compiled)
    return {
        "written": draft.written,
        "kept": draft.kept,
        "problems": draft.problems,
        "progress_done": STEPS,
        "progress_total": STEPS,
    }


def _progress(run: CompilationRun, done: int) -> None:
    report_progress(run, progress_done=done, progress_total=STEPS)


@transaction.atomic
def _store(run: CompilationRun, compiled: list[CompiledSection]) -> _Draft:
    """Write sections, revisions and sources. Locks: the edition, then its sections.

    Raises: SupersededError where the edition was adopted meanwhile; ClaimLostError, which takes all back.
    """
    edition = Edition.objects.select_for_update().get(pk=run.edition_id)
    if edition.status == Edition.Status.ADOPTED:
        raise SupersededError(str(EditionAdoptedError.message))
    _progress(run, 3)
    there = list(edition.sections.select_for_update().order_by("ordinal", "pk"))
    found = {
        (section.kind, section.topic_id): section for section in there if _is_compiled(section)
    }
    sections = {each.key: found.get(each.key) or _new(edition, each) for each in compiled}
    _drop([section for key, section in found.items() if key not in sections], edition, run)
    _take_back(sections.values(), edition, run)
    _renumber(_in_order(there, [sections[each.key] for each in compiled]))
    draft = _write(compiled, sections)
    draft.problems = [
        {"section": sections[each.key].pk, **asdict(problem)}
        for each in compiled
        for problem in each.problems
    ]
    _write_sources(compiled, sections)
    _note_on_edition(edition, draft, by=run.requested_by)
    return draft


def _is_compiled(section: Section) -> bool:
    return section.kind != Section.Kind.FREE


def _drop(left_over: list[Section], edition: Edition, run: CompilationRun) -> None:
    """Remove sections that the draft no longer has and nobody ever touched; their texts stay in the history."""
    for section in left_over:
        if section.removed_at is None and not section.is_edited and not _was_touched(section):
            section.removed_at, section.removed_by = timezone.now(), run.requested_by
            _set_dropped(section, "reports.section_removed", edition, run, is_dropped=True)


def _take_back(wanted: Iterable[Section], edition: Edition, run: CompilationRun) -> None:
    """Put back what a compilation dropped and the draft has again. What a person removed stays removed."""
    for section in wanted:
        if section.is_dropped:
            section.removed_at = section.removed_by = None
            _set_dropped(section, "reports.section_put_back", edition, run, is_dropped=False)


def _set_dropped(
    section: Section, action: str, edition: Edition, run: CompilationRun, *, is_dropped: bool
) -> None:
    section.is_dropped = is_dropped
    section.save(update_fields=["removed_at", "removed_by", "is_dropped"])
    before, after = (section.heading, None) if is_dropped else (None, section.heading)
    changes: Changes = {"heading": (before, after)}
    record(action, by=run.requested_by, target=section, context=edition, changes=changes)


def _was_touched(section: Section) -> bool:
    by_hand = section.revisions.exclude(origin=SectionRevision.Origin.COMPILED)
    return by_hand.exists()


def _new(edition: Edition, compiled: CompiledSection) -> Section:
    """A section without text yet, unsaved: `_renumber` gives it its place."""
    return Section(
        edition=edition,
        kind=compiled.kind,
        topic_id=compiled.topic,
        heading=compiled.heading,
        version=0,
    )


def _in_order(there: list[Section], compiled: list[Section]) -> list[Section]:
    """The compiled sections in their order; each other one stays behind the section it stood behind."""
    kept = {section.pk for section in compiled if section.pk}
    order = list(compiled)
    before: Section | None = None
    for section in there:
        if section.pk not in kept:
            place = 0 if before is None else _place(order, before) + 1
            order.insert(place, section)
        before = section
    return order


def _place(order: list[Section], section: Section) -> int:
    return next(index for index, each in enumerate(order) if each.pk == section.pk)


def _renumber(order: list[Section]) -> None:
    """Number from 1. By way of numbers that are free, since no two may be the same at any time."""
    known = [section for section in order if section.pk]
    highest = max([len(order), *(section.ordinal for section in known)])
    for offset in (highest, 0):
        for ordinal, section in enumerate(order, start=1):
            section.ordinal = ordinal + offset
        Section.objects.bulk_update(known, ["ordinal"])
    for section in order:
        if not section.pk:
            section.save(force_insert=True)


def _write(compiled: list[CompiledSection], sections: dict[Key, Section]) -> _Draft:
    """Give each section its text, unless it was edited by hand: then the new text is offered beside it."""
    draft = _Draft()
    newest = _newest_versions(sections.values())
    changed: list[Section] = []
    for each in compiled:
        section = sections[each.key]
        version, offered = newest.get(section.pk, (0, ""))
        if section.is_edited:
            draft.kept += 1
            if digest(each.text) != offered:
                draft.revisions.append(_revision(section, each, version + 1))
        elif section.version == 0 or (section.heading, section.text) != (each.heading, each.text):
            draft.written += 1
            section.heading, section.text, section.version = each.heading, each.text, version + 1
            changed.append(section)
            draft.revisions.append(_revision(section, each, version + 1))
    Section.objects.bulk_update(changed, ["heading", "text", "version"])
    SectionRevision.objects.bulk_create(draft.revisions)
    return draft


def _newest_versions(sections: Iterable[Section]) -> dict[int, tuple[int, str]]:
    """Of each section: the number of its newest revision, and the digest of the last compiled text."""
    rows = SectionRevision.objects.filter(section__in=[each.pk for each in sections])
    found: dict[int, tuple[int, str]] = {}
    for pk, version, origin, sha256 in rows.order_by("section", "version", "pk").values_list(
        "section", "version", "origin", "sha256"
    ):
        last = found.get(pk, (0, ""))[1]
        found[pk] = (version, sha256 if origin == SectionRevision.Origin.COMPILED else last)
    return found


def _revision(section: Section, compiled: CompiledSection, version: int) -> SectionRevision:
    return SectionRevision(
        section=section,
        version=version,
        heading=compiled.heading,
        text=compiled.text,
        sha256=digest(compiled.text),
        origin=SectionRevision.Origin.COMPILED,
        based_on=section.version if section.is_edited else None,
        made_of=compiled.sources,
    )


def _write_sources(compiled: list[CompiledSection], sections: dict[Key, Section]) -> None:
    """Link each section that got the compiled text to the contributions that it was made from."""
    written = [each for each in compiled if not sections[each.key].is_edited]
    SectionSource.objects.filter(section__in=[sections[each.key].pk for each in written]).delete()
    SectionSource.objects.bulk_create(
        SectionSource(section=sections[each.key], contribution_id=contribution)
        for each in written
        for contribution in each.sources
    )


def _note_on_edition(edition: Edition, draft: _Draft, *, by: User) -> None:
    before = edition.status
    edition.compiled_at = timezone.now()
    edition.status = Edition.Status.DRAFT
    edition.save(update_fields=["compiled_at", "status"])
    changes: dict[str, tuple[Any, Any]] = {"sections_written": (None, draft.written)}
    if draft.kept:
        changes["sections_kept"] = (None, draft.kept)
    if before != edition.status:
        changes["status"] = (before, edition.status)
    record("reports.edition_compiled", by=by, target=edition, context=edition, changes=changes)
