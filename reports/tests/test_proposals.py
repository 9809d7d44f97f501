"""Proposals of an edition: what each verb stores, its one entry, and what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from reports.actions.editions import (
    EditionAdoptedError,
    EndOfListError,
    ProposalGoneError,
    add_proposal,
    edit_proposal,
    move_proposal,
    remove_proposal,
)
from reports.models import Edition, Proposal
from reports.tests.editions import EditionWorld, breaks, entries, nothing_changes, stored
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

Act = Callable[[EditionWorld, Proposal], Any]


@pytest.fixture
def world() -> EditionWorld:
    """Proposals 1 to 3; the first is "Update the report"."""
    world = EditionWorld()
    for ordinal, title in ((2, "Meet again"), (3, "Share trainers")):
        Proposal.objects.create(
            edition=world.edition, ordinal=ordinal, title=title, text="T", created_by=world.by
        )
    return world


def at(world: EditionWorld, ordinal: int) -> Proposal:
    return world.edition.proposals.get(ordinal=ordinal)


def add(world: EditionWorld, _row: Proposal) -> Proposal:
    return add_proposal(edition=world.edition, title="New", text="Words", by=world.by)


def edit(world: EditionWorld, row: Proposal) -> Proposal:
    return edit_proposal(proposal=row, title="Meet online", text=row.text, by=world.by)


def move_up(world: EditionWorld, row: Proposal) -> Proposal:
    return move_proposal(proposal=row, up=True, by=world.by)


def move_down(world: EditionWorld, row: Proposal) -> Proposal:
    return move_proposal(proposal=row, up=False, by=world.by)


def remove(world: EditionWorld, row: Proposal) -> None:
    remove_proposal(proposal=row, by=world.by)


def said(world: EditionWorld, row: Proposal, action: str, changes: dict[str, Any]) -> list[Any]:
    return [
        (f"reports.proposal_{action}", world.by.pk, str(row.pk), str(world.edition.pk), changes)
    ]


ALL = [add, edit, move_up, move_down, remove]


@pytest.mark.parametrize("act", ALL)
def test_nothing_of_an_adopted_edition_changes(world: EditionWorld, act: Act) -> None:
    Edition.objects.update(status="adopted")

    with nothing_changes(EditionAdoptedError):
        act(world, at(world, 2))


@pytest.mark.parametrize("act", ALL)
def test_an_error_in_a_step_leaves_nothing_behind(
    world: EditionWorld, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.actions.editions.record", breaks)

    with nothing_changes(RuntimeError):
        act(world, at(world, 2))


@pytest.mark.parametrize("act", [edit, move_up, move_down, remove])
def test_one_that_was_removed_meanwhile_is_said_to_be_gone(world: EditionWorld, act: Act) -> None:
    row = at(world, 2)
    Proposal.objects.filter(pk=row.pk).delete()

    with nothing_changes(ProposalGoneError):
        act(world, row)


def test_a_new_one_stands_last(world: EditionWorld) -> None:
    row = Proposal.objects.get(pk=add(world, at(world, 1)).pk)

    assert (row.edition, row.ordinal, row.title, row.text, row.created_by) == (
        world.edition,
        4,
        "New",
        "Words",
        world.by,
    )
    assert entries() == said(world, row, "added", {})
    assert OutgoingMail.objects.count() == 0


def test_editing_says_what_changed(world: EditionWorld) -> None:
    row = edit(world, at(world, 2))

    stored_row = at(world, 2)
    assert (stored_row, stored_row.title, stored_row.text) == (row, "Meet online", "T")
    assert entries() == said(world, row, "edited", {"title": ["Meet again", "Meet online"]})


def test_the_same_words_leave_no_trace(world: EditionWorld) -> None:
    row, before = at(world, 2), stored()

    edit_proposal(proposal=row, title=row.title, text=row.text, by=world.by)

    assert stored() == before


@pytest.mark.parametrize(
    ("act", "after", "ordinal"),
    [
        (move_up, ["Meet again", "Update the report", "Share trainers"], 1),
        (move_down, ["Update the report", "Share trainers", "Meet again"], 3),
    ],
)
def test_it_changes_places(world: EditionWorld, act: Act, after: list[str], ordinal: int) -> None:
    row = at(world, 2)

    act(world, row)

    rows = world.edition.proposals.order_by("ordinal")
    assert list(rows.values_list("ordinal", "title")) == list(enumerate(after, start=1))
    assert entries() == said(world, row, "moved", {"ordinal": [2, ordinal]})


@pytest.mark.parametrize(("ordinal", "act"), [(1, move_up), (3, move_down)])
def test_nothing_moves_beyond_the_ends(world: EditionWorld, ordinal: int, act: Act) -> None:
    with nothing_changes(EndOfListError):
        act(world, at(world, ordinal))


def test_the_record_keeps_what_a_removed_one_said(world: EditionWorld) -> None:
    row = at(world, 2)

    remove(world, row)

    rows = world.edition.proposals.order_by("ordinal")
    assert list(rows.values_list("ordinal", flat=True)) == [1, 3]
    changes = {"title": ["Meet again", None], "text": ["T", None]}
    assert entries() == said(world, row, "removed", changes)


def test_two_do_not_share_a_number(world: EditionWorld) -> None:
    with (
        pytest.raises(IntegrityError, match=r"one_number_per_edition|proposal\.edition"),
        transaction.atomic(),
    ):
        Proposal.objects.create(
            edition=world.edition, ordinal=2, title="T", text="T", created_by=world.by
        )
