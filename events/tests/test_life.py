"""The states of a workshop's life: every edge, every refusal, exactly one line on record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.actions import life
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from events.signals import (
    workshop_cancelled,
    workshop_published,
    workshop_rescheduled,
)
from events.tests.worlds import actions_on_record, at, make_person, make_session, make_workshop

pytestmark = pytest.mark.django_db
Status = Workshop.Status

EDGES: dict[tuple[str, str], tuple[Callable[..., Workshop], dict[str, Any], str]] = {
    ("draft", "published"): (life.publish_workshop, {}, "events.workshop_published"),
    ("published", "nominations_open"): (
        life.open_nominations,
        {"closes_at": None},
        "events.nominations_opened",
    ),
    ("nominations_open", "nominations_closed"): (
        life.close_nominations,
        {},
        "events.nominations_closed",
    ),
    ("nominations_closed", "nominations_open"): (
        life.extend_nominations,
        {"closes_at": None},
        "events.nominations_extended",
    ),
    ("published", "running"): (life.start_workshop, {}, "events.workshop_started"),
    ("nominations_closed", "running"): (life.start_workshop, {}, "events.workshop_started"),
    ("running", "concluded"): (life.conclude_workshop, {}, "events.workshop_concluded"),
    ("concluded", "archived"): (life.archive_workshop, {}, "events.workshop_archived"),
    ("postponed", "published"): (
        life.resume_workshop,
        {"starts_on": date(2022, 6, 1)},
        "events.workshop_resumed",
    ),
    **{
        (before, "postponed"): (
            life.postpone_workshop,
            {"reason": "A storm."},
            "events.workshop_postponed",
        )
        for before in ("published", "nominations_open", "nominations_closed")
    },
    **{
        (before, "cancelled"): (
            life.cancel_workshop,
            {"reason": "A storm."},
            "events.workshop_cancelled",
        )
        for before in (
            "draft",
            "published",
            "nominations_open",
            "nominations_closed",
            "running",
            "postponed",
        )
    },
}
STEPS = sorted({act for act, _values, _name in EDGES.values()}, key=lambda act: act.__name__)


def test_every_edge_of_the_table_is_tried_here() -> None:
    table = {
        (str(before), str(after))
        for before, targets in Workshop.TRANSITIONS.items()
        for after in targets
    }
    assert set(EDGES) == table


@pytest.mark.parametrize("edge", EDGES, ids=" to ".join)
def test_an_edge_changes_the_state_and_is_recorded_once(edge: tuple[str, str]) -> None:
    act, values, name = EDGES[edge]
    workshop = make_workshop(status=edge[0])
    after = act(workshop=workshop, by=make_person(), **values)
    workshop.refresh_from_db()
    assert (after.status, workshop.status, workshop.version) == (edge[1], edge[1], 2)
    assert actions_on_record() == [name]


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("act", STEPS, ids=lambda act: act.__name__)
def test_no_step_leads_where_the_table_does_not(act: Callable[..., Workshop], status: str) -> None:
    values = next(values for each, values, _name in EDGES.values() if each is act)
    targets = {
        after
        for (before, after), (each, *_rest) in EDGES.items()
        if each is act and before == status
    }
    if targets or (act is life.extend_nominations and status == Status.NOMINATIONS_OPEN):
        return
    workshop = make_workshop(status=status)
    with pytest.raises((life.TransitionRefusedError, WorkshopFrozenError)) as refusal:
        act(workshop=workshop, by=make_person(), **values)
    workshop.refresh_from_db()
    assert str(refusal.value)
    assert (workshop.status, workshop.version, actions_on_record()) == (status, 1, [])


def test_publishing_says_who_and_when_and_announces_once() -> None:
    heard: list[Workshop] = []

    def hear(workshop: Workshop, **_rest: Any) -> None:
        heard.append(workshop)

    workshop_published.connect(hear)
    try:
        by = make_person()
        workshop = life.publish_workshop(workshop=make_workshop(status=Status.DRAFT), by=by)
    finally:
        workshop_published.disconnect(hear)
    assert heard == [workshop]
    assert workshop.published_by == by
    assert workshop.published_at is not None


@pytest.mark.parametrize("act", [life.cancel_workshop, life.postpone_workshop])
def test_everybody_is_told_once(act: Callable[..., Workshop]) -> None:
    heard: list[str] = []

    def hear(workshop: Workshop, **_rest: Any) -> None:
        heard.append(workshop.ended_reason)

    workshop_cancelled.connect(hear)
    try:
        workshop = make_workshop()
        act(workshop=workshop, reason="  A storm. ", by=make_person())
        with pytest.raises((life.TransitionRefusedError, WorkshopFrozenError)):
            act(workshop=workshop, reason="Again.", by=make_person())
    finally:
        workshop_cancelled.disconnect(hear)
    assert heard == ["A storm."]


@pytest.mark.parametrize("act", [life.cancel_workshop, life.postpone_workshop])
def test_without_a_reason_nothing_happens(act: Callable[..., Workshop]) -> None:
    workshop = make_workshop()
    with pytest.raises(life.ReasonMissingError):
        act(workshop=workshop, reason=" \n ", by=make_person())
    workshop.refresh_from_db()
    assert (workshop.status, actions_on_record()) == ("published", [])


def test_a_cancelled_draft_stays_hidden() -> None:
    workshop = life.cancel_workshop(
        workshop=make_workshop(status=Status.DRAFT), reason="No.", by=make_person()
    )
    assert not workshop.is_public
    assert list(Workshop.objects.published()) == []


NOW = datetime(2022, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closes_at", "error"),
    [
        (NOW, life.DeadlinePastError),
        (NOW - timedelta(days=1), life.DeadlinePastError),
        (at(0, day=3), life.DeadlineAfterWorkshopError),
    ],
)
@pytest.mark.parametrize(
    ("act", "status"),
    [(life.open_nominations, "published"), (life.extend_nominations, "nominations_open")],
)
def test_a_deadline_lies_ahead_and_before_the_end(
    act: Callable[..., Workshop], status: str, closes_at: datetime, error: type[Exception]
) -> None:
    workshop = make_workshop(status=status)
    with pytest.raises(error):
        act(workshop=workshop, closes_at=closes_at, by=make_person(), now=NOW)
    workshop.refresh_from_db()
    assert (workshop.status, workshop.nominations_close_at) == (status, None)


def test_a_deadline_on_the_last_day_of_the_workshop_is_taken() -> None:
    closes_at = at(23, 59, day=2)
    workshop = life.open_nominations(
        workshop=make_workshop(), closes_at=closes_at, by=make_person(), now=NOW
    )
    assert workshop.takes_nominations(closes_at - timedelta(seconds=1))
    assert not workshop.takes_nominations(closes_at)


def test_extending_open_nominations_moves_the_deadline_alone() -> None:
    workshop = make_workshop(status=Status.NOMINATIONS_OPEN, nominations_close_at=at(9))
    extended = life.extend_nominations(
        workshop=workshop, closes_at=at(12), by=make_person(), now=NOW
    )
    assert (extended.status, extended.nominations_close_at) == ("nominations_open", at(12))
    assert actions_on_record() == ["events.nominations_extended"]


def test_resuming_moves_days_agenda_and_deadline_and_announces_the_shift() -> None:
    heard: list[timedelta] = []

    def hear(shift: timedelta, **_rest: Any) -> None:
        heard.append(shift)

    workshop = make_workshop(status=Status.POSTPONED, nominations_close_at=at(9, day=-5))
    session = make_session(workshop)
    workshop_rescheduled.connect(hear)
    try:
        resumed = life.resume_workshop(
            workshop=workshop, starts_on=date(2022, 6, 24), by=make_person()
        )
    finally:
        workshop_rescheduled.disconnect(hear)
    session.refresh_from_db()
    assert (resumed.starts_on, resumed.ends_on) == (date(2022, 6, 24), date(2022, 6, 26))
    assert (session.starts_at, session.revision) == (at(9, day=31), 1)
    assert resumed.nominations_close_at == at(9, day=26)
    assert heard == [timedelta(days=31)]
