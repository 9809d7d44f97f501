"""Where the stage "Run" of the rail leads: to the round that runs, else to the agenda."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from breakouts.facts import run_stage
from breakouts.models import Round
from breakouts.tests.worlds import BreakoutWorld, make_round

AGENDA = ("Agenda", "/workshops/here/agenda/")


@pytest.fixture
def world(db: None) -> BreakoutWorld:
    return BreakoutWorld()


def led_to(world: BreakoutWorld, day: int) -> tuple[str, str]:
    at = timezone.now().replace(hour=5)
    world.here.starts_on = at.date() - timedelta(days=day)
    world.here.ends_on = world.here.starts_on + timedelta(days=2)
    with time_machine.travel(at, tick=False):
        stage = run_stage(world.here)
    return stage.action_label, stage.action_url


@pytest.mark.parametrize("day", [-9, 1, 9])
def test_without_groups_it_leads_to_the_agenda(world: BreakoutWorld, day: int) -> None:
    Round.objects.update(status=Round.Status.DRAFT)

    assert led_to(world, day) == AGENDA


def test_on_the_days_it_leads_to_all_groups_of_the_round(world: BreakoutWorld) -> None:
    first = make_round(world.here, status=Round.Status.PUBLISHED)
    running = make_round(world.here, status=Round.Status.PUBLISHED)

    def address(row: Round) -> tuple[str, str]:
        return "All groups at once", f"/workshops/here/breakouts/{row.ordinal}/overview/"

    assert (led_to(world, 1), led_to(world, -9)) == (address(first), AGENDA)
    now = timezone.now()
    Round.objects.filter(pk=running.pk).update(
        started_at=now - timedelta(days=1),
        started_by=world.organiser,
        ends_at=now + timedelta(days=1),
    )
    assert led_to(world, 1) == address(running)
