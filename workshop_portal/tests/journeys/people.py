"""What a person does in a browser, in words: sign in, follow a link, press a button, fill in fields, look at the page."""

import re
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Browser, Locator, Page

from workshop_portal.tests.server import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE = 15_000  # milliseconds until a page that does not come is a failure
RULES: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}"""
"""Two elements of one id: a label then speaks of the wrong one, and axe only asks to review it."""
AXE_SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text()


def arrive(browser: Browser, screen: dict[str, int] = DESK, **options: Any) -> Page:
    """A browser of one's own, signed in nowhere. Colours change at once, or axe would measure them half-way."""
    options = {"viewport": screen, "reduced_motion": "reduce", **options}
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(PATIENCE)
    return page


def open_link(page: Page, link: str) -> None:
    """Open a one-time link and press its button."""
    page.goto(link)
    press(page, "Continue")


def follow(page: Page, name: str, *, within: str = "body") -> None:
    """Click the first link of that name and wait for its page."""
    page.locator(within).get_by_role("link", name=exactly(name)).first.click()
    page.wait_for_load_state()


def open_tab(page: Page, name: str) -> None:
    """Click a tab of the workshop; on a phone the tabs are folded into "More"."""
    if page.locator(".bar-more").is_visible():
        page.locator(".bar-more > summary").click()
    page.locator("nav:visible").get_by_role("link", name=exactly(name)).first.click()
    page.wait_for_load_state()


def row(words: str) -> str:
    """The line of a list that holds these words, for `within`."""
    return f'main li:has-text("{words}")'


def press(page: Page, name: str, *, within: str = "body") -> None:
    """Click the first button of that name and wait for what it brings."""
    page.locator(within).get_by_role("button", name=exactly(name)).first.click()
    page.wait_for_load_state()


def fill(page: Page, values: dict[str, Any], *, within: str = "body") -> None:
    """Fill in fields by their labels: text, choice, tick or file, as the field is."""
    for label, value in values.items():
        _fill_one(page.locator(within).get_by_label(exactly(label)).first, value)


def _fill_one(field: Locator, value: Any) -> None:
    kind = field.evaluate("each => each.type")
    if kind == "select-one":
        field.select_option(label=value)
    elif kind in {"checkbox", "radio"}:
        field.set_checked(bool(value))
    elif kind == "file":
        field.set_input_files(value)
    else:
        field.fill(str(value))


def exactly(name: str) -> re.Pattern[str]:
    """The whole name, however its hidden words are spaced and whatever a label says of being optional."""
    words = re.sub("([,:])", r"\\s*\1", re.escape(name).replace(r"\ ", r"\s+"))
    return re.compile(rf"^\s*{words}(\s*optional)?\s*$", re.IGNORECASE)


def look(page: Page, name: str, *, dark: bool = True) -> list[str]:
    """Take the page's picture, light and dark; what axe or the width of the screen find wrong with it.

    In the dark only the colours differ, so only the rules about colours are asked again; not at all where
    `dark` is false, since the same page was looked at with another width.
    """
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(AXE_SOURCE)
    width = page.viewport_size["width"] if page.viewport_size else 0
    wrong = []
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        if dark or scheme == "light":
            found = page.evaluate("each => axe.run({resultTypes: ['violations'], ...each})", rules)
            wrong += [f"{name} {width} {scheme}: {_say(each)}" for each in found["violations"]]
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    if twice := page.evaluate(TWICE):
        wrong.append(f"{name}: ids that stand twice: {twice}")
    if (overflow := page.evaluate("document.documentElement.scrollWidth") - width) > 0:
        wrong.append(f"{name} {width}: {overflow} px too wide")
    return wrong


def _say(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    return f"{violation['id']} at {len(nodes)} places, first {nodes[0]['html'][:200]}"
