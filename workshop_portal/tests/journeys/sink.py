"""A real SMTP server that keeps what it receives, so that each link is taken from the mail that brought it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from workshop_portal.tests.server import free_port

LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,]")
PATIENCE = 40  # seconds; a mail is there within two


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived."""

    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """Its first link."""
        found = LINK.search(self.text)
        assert found, f"no link in the mail {self.subject!r}:\n{self.text}"
        return found[0]

    @property
    def code(self) -> str:
        """The code that it carries on a line of its own."""
        found = re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]{3,})*)\s*$", self.text, re.MULTILINE)
        assert found, f"no code in the mail {self.subject!r}:\n{self.text}"
        return found[1]


class Sink:
    """What arrived, in order. Its thread writes, the test reads."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.url = ""
        self._arrival = threading.Condition()

    async def handle_DATA(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        with self._arrival:
            for address in envelope.rcpt_tos:
                self.letters.append(Letter(address, str(mail["Subject"]), text))
            self._arrival.notify_all()
        return "250 OK"

    def to(self, address: str, subject: str = "") -> list[Letter]:
        """All mails to this address whose subject holds these words."""
        return [each for each in self.letters if each.to == address and subject in each.subject]

    def wait_for(self, address: str, subject: str) -> Letter:
        """The latest such mail, as soon as one is there."""
        with self._arrival:
            self._arrival.wait_for(lambda: self.to(address, subject), timeout=PATIENCE)
        found = self.to(address, subject)
        assert found, f"{address} got {[each.subject for each in self.to(address)]}, not {subject}"
        return found[-1]

    def wait_for_number(self, number: int, subject: str) -> list[Letter]:
        """As many mails with these words in their subject, as soon as they are there."""

        def found() -> list[Letter]:
            return [each for each in self.letters if subject in each.subject]

        with self._arrival:
            self._arrival.wait_for(lambda: len(found()) >= number, timeout=PATIENCE)
        return found()


@contextmanager
def open_sink() -> Iterator[Sink]:
    """Listen on a free port; `sink.url` is the product's EMAIL_URL."""
    sink = Sink()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    sink.url = f"smtp://127.0.0.1:{port}"
    try:
        yield sink
    finally:
        controller.stop()
