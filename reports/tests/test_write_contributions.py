"""Contributions as they are written: what is stored of one or many, and of each change."""

import pytest

from reports.actions.contributions import (
    ContributionChangedError,
    NotADraftError,
    edit_contribution,
    write_contributions,
)
from reports.models import Contribution
from reports.tests.editions import EditionWorld, entries, nothing_changes
from reports.tests.test_contributions import WORDS, draft, edit, give, write
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def test_a_new_one_is_a_draft_of_who_wrote_it(world: EditionWorld) -> None:
    row = write(world, world.practice)

    stored = Contribution.objects.get(pk=row.pk)
    assert (stored.status, stored.version, stored.edition, stored.administration) == (
        "draft",
        1,
        world.edition,
        world.fiji,
    )
    assert (stored.kind, stored.topic, stored.title, stored.attribution) == (
        "good_practice",
        world.topic,
        "Coaching",
        "region",
    )
    assert (stored.background, stored.practice, stored.contact) == (*WORDS.values(), "")
    assert (stored.created_by, stored.submitted_at, stored.is_demo) == (world.by, None, False)
    said = "reports.contribution_written"
    assert entries() == [(said, world.by.pk, str(row.pk), str(world.edition.pk), {})]
    assert OutgoingMail.objects.count() == 0


def test_one_unknown_field_among_good_drafts_writes_none(world: EditionWorld) -> None:
    drafts = [draft(world), draft(world, values={"status": "accepted"})]

    with nothing_changes(KeyError):
        write_contributions(edition=world.edition, drafts=drafts, by=world.by)


def test_the_author_of_a_draft_is_its_actor(world: EditionWorld) -> None:
    contact = world.people.fiji_contact
    [row] = write_contributions(
        edition=world.edition, drafts=[draft(world, author=contact)], by=world.by
    )

    assert (row.created_by, Entry.objects.get().actor_id) == (contact, contact.pk)


def test_editing_stores_what_changed_and_nothing_else(world: EditionWorld) -> None:
    row = give(world, practice="As before", contact="desk@japan.example")
    values = {"title": "New", "topic": None, "kind": "trend", "contact": ""}

    saved = edit_contribution(contribution=row, values=values, version=1, by=world.by)

    stored = Contribution.objects.get(pk=row.pk)
    assert saved == stored
    assert (stored.title, stored.topic, stored.practice, stored.contact, stored.version) == (
        "New",
        None,
        "As before",
        "",
        2,
    )
    [(action, actor, target, context, changes)] = entries()
    assert (action, actor, target, context) == (
        "reports.contribution_edited",
        world.by.pk,
        str(row.pk),
        str(world.edition.pk),
    )
    assert set(changes) == {"title", "topic"}, "the contact is kept apart, since it is personal"
    assert set(Entry.objects.get().personal) == {"contact"}


def test_saving_the_same_again_leaves_no_trace(world: EditionWorld) -> None:
    row = give(world)
    before = Contribution.objects.values().get(pk=row.pk)

    edit_contribution(contribution=row, values={"title": row.title}, version=1, by=world.by)

    assert (Contribution.objects.values().get(pk=row.pk), entries()) == (before, [])


def test_who_read_an_older_version_gets_both(world: EditionWorld) -> None:
    row = give(world)
    edit(world, row)
    before = entries()

    with pytest.raises(ContributionChangedError) as caught:
        edit_contribution(contribution=row, values={"title": "Mine"}, version=1, by=world.by)

    assert (caught.value.yours, caught.value.theirs.title) == ({"title": "Mine"}, "Hybrid for good")
    stored = Contribution.objects.get(pk=row.pk)
    assert (stored.title, stored.version, entries()) == ("Hybrid for good", 2, before)


@pytest.mark.parametrize("status", ["submitted", "accepted", "withdrawn"])
def test_only_a_draft_is_edited(world: EditionWorld, status: str) -> None:
    row = give(world, status)

    with nothing_changes(NotADraftError):
        edit(world, row)
