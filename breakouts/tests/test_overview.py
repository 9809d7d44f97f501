"""All groups at once: what the overview says, who sees and who acts; and a group's page while the hour goes on."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.live import ask_for_help, send_announcement, start_round
from breakouts.actions.points import remove_point
from breakouts.actions.presence import note_presence
from breakouts.models import Announcement, HelpRequest, Presence, Round
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_point, make_role, make_round, state
from workshop_portal.accounts.models import User
from workshop_portal.tests.hostile import HARMLESS

AT = (timezone.now() + timedelta(hours=1)).replace(second=0, microsecond=0)
"""Later than roles and sessions of these tests begin."""
MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}
SUSPICIOUS = [text for text in HARMLESS if "\n" not in text and len(text) <= 200]


@pytest.fixture
def held(world: BreakoutWorld) -> BreakoutWorld:
    """Fay facilitates group 2 without a place; another round has a call of its own."""
    world.publish()
    make_role(world.two, world.facilitator, "facilitator")
    return world


@pytest.fixture
def organiser(held: BreakoutWorld, sign_in: SignIn) -> Client:
    return sign_in(held.organiser)


def url(name: str, *args: object) -> str:
    return reverse(f"breakouts:{name}", args=["here", 1, *args])


OVERVIEW, ROOM = "round-overview", "group-detail"


def poll(client: Client, name: str, *args: object, tag: str = "") -> HttpResponse:
    response: Any = client.get(url(name, *args), headers=HTMX | {"If-None-Match": tag})
    return response


def lines(response: Any) -> list[tuple[int, int, int, int, bool]]:
    """Number, here, expected, points, whether it asks for help."""
    return [
        (each.group.ordinal, each.here, each.expected, each.points, each.call is not None)
        for each in response.context["lines"]
    ]


def has_buttons(body: str) -> bool:
    """Whether all of its verbs are on the page; or none of them."""
    names = ("/start/", "/announcements/send/", "/withdraw/", "/help/answer/")
    found = {f'{name}"' in body for name in names}
    assert len(found) == 1
    return found.pop()


# What it says -------------------------------------------------------------------------------------


@time_machine.travel(AT, tick=False)
def test_each_group_with_who_is_here_its_points_and_its_call(
    held: BreakoutWorld, organiser: Client
) -> None:
    note_presence(group=held.one, by=held.user("ana"))
    note_presence(group=held.two, by=held.facilitator)
    Presence.objects.create(group=held.two, user=held.user("ana"))  # not expected there
    point = make_point(held.one, held.user("ana"))
    make_point(held.one, held.user("cho"))
    remove_point(point=point, by=held.user("ana"))
    with time_machine.travel(AT - 4 * MINUTE, tick=False):
        ask_for_help(group=held.two, by=held.user("ben"))
    other = make_round(held.here, status=Round.Status.PUBLISHED)
    elsewhere = other.groups.create(ordinal=1, topic=held.first)
    ask_for_help(group=elsewhere, by=held.organiser)
    response = organiser.get(url(OVERVIEW))

    assert lines(response) == [(1, 1, 2, 1, False), (2, 1, 3, 0, True)]
    assert [each.last_at for each in response.context["lines"]] == [AT, AT - 4 * MINUTE]
    assert (response.context["here"], response.context["expected"]) == (2, 5)
    assert [call.group for call in response.context["calls"]] == [held.two]
    body = response.content.decode()
    assert "4 minutes ago" in body
    assert body.index("1 group asks for help") < body.index("Start the clock")


def test_who_runs_the_workshop_acts_and_a_facilitator_looks(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    people: dict[User, tuple[int, bool]] = {
        held.organiser: (200, True),
        held.secretariat: (200, True),
        held.facilitator: (200, False),
        held.user("ana"): (404, False),  # the rapporteur of group 1
        held.user("cho"): (404, False),
        held.user("eve"): (404, False),
    }
    send_announcement(round=held.round, text="Soon", by=held.organiser)
    ask_for_help(group=held.one, by=held.user("cho"))
    found = {}
    for who in people:
        response = sign_in(who).get(url(OVERVIEW))
        found[who] = (response.status_code, has_buttons(response.content.decode()))
    assert found == people


def test_each_act_is_the_organisers(held: BreakoutWorld, sign_in: SignIn) -> None:
    sent = send_announcement(round=held.round, text="Soon", by=held.organiser)
    verbs = ("round-start", "round-start-undo", "round-extend", "round-stop")
    acts = [url(name) for name in verbs]
    acts += [url("announcement-send"), url("announcement-withdraw", sent.pk)]
    before = state()
    for who, status in ((held.facilitator, 403), (held.user("ana"), 404)):
        answers = {sign_in(who).post(act, {"minutes": 5, "text": "x"}).status_code for act in acts}
        assert answers == {status}
    assert state() == before


def test_a_facilitator_sees_it_from_the_publication_of_the_groups(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    client = sign_in(held.facilitator)
    for status in Round.Status:
        held.enter(status)
        expected = 200 if status in {"published", "closed"} else 404
        assert client.get(url(OVERVIEW)).status_code == expected, status


# What its buttons do ------------------------------------------------------------------------------


def test_the_clock_from_start_to_end(held: BreakoutWorld, organiser: Client) -> None:
    """Each verb comes back to the page with its word; what cannot be is said there."""
    steps = [
        ("round-stop", {}, "The clock was not started yet."),
        ("round-start", {"minutes": "45"}, "The clock runs in all groups."),
        ("round-start-undo", {}, "The start is taken back, as if the clock had not been started."),
        ("round-start-undo", {}, "The clock was not started yet."),
        ("round-start", {"minutes": "45"}, "The clock runs in all groups."),
        ("round-start", {"minutes": "45"}, "The clock was started already."),
        ("round-extend", {"minutes": "5"}, "Minutes added: 5."),
        ("round-stop", {}, "The clock is stopped."),
    ]
    for name, data, words in steps:
        response = organiser.post(url(name), data, follow=True)
        assert response.redirect_chain == [(url(OVERVIEW), 302)]
        assert words in response.content.decode(), name
    held.round.refresh_from_db()
    assert held.round.live_sequence == 5
    assert organiser.get(url("round-start")).status_code == 405


def test_the_way_back_from_the_start_is_shown_while_there_is_one(
    held: BreakoutWorld, organiser: Client, sign_in: SignIn
) -> None:
    def is_shown(client: Client, minutes: int) -> bool:
        with time_machine.travel(AT + minutes * MINUTE, tick=False):
            return "Not yet: take the start back" in client.get(url(OVERVIEW)).text

    make_point(held.one, held.user("ana"), created_at=AT - MINUTE)
    assert not is_shown(organiser, 0)
    with time_machine.travel(AT, tick=False):
        start_round(round=held.round, minutes=45, by=held.organiser)
    assert [is_shown(organiser, minutes) for minutes in (0, 9, 10)] == [True, True, False]
    assert not is_shown(sign_in(held.facilitator), 0)
    make_point(held.two, held.user("ben"), created_at=AT + MINUTE)
    assert not is_shown(organiser, 2)
    with time_machine.travel(AT + 2 * MINUTE, tick=False):
        said = organiser.post(url("round-start-undo"), follow=True).text
    assert "The start stays: ten minutes have passed since, or a group has noted a point." in said


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ("0", "greater than or equal to 1"),
        ("481", "less than or equal to 480"),
        ("x", "Enter a whole number."),
        ("", "This field is required."),
    ],
)
@pytest.mark.parametrize("is_started", [False, True])
def test_bad_minutes_are_refused_at_their_field_and_kept(
    held: BreakoutWorld, organiser: Client, minutes: str, words: str, is_started: bool
) -> None:
    if is_started:
        start_round(round=held.round, minutes=45, by=held.organiser)
    before = state()

    act = url("round-extend" if is_started else "round-start")
    response = organiser.post(act, {"minutes": minutes})

    body = response.content.decode()
    assert response.status_code == 422
    assert words in body[body.index('id="id_minutes_error"') :]
    assert f'max="480" value="{minutes or (10 if is_started else 45)}"' in body
    assert state() == before


def test_an_announcement_is_read_in_all_groups_until_it_is_taken_back(
    held: BreakoutWorld, organiser: Client, sign_in: SignIn
) -> None:
    response = organiser.post(
        url("announcement-send"), {"text": "Five minutes & done"}, follow=True
    )
    assert response.redirect_chain == [(url(OVERVIEW) + "?sent=1", 302)]
    assert f'data-kept-done="announcement-{held.round.pk}"' in response.content.decode()
    for name, number in (("cho", 1), ("dai", 2)):
        body = sign_in(held.user(name)).get(url(ROOM, number)).content.decode()
        assert "<span>Five minutes &amp; done</span>" in body
    sent = Announcement.objects.get()
    organiser.post(url("announcement-withdraw", sent.pk))
    body = sign_in(held.user("cho")).get(url(ROOM, 1)).content.decode()
    assert "Five minutes" not in body
    again = organiser.post(url("announcement-withdraw", sent.pk), follow=True)
    assert "This announcement was taken back already." in again.content.decode()


def test_five_minutes_left_is_read_in_the_language_of_each(
    held: BreakoutWorld, organiser: Client, sign_in: SignIn
) -> None:
    """Its button stands there while the clock runs."""
    assert 'value="five_left"' not in organiser.get(url(OVERVIEW)).text
    start_round(round=held.round, minutes=5, by=held.organiser)
    assert 'value="five_left"' in organiser.get(url(OVERVIEW)).text
    cho = held.user("cho")
    cho.language = "fr"
    cho.save(update_fields=["language"])

    response = organiser.post(url("announcement-send"), {"kind": "five_left"}, follow=True)

    assert response.redirect_chain == [(url(OVERVIEW), 302)]
    assert "All groups read it now." in response.text
    pages = [sign_in(held.user(name)).get(url(ROOM, 1)).text for name in ("cho", "ana")]
    found = [re.findall(r'id="banner".*<span>([^<]*)</span>', page) for page in pages]
    assert found == [["Il reste cinq minutes."], ["Five minutes left."]]
    organiser.post(url("round-extend"), {"minutes": "5"})
    assert "Five minutes left.</span>" not in sign_in(held.user("ana")).get(url(ROOM, 1)).text


def test_an_announcement_without_words_keeps_the_page(
    held: BreakoutWorld, organiser: Client
) -> None:
    for text in ("", "  ", "x" * 201, "two\nlines"):
        response = organiser.post(url("announcement-send"), {"text": text})
        assert response.status_code == 422
        assert 'id="id_text_error"' in response.content.decode()
    assert Announcement.objects.count() == 0


def test_an_announcement_is_text_whatever_it_holds(held: BreakoutWorld, organiser: Client) -> None:
    for text in SUSPICIOUS:
        assert organiser.post(url("announcement-send"), {"text": text}).status_code in {302, 422}
        body = organiser.get(url(ROOM, 1)).content.decode()
        assert "<script>alert" not in body


# A group's page -----------------------------------------------------------------------------------


def test_a_call_is_sent_and_ended_from_the_group(held: BreakoutWorld, sign_in: SignIn) -> None:
    cho, ana = sign_in(held.user("cho")), sign_in(held.user("ana"))
    response = cho.post(url("help-ask", 1), follow=True)
    assert response.redirect_chain == [(url(ROOM, 1), 302)]
    assert "Help is no longer needed" in response.content.decode()
    again: Any = ana.post(url("help-ask", 1), headers=HTMX)
    assert again.status_code == 200
    body = again.content.decode()
    assert body.lstrip().startswith('<aside id="people"')
    assert "Your group asked for help already." in body
    ended = ana.post(url("help-answer", 1), headers=HTMX).content.decode()
    assert "The call for help was answered at" in ended
    assert "Ask the secretariat for help" in ended
    assert HelpRequest.objects.get().answered_by == held.user("ana")


def test_who_only_looks_in_reads_words_of_the_secretariat(
    held: BreakoutWorld, organiser: Client, sign_in: SignIn
) -> None:
    """The link that starts the clock, and the call: to answer, not to ask."""
    cho = sign_in(held.user("cho"))
    start = f'href="{url(OVERVIEW)}#minutes"'
    waits, asks = "The clock begins when the secretariat starts it.", "Ask the secretariat for help"
    sees, helped = "The secretariat sees it.", "Help is no longer needed"

    before = [client.get(url(ROOM, 1)).content.decode() for client in (organiser, cho)]
    ask_for_help(group=held.one, by=held.user("cho"))
    after = [client.get(url(ROOM, 1)).content.decode() for client in (organiser, cho)]

    assert [(start in body, waits in body, asks in body) for body in before] == [
        (True, False, False),
        (False, True, True),
    ]
    assert [(">Answered</button>" in body, sees in body, helped in body) for body in after] == [
        (True, False, False),
        (False, True, True),
    ]
    overview = organiser.get(url(OVERVIEW)).content.decode()
    assert (waits in overview, "The clock was not started yet." in overview) == (False, True)


def test_a_call_is_answered_from_the_overview(held: BreakoutWorld, organiser: Client) -> None:
    ask_for_help(group=held.one, by=held.user("cho"))
    to = {"next": url(OVERVIEW)}
    response = organiser.post(url("help-answer", 1), to, follow=True)
    assert response.redirect_chain == [(url(OVERVIEW), 302)]
    assert response.context["calls"] == []
    late = organiser.post(url("help-answer", 1), to, follow=True)
    assert "This call for help was answered already." in late.content.decode()


def test_the_clock_tells_how_far_it_is(held: BreakoutWorld, sign_in: SignIn) -> None:
    client = sign_in(held.user("cho"))
    tags, found = [], []
    with time_machine.travel(AT, tick=False):
        tags.append(poll(client, "point-poll", 1)["ETag"])
        start_round(round=held.round, minutes=45, by=held.organiser)
    for minutes in (0, 39, 40, 44, 45):
        with time_machine.travel(AT + minutes * MINUTE, tick=False):
            response: Any = poll(client, "point-poll", 1)
            tags.append(response["ETag"])
            found.append((response.context["phase"], response.context.get("clock")))
    assert found == [
        ("running", "45:00"),
        ("running", "6:00"),
        ("last", "5:00"),
        ("last", "1:00"),
        ("over", None),
    ]
    marks = {tag.partition("@")[0] for tag in tags}
    assert len(marks) == 4


def test_the_same_clock_is_on_every_page(held: BreakoutWorld, organiser: Client) -> None:
    with time_machine.travel(AT, tick=False):
        start_round(round=held.round, minutes=45, by=held.organiser)
    with time_machine.travel(AT + timedelta(minutes=20, seconds=20), tick=False):
        for page in (url(ROOM, 1), url(ROOM, 2), url(OVERVIEW), url("group-plenary", 1)):
            body = organiser.get(page).content.decode()
            assert 'data-left="1480">24:40</p>' in body, page


def test_polls_answer_with_what_changed(
    held: BreakoutWorld, organiser: Client, sign_in: SignIn
) -> None:
    """Presence, points, calls and announcements each make another tag on both pages."""
    cho = sign_in(held.user("cho"))
    pages = ((cho, "point-poll", (1,)), (organiser, "overview-poll", ()))
    with time_machine.travel(AT, tick=False):
        for client, name, args in pages:
            tags = [poll(client, name, *args)["ETag"]]
            note_presence(group=held.one, by=held.user("ana"))
            tags.append(poll(client, name, *args)["ETag"])
            make_point(held.one, held.user("ana"))
            tags.append(poll(client, name, *args)["ETag"])
            send_announcement(round=held.round, text="Soon", by=held.organiser)
            tags.append(poll(client, name, *args)["ETag"])
            assert len(set(tags)) == len(tags), name
            assert poll(client, name, *args, tag=tags[-1]).status_code == 304
            Presence.objects.all().delete()


def test_a_poll_without_script_leads_to_the_page(held: BreakoutWorld, organiser: Client) -> None:
    assert organiser.get(url("overview-poll"))["Location"] == url(OVERVIEW)


def test_who_sees_all_groups_finds_the_way_there(held: BreakoutWorld, sign_in: SignIn) -> None:
    for who, number, expected in (
        (held.organiser, 1, True),
        (held.facilitator, 2, True),
        (held.user("ana"), 1, False),
        (held.user("cho"), 1, False),
    ):
        body = sign_in(who).get(url(ROOM, number)).content.decode()
        assert (url(OVERVIEW) in body) is expected
    assert url(OVERVIEW) in sign_in(held.organiser).get(url("round-detail")).content.decode()


def test_who_has_a_place_finds_the_way_to_the_own_group(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    home = reverse("participants:home", args=["here"])
    found = [
        home in sign_in(who).get(url(ROOM, number)).content.decode()
        for who, number in ((held.user("cho"), 1), (held.facilitator, 2), (held.organiser, 1))
    ]
    assert found == [True, False, False]
