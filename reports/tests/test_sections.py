"""Sections: every version is kept, a save makes one new one, and what each verb refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from reports.actions.editions import EditionAdoptedError, EndOfListError
from reports.actions.sections import (
    NotRemovedError,
    SectionChangedError,
    SectionRemovedError,
    add_section,
    digest,
    move_section,
    put_back_section,
    remove_section,
    restore_revision,
    write_section,
)
from reports.models import Edition, Section, SectionRevision
from reports.tests.editions import EditionWorld, breaks, entries, nothing_changes
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

Act = Callable[[EditionWorld, Section], Any]
HEADINGS = ["One", "Two", "Three"]


@pytest.fixture
def world() -> EditionWorld:
    """Three sections as compiled, numbered 10, 20 and 30."""
    world = EditionWorld()
    for number, heading in enumerate(HEADINGS, start=1):
        section = Section.objects.create(
            edition=world.edition,
            ordinal=10 * number,
            kind="free",
            heading=heading,
            text=f"Text {number}",
        )
        version(section, 1, "compiled", heading=heading, text=f"Text {number}")
    return world


def version(section: Section, number: int, origin: str, **words: str) -> SectionRevision:
    sha256 = digest(words["text"])
    return SectionRevision.objects.create(
        section=section, version=number, origin=origin, sha256=sha256, **words
    )


def at(world: EditionWorld, heading: str) -> Section:
    return world.edition.sections.get(heading=heading)


def order(world: EditionWorld) -> list[str]:
    return list(world.edition.sections.order_by("ordinal").values_list("heading", flat=True))


def write(world: EditionWorld, row: Section, **fields: Any) -> Section:
    words = {"heading": row.heading, "text": "By hand", "version": row.version}
    return write_section(section=row, **(words | fields), by=world.by)


def restore(world: EditionWorld, row: Section) -> Section:
    return restore_revision(revision=row.revisions.get(version=1), by=world.by)


def move_up(world: EditionWorld, row: Section) -> Section:
    return move_section(section=row, up=True, by=world.by)


def move_down(world: EditionWorld, row: Section) -> Section:
    return move_section(section=row, up=False, by=world.by)


def remove(world: EditionWorld, row: Section) -> Section:
    return remove_section(section=row, by=world.by)


def put_back(world: EditionWorld, row: Section) -> Section:
    return put_back_section(section=row, by=world.by)


def add(world: EditionWorld, _row: Section) -> Section:
    return add_section(edition=world.edition, heading="Four", by=world.by)


def mark_removed(world: EditionWorld, row: Section) -> None:
    row.removed_at, row.removed_by = timezone.now(), world.by
    row.save(update_fields=["removed_at", "removed_by"])


ALL = [write, restore, move_up, move_down, remove, put_back, add]


def said(world: EditionWorld, row: Section, action: str, changes: dict[str, Any]) -> list[Any]:
    """The record with this one entry."""
    return [(f"reports.section_{action}", world.by.pk, str(row.pk), str(world.edition.pk), changes)]


# Every verb ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ALL)
def test_nothing_of_an_adopted_edition_changes(world: EditionWorld, act: Act) -> None:
    row = at(world, "Two")
    if act is put_back:
        mark_removed(world, row)
    Edition.objects.update(status="adopted")

    with nothing_changes(EditionAdoptedError):
        act(world, row)


@pytest.mark.parametrize("act", ALL)
def test_an_error_in_the_last_step_leaves_nothing_behind(
    world: EditionWorld, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = at(world, "Two")
    if act is put_back:
        mark_removed(world, row)
    monkeypatch.setattr("reports.actions.sections.record", breaks)

    with nothing_changes(RuntimeError):
        act(world, row)


@pytest.mark.parametrize("act", [write, restore, move_up, move_down, remove])
def test_a_removed_one_is_put_back_first(world: EditionWorld, act: Act) -> None:
    row = at(world, "Two")
    mark_removed(world, row)

    with nothing_changes(SectionRemovedError):
        act(world, row)


# Writing ------------------------------------------------------------------------------------------


def test_a_save_is_one_new_version_of_its_author(world: EditionWorld) -> None:
    row = at(world, "Two")

    saved = write(world, row, heading="Second")

    stored = Section.objects.get(pk=row.pk)
    assert saved == stored
    assert (stored.heading, stored.text, stored.version, stored.is_edited) == (
        "Second",
        "By hand",
        2,
        True,
    )
    assert list(
        row.revisions.order_by("version").values_list(
            "version", "heading", "text", "sha256", "origin", "based_on", "author"
        )
    ) == [
        (1, "Two", "Text 2", digest("Text 2"), "compiled", None, None),
        (2, "Second", "By hand", digest("By hand"), "edited", 1, world.by.pk),
    ]
    assert entries() == said(world, row, "edited", {"version": [1, 2]})
    assert OutgoingMail.objects.count() == 0


def test_a_save_comes_after_texts_that_a_compilation_offered(world: EditionWorld) -> None:
    row = at(world, "Two")
    version(row, 5, "compiled", heading="Two", text="Offered")

    write(world, row)

    row.refresh_from_db()
    assert (row.version, row.text) == (6, "By hand")
    assert entries() == said(world, row, "edited", {"version": [1, 6]})


def test_the_same_words_once_more_leave_no_trace(world: EditionWorld) -> None:
    row = at(world, "Two")
    write(world, row)
    before = (entries(), SectionRevision.objects.count())

    again = write(world, row, version=1)
    same = write(world, again)

    assert (same.version, entries(), SectionRevision.objects.count()) == (2, *before)


def test_who_wrote_from_an_older_version_gets_all_three_texts(world: EditionWorld) -> None:
    row = at(world, "Two")
    write_section(section=row, heading="Two", text="Theirs", version=1, by=world.people.organiser)
    before = entries()

    with pytest.raises(SectionChangedError) as caught:
        write(world, row, text="Mine")

    yours, theirs, base = caught.value.yours, caught.value.theirs, caught.value.base
    assert (yours.text, theirs.text, base.text) == ("Mine", "Theirs", "Text 2")
    assert (theirs.author, theirs.version, base.version) == (world.people.organiser, 2, 1)
    row.refresh_from_db()
    assert (row.text, row.version, row.revisions.count()) == ("Theirs", 2, 2)
    assert entries() == before


def test_a_version_that_never_was_has_no_words(world: EditionWorld) -> None:
    row = at(world, "Two")

    with pytest.raises(SectionChangedError) as caught:
        write(world, row, version=77)

    assert (caught.value.base.heading, caught.value.base.text) == ("", "")
    assert entries() == []


# History ------------------------------------------------------------------------------------------


def test_an_old_version_is_taken_again_as_a_new_one(world: EditionWorld) -> None:
    row = at(world, "Two")
    write(world, row)
    version(row, 3, "compiled", heading="Two", text="Newer draft")

    restored = restore(world, row)

    assert (restored.text, restored.version, restored.is_edited) == ("Text 2", 4, True)
    newest = row.revisions.get(version=4)
    assert (newest.origin, newest.based_on, newest.author, newest.text) == (
        "restored",
        1,
        world.by,
        "Text 2",
    )
    assert entries()[1:] == said(world, row, "restored", {"version": [2, 4]})


def test_taking_the_newest_compiled_text_lets_the_compilation_go_on(world: EditionWorld) -> None:
    row = at(world, "Two")
    write(world, row)

    restored = restore(world, row)

    assert (restored.text, restored.version, restored.is_edited) == ("Text 2", 3, False)


def test_each_version_knows_what_it_was_made_of(world: EditionWorld) -> None:
    row = at(world, "Two")
    first, second = world.practice.pk, world.from_point.pk
    row.revisions.update(made_of=[second, first])
    row.sources.create(contribution_id=first)
    write(world, row)

    restored = restore(world, row)

    assert list(row.revisions.order_by("version").values_list("made_of", flat=True)) == [
        [second, first],
        [first],
        [second, first],
    ]
    sources = restored.sources.order_by("pk").values_list("contribution", flat=True)
    assert list(sources) == [second, first]


def test_what_is_gone_is_no_source_any_more(world: EditionWorld) -> None:
    row = at(world, "Two")
    row.revisions.update(made_of=[world.practice.pk, 10**9])

    restored = restore(world, row)

    assert [each.contribution for each in restored.sources.all()] == [world.practice]


# Order --------------------------------------------------------------------------------------------


def test_a_new_section_stands_last_with_its_first_version(world: EditionWorld) -> None:
    row = add(world, at(world, "Two"))

    stored = Section.objects.get(pk=row.pk)
    assert (stored.kind, stored.ordinal, stored.version, stored.is_edited) == ("free", 31, 1, True)
    assert [(each.version, each.origin, each.author) for each in row.revisions.all()] == [
        (1, "edited", world.by)
    ]
    assert entries() == said(world, row, "added", {"heading": [None, "Four"]})


@pytest.mark.parametrize(
    ("act", "after", "ordinal"),
    [(move_up, ["Two", "One", "Three"], 10), (move_down, ["One", "Three", "Two"], 30)],
)
def test_a_section_changes_places(
    world: EditionWorld, act: Act, after: list[str], ordinal: int
) -> None:
    row = at(world, "Two")

    act(world, row)

    assert order(world) == after
    assert entries() == said(world, row, "moved", {"ordinal": [20, ordinal]})


def test_it_changes_places_with_the_next_one_that_is_shown(world: EditionWorld) -> None:
    mark_removed(world, at(world, "Two"))

    move_up(world, at(world, "Three"))

    assert order(world) == ["Three", "Two", "One"]


@pytest.mark.parametrize(("heading", "act"), [("One", move_up), ("Three", move_down)])
def test_nothing_moves_beyond_the_ends(world: EditionWorld, heading: str, act: Act) -> None:
    with nothing_changes(EndOfListError):
        act(world, at(world, heading))


def test_a_removed_section_keeps_text_history_and_place(world: EditionWorld) -> None:
    row = at(world, "Two")

    remove(world, row)

    row.refresh_from_db()
    assert (row.removed_by, row.removed_at is None, row.text) == (world.by, False, "Text 2")
    assert (order(world), row.revisions.count()) == (HEADINGS, 1)
    assert [each.heading for each in world.edition.sections.shown().order_by("ordinal")] == [
        "One",
        "Three",
    ]
    assert entries() == said(world, row, "removed", {"heading": ["Two", None]})


def test_it_is_put_back_where_it_stood(world: EditionWorld) -> None:
    row = at(world, "Two")
    mark_removed(world, row)

    put_back(world, row)

    row.refresh_from_db()
    assert (row.removed_at, row.removed_by, row.is_edited, row.ordinal) == (None, None, False, 20)
    assert entries() == said(world, row, "put_back", {"heading": [None, "Two"]})


def test_what_is_not_removed_is_not_put_back(world: EditionWorld) -> None:
    with nothing_changes(NotRemovedError):
        put_back(world, at(world, "Two"))
