"""A workshop is archived or cancelled while somebody is at work in a round: one ends before the other begins.

The control takes the hold away: then an act ends in a workshop that was frozen before. SQLite has one writer at a
time, so that there the control changes nothing.
"""

import pytest
from django.db import connection

from breakouts.actions.live import extend_round, start_round
from breakouts.actions.marking import mark_point
from breakouts.actions.points import add_point
from breakouts.tests.worlds import BreakoutWorld, make_point
from events.actions.life import archive_workshop, cancel_workshop
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from workshop_portal.audit.models import Entry
from workshop_portal.tests.simultaneous import meanwhile

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Status = Workshop.Status
ACTS = {
    "round": "breakouts.round_extended",
    "group": "breakouts.point_added",
    "plenary": "breakouts.point_marked",
}


class AtWork:
    """A published round under way, with one point."""

    def __init__(self) -> None:
        self.world = BreakoutWorld()
        self.world.publish()
        self.by = self.world.organiser
        start_round(round=self.world.round, minutes=10, by=self.by)
        self.group = self.world.one
        self.point = make_point(self.group, self.world.user("ana"))

    def act(self, name: str) -> None:
        if name == "round":
            extend_round(round=self.world.round, minutes=5, by=self.by)
        elif name == "group":
            add_point(group=self.group, kind="trend", text="One more.", by=self.by)
        else:
            mark_point(point=self.point, by=self.by)

    def freeze(self, status: Status) -> None:
        if status == Status.CANCELLED:
            cancel_workshop(workshop=self.world.here, reason="A cyclone.", by=self.by)
        else:
            archive_workshop(workshop=self.world.here, by=self.by)


@pytest.fixture(params=[Status.ARCHIVED, Status.CANCELLED])
def end(request: pytest.FixtureRequest) -> Status:
    status: Status = request.param
    return status


@pytest.fixture
def at_work(erasable_record: None, end: Status) -> AtWork:
    made = AtWork()
    if end == Status.ARCHIVED:
        Workshop.objects.filter(pk=made.world.here.pk).update(status=Status.CONCLUDED)
    return made


@pytest.fixture(params=[True, False], ids=["held", "negative control"])
def is_apart(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the two come one after the other."""
    if request.param:
        return True
    monkeypatch.setattr("events.tabs.HOLDERS", [])
    return connection.vendor == "sqlite"


def status_now() -> str:
    return Workshop.objects.values_list("status", flat=True).get(slug="here")


@pytest.mark.parametrize("name", ACTS)
def test_what_was_begun_ends_before_the_workshop_is_frozen(
    at_work: AtWork, end: Status, name: str, is_apart: bool
) -> None:
    before, seen = status_now(), []

    meanwhile(
        lambda: at_work.act(name),
        lambda: seen.append(status_now()),
        lambda: at_work.freeze(end),
    )

    assert seen == [before if is_apart else end]
    assert status_now() == end
    assert Entry.objects.filter(action=ACTS[name]).count() == 1


@pytest.mark.parametrize("name", ACTS)
def test_what_comes_while_the_workshop_is_being_frozen_is_refused(
    at_work: AtWork, end: Status, name: str, is_apart: bool
) -> None:
    def both() -> None:
        meanwhile(lambda: at_work.freeze(end), lambda: None, lambda: at_work.act(name))

    if is_apart:
        with pytest.raises(WorkshopFrozenError):
            both()
    else:
        both()

    assert status_now() == end
    assert Entry.objects.filter(action=ACTS[name]).count() == (0 if is_apart else 1)
