"""The demo in a real browser, on the product as a user starts it.

Each page that a persona walks is held to axe's rules and to the width of the screen, at 1280 and 360 px, light
and dark; its picture goes to `var/screenshots/`. The job from an empty database on is walked in `journeys/`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

pytest.importorskip("playwright")
pytest.importorskip("axe_playwright_python")

from playwright.sync_api import Browser, Page, expect

from workshop_portal.tests.journeys import keyboard
from workshop_portal.tests.journeys.people import (
    DESK,
    PHONE,
    arrive,
    look,
    open_link,
)
from workshop_portal.tests.server import Server, free_port, start

pytestmark = pytest.mark.browser

WORKSHOP = "/workshops/training-management-2022/"
BREAKOUTS = f"{WORKSHOP}breakouts/"
EDITION = "/reports/good-practice-report/editions/2/"


class Stop(NamedTuple):
    """A page of a walk: by its address, or by the first link on the page there that the selector finds."""

    name: str
    path: str
    link: str = ""
    status: int = 200


IN_TABLE = "main tbody th a"
WALKS = {
    "visitor": [
        Stop("start", "/"),
        Stop("public", WORKSHOP),
        Stop("series", WORKSHOP, "main a[href^='/series/']"),
        Stop("sign-in", "/accounts/login/"),
        Stop("new-link", f"{WORKSHOP}new-link/"),
        Stop("link-ended", "/sign-in/long-over/", status=410),
        Stop("not-found", "/workshops/no-such-workshop/", status=404),
    ],
    "secretariat": [
        Stop("start", "/"),
        Stop("workshops", "/workshops/"),
        Stop("workshop-new", "/workshops/new/"),
        Stop("instruments", "/instruments/"),
        Stop("overview", f"{WORKSHOP}overview/"),
        Stop("agenda", f"{WORKSHOP}agenda/"),
        Stop("session", f"{WORKSHOP}agenda/", "main a[href*='/sessions/']:not([href*='/new/'])"),
        Stop("speakers", f"{WORKSHOP}speakers/"),
        Stop("delegations", f"{WORKSHOP}delegations/"),
        Stop("invitation", f"{WORKSHOP}delegations/", IN_TABLE),
        Stop("delegation", f"{WORKSHOP}delegations/FJ/"),
        Stop("registrations", f"{WORKSHOP}registrations/"),
        Stop("registration", f"{WORKSHOP}registrations/", IN_TABLE),
        Stop("mail-plan", f"{WORKSHOP}mail-plan/"),
        Stop("mail-preview", f"{WORKSHOP}mail-plan/", "main a[href$='/preview/']"),
        Stop("settings", f"{WORKSHOP}settings/"),
        Stop("history", f"{WORKSHOP}history/"),
        Stop("administrations", "/administrations/"),
        Stop("administration", "/administrations/", IN_TABLE),
        Stop("import", "/administrations/", "main a:text('Import a list')"),
        Stop("outbox", "/mail/"),
        Stop("mail", "/mail/", IN_TABLE),
        Stop("find", "/people/?q=demo"),
        Stop("staff", "/staff/"),
        Stop("profile", "/profile/"),
        Stop("styleguide", "/styleguide/"),
    ],
    "secretariat, at the report": [
        Stop("breakouts", BREAKOUTS),
        Stop("round-overview", f"{BREAKOUTS}1/overview/"),
        Stop("round", f"{BREAKOUTS}1/"),
        Stop("roles-suggested", f"{BREAKOUTS}1/groups/1/roles/?suggest=1"),
        Stop("board", f"{BREAKOUTS}1/board/"),
        Stop("placement", f"{BREAKOUTS}1/board/", "main a[href*='/people/']"),
        Stop("pair-rule", f"{BREAKOUTS}2/seating-rules/pairs/add/"),
        Stop("place-rule", f"{BREAKOUTS}2/seating-rules/places/add/"),
        Stop("sheets", f"{BREAKOUTS}1/sheets/"),
        Stop("record", f"{BREAKOUTS}1/record/"),
        Stop("group", f"{BREAKOUTS}1/groups/1/"),
        Stop("report-back", f"{BREAKOUTS}1/plenary/"),
        Stop("plenary", f"{BREAKOUTS}1/plenary/3/"),
        Stop("merge", f"{BREAKOUTS}1/plenary/3/", "main a:text('Look and merge')"),
        Stop("themes", f"{BREAKOUTS}topics/3/themes/"),
        Stop("findings", f"{WORKSHOP}findings/"),
        Stop("reports", "/reports/"),
        Stop("workbench", EDITION),
        Stop("section-edit", EDITION, "main a:text('Edit this section')"),
        Stop("section-history", EDITION, "main a:text('History')"),
        Stop("contributions", f"{EDITION}contributions/"),
        Stop("contribution", f"{EDITION}contributions/", IN_TABLE),
        Stop("points", f"{EDITION}points/"),
        Stop("proposals", f"{EDITION}proposals/"),
        Stop("compilation", f"{EDITION}compilation/"),
        Stop("exports", f"{EDITION}exports/"),
        Stop("downloads", "/documents/"),
    ],
    "focal point": [
        Stop("start", "/"),
        Stop("delegation", f"{WORKSHOP}delegations/FJ/"),
        Stop("contributions", f"{EDITION}contributions/mine/"),
        Stop("contribution-new", f"{EDITION}contributions/new/"),
        Stop("contribution-own", f"{EDITION}contributions/mine/", IN_TABLE),
        Stop("administration", "/administrations/FJ/"),
    ],
    "delegate": [
        Stop("my-workshop", f"{WORKSHOP}my/"),
        Stop("profile", f"{WORKSHOP}my/profile/"),
        Stop("confirmed", f"{WORKSHOP}my/confirmed/"),
        Stop("ranking", f"{BREAKOUTS}2/ranking/"),
        Stop("group", f"{WORKSHOP}my/", "main a[href*='/groups/']"),
        Stop("sign-out", "/accounts/logout/"),
        Stop("not-allowed", "/staff/", status=403),
    ],
    "rapporteur": [
        Stop("my-workshop", f"{WORKSHOP}my/"),
        Stop("room", f"{WORKSHOP}my/", "main a[href*='/groups/']"),
        Stop("report-back", f"{BREAKOUTS}1/plenary/"),
        Stop("plenary", f"{BREAKOUTS}1/plenary/1/"),
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("var")
    with start(VAR_DIR=str(folder), PORT=str(free_port())) as running:
        yield running


def sign_in(browser: Browser, server: Server, person: str, screen: dict[str, int] = DESK) -> Page:
    """A browser of the person's own, signed in by a fresh one-time link."""
    page = arrive(browser, screen)
    said = server.run("login", f"{person.replace(' ', '.')}@demo.example")
    link = re.search(r"https?://\S+/sign-in/\S+", said.stdout)
    assert link, said.stderr
    open_link(page, link[0])
    return page


@pytest.mark.parametrize("walk", WALKS)
def test_each_page_is_accessible_and_fits(browser: Browser, server: Server, walk: str) -> None:
    person = walk.partition(",")[0]
    page = arrive(browser) if person == "visitor" else sign_in(browser, server, person)
    wrong = []
    for stop in WALKS[walk]:
        response = page.goto(server.url + stop.path)
        if stop.link:
            with page.expect_navigation() as found:
                page.locator(stop.link).first.click()
            response = found.value
        if not response or response.status != stop.status:
            wrong.append(f"{stop.name}: {response and response.status} instead of {stop.status}")
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen)
            wrong += look(page, f"demo-{person.replace(' ', '-')}-{stop.name}", dark=screen is DESK)
        page.set_viewport_size(DESK)
    page.context.close()
    assert wrong == []


def test_a_point_reaches_a_second_browser(browser: Browser, server: Server) -> None:
    """The rapporteur notes it on a phone; the organiser has the group's page open and presses nothing."""
    phone = sign_in(browser, server, "rapporteur", PHONE)
    phone.goto(f"{server.url}{WORKSHOP}my/")
    phone.get_by_role("link", name=re.compile(r"^Group \d")).first.click()
    desk = sign_in(browser, server, "secretariat")
    desk.goto(phone.url)
    phone.get_by_label("Trend").check()
    phone.locator("textarea[name=text]").fill("Seen at once on every screen.")
    phone.get_by_role("button", name="Add the point").click()
    expect(phone.locator("#points-part")).to_contain_text("Seen at once on every screen.")
    expect(desk.locator("#points-part")).to_contain_text(
        "Seen at once on every screen.", timeout=10_000
    )


def test_a_person_is_moved_by_keyboard(browser: Browser, server: Server) -> None:
    """Move, undo, lock, unlock: each by Tab and Enter, and the focus comes back to who it was about."""
    page = sign_in(browser, server, "secretariat")
    page.goto(f"{server.url}{WORKSHOP}breakouts/1/board/")
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.move')"):
            break
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("Move ")
    who = name.removeprefix("Move ")

    def menu() -> None:
        page.keyboard.press("Enter")
        expect(page.locator("details.menu[open] button").first).to_be_visible()
        expect(page.locator("details.menu[open] > summary")).to_be_focused()

    menu()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.textContent")
    assert chosen.strip().startswith("Group ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=name)).to_be_focused()
    expect(page.locator(".toast-line")).to_contain_text("moved to group")
    keyboard.go(page, "Undo")
    keyboard.reach(page, name)
    menu()
    keyboard.go(page, "Lock in this group")
    expect(page.get_by_role("button", name=f"Unlock {who}")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=name)).to_be_focused()

    menu()
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    publish_by_keyboard(page)
    keyboard.go(page, "Repair")
    link = page.get_by_role("link", name="Repaired: see who moves")
    expect(link).to_be_visible(timeout=120_000)
    keyboard.go(page, "Repaired: see who moves")
    expect(page.get_by_role("table", name="Who moves").get_by_role("row")).not_to_have_count(1)
    publish_by_keyboard(page)
    expect(page.get_by_role("button", name="Repair")).to_have_count(0)


def publish_by_keyboard(page: Page) -> None:
    """What the button is called, then past the question who is mailed, and whether somebody has to get up."""
    keyboard.go(page, page.get_by_role("button", name=re.compile("^Publish draft")).inner_text())
    act = page.get_by_role("button", name=re.compile("^Publish and"))
    keyboard.go(page, " ".join(act.inner_text().split()))
    expect(page.locator("main")).to_contain_text("Published. Everybody whose group is new")


def test_a_person_is_dragged_to_another_group(browser: Browser, server: Server) -> None:
    """Meanwhile each other group says what it would do; the drop is a move like any other."""
    page = sign_in(browser, server, "secretariat")
    page.goto(f"{server.url}{WORKSHOP}breakouts/1/board/")
    group = page.locator(".board > .group").nth(1)
    spot = group.bounding_box()
    assert spot is not None
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + 40
    page.locator(".board > .group").first.locator(".person").first.hover(position={"x": 60, "y": 8})
    page.mouse.down()
    page.mouse.move(x, y, steps=5)
    expect(group.locator("header .st")).to_be_visible()
    page.mouse.move(x + 2, y + 2, steps=3)
    with page.expect_navigation():
        page.mouse.up()
    expect(page.locator(".toast-line")).to_contain_text("moved to group 2")
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()


def test_the_report_is_exported_and_downloaded(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    page = sign_in(browser, server, "secretariat")
    page.goto(f"{server.url}{EDITION}exports/")
    page.get_by_role("button", name=re.compile("PDF")).first.click()
    link = page.get_by_role("link", name="Download", exact=True)
    expect(link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        link.click()
    path = tmp_path / "report.pdf"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF-")
