"""What the tests of one thread share: the product on an empty database, the sink of its mail, and who is signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from workshop_portal.tests.journeys.cast import KIM, TITLE
from workshop_portal.tests.journeys.people import (
    DESK,
    arrive,
    fill,
    follow,
    look,
    open_link,
    open_tab,
    press,
)
from workshop_portal.tests.journeys.sink import Sink, open_sink
from workshop_portal.tests.server import Server, free_port, start


@dataclass
class World:
    """One run of the product. `pages`: each person's browser, by address. `wrong`: what looking at pages found."""

    browser: Browser
    server: Server
    sink: Sink
    folder: Path
    pages: dict[str, Page] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def kim(self) -> Page:
        """The secretariat's browser."""
        return self.pages[KIM]

    def look(self, page: Page, name: str) -> None:
        self.wrong += look(page, name)

    def sign_in(self, address: str, screen: dict[str, int] = DESK) -> Page:
        """Ask for a code, read it in the mail, type it."""
        page = self.pages[address] = arrive(self.browser, screen)
        page.goto(f"{self.server.url}/accounts/login/")
        fill(page, {"E-mail address": address})
        press(page, "Send me a code")
        code = self.sink.wait_for(address, "Your code").code
        fill(page, {"Code from the mail": code})
        press(page, "Sign in", within="main")
        return page

    def open_mail(self, address: str, subject: str, screen: dict[str, int] = DESK) -> Page:
        """Follow the one-time link of a mail that this person got."""
        page = self.pages[address] = arrive(self.browser, screen)
        open_link(page, self.sink.wait_for(address, subject).link)
        return page


@contextmanager
def open_world(browser: Browser, folder: Path) -> Iterator[World]:
    """`./run --empty` with a real SMTP server for its mail. Nothing is written but by clicking."""
    with (
        open_sink() as sink,
        start(
            "--empty",
            "--secretariat",
            KIM,
            VAR_DIR=str(folder / "var"),
            PORT=str(free_port()),
            EMAIL_URL=sink.url,
        ) as server,
    ):
        yield World(browser, server, sink, folder)


def open_workshop(page: Page, tab: str) -> None:
    """From anywhere to a tab of the workshop."""
    follow(page, "Workshops")
    follow(page, TITLE)
    open_tab(page, tab)
