"""During a session with groups each person is led to the own one: on My workshop, by Join, in the calendar feed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from breakouts.actions.plans import publish_plan
from breakouts.actions.rounds import close_round
from breakouts.facts import own_groups_in
from breakouts.models import Group, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
    make_round,
    move_person,
)
from events.models import Session, Workshop
from participants.actions.changes import replace_registration
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tabs import SessionDetail
from participants.tests.worlds import make_registration

ALL = "https://join.example/all"


class Hour(BreakoutWorld):
    """Groups 1 and 2 are published and meet now; each has its own call, as the workshop has."""

    def __post_init__(self) -> None:
        super().__post_init__()
        now = timezone.now()
        self.session = Session.objects.create(
            workshop=self.here,
            title="Discussion",
            starts_at=now - timedelta(minutes=5),
            ends_at=now + timedelta(minutes=55),
        )
        Workshop.objects.filter(pk=self.here.pk).update(join_url=ALL)
        Round.objects.filter(pk=self.round.pk).update(session=self.session)
        for group in (self.one, self.two):
            group.join_url = self.call(group)
            group.save(update_fields=["join_url"])
        self.plan = self.publish()

    def call(self, group: Group) -> str:
        return f"https://join.example/{group.ordinal}"

    def page(self, group: Group) -> str:
        return reverse("breakouts:group-detail", args=["here", group.round.ordinal, group.ordinal])

    def detail(self, who: str) -> SessionDetail | None:
        """As a page would ask, which has read the row anew."""
        row = Registration.objects.select_related("workshop").get(pk=self.people[who].pk)
        return own_groups_in(row, [self.session]).get(self.session.pk)

    def group(self, number: int) -> SessionDetail:
        group = self.round.groups.get(ordinal=number)
        return SessionDetail(
            text=f"Group {number}", url=self.page(group), join_url=self.call(group)
        )


@pytest.fixture
def hour(db: None) -> Hour:
    return Hour()


def home(client: Client) -> str:
    return client.get(reverse("participants:home", args=["here"])).text


def feed(row: Registration) -> tuple[str, str]:
    content = Client().get(reverse("participants:calendar-feed", args=[row.calendar_token])).content
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return str(event["summary"]), str(event["url"])


def test_join_and_the_agenda_lead_to_the_own_group(hour: Hour, sign_in: SignIn) -> None:
    text = home(sign_in(hour.user("dai")))

    assert f'btn-live btn-lg" href="{hour.call(hour.two)}">Join Group 2 ' in text
    assert f'Discussion</b>, <a href="{hour.page(hour.two)}">Group 2</a>' in text
    assert ALL not in text


def test_the_part_that_asks_again_leads_there_too(hour: Hour, sign_in: SignIn) -> None:
    url = reverse("participants:home", args=["here"])
    text = sign_in(hour.user("dai")).get(url, headers={"HX-Request": "true"}).text

    assert hour.call(hour.two) in text


def test_the_calendar_names_the_group_and_its_call(hour: Hour) -> None:
    assert feed(hour.people["dai"]) == ("Discussion: Group 2", hour.call(hour.two))

    Group.objects.update(join_url="")
    page = f"{settings.SITE_URL}{hour.page(hour.two)}"
    assert feed(hour.people["dai"]) == ("Discussion: Group 2", page)


def test_the_calendar_is_in_the_language_of_the_person(hour: Hour) -> None:
    dai = hour.user("dai")
    dai.language = "fr"
    dai.save(update_fields=["language"])

    assert feed(hour.people["dai"])[0] == "Discussion: Groupe 2"


def test_a_move_counts_from_its_publication(hour: Hour) -> None:
    move = move_person(
        plan=hour.plan, registration=hour.people["dai"], to=hour.one, by=hour.organiser
    )
    assert hour.detail("dai") == hour.group(2)

    publish_plan(plan=move.plan, by=hour.organiser)
    assert hour.detail("dai") == hour.group(1)
    assert feed(hour.people["dai"]) == ("Discussion: Group 1", hour.call(hour.one))


def test_who_takes_over_a_seat_is_led_to_its_group(hour: Hour) -> None:
    person = Nominee(given_name="Fay", family_name="Ito", email="fay@customs.example")
    fay = replace_registration(registration=hour.people["dai"], person=person, by=hour.secretariat)

    assert own_groups_in(fay, [hour.session]) == {hour.session.pk: hour.group(2)}
    assert hour.detail("dai") is None


def test_who_has_a_role_without_a_place_is_led_to_that_group(hour: Hour, sign_in: SignIn) -> None:
    expert = make_registration(hour.fiji, status="confirmed", role="resource_person")
    assert own_groups_in(expert, [hour.session]) == {}
    make_role(hour.two, expert.user, "facilitator")
    again = Registration.objects.get(pk=expert.pk)

    assert own_groups_in(again, [hour.session]) == {hour.session.pk: hour.group(2)}
    text = home(sign_in(expert.user))
    assert "You facilitate this group." in text
    assert "You ranked no topics" not in text


@pytest.mark.parametrize("status", ["draft", "ranking", "assigning"])
def test_a_group_that_is_not_published_is_not_named(hour: Hour, status: str) -> None:
    """Somebody may have a role there by now."""
    hour.round.plans.all().update(is_current=False)
    hour.enter(status)

    assert hour.detail("ana") is None


def test_a_closed_round_sends_people_back_to_the_call_of_all(hour: Hour, sign_in: SignIn) -> None:
    close_round(round=hour.round, by=hour.organiser)
    assert hour.detail("dai") is None
    assert f'href="{ALL}"' in home(sign_in(hour.user("dai")))

    Session.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    hour.session.refresh_from_db()
    assert hour.detail("dai") == hour.group(2)


def test_of_two_rounds_in_one_session_the_first_open_one_counts(hour: Hour) -> None:
    later = make_round(hour.here, session=hour.session, status=Round.Status.ASSIGNING)
    group = make_group(later, hour.second, join_url="https://join.example/later")
    plan = make_plan(later, {group: [hour.people["dai"]]}, hour.organiser)
    publish_plan(plan=plan, by=hour.organiser)
    assert hour.detail("dai") == hour.group(2)

    close_round(round=hour.round, by=hour.organiser)
    found = hour.detail("dai")
    assert found is not None
    assert (found.text, found.join_url) == ("Group 1", group.join_url)


def test_nothing_is_said_of_other_sessions_and_workshops(hour: Hour) -> None:
    other = Session.objects.create(
        workshop=hour.here,
        title="Plenary",
        starts_at=hour.session.ends_at,
        ends_at=hour.session.ends_at + timedelta(hours=1),
    )
    assert list(own_groups_in(hour.people["dai"], [hour.session, other])) == [hour.session.pk]
    assert own_groups_in(hour.people["eve"], [hour.session]) == {}


@pytest.mark.parametrize("attends", ["on_site", "online"])
def test_who_comes_to_the_venue_has_no_call_to_join(
    hour: Hour, sign_in: SignIn, attends: str
) -> None:
    Workshop.objects.update(format="hybrid")
    Registration.objects.update(attends=attends)
    text = home(sign_in(hour.user("dai")))

    assert ("Join Group 2" in text) == (attends == "online")
    assert "Group 2</a>" in text


def test_the_panel_and_the_agenda_ask_once(
    hour: Hour, sign_in: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    client = sign_in(hour.user("dai"))

    with django_assert_num_queries(8):
        client.get(reverse("participants:home", args=["here"]))
    with django_assert_num_queries(0):
        own_groups_in(hour.people["dai"], [])
