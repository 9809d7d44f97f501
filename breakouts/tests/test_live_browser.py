"""The hour in two browsers: what the secretariat does on one is seen on the other, where nobody presses anything."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

pytest.importorskip("playwright")

from playwright.sync_api import Browser, Page, expect

from breakouts.actions.rounds import close_round
from breakouts.tests.worlds import BreakoutWorld
from workshop_portal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Hall:
    """A server of its own; each person has a browser of their own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.world = BreakoutWorld()
        self.world.publish()
        self.browser, self.url = browser, url
        self.pages: list[Page] = []

    def open(self, user: User, path: str, **options: Any) -> Page:
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = self.browser.new_context(**options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.url}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.url}/workshops/here/breakouts/1/{path}")
        self.pages.append(page)
        return page


@pytest.fixture
def hall(erasable_record: None, live_server: Any, browser: Browser) -> Iterator[Hall]:
    expect.set_options(timeout=10_000)
    hall = Hall(browser, live_server.url)
    yield hall
    expect.set_options(timeout=5_000)
    for page in hall.pages:
        page.context.close()


def test_a_group_sees_the_clock_the_announcement_and_the_answer(hall: Hall) -> None:
    room = hall.open(hall.world.user("cho"), "groups/1/")
    desk = hall.open(hall.world.organiser, "overview/")
    expect(desk.locator("#groups-part tbody tr").first).to_contain_text("1 of 2")
    expect(room.locator("#people")).to_contain_text("1 of 2 here")
    room.locator("textarea[name=text]").fill("Half a sent")

    desk.get_by_role("button", name="Start the clock").click()
    clock = room.locator("#clock [role=timer]")
    expect(clock).to_contain_text("44:")
    expect(room.locator("#live")).to_have_text("The clock runs")
    desk.get_by_role("button", name="Add 5 minutes").click()
    expect(clock).to_contain_text("49:")

    desk.get_by_label("What all groups read").fill("Write down one good practice.")
    desk.get_by_role("button", name="Send to all groups").click()
    expect(room.locator("#banner")).to_contain_text("Write down one good practice.")
    expect(room.locator("#live")).to_have_text("Secretariat: Write down one good practice.")
    desk.get_by_role("button", name="Take it back").click()
    expect(room.locator("#banner")).to_be_hidden()

    room.get_by_role("button", name="Ask the secretariat for help").click()
    expect(room.locator("#people")).to_contain_text("The secretariat sees it.")
    expect(room.locator("#live")).to_contain_text("Your group asked for help.")
    expect(desk.locator("#calls-part")).to_contain_text("1 group asks for help")
    desk.get_by_role("button", name="Answered").click()
    expect(room.locator("#people")).to_contain_text("The call for help was answered at")

    desk.get_by_role("button", name="Stop the clock").click()
    expect(room.locator("#clock")).to_contain_text("Time is up")
    expect(room.locator("textarea[name=text]")).to_have_value("Half a sent")


def test_the_form_goes_when_the_round_is_closed_and_what_was_typed_stays(hall: Hall) -> None:
    room = hall.open(hall.world.user("cho"), "groups/1/")
    other = hall.open(hall.world.user("ana"), "groups/1/")
    text = room.get_by_label("In one sentence")
    text.press_sequentially("Half a sent")

    close_round(round=hall.world.round, by=hall.world.organiser)

    text.press_sequentially("ence")  # until the page knows
    unsent = room.get_by_label("What you wrote and did not add")
    expect(unsent).to_have_value("Half a sentence")
    expect(room.locator("#add")).to_contain_text("Draft kept on this device")
    expect(room.get_by_role("button", name="Add the point")).to_have_count(0)
    expect(room.locator("#live")).to_have_text("This round is closed.")
    room.reload()
    expect(unsent).to_have_value("Half a sentence")
    room.get_by_role("button", name="Remove from this device").click()
    expect(unsent).to_be_hidden()
    assert room.evaluate("Object.keys(localStorage)") == []

    expect(other.locator("#add .note")).to_contain_text("What was noted is on record.")
    expect(other.locator("#add textarea")).to_be_hidden()


def test_who_comes_is_seen_by_who_is_there(hall: Hall) -> None:
    room = hall.open(hall.world.user("cho"), "groups/1/")
    button = room.get_by_role("button", name="Ask the secretariat for help")
    button.focus()
    hall.open(hall.world.user("ana"), "groups/1/")

    expect(room.locator("#people")).to_contain_text("2 of 2 here")
    expect(button).to_be_focused()


def test_without_script_the_page_says_when_it_ends(hall: Hall) -> None:
    desk = hall.open(hall.world.organiser, "overview/", java_script_enabled=False)
    desk.get_by_role("button", name="Start the clock").click()
    room = hall.open(hall.world.user("cho"), "groups/1/", java_script_enabled=False)

    expect(room.locator("#clock")).to_contain_text("45 minutes in all, ends at")
    expect(room.locator("#clock [role=timer]")).to_be_hidden()
    room.get_by_role("button", name="Ask the secretariat for help").click()
    expect(room.locator("#people")).to_contain_text("The secretariat sees it.")


def test_the_board_says_what_a_move_would_do_inside_the_screen(hall: Hall) -> None:
    board = hall.open(hall.world.organiser, "board/")
    address = board.url
    board.get_by_role("link", name=re.compile("^Move")).first.click()
    menu = board.locator(".group .menu-list")
    expect(menu).to_contain_text("Lock in this group")
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0  # the first column's menu opens towards the others
    assert board.url == address  # a menu is no place to come back to
    board.keyboard.press("Escape")

    board.locator(".tick").nth(0).check()
    board.locator(".tick").nth(1).check()
    board.get_by_role("button", name="See the effect first").click()
    expect(board.locator(".bulk .menu-list")).to_contain_text("Move 2 people to")
    expect(board.locator(".bulk .menu-list")).to_contain_text("Group 2")
    assert board.url == address


def test_a_style_that_was_set_on_the_page_is_not_copied_into_what_replaces_it(hall: Hall) -> None:
    """The policy forbids inline styles: each that htmx copies, empty ones too, stands in the console."""
    room = hall.open(hall.world.user("ana"), "groups/1/")
    said: list[str] = []
    room.on("console", lambda message: said.append(message.text))
    room.evaluate(
        "for (const each of document.querySelectorAll('[id]')) {"
        " each.style.color = 'red'; each.style.color = ''; }"
    )
    room.get_by_label("In one sentence").fill("Classes are small.")
    room.get_by_role("button", name="Add the point").click()
    expect(room.locator("#points")).to_have_text("1 point")
    room.wait_for_timeout(200)  # settled
    assert said == []
