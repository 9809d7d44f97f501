"""The demo is played through actions, and holds what the news on the workshop says."""

import traceback
from collections import Counter
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from breakouts.models import Group
from events.models import Workshop
from participants.facts import get_participation
from participants.models import Registration
from workshop_portal.administrations.models import Administration
from workshop_portal.management.demo import world
from workshop_portal.management.first_start import is_unused
from workshop_portal.management.personas import DEMO, personas

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

WRITES = ("INSERT", "UPDATE", "DELETE")
WRITERS = ("/actions/", "/actions.py", "/links.py")


def test_it_writes_only_through_actions() -> None:
    loose: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            frames = [frame.filename for frame in traceback.extract_stack()]
            if not any(part in name for name in frames for part in WRITERS):
                loose.add(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        call_command("demo", stdout=StringIO())
    assert loose == set()


def test_it_holds_the_workshop_of_the_news() -> None:
    call_command("demo", stdout=StringIO())
    held, planned = Workshop.objects.order_by("starts_on")
    states = Counter(planned.registrations.values_list("status", flat=True))
    assert states == {"confirmed": 66, "approved": 4, "nominated": 2, "waiting": 2}
    taking = planned.registrations.filter(status__in=Registration.TAKING_PART)
    assert taking.values("delegation").distinct().count() == 20
    participation = get_participation(planned)
    assert participation.returning == 19
    genders = [(each.name, each.delegates) for each in participation.genders]
    assert genders == [("Woman", 27), ("Man", 26), ("Not given", 17)]
    assert held.registrations.values("delegation").distinct().count() == 24
    assert held.registrations.count() == 32
    facilitated = Group.objects.filter(roles__role="facilitator").values_list("ordinal", flat=True)
    assert list(facilitated.order_by("ordinal")) == [1, 2, 3, 4, 5, 6, 7]
    assert {label for label, _user, _path in personas()} == set(DEMO)


def test_an_interrupted_one_leaves_nothing_and_is_played_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_what: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(world, "write_report", interrupt)
        with pytest.raises(KeyboardInterrupt):
            call_command("demo", stdout=StringIO())
    assert is_unused()
    assert not Administration.objects.exists()
    call_command("demo", stdout=StringIO())
    assert Workshop.objects.count() == 2


def test_it_wants_an_empty_database() -> None:
    call_command("demo", stdout=StringIO())
    with pytest.raises(CommandError, match="already holds a workshop"):
        call_command("demo")


def test_a_large_world_is_filled_evenly() -> None:
    call_command("demo", delegates=25, administrations=7, stdout=StringIO())
    workshop = Workshop.objects.get()
    sizes = Counter(workshop.registrations.values_list("delegation", flat=True))
    assert sorted(sizes.values()) == [3, 3, 3, 4, 4, 4, 4]
    assert set(workshop.registrations.values_list("status", flat=True)) == {"confirmed"}


@pytest.mark.parametrize("administrations", [0, 26, 235])
def test_a_large_world_needs_a_delegate_for_each(administrations: int) -> None:
    with pytest.raises(CommandError, match="at least one delegate"):
        call_command("demo", delegates=25, administrations=administrations)
