"""The job in a real browser, on the product as a user starts it, with the demo.

Each page that a persona walks is held to axe's rules and to the width of the screen, at 1280 and 360 px,
light and dark; its picture goes to `var/screenshots/`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")

from playwright.sync_api import Browser, Page, expect  # noqa: E402 only where it is installed

from workshop_portal.tests.server import ROOT, Server, free_port, start  # noqa: E402 only where it is installed

pytestmark = pytest.mark.browser

WORKSHOP = "/workshops/training-management-2022/"
EDITION = "/reports/good-practice-report/editions/2/"
SCREENSHOTS = ROOT / "var" / "screenshots"

WALKS = {
    "secretariat": [
        "/",
        f"{WORKSHOP}overview/",
        f"{WORKSHOP}agenda/",
        f"{WORKSHOP}delegations/",
        f"{WORKSHOP}registrations/",
        f"{WORKSHOP}breakouts/",
        f"{WORKSHOP}breakouts/1/",
        f"{WORKSHOP}breakouts/1/board/",
        f"{WORKSHOP}findings/",
        f"{WORKSHOP}mail-plan/",
        f"{WORKSHOP}settings/",
        f"{WORKSHOP}history/",
        EDITION,
        f"{EDITION}contributions/",
        f"{EDITION}points/",
        f"{EDITION}exports/",
        "/administrations/",
        "/mail/",
        "/staff/",
    ],
    "focal point": ["/", f"{WORKSHOP}delegations/FJ/", f"{EDITION}contributions/mine/"],
    "delegate": [f"{WORKSHOP}my/", f"{WORKSHOP}my/profile/", f"{WORKSHOP}breakouts/2/ranking/"],
}
SCREENS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("var")
    with start(VAR_DIR=str(folder), PORT=str(free_port())) as running:
        yield running


def sign_in(browser: Browser, server: Server, person: str, **options: Any) -> Page:
    """A page of its own, signed in by a fresh one-time link."""
    address = f"{person.replace(' ', '.')}@demo.example"
    link = re.search(r"https?://\S+/sign-in/\S+", server.run("login", address).stdout)
    assert link, person
    page = browser.new_context(**options).new_page()
    page.goto(link[0])
    page.get_by_role("button", name="Continue").click()
    return page


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("person", WALKS)
def test_each_page_is_accessible_and_fits(
    browser: Browser, server: Server, person: str, width: int, scheme: str
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    size = {"width": width, "height": 900}
    page = sign_in(browser, server, person, viewport=size, color_scheme=scheme)
    wrong = {}
    for number, path in enumerate(WALKS[person]):
        response = page.goto(server.url + path)
        rules = [each["id"] for each in axe_playwright.Axe().run(page).response["violations"]]
        overflow = page.evaluate("document.documentElement.scrollWidth") - width
        if not response or response.status != 200 or rules or overflow > 0:
            wrong[path] = (response and response.status, rules, overflow)
        name = f"{person.replace(' ', '-')}-{number:02}-{width}-{scheme}.png"
        page.screenshot(path=SCREENSHOTS / name, full_page=True)
    page.context.close()
    assert wrong == {}


def test_a_point_reaches_a_second_browser(browser: Browser, server: Server) -> None:
    """The rapporteur notes it on a phone; the organiser has the group's page open and presses nothing."""
    phone = sign_in(browser, server, "rapporteur", viewport={"width": 360, "height": 740})
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
    page = sign_in(browser, server, "secretariat", viewport={"width": 1280, "height": 900})
    page.goto(f"{server.url}{WORKSHOP}breakouts/1/board/")
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('summary.move')"):
            break
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("Move ")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    chosen = page.evaluate("document.activeElement.textContent")
    assert chosen.strip().startswith("Group ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo").first).to_be_visible()


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
