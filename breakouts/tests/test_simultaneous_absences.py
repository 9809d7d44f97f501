"""Somebody is said not to be in a round while others say so, publish, or move: nobody who is absent keeps a place."""

from collections import Counter

import pytest

from breakouts.actions.absences import InRoundAgainError, end_absence, note_absence
from breakouts.actions.locks import NotInRoundError
from breakouts.actions.moves import move_people
from breakouts.actions.plans import publish_plan
from breakouts.models import Absence, Assignment, Plan, Round
from breakouts.tests import test_simultaneous_merges
from breakouts.tests.test_simultaneous_merges import at_once
from breakouts.tests.worlds import BreakoutWorld, make_plan
from workshop_portal.audit.models import Entry
from workshop_portal.tests.simultaneous import meanwhile

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE = 10


@pytest.fixture
def world(erasable_record: None) -> BreakoutWorld:
    return BreakoutWorld()


@pytest.fixture
def draft(world: BreakoutWorld) -> Plan:
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter(Round.Status.ASSIGNING)
    return make_plan(world.round, seats, world.organiser)


def note(world: BreakoutWorld) -> Absence:
    return note_absence(round=world.round, registration=world.people["ana"], by=world.organiser)


def sits(world: BreakoutWorld) -> bool:
    return Assignment.objects.filter(registration=world.people["ana"]).exists()


def test_said_by_many_at_once_it_is_one_row_and_one_entry(
    world: BreakoutWorld, draft: Plan
) -> None:
    answers = Counter(at_once([lambda: note(world)] * PEOPLE))

    assert answers == {"done": PEOPLE}
    assert (Absence.objects.count(), sits(world)) == (1, False)
    assert Entry.objects.filter(action="breakouts.absence_noted").count() == 1


def test_taken_back_by_many_at_once_the_place_is_one(
    world: BreakoutWorld, draft: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_simultaneous_merges, "TOLD", (InRoundAgainError,))
    absence = note(world)

    answers = at_once([lambda: end_absence(absence=absence, by=world.organiser)] * PEOPLE)

    assert Counter(answers) == {"done": 1, "InRoundAgainError": PEOPLE - 1}
    assert Assignment.objects.filter(registration=world.people["ana"]).count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_whoever_publishes_at_the_moment_the_place_is_free(
    world: BreakoutWorld, draft: Plan, is_first: bool
) -> None:
    def publish() -> Plan:
        return publish_plan(plan=draft, by=world.organiser)

    if is_first:
        meanwhile(publish, lambda: None, lambda: note(world))
    else:
        meanwhile(lambda: note(world), lambda: None, publish)

    draft.refresh_from_db()
    assert (draft.is_current, sits(world)) == (True, False)


def test_who_is_moved_at_the_moment_has_no_place_afterwards(
    world: BreakoutWorld, draft: Plan
) -> None:
    def move() -> None:
        ana = world.people["ana"]
        move_people(plan=draft, registrations=[ana], to=world.two, by=world.organiser)

    with pytest.raises(NotInRoundError):
        meanwhile(lambda: note(world), lambda: None, move)

    assert not sits(world)
