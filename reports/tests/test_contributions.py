"""Contributions from draft to report: what each verb stores, its one entry, and what it refuses.

How they are written is in `test_write_contributions`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from reports.actions.contributions import (
    AlreadyNamedError,
    Draft,
    NotADraftError,
    NotSubmittedError,
    WithdrawnError,
    claim_contribution,
    edit_contribution,
    reopen_contribution,
    submit_contribution,
    submit_contributions,
    withdraw_contribution,
    write_contribution,
    write_contributions,
)
from reports.actions.editions import EditionAdoptedError
from reports.actions.review import (
    CommentMissingError,
    accept_contribution,
    accept_contributions,
    send_back_contribution,
)
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


def draft(world: EditionWorld, **fields: Any) -> Draft:
    values: dict[str, Any] = {
        "administration": world.fiji,
        "kind": "trend",
        "topic": None,
        "title": "One",
        "values": WORDS,
    }
    return Draft(**(values | fields))


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
    one = draft(
        world, kind="good_practice", topic=world.topic, title="Coaching", attribution="region"
    )
    return write_contribution(edition=world.edition, draft=one, by=world.by)


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
    told = OutgoingMail.objects.order_by("pk").values_list("recipient__email", flat=True)
    assert list(told) == (["contact@japan.example"] if act is send_back else [])


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
