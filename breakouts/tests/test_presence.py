"""Who is here: noted by the pages of a group, at most twice a minute, never of who only looks in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.live import start_round
from breakouts.actions.presence import note_presence
from breakouts.models import Presence, Round
from breakouts.queries.record import list_presence, list_whereabouts
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_role, state
from events.models import Session, Workshop
from workshop_portal.accounts.models import User

AT = datetime(2026, 5, 25, 3, 50, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def held(world: BreakoutWorld) -> BreakoutWorld:
    world.publish()
    make_role(world.one, world.facilitator, "facilitator")
    return world


def url(name: str, number: int = 1) -> str:
    return reverse(f"breakouts:{name}", args=["here", 1, number])


def seen(user: User) -> list[tuple[datetime, datetime]]:
    rows = Presence.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("first_seen_at", "last_seen_at"))


def note(world: BreakoutWorld, name: str, at: datetime) -> bool:
    world.one.round.refresh_from_db()
    with time_machine.travel(at, tick=False):
        return note_presence(group=world.one, by=world.user(name))


def test_the_page_and_its_polls_note_members_and_roles_alone(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    for user in (held.user("cho"), held.facilitator):
        sign_in(user).get(url("group-detail"))
    sign_in(held.user("ana")).get(url("point-poll"), headers=HTMX)
    for visitor in (held.organiser, held.secretariat):
        sign_in(visitor).get(url("group-detail"))
        sign_in(visitor).get(url("point-poll"), headers=HTMX)
    sign_in(held.user("ben")).get(url("group-detail"))

    rows = Presence.objects.order_by("pk").values_list("group", "user")
    people = [held.user("cho"), held.facilitator, held.user("ana")]
    assert list(rows) == [(held.one.pk, user.pk) for user in people]


def test_it_is_written_at_most_twice_a_minute(held: BreakoutWorld) -> None:
    second = timedelta(seconds=1)
    moments = [AT, AT + 2 * second, AT + 29 * second, AT + 30 * second, AT + 90 * second]
    assert [note(held, "cho", at) for at in moments] == [True, False, False, True, True]
    assert seen(held.user("cho")) == [(AT, AT + 90 * second)]


def test_a_poll_within_half_a_minute_writes_nothing(
    held: BreakoutWorld, sign_in: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = sign_in(held.user("cho"))
    with time_machine.travel(AT, tick=False):
        shown = client.get(url("point-poll"), headers=HTMX)
    again = HTMX | {"If-None-Match": shown["ETag"]}
    before = state()
    with time_machine.travel(AT + timedelta(seconds=29), tick=False), django_assert_num_queries(2):
        assert client.get(url("point-poll"), headers=again).status_code == 304
    assert state() == before
    later = time_machine.travel(AT + timedelta(seconds=31), tick=False)
    with later, django_assert_num_queries(8):
        assert client.get(url("point-poll"), headers=again).status_code == 200
    assert state() != before


def test_nothing_is_noted_of_a_round_that_is_not_published_or_of_an_archived_workshop(
    held: BreakoutWorld,
) -> None:
    for status in (Round.Status.ASSIGNING, Round.Status.CLOSED):
        held.enter(status)
        assert note(held, "cho", AT) is False
    held.enter(Round.Status.PUBLISHED)
    Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
    held.one.round.workshop.refresh_from_db()
    assert note(held, "cho", AT) is False
    assert Presence.objects.count() == 0


def test_who_looked_in_before_is_seen_anew_once_the_group_meets(held: BreakoutWorld) -> None:
    """Ana and Cho look in the day before; only Cho comes. Nobody is seen a quarter of an hour after the end."""
    for name in ("ana", "cho"):
        note(held, name, AT - timedelta(days=1))
    with time_machine.travel(AT, tick=False):
        start_round(round=held.round, minutes=45, by=held.organiser)
    assert [note(held, "cho", AT + each * MINUTE) for each in (1, 40, 59, 61)] == [
        True,
        True,
        True,
        False,
    ]

    assert seen(held.user("cho")) == [(AT + MINUTE, AT + 59 * MINUTE)]
    assert [each.user for each in list_presence(workshop=held.here)] == [held.user("cho")]
    held.round.refresh_from_db()
    found = {
        each.user.given_name: each.seen is not None for each in list_whereabouts(round=held.round)
    }
    assert found["Cho"] is True
    assert found["Ana"] is False


def test_without_a_clock_the_session_says_when_presence_counts(held: BreakoutWorld) -> None:
    session = Session.objects.create(
        workshop=held.here, title="Break-out", starts_at=AT, ends_at=AT + 45 * MINUTE
    )
    Round.objects.filter(pk=held.round.pk).update(session=session)
    for name, at in (("ana", -16), ("cho", -14)):
        assert note(held, name, AT + at * MINUTE) is True
    assert [each.user for each in list_presence(workshop=held.here)] == [held.user("cho")]
    assert note(held, "ben", AT + 61 * MINUTE) is False


def test_a_page_says_who_is_here_who_has_gone_and_who_was_not_there(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    with time_machine.travel(AT, tick=False):
        start_round(round=held.round, minutes=45, by=held.organiser)
    note(held, "ana", AT + MINUTE)
    with time_machine.travel(AT + 10 * MINUTE, tick=False):
        context = sign_in(held.user("cho")).get(url("group-detail")).context

    assert {str(each.user.given_name): each.state for each in context["people"]} == {
        held.facilitator.given_name: "away",
        "Ana": "gone",
        "Cho": "here",
    }
    assert context["here"] == 1


def test_a_closed_group_shows_its_members_alone(held: BreakoutWorld, sign_in: SignIn) -> None:
    held.enter(Round.Status.CLOSED)
    response = sign_in(held.user("cho")).get(url("group-detail"))

    assert {each.state for each in response.context["people"]} == {""}
    body = response.content.decode()
    assert "3 members" in body
    assert "Ask the secretariat for help" not in body


def test_the_call_of_the_own_group_turns_live_with_the_round(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    held.one.join_url = "https://meet.example.org/1"
    held.one.save(update_fields=["join_url"])
    now = timezone.now()
    home = reverse("participants:home", args=["here"])
    client = sign_in(held.user("cho"))
    found = []
    for started, ends in ((None, None), (-10, 35), (-45, -1)):
        times = [now + each * MINUTE if each else None for each in (started, ends)]
        by = held.organiser if started else None
        Round.objects.filter(pk=held.round.pk).update(
            started_at=times[0], ends_at=times[1], started_by=by
        )
        body = client.get(home).content.decode()
        found.append('class="btn btn-live" href="https://meet.example.org/1"' in body)
    assert found == [False, True, False]
