"""The hour itself: what the clock, announcements and calls for help store, record and refuse."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from breakouts.actions.live import (
    AnnouncementEmptyError,
    AnnouncementGoneError,
    HelpAskedError,
    HelpNotAskedError,
    RoundNotPublishedError,
    RoundNotStartedError,
    RoundOverError,
    RoundStartedError,
    StartStaysError,
    announce_five_left,
    answer_help,
    ask_for_help,
    extend_round,
    send_announcement,
    start_round,
    stop_round,
    undo_start,
    withdraw_announcement,
)
from breakouts.actions.locks import GroupGoneError, RoundClosedError
from breakouts.actions.points import remove_point
from breakouts.actions.seating_rules import add_pair_rule
from breakouts.models import Announcement, Group, HelpRequest, Round
from breakouts.queries.live import get_announcement, get_last_call, list_calls
from breakouts.tests.worlds import BreakoutWorld, broken, make_point, recorded, refused
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop

AT = datetime(2026, 5, 25, 3, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Act = Callable[[BreakoutWorld], object]


@pytest.fixture
def held(world: BreakoutWorld) -> BreakoutWorld:
    world.publish()
    return world


def start(world: BreakoutWorld) -> object:
    return start_round(round=world.round, minutes=45, by=world.organiser)


def extend(world: BreakoutWorld) -> object:
    return extend_round(round=world.round, minutes=5, by=world.organiser)


def stop(world: BreakoutWorld) -> object:
    return stop_round(round=world.round, by=world.organiser)


def undo(world: BreakoutWorld) -> object:
    return undo_start(round=world.round, by=world.organiser)


def send(world: BreakoutWorld) -> Announcement:
    return send_announcement(round=world.round, text=" Soon over. ", by=world.organiser)


def five_left(world: BreakoutWorld) -> Announcement:
    return announce_five_left(round=world.round, by=world.organiser)


def ask(world: BreakoutWorld) -> HelpRequest:
    return ask_for_help(group=world.one, by=world.user("cho"))


def answer(world: BreakoutWorld) -> HelpRequest:
    return answer_help(group=world.one, by=world.organiser)


def withdraw(world: BreakoutWorld) -> object:
    return withdraw_announcement(announcement=Announcement.objects.get(), by=world.organiser)


def clock(world: BreakoutWorld) -> tuple[datetime | None, datetime | None, int | None, int]:
    world.round.refresh_from_db()
    row = world.round
    return row.started_at, row.ends_at, row.started_by_id, row.live_sequence


# The clock ----------------------------------------------------------------------------------------


@time_machine.travel(AT, tick=False)
def test_a_clock_is_started_extended_and_stopped(held: BreakoutWorld) -> None:
    start(held)
    by = held.organiser.pk
    assert clock(held) == (AT, AT + 45 * MINUTE, by, 1)
    extend(held)
    assert clock(held) == (AT, AT + 50 * MINUTE, by, 2)
    with time_machine.travel(AT + 30 * MINUTE, tick=False):
        stop(held)
    assert clock(held) == (AT, AT + 30 * MINUTE, by, 3)

    target, place = f"breakouts.round {held.round.pk}", str(held.here.pk)
    times = [(AT + each * MINUTE).isoformat() for each in (0, 45, 50, 30)]
    assert recorded() == [
        (
            "breakouts.round_started",
            by,
            target,
            place,
            {"started_at": [None, times[0]], "ends_at": [None, times[1]]},
        ),
        ("breakouts.round_extended", by, target, place, {"ends_at": [times[1], times[2]]}),
        ("breakouts.round_stopped", by, target, place, {"ends_at": [times[2], times[3]]}),
    ]


@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize("then", ["", "extended", "stopped"])
def test_a_start_is_taken_back_as_if_it_had_not_been(held: BreakoutWorld, then: str) -> None:
    make_point(held.one, held.user("ana"), created_at=AT - MINUTE)  # of before the hour
    start(held)
    five_left(held)
    if then:
        (extend if then == "extended" else stop)(held)
    ends_at = clock(held)[1]
    assert ends_at is not None
    with time_machine.travel(AT + 10 * MINUTE - timedelta(seconds=1), tick=False):
        undo(held)

    assert clock(held) == (None, None, None, 4 if then else 3)
    assert shown(held) == ""
    assert recorded()[-1] == (
        "breakouts.round_start_undone",
        held.organiser.pk,
        f"breakouts.round {held.round.pk}",
        str(held.here.pk),
        {"started_at": [AT.isoformat(), None], "ends_at": [ends_at.isoformat(), None]},
    )
    add_pair_rule(
        round=held.round,
        kind="apart",
        first=held.people["ana"],
        second=held.people["ben"],
        by=held.organiser,
    )
    with refused(RoundNotStartedError):
        undo(held)
    start(held)
    assert shown(held) == ""


@pytest.mark.parametrize("what", ["ten minutes", "a point", "a point that was removed"])
def test_a_start_stays_once_the_hour_has_begun(held: BreakoutWorld, what: str) -> None:
    with time_machine.travel(AT, tick=False):
        start(held)
        if what != "ten minutes":
            point = make_point(held.two, held.user("ben"), created_at=AT)
        if what == "a point that was removed":
            remove_point(point=point, by=held.user("ben"))
    later = AT + (10 if what == "ten minutes" else 1) * MINUTE
    with time_machine.travel(later, tick=False), refused(StartStaysError):
        undo(held)


def test_a_clock_that_ran_out_is_extended_from_now(held: BreakoutWorld) -> None:
    with time_machine.travel(AT, tick=False):
        start(held)
    with time_machine.travel(AT + 60 * MINUTE, tick=False):
        with refused(RoundOverError):
            stop(held)
        extend(held)
    assert clock(held) == (AT, AT + 65 * MINUTE, held.organiser.pk, 2)


@time_machine.travel(AT, tick=False)
def test_a_clock_stopped_at_once_ends_after_its_start(held: BreakoutWorld) -> None:
    start(held)
    stop(held)
    assert clock(held)[1] == AT + timedelta(microseconds=1)


def test_a_clock_starts_once(held: BreakoutWorld) -> None:
    start(held)
    with refused(RoundStartedError):
        start(held)


def test_a_clock_that_was_not_started_has_no_end(held: BreakoutWorld) -> None:
    for act in (extend, stop):
        with refused(RoundNotStartedError):
            act(held)


# Announcements ------------------------------------------------------------------------------------


def test_the_last_announcement_is_shown_until_it_is_taken_back(held: BreakoutWorld) -> None:
    first = send(held)
    assert (first.text, first.sent_by, first.withdrawn_at) == ("Soon over.", held.organiser, None)
    second = send_announcement(round=held.round, text="Now", by=held.organiser)
    assert get_announcement(round=held.round) == second
    taken = withdraw_announcement(announcement=second, by=held.secretariat)

    assert (taken.withdrawn_by, taken.withdrawn_at is not None) == (held.secretariat, True)
    assert get_announcement(round=held.round) is None
    assert clock(held)[3] == 3
    place = str(held.here.pk)
    names = [f"breakouts.announcement {row.pk}" for row in (first, second)]
    sent, by = "breakouts.announcement_sent", held.organiser.pk
    assert recorded() == [
        (sent, by, names[0], place, {"text": ["", "Soon over."]}),
        (sent, by, names[1], place, {"text": ["", "Now"]}),
        ("breakouts.announcement_withdrawn", held.secretariat.pk, names[1], place, {}),
    ]
    with refused(AnnouncementGoneError):
        withdraw_announcement(announcement=second, by=held.organiser)


def test_an_announcement_has_words(held: BreakoutWorld) -> None:
    with refused(AnnouncementEmptyError):
        send_announcement(round=held.round, text="  ", by=held.organiser)


def test_five_minutes_left_needs_a_clock_that_runs(held: BreakoutWorld) -> None:
    with refused(RoundNotStartedError):
        five_left(held)
    with time_machine.travel(AT, tick=False):
        start(held)
    with time_machine.travel(AT + 45 * MINUTE, tick=False), refused(RoundOverError):
        five_left(held)


@time_machine.travel(AT, tick=False)
def test_five_minutes_left_is_stored_as_what_it_is(held: BreakoutWorld) -> None:
    start(held)

    sent = five_left(held)

    assert (sent.kind, sent.text, sent.sent_by) == ("five_left", "", held.organiser)
    name = f"breakouts.announcement {sent.pk}"
    changes = {"kind": ["", "five_left"]}
    assert recorded()[-1] == (
        "breakouts.announcement_sent", held.organiser.pk, name, str(held.here.pk), changes
    )  # fmt: skip
    assert clock(held)[3] == 2
    for language, words in (("en", "Five minutes left."), ("fr", "Il reste cinq minutes.")):
        with translation.override(language):
            assert sent.words == words


def shown(world: BreakoutWorld) -> str:
    found = get_announcement(round=Round.objects.get(pk=world.round.pk))
    return found.words if found else ""


@pytest.mark.parametrize("end", ["extended", "over", "stopped", "another line"])
def test_five_minutes_left_is_shown_until_it_is_no_longer_true(
    held: BreakoutWorld, end: str
) -> None:
    with time_machine.travel(AT, tick=False):
        start(held)
    with time_machine.travel(AT + 40 * MINUTE, tick=False):
        sent = five_left(held)
        assert shown(held) == "Five minutes left."
        if end == "another line":
            send(held)
            extend(held)
            assert shown(held) == "Soon over."
            return
        if end != "over":
            (extend if end == "extended" else stop)(held)
            assert shown(held) == ""
    with time_machine.travel(AT + 46 * MINUTE, tick=False):
        assert shown(held) == ""
        if end != "extended":
            extend(held)
        assert shown(held) == ""
    sent.refresh_from_db()
    assert sent.withdrawn_by == held.organiser
    taken = [line for line in recorded() if line[0] == "breakouts.announcement_withdrawn"]
    assert len(taken) == 1


# Help ---------------------------------------------------------------------------------------------


def test_a_call_is_open_until_it_is_answered(held: BreakoutWorld) -> None:
    call = ask(held)
    other = ask_for_help(group=held.two, by=held.user("ben"))
    assert list(list_calls(round=held.round)) == [call, other]
    with refused(HelpAskedError):
        ask_for_help(group=held.one, by=held.user("ana"))
    done = answer(held)

    assert (done.pk, done.answered_by, done.answered_at is not None) == (
        call.pk,
        held.organiser,
        True,
    )
    assert list(list_calls(round=held.round)) == [other]
    assert get_last_call(group=held.one) == done
    assert clock(held)[3] == 3
    place = str(held.here.pk)
    asked, name = "breakouts.help_asked", f"breakouts.helprequest {call.pk}"
    assert recorded() == [
        (asked, held.user("cho").pk, name, place, {}),
        (asked, held.user("ben").pk, f"breakouts.helprequest {other.pk}", place, {}),
        ("breakouts.help_answered", held.organiser.pk, name, place, {}),
    ]
    with refused(HelpNotAskedError):
        answer(held)
    assert ask(held).pk != call.pk


def test_a_group_that_is_gone_asks_for_nothing(held: BreakoutWorld) -> None:
    lost = Group(pk=0, round=held.round, topic=held.first)
    with refused(GroupGoneError):
        ask_for_help(group=lost, by=held.user("cho"))


# What all of them refuse, and all or none ---------------------------------------------------------

ACTS: list[Act] = [start, extend, stop, undo, send, five_left, withdraw, ask, answer]


@contextmanager
def prepared(world: BreakoutWorld, act: Act) -> Iterator[None]:
    """What the act needs is there, and all is gone afterwards."""
    with transaction.atomic():
        if act in (extend, stop, undo, five_left):
            start(world)
        elif act is withdraw:
            send(world)
        elif act is answer:
            ask(world)
        yield
        transaction.set_rollback(True)


def test_nothing_runs_in_a_round_that_is_not_published_closed_or_archived(
    held: BreakoutWorld,
) -> None:
    for act in ACTS:
        with prepared(held, act):
            for status, error in (
                (Round.Status.ASSIGNING, RoundNotPublishedError),
                (Round.Status.CLOSED, RoundClosedError),
            ):
                held.enter(status)
                with refused(error):
                    act(held)
            held.enter(Round.Status.PUBLISHED)
            Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
            with refused(WorkshopFrozenError):
                act(held)


def test_an_act_that_fails_at_its_end_leaves_nothing(
    held: BreakoutWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for act in ACTS:
        with prepared(held, act), broken(monkeypatch, "live"):
            act(held)
