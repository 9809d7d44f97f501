"""The tag of a group's page answers for half a minute, for one person and what they see, and for nothing else."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session as SignedIn
from django.urls import reverse

from breakouts.actions.groups import name_group_role
from breakouts.actions.plans import publish_plan
from breakouts.actions.rounds import close_round, edit_round, edit_topic
from breakouts.models import Assignment, Point
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_point,
    make_role,
    make_round,
    make_topic,
)
from breakouts.views import tags
from events.models import Session
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from workshop_portal.authorization import scope

AT = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
"""After the terms of the people began, which the world dates from now."""


class Polls:
    """Cho's page of group 1, and what it is told so many seconds after its first answer."""

    def __init__(self, world: BreakoutWorld, sign_in: SignIn) -> None:
        world.publish()
        self.world, self.client = world, sign_in(world.user("cho"))
        self.url = reverse("breakouts:point-poll", args=["here", 1, 1])
        self.tag = ""
        _status, self.first = self(0)

    def __call__(self, seconds: int, *, tag: str | None = None) -> tuple[int, str]:
        with time_machine.travel(AT + timedelta(seconds=seconds), tick=False):
            held = {"If-None-Match": self.tag if tag is None else tag}
            response = self.client.get(self.url, headers={"HX-Request": "true"} | held)
        self.tag = response.headers.get("ETag", self.tag)
        return response.status_code, response.content.decode()


@pytest.fixture
def polls(world: BreakoutWorld, sign_in: SignIn) -> Iterator[Polls]:
    with time_machine.travel(AT, tick=False):
        yield Polls(world, sign_in)


def note(world: BreakoutWorld, text: str, *, by: str = "ana") -> Point:
    world.one.refresh_from_db()
    return make_point(world.one, world.user(by), text=text)


def test_it_is_renewed_each_half_minute_without_the_points(polls: Polls) -> None:
    held = polls.tag
    assert polls(29) == (304, "")
    assert polls.tag == held
    status, told = polls(31)
    assert (status, "points-part" in told, "data-poll" in told) == (200, False, True)
    assert polls.tag != held
    assert polls.tag in told.replace("&quot;", '"')
    assert polls(60) == (304, "")


def test_a_change_is_told_at_once(polls: Polls) -> None:
    note(polls.world, "Lines are thin")
    status, told = polls(1)
    assert (status, "Lines are thin" in told) == (200, True)


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "x",
        "*",
        '"1-2-3"',
        '"1:2:3"',
        '"é:é"',
        '"1-2-3@1@9999999999"',
        pytest.param(f'"{"1" * 10_000}"', id="long"),
    ],
)
def test_a_tag_that_is_none_of_ours_answers_for_nothing(polls: Polls, tag: str) -> None:
    status, told = polls(2, tag=tag)
    assert (status, "points-part" in told) == (200, True)


def test_a_tag_of_another_shape_answers_for_nothing(
    polls: Polls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update may change the shape while pages are open."""
    with monkeypatch.context() as before:
        before.setattr(
            tags.Tag, "__str__", lambda self: f'"{tags._signer(self.bound_to).sign("1-2")}"'
        )
        polls(0, tag="")
    status, told = polls(2)
    assert (status, "points-part" in told) == (200, True)


def test_a_tag_is_of_one_session_and_address(polls: Polls, sign_in: SignIn) -> None:
    held, other = polls.tag, reverse("breakouts:point-poll", args=["here", 1, 2])
    with time_machine.travel(AT, tick=False):
        headers = {"HX-Request": "true", "If-None-Match": held}
        assert polls.client.get(other, headers=headers).status_code == 404
    polls.client = sign_in(polls.world.user("cho"))
    status, told = polls(1, tag=held)
    assert (status, "points-part" in told) == (200, True)


def test_who_signs_out_is_told_nothing(polls: Polls) -> None:
    polls.client.logout()
    assert polls(1)[0] == 302


def test_a_session_that_is_ended_elsewhere_ends_at_the_next_change(polls: Polls) -> None:
    SignedIn.objects.all().delete()
    assert polls(1) == (304, "")
    note(polls.world, "Lines are thin")
    assert polls(2)[0] == 302


def test_a_session_that_is_ended_elsewhere_ends_within_half_a_minute(polls: Polls) -> None:
    SignedIn.objects.all().delete()
    assert polls(31)[0] == 302


def test_only_who_looks_is_told_that_nothing_changed(polls: Polls) -> None:
    headers = {"HX-Request": "true", "If-None-Match": polls.tag}
    with time_machine.travel(AT, tick=False):
        assert polls.client.head(polls.url, headers=headers).status_code == 304
        assert polls.client.post(polls.url, headers=headers).status_code == 405


def test_a_page_is_told_anew_in_another_language(polls: Polls) -> None:
    cho = polls.world.user("cho")
    cho.language = "fr"
    cho.save(update_fields=["language"])
    note(polls.world, "Lines are thin")
    status, told = polls(1)
    assert (status, 'id="people"' in told) == (200, True)


def test_a_tag_is_of_one_person(polls: Polls, sign_in: SignIn) -> None:
    held = polls.tag
    polls.client = sign_in(polls.world.user("ana"))
    status, told = polls(1)
    assert (status, "points-part" in told) == (200, True)
    polls.client = sign_in(polls.world.user("dai"))
    assert polls(2, tag=held)[0] == 404  # of the other group


def test_what_is_told_on_its_word_does_not_prolong_it(polls: Polls) -> None:
    """A place that ends beside all actions is the control: nothing raised the round's number."""
    note(polls.world, "Lines are thin")
    Assignment.objects.filter(registration=polls.world.people["cho"]).delete()
    assert polls(29)[0] == 200
    assert polls(29) == (304, "")
    assert polls(31)[0] == 404


def withdraw(world: BreakoutWorld) -> None:
    withdraw_registration(registration=world.people["cho"], by=world.secretariat)


def replace(world: BreakoutWorld) -> None:
    person = Nominee(given_name="Fay", family_name="Ito", email="fay@customs.example")
    replace_registration(registration=world.people["cho"], person=person, by=world.secretariat)


def publish_without(world: BreakoutWorld) -> None:
    people = world.people
    seats = {world.one: [people["ana"]], world.two: [people["ben"], people["dai"]]}
    publish_plan(plan=make_plan(world.round, seats, world.secretariat), by=world.secretariat)


@pytest.mark.parametrize("act", [withdraw, replace, publish_without])
def test_who_lost_the_place_is_told_nothing_from_then_on(
    polls: Polls, act: Callable[[BreakoutWorld], None]
) -> None:
    note(polls.world, "Lines are thin")
    act(polls.world)
    assert polls(1)[0] == 404


def test_who_is_withdrawn_after_the_round_is_told_nothing_either(polls: Polls) -> None:
    close_round(round=polls.world.round, by=polls.world.organiser)
    assert polls(1)[0] == 200
    withdraw(polls.world)
    assert polls(2)[0] == 404


def test_a_page_learns_that_its_round_is_closed(polls: Polls) -> None:
    """The form goes, once; while the round is open no answer touches it."""
    note(polls.world, "Lines are thin")
    assert 'id="add"' not in polls.first + polls(1)[1]
    close_round(round=polls.world.round, by=polls.world.organiser)
    status, told = polls(2)
    assert (status, told.count('id="add"'), "data-send" in told) == (200, 1, False)
    assert "This round is closed. What was noted is on record." in told
    assert polls(3) == (304, "")


def test_a_role_that_ends_ends_its_word(polls: Polls, sign_in: SignIn) -> None:
    world, person = polls.world, polls.world.facilitator
    make_role(world.one, person, "facilitator")
    polls.client = sign_in(person)
    assert polls(0, tag="")[0] == 200
    name_group_role(group=world.one, user=world.user("cho"), role="facilitator", by=world.organiser)
    assert polls(1)[0] == 404


def question(world: BreakoutWorld) -> None:
    edit_topic(topic=world.first, title="Topic 1", question="How, then?", by=world.organiser)


def topic_title(world: BreakoutWorld) -> None:
    edit_topic(topic=world.first, title="Lines", question="Why 1?", by=world.organiser)


def edit(world: BreakoutWorld, **changes: Any) -> None:
    held = world.round
    names = ("title", "minutes", "mode", "weighting", "topic_once", "session", "ranking_closes_at")
    values = {name: getattr(held, name) for name in names}
    edit_round(round=held, by=world.organiser, **(values | changes))


def round_title(world: BreakoutWorld) -> None:
    edit(world, title="Morning")


def minutes(world: BreakoutWorld) -> None:
    edit(world, minutes=33)


def hour(world: BreakoutWorld) -> None:
    at = datetime(2050, 5, 24, 9, tzinfo=UTC)
    ends_at = at + timedelta(hours=1)
    session = Session.objects.create(
        workshop=world.here, title="Hour", starts_at=at, ends_at=ends_at
    )
    edit(world, session=session)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (question, "How, then?"),
        (topic_title, "Group 1, Lines"),
        (round_title, "<li>Morning</li>"),
        (minutes, "33 minutes"),
        (hour, "24 May 2050"),
    ],
)
def test_what_the_group_is_asked_and_when_is_told_at_once(
    polls: Polls, act: Callable[[BreakoutWorld], None], words: str
) -> None:
    assert words not in polls.first
    act(polls.world)
    status, told = polls(1)
    assert (status, words in told) == (200, True)
    assert polls(2) == (304, "")


def test_a_topic_of_another_round_is_no_news(polls: Polls) -> None:
    world = polls.world
    spare = make_topic(world.here)
    make_group(make_round(world.here, status="published"), spare)
    edit_topic(topic=spare, title="Spare", question="", by=world.organiser)
    assert polls(1) == (304, "")


@pytest.mark.parametrize("name", ["ana", "cho", "facilitator", "organiser"])
def test_a_change_told_on_its_word_has_the_verbs_of_the_rule(
    polls: Polls, sign_in: SignIn, name: str
) -> None:
    """Ana reports for the group; Cho sits there; the facilitator has a role and no place."""
    world = polls.world
    make_role(world.one, world.facilitator, "facilitator")
    staff = {"facilitator": world.facilitator, "organiser": world.organiser}
    person = staff.get(name) or world.user(name)
    polls.client = sign_in(person)
    polls(0, tag="")
    for author in ("ana", "cho"):
        note(world, f"From {author}", by=author)

    _status, told = polls(1)

    allowed = scope(Point, "breakouts.edit_point", person).order_by("pk")
    links = [f"change-{point.public_id}" for point in allowed if point.group_id == world.one.pk]
    assert re.findall(r'id="(change-[^"]+)"', told) == links
    assert told.count('class="point"') == 2


def test_who_becomes_the_rapporteur_gets_the_verbs_at_once(polls: Polls) -> None:
    world = polls.world
    note(world, "Lines are thin")
    assert "change-" not in polls(1)[1]
    name_group_role(group=world.one, user=world.user("cho"), role="rapporteur", by=world.organiser)
    assert "change-" in polls(2)[1]
