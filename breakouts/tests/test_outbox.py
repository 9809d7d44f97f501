"""A poor connection loses nothing: texts stay on the device until the server has them, and come once, in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

pytest.importorskip("playwright")

from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from breakouts.models import Point, Round
from breakouts.tests.worlds import BreakoutWorld
from workshop_portal.accounts.models import User

DRAFT_KEPT = re.compile(r"^Draft kept on this device, [0-2]\d:[0-5]\d$")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDING = "**/points/add/"
KEPT = "Object.keys(localStorage).filter(each => each.startsWith('draft:'))"


@dataclass
class Room:
    """Ana's browser in group 1, on a server of its own."""

    world: BreakoutWorld
    context: BrowserContext
    page: Page
    url: str

    @property
    def path(self) -> str:
        return f"{self.url}/workshops/here/breakouts/1/groups/1/"

    def sign_in(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict

    def note(self, text: str) -> None:
        self.page.get_by_label("In one sentence").fill(text)
        self.page.get_by_role("button", name="Add the point").click()

    def waiting(self) -> list[str]:
        return self.page.locator("[data-outbox] textarea").input_value().split("\n\n")

    def expect_noted(self, *texts: str) -> None:
        """These points in this order, on the page and in the database; nothing is left on the device."""
        expect(self.page.locator(".point p:first-child")).to_have_text(list(texts))
        expect(self.page.locator("[data-outbox]")).to_be_hidden()
        rows = Point.objects.order_by("group", "ordinal").values_list("text", flat=True)
        assert list(rows) == list(texts)
        assert self.page.evaluate(KEPT) == []


@pytest.fixture
def room(erasable_record: None, live_server: Any, context: BrowserContext) -> Iterator[Room]:
    world = BreakoutWorld()
    world.publish()
    page = context.new_page()
    page.set_default_timeout(15_000)
    room = Room(world, context, page, live_server.url)
    room.sign_in(world.user("ana"))
    page.goto(room.path)
    yield room
    context.close()


def says(page: Page, words: str) -> None:
    """The box and the live region say it."""
    expect(page.locator("[data-outbox] p:visible")).to_contain_text(words)
    expect(page.locator("#live")).to_contain_text(words)


def test_a_point_is_stored_at_once_on_a_good_connection(room: Room) -> None:
    room.page.get_by_label("Trend").check()
    room.note("The first.")

    expect(room.page.locator("#live")).to_have_text("The point is stored.")
    room.expect_noted("The first.")
    expect(room.page.get_by_label("In one sentence")).to_have_value("")
    expect(room.page.get_by_label("In one sentence")).to_be_focused()
    expect(room.page.get_by_label("Trend")).to_be_checked()


def test_the_verbs_of_a_point_stand_in_its_line(room: Room) -> None:
    room.note("The first.")
    room.note("The second.")
    room.expect_noted("The first.", "The second.")

    room.page.get_by_role("button", name="Up The second.").click()
    room.page.wait_for_load_state()
    room.expect_noted("The second.", "The first.")
    room.page.get_by_role("button", name="Remove The second.").click()
    expect(room.page.get_by_text("Point removed.", exact=True)).to_be_visible()
    expect(room.page.locator(".point p:first-child")).to_have_text(["The first."])


def test_three_points_typed_offline_survive_a_reload_and_come_once_in_order(room: Room) -> None:
    room.context.set_offline(True)
    for text in ("One.", "Two.", "Three."):
        room.note(text)
    says(room.page, "Kept on this device; sending again")
    assert room.waiting() == ["One.", "Two.", "Three."]
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        room.page.reload()

    room.context.set_offline(False)
    room.page.goto(room.path)

    room.expect_noted("One.", "Two.", "Three.")


def test_what_is_typed_meanwhile_is_left_alone(room: Room) -> None:
    room.context.set_offline(True)
    room.note("One.")
    says(room.page, "Kept on this device; sending again")
    room.page.get_by_label("In one sentence").fill("Half a sent")

    room.context.set_offline(False)  # the browser says that the line is back

    expect(room.page.locator(".point p:first-child")).to_have_text(["One."])
    expect(room.page.get_by_label("In one sentence")).to_have_value("Half a sent")


def test_an_answer_that_gets_lost_makes_no_second_point(room: Room) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    room.page.route(ADDING, lose)
    room.note("Once.")

    says(room.page, "Kept on this device; sending again")
    room.expect_noted("Once.")
    assert lost == [200, 200]


@pytest.mark.parametrize("status", [502, 503, 429, 200])
def test_a_server_that_cannot_answer_is_asked_again(room: Room, status: int) -> None:
    """200 is the page of a hotel's network, which answers in the server's place."""
    answers = [status]
    room.page.route(
        ADDING,
        lambda route: (
            route.fulfill(status=answers.pop(), body="<p>Not now") if answers else route.continue_()
        ),
    )
    room.note("Again.")

    says(room.page, "Kept on this device; sending again")
    room.expect_noted("Again.")


def test_what_the_server_refuses_comes_back_into_the_form_with_the_reason(room: Room) -> None:
    text = room.page.get_by_label("In one sentence")
    text.evaluate("each => each.removeAttribute('maxlength')")
    room.note("x" * 2001)

    expect(room.page.get_by_role("alert")).to_contain_text("2000")
    expect(text).to_have_value("x" * 2001)
    room.page.reload()
    expect(text).to_have_value("x" * 2001)
    assert not Point.objects.exists()

    room.note("Shorter.")
    room.expect_noted("Shorter.")
    expect(room.page.get_by_role("alert")).to_have_count(0)


def test_a_text_for_a_round_that_was_closed_stays_to_be_copied(room: Room) -> None:
    room.world.enter(Round.Status.CLOSED)
    room.note("Too late.")

    says(room.page, "The server did not take it")
    assert room.waiting() == ["Too late."]
    room.page.reload()
    says(room.page, "The server did not take it")
    assert room.waiting() == ["Too late."]

    room.page.once("dialog", lambda dialog: dialog.accept())
    room.page.get_by_role("button", name="Remove from this device").click()
    expect(room.page.locator("[data-outbox]")).to_be_hidden()
    assert room.page.evaluate(KEPT) == []
    assert not Point.objects.exists()


def test_a_text_outlives_the_session_and_is_sent_after_the_next_sign_in(room: Room) -> None:
    room.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    room.note("Written after the session.")
    says(room.page, "Sign in again, then it is sent")
    room.page.get_by_role("link", name="Sign in again").click()
    expect(room.page).to_have_url(
        f"{room.url}/accounts/login/?next=/workshops/here/breakouts/1/groups/1/"
    )

    room.sign_in(room.world.user("cho"))  # the next person at this machine
    room.page.goto(room.path)
    expect(room.page.locator("[data-outbox]")).to_be_hidden()
    room.sign_in(room.world.user("ana"))
    room.page.goto(room.path)

    room.expect_noted("Written after the session.")
    assert Point.objects.get().created_by == room.world.user("ana")


def test_signing_out_asks_before_it_removes_what_is_not_stored(room: Room) -> None:
    room.page.route(ADDING, lambda route: route.abort())
    room.note("Not stored.")
    says(room.page, "Kept on this device; sending again")
    room.page.get_by_label("In one sentence").fill("A draft")
    expect(room.page.locator("[data-kept]")).to_have_text(DRAFT_KEPT)
    out = room.page.locator(".bar-wide").get_by_role("button", name="Sign out")

    room.page.once("dialog", lambda dialog: dialog.dismiss())
    out.click()
    assert room.waiting() == ["Not stored."]
    room.page.once("dialog", lambda dialog: dialog.accept())
    out.click()

    expect(room.page).not_to_have_url(room.path)
    assert room.page.evaluate(KEPT) == []
