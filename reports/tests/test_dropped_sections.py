"""Sections that a new draft no longer has: removed, never deleted, and back when they are wanted again."""

import pytest

from reports.actions.compilation import compile_now
from reports.actions.sections import put_back_section, remove_section
from reports.models import Contribution, Section
from reports.tests.editions import EditionWorld
from reports.writers import snapshot
from workshop_portal.audit.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


@pytest.fixture
def lone(world: EditionWorld) -> Contribution:
    """A contribution to no topic: the compiled draft has a section "Further findings" for it."""
    row = world.add(kind="trend", title="Drones at borders", topic=None)
    compile_now(edition=world.edition, by=world.by)
    return row


def further(world: EditionWorld) -> Section:
    return world.edition.sections.get(kind="topic", topic=None)


def move(lone: Contribution, *, away: bool) -> None:
    lone.topic = lone.edition.workshop.topics.get() if away and lone.edition.workshop else None
    lone.save(update_fields=["topic"])


def on_record(section: Section) -> list[str]:
    found = Entry.objects.filter(target_type="reports.section", target_id=str(section.pk))
    return list(found.order_by("pk").values_list("action", flat=True))


def test_it_is_removed_with_its_text_and_history(world: EditionWorld, lone: Contribution) -> None:
    before = further(world)
    move(lone, away=True)

    compile_now(edition=world.edition, by=world.people.organiser)
    compile_now(edition=world.edition, by=world.by)

    section = further(world)
    assert (section.pk, section.text, section.version) == (before.pk, before.text, before.version)
    assert "Drones at borders" in section.text
    assert (section.is_dropped, section.removed_by) == (True, world.people.organiser)
    assert list(section.revisions.values_list("version", "text")) == [(1, before.text)]
    assert on_record(section) == ["reports.section_removed"]
    assert section.pk not in [key for key, _version in printed(world)]
    shown = world.edition.sections.shown().order_by("ordinal")
    assert len(set(shown.values_list("ordinal", flat=True))) == 11


def printed(world: EditionWorld) -> list[tuple[int, int]]:
    keys = snapshot(world.edition)["revisions"]
    rows = Section.objects.filter(revisions__in=keys).order_by("ordinal")
    return list(rows.values_list("pk", "version"))


def test_it_comes_back_when_something_belongs_there_again(
    world: EditionWorld, lone: Contribution
) -> None:
    pk = further(world).pk
    move(lone, away=True)
    compile_now(edition=world.edition, by=world.by)
    move(lone, away=False)

    compile_now(edition=world.edition, by=world.by)

    section = further(world)
    assert (section.pk, section.is_dropped, section.removed_at) == (pk, False, None)
    assert "Drones at borders" in section.text
    assert on_record(section) == ["reports.section_removed", "reports.section_put_back"]
    assert pk in [key for key, _version in printed(world)]


def test_what_a_person_removed_stays_removed(world: EditionWorld, lone: Contribution) -> None:
    remove_section(section=further(world), by=world.by)
    move(lone, away=True)
    compile_now(edition=world.edition, by=world.by)
    move(lone, away=False)

    compile_now(edition=world.edition, by=world.by)

    section = further(world)
    assert (section.is_dropped, section.removed_by) == (False, world.by)
    assert on_record(section) == ["reports.section_removed"]


def test_what_a_person_puts_back_is_not_dropped_again(
    world: EditionWorld, lone: Contribution
) -> None:
    move(lone, away=True)
    compile_now(edition=world.edition, by=world.by)
    put_back_section(section=further(world), by=world.by)

    compile_now(edition=world.edition, by=world.by)

    section = further(world)
    assert (section.removed_at, section.is_dropped, section.is_edited) == (None, False, True)
    assert on_record(section) == ["reports.section_removed", "reports.section_put_back"]


def test_what_a_person_edited_is_not_dropped(world: EditionWorld, lone: Contribution) -> None:
    section = further(world)
    Section.objects.filter(pk=section.pk).update(is_edited=True, text="By hand")
    move(lone, away=True)

    compile_now(edition=world.edition, by=world.by)

    section.refresh_from_db()
    assert (section.removed_at, section.text) == (None, "By hand")
