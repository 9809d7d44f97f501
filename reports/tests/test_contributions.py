"""Contributions from draft to report: what each verb stores, its one entry, and what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from reports.actions.contributions import (
    AlreadyNamedError,
    CommentMissingError,
    ContributionChangedError,
    Draft,
    NotADraftError,
    NotSubmittedError,
    WithdrawnError,
    accept_contribution,
    accept_contributions,
    claim_contribution,
    edit_contribution,
    reopen_contribution,
    send_back_contribution,
    submit_contribution,
    submit_contributions,
    withdraw_contribution,
    write_contribution,
    write_contributions,
)
from reports.actions.editions import EditionAdoptedError
from reports.models import Contribution, Edition
from reports.tests.editions import EditionWorld, breaks, entries, nothing_changes
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.refusals import Refusal

pytestmark = pytest.mark.django_db

Status = Contribution.Status
Act = Callable[[EditionWorld, Contribution], Contribution]
WORDS = {"background": "Since 2020.", "practice": "Coaches call."}


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def give(world: EditionWorld, status: str = "draft", **fields: Any) -> Contribution:
    return world.add(**{"kind": "trend", "title": "Hybrid", "status": status} | fields)


def edit(world: EditionWorld, row: Contribution) -> Contribution:
    return edit_contribution(
        contribution=row, values={"title": "Hybrid for good"}, version=row.version, by=world.by
    )


def submit(world: EditionWorld, row: Contribution) -> Contribution:
    return submit_contribution(contribution=row, by=world.by)


def accept(world: EditionWorld, row: Contribution) -> Contribution:
    return accept_contribution(contribution=row, by=world.by)


def send_back(world: EditionWorld, row: Contribution) -> Contribution:
    return send_back_contribution(contribution=row, comment="Name the year.", by=world.by)


def reopen(world: EditionWorld, row: Contribution) -> Contribution:
    return reopen_contribution(contribution=row, by=world.by)


def withdraw(world: EditionWorld, row: Contribution) -> Contribution:
    return withdraw_contribution(contribution=row, by=world.by)


def claim(world: EditionWorld, row: Contribution) -> Contribution:
    return claim_contribution(contribution=row, administration=world.japan, by=world.by)


def write(world: EditionWorld, _row: Contribution) -> Contribution:
    return write_contribution(
        edition=world.edition,
        administration=world.fiji,
        kind="good_practice",
        topic=world.topic,
        title="Coaching",
        values=WORDS,
        attribution="region",
        by=world.by,
    )


EDGES: list[tuple[str, Act, str, str]] = [
    ("draft", submit, "submitted", "contribution_submitted"),
    ("draft", withdraw, "withdrawn", "contribution_withdrawn"),
    ("submitted", accept, "accepted", "contribution_accepted"),
    ("submitted", send_back, "draft", "contribution_sent_back"),
    ("submitted", reopen, "draft", "contribution_reopened"),
    ("submitted", withdraw, "withdrawn", "contribution_withdrawn"),
    ("accepted", send_back, "draft", "contribution_sent_back"),
    ("accepted", reopen, "draft", "contribution_reopened"),
    ("accepted", withdraw, "withdrawn", "contribution_withdrawn"),
]
REFUSED_WITH: dict[Act, type[Refusal]] = {
    submit: NotADraftError,
    accept: NotSubmittedError,
    send_back: NotSubmittedError,
    reopen: NotSubmittedError,
    withdraw: WithdrawnError,
}
NO_EDGES = [
    (status, act)
    for act in REFUSED_WITH
    for status in Status.values
    if (status, act) not in [(before, each) for before, each, _after, _entry in EDGES]
]
ALL = [write, edit, submit, accept, send_back, reopen, withdraw, claim]
BEGINS = {edit: "draft", submit: "draft", withdraw: "draft"}
"""The state that each verb is tried in; submitted unless said."""


def start_of(world: EditionWorld, act: Act) -> Contribution:
    fields = {"administration": None} if act is claim else {}
    return give(world, BEGINS.get(act, "submitted"), **fields)


# States -------------------------------------------------------------------------------------------


def test_the_edges_are_those_of_the_table() -> None:
    table = {(a, b) for a, found in Contribution.TRANSITIONS.items() for b in found}

    assert {(before, after) for before, _act, after, _entry in EDGES} == table


@pytest.mark.parametrize(("before", "act", "after", "said"), EDGES)
def test_each_edge_has_one_entry_and_a_new_version(
    world: EditionWorld, before: str, act: Act, after: str, said: str
) -> None:
    row = give(world, before)

    answer = act(world, row)

    stored = Contribution.objects.get(pk=row.pk)
    assert answer == stored
    assert (stored.status, stored.version) == (after, row.version + 1)
    more = {"comment": ["", "Name the year."]} if act is send_back else {}
    assert entries() == [
        (
            f"reports.{said}",
            world.by.pk,
            str(row.pk),
            str(world.edition.pk),
            {"status": [before, after], **more},
        )
    ]
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(("status", "act"), NO_EDGES)
def test_no_other_edge_is_taken(world: EditionWorld, status: str, act: Act) -> None:
    row = give(world, status)

    with nothing_changes(REFUSED_WITH[act]):
        act(world, row)


@pytest.mark.parametrize("act", ALL)
def test_nothing_of_an_adopted_edition_changes(world: EditionWorld, act: Act) -> None:
    row = start_of(world, act)
    Edition.objects.update(status="adopted")

    with nothing_changes(EditionAdoptedError):
        act(world, row)


@pytest.mark.parametrize("act", ALL)
def test_an_error_in_the_last_step_leaves_nothing_behind(
    world: EditionWorld, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = start_of(world, act)
    for name in ("record", "record_many"):
        monkeypatch.setattr(f"reports.actions.contributions.{name}", breaks)

    with nothing_changes(RuntimeError):
        act(world, row)


# Writing ------------------------------------------------------------------------------------------


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


def draft(world: EditionWorld, **fields: Any) -> Draft:
    values: dict[str, Any] = {
        "administration": world.fiji,
        "kind": "trend",
        "topic": None,
        "title": "One",
        "values": WORDS,
    }
    return Draft(**(values | fields))


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


# Submitting and review ----------------------------------------------------------------------------


def test_submitting_notes_who_and_when(world: EditionWorld) -> None:
    row = give(world, created_by=world.people.japan_contact)

    submit_contributions(contributions=[row], by=None)

    row.refresh_from_db()
    assert row.submitted_by == world.people.japan_contact
    assert row.submitted_at == Entry.objects.get().at


@pytest.mark.parametrize("act", [send_back, reopen])
def test_a_draft_again_is_not_submitted_any_more(world: EditionWorld, act: Act) -> None:
    row = act(world, give(world, "accepted"))

    row.refresh_from_db()
    sent_back = act is send_back
    assert (row.submitted_at, row.submitted_by) == (None, None)
    assert (row.comment, row.sent_back_by) == (
        ("Name the year.", world.by) if sent_back else ("", None)
    )
    assert (row.sent_back_at is not None) == sent_back


@pytest.mark.parametrize("comment", ["", "   ", "\n"])
def test_who_sends_back_says_why(world: EditionWorld, comment: str) -> None:
    row = give(world, "submitted")

    with nothing_changes(CommentMissingError):
        send_back_contribution(contribution=row, comment=comment, by=world.by)


@pytest.mark.parametrize(
    ("act", "good", "bad", "refusal"),
    [
        (submit_contributions, "draft", "withdrawn", NotADraftError),
        (accept_contributions, "submitted", "draft", NotSubmittedError),
    ],
)
def test_one_bad_row_among_good_ones_stops_all(
    world: EditionWorld, act: Callable[..., Any], good: str, bad: str, refusal: type[Refusal]
) -> None:
    rows = [give(world, good), give(world, bad), give(world, good)]

    with nothing_changes(refusal):
        act(contributions=rows, by=world.by)


# Claims -------------------------------------------------------------------------------------------


def test_a_claim_names_the_administration(world: EditionWorld) -> None:
    row = claim(world, give(world, "submitted", administration=None))

    row.refresh_from_db()
    assert (row.administration, row.status, row.version) == (world.japan, "submitted", 2)
    assert entries() == [
        (
            "reports.contribution_claimed",
            world.by.pk,
            str(row.pk),
            str(world.edition.pk),
            {"administration": [None, world.japan.pk]},
        )
    ]


def test_what_has_a_name_is_not_claimed(world: EditionWorld) -> None:
    row = give(world, "submitted", administration=world.fiji)

    with nothing_changes(AlreadyNamedError):
        claim(world, row)


def test_what_ended_is_not_claimed(world: EditionWorld) -> None:
    row = give(world, "withdrawn", administration=None)

    with nothing_changes(WithdrawnError):
        claim(world, row)


# Queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow(
    world: EditionWorld, django_assert_num_queries: Any, count: int
) -> None:
    with django_assert_num_queries(6):
        rows = write_contributions(
            edition=world.edition, drafts=[draft(world)] * count, by=world.by
        )
    with django_assert_num_queries(6):
        submit_contributions(contributions=rows, by=world.by)
    with django_assert_num_queries(6):
        accept_contributions(contributions=rows, by=world.by)

    assert Entry.objects.count() == 3 * count
    assert OutgoingMail.objects.count() == 0
