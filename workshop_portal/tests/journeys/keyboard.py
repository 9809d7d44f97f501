"""What a person does with a keyboard alone: Tab to a control, say its name to be sure, press Enter or Space, type."""

from playwright.sync_api import Page

from workshop_portal.tests.journeys.people import exactly

FURTHEST = 250  # steps; the board has some hundred controls
NAME = """() => {
  const here = document.activeElement;
  const label = here.getAttribute("aria-label") || here.labels?.[0]?.innerText || here.innerText;
  return (label || "").replace(/\\s+/g, " ").trim();
}"""


def reach(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus, unless the page gave it already."""
    passed = [page.evaluate(NAME)]
    while not exactly(name).match(passed[-1]) and len(passed) < FURTHEST:
        page.keyboard.press("Tab")
        passed.append(page.evaluate(NAME))
    if exactly(name).match(passed[-1]):
        return
    raise AssertionError(
        f"Tab does not reach {name!r} on {page.url}, but {list(dict.fromkeys(passed))}"
    )


def go(page: Page, name: str) -> None:
    """Press Enter on a link or button and wait for its page."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, name: str, words: str) -> None:
    reach(page, name)
    page.keyboard.type(words)


def tick(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Space")
