"""What is sent, to whom, in which words; and what follows from the mail server's answers."""

import smtplib
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail as django_mail
from django.utils import timezone

from workshop_portal.accounts.models import SignInLink, User
from workshop_portal.mail import delivery, rendering, wording
from workshop_portal.mail.folder import delete_folder_mails, list_folder, read_folder_mail
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import register_still_due
from workshop_portal.mail.tests.test_queue import queue

pytestmark = pytest.mark.django_db


class TestContent:
    def test_speaks_the_language_and_times_of_the_recipient(self, delegate: User) -> None:
        row = queue(delegate, reply_to="desk@example.org")
        delivery.send_due()
        [sent] = django_mail.outbox
        assert (sent.to, sent.reply_to, sent.subject) == (
            ["ana@example.org"],
            ["desk@example.org"],
            "About Workshop",
        )
        assert sent.extra_headers["Message-ID"] == row.message_id
        assert sent.extra_headers["Content-Language"] == "fr"
        assert "Dear Ana Tuilagi," in sent.body
        assert "mardi 24 mai 2022, 09:00 Suva (UTC+12); 06:00 Tokyo (UTC+9)" in sent.body
        [(html, kind)] = sent.alternatives
        assert kind == "text/html"
        assert '<html lang="fr"' in html
        assert "style=" in html
        assert "<style" not in html
        [calendar] = [part for part in sent.message().walk() if part.get_filename() == "w.ics"]
        assert calendar.get_content_type() == "text/calendar"
        assert calendar.get_param("method") == "REQUEST"

    def test_notes_what_was_sent(self, delegate: User) -> None:
        row = queue(delegate)
        delivery.send_due()
        row.refresh_from_db()
        assert (row.status, row.to, row.subject, row.language) == (
            "done",
            "ana@example.org",
            "About Workshop",
            "fr",
        )
        assert str(row.time_zone) == "Pacific/Fiji"
        assert row.body.startswith("Dear Ana Tuilagi,")
        assert row.sent_at is not None

    def test_uses_the_address_of_the_moment(self, delegate: User) -> None:
        queue(delegate)
        User.objects.filter(pk=delegate.pk).update(email="new@example.org")
        delivery.send_due()
        assert django_mail.outbox[0].to == ["new@example.org"]

    def test_makes_a_link_only_when_it_sends_and_keeps_the_text_without_it(
        self, delegate: User
    ) -> None:
        row = queue(delegate, template="tests/invitation")
        preview = rendering.render_mail(row, with_links=False)
        assert "http://testserver/nominate/" in preview.text
        assert not SignInLink.objects.exists()
        delivery.send_due()
        row.refresh_from_db()
        assert SignInLink.objects.get().user == delegate
        assert "http://testserver" in django_mail.outbox[0].body
        assert "http://testserver/nominate/" not in django_mail.outbox[0].body
        assert row.subject == "Nominate"
        assert row.body.startswith("Open [")
        assert (row.body.count("["), "testserver" in row.body.splitlines()[0]) == (1, False)
        assert "/sign-in/" in django_mail.outbox[0].body

    def test_keeps_no_link_that_people_name_themselves(self) -> None:
        row = queue("a@example.org", params={"name": "See x/Sign-In/abc/"})
        delivery.send_due()
        row.refresh_from_db()
        assert row.status == "done"
        assert "See x/…/abc/" in row.body

    def test_a_link_needs_an_account(self) -> None:
        row = queue("a@example.org", template="tests/invitation")
        delivery.send_due()
        row.refresh_from_db()
        assert row.status == "failed"
        assert django_mail.outbox == []

    @pytest.mark.parametrize(
        "hostile",
        [
            "Evil\r\nBcc: victim@example.org",
            "Evil\nSubject: other",
            "<script>alert(1)</script>",
            "http://evil.example/login",
            "a\x00b\u202egnp.exe",
            "x" * 5000,
            "{{ settings.SECRET_KEY }} {% load x %}",
        ],
    )
    def test_hostile_words_stay_words(self, delegate: User, hostile: str) -> None:
        queue(delegate, params={"name": hostile})
        delivery.send_due()
        [sent] = django_mail.outbox
        message = sent.message()
        assert message["To"] == "ana@example.org"
        assert message["Bcc"] is None
        assert message.get_all("Subject") == [message["Subject"]]
        html = str(sent.alternatives[0][0])
        assert "<script" not in html
        assert "http://evil" not in html
        assert "http://evil" not in sent.body
        assert not set("\x00\u202e") & set(sent.body + html + str(sent.subject))
        assert "x" * 81 not in html

    def test_a_template_that_gives_other_placeholders_than_it_declares_is_not_sent(self) -> None:
        template = rendering.TEMPLATES["tests/note"]
        row = queue()
        with pytest.raises(rendering.TemplateMismatchError):
            rendering._check(template, {"name": "x"})
        with pytest.raises(rendering.TemplateMismatchError):
            rendering._plain(row, None, False)


class TestNoLongerWanted:
    def test_where_the_check_of_its_kind_says_so(self) -> None:
        register_still_due("note", lambda mail: mail.params["name"] != "Moved")
        moved, stays = queue(params={"name": "Moved"}), queue(key="note:2")
        delivery.send_due()
        moved.refresh_from_db()
        stays.refresh_from_db()
        assert (moved.status, stays.status) == ("superseded", "done")
        assert moved.last_error == "What it was about has changed since it was planned."

    def test_where_its_object_is_gone(self) -> None:
        row = queue(params={"gone": True})
        delivery.send_due()
        row.refresh_from_db()
        assert (row.status, row.last_error) == (
            "superseded",
            "What it was about no longer exists.",
        )

    def test_where_the_account_is_closed(self, delegate: User) -> None:
        row = queue(delegate)
        User.objects.filter(pk=delegate.pk).update(is_active=False)
        delivery.send_due()
        row.refresh_from_db()
        assert row.status == "superseded"
        assert django_mail.outbox == []

    def test_where_it_is_too_late(self) -> None:
        row = queue(valid_until=timezone.now() - timedelta(minutes=1))
        delivery.send_due()
        row.refresh_from_db()
        assert row.status == "expired"


class Relay:
    """A real SMTP server that answers as it is told."""

    def __init__(self, answer: Callable[[int], str]) -> None:
        self.answer = answer
        self.got: list[tuple[str, str]] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = host
        return answers

    async def handle_DATA(  # noqa: N802 aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        line = next(line for line in content.splitlines() if line.startswith(b"Message-ID"))
        answer = self.answer(len(self.got))
        self.got.append((line.decode().split(": ")[1], answer[:3]))
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def relay(settings: Any) -> Any:
    started: list[Controller] = []

    def start(answer: Callable[[int], str]) -> Relay:
        made = Relay(answer)
        port = free_port()
        controller = Controller(made, hostname="127.0.0.1", port=port)
        controller.start()
        started.append(controller)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return made

    yield start
    for controller in started:
        controller.stop()


def states() -> list[tuple[str, str]]:
    rows = OutgoingMail.objects.order_by("key")
    return list(rows.values_list("status", "last_error"))


class TestServer:
    def test_one_connection_for_a_round(self, relay: Any) -> None:
        server = relay(lambda _n: "250 OK")
        for number in range(3):
            queue(key=f"note:{number}")
        delivery.send_due()
        assert [code for _id, code in server.got] == ["250"] * 3
        assert server.connections == 1
        assert states() == [("done", "")] * 3

    def test_a_refusal_for_good_is_a_failure_and_the_others_go_on(self, relay: Any) -> None:
        relay(lambda n: "550 No such box here" if n == 0 else "250 OK")
        queue(key="note:1")
        queue(key="note:2")
        delivery.send_due()
        assert states() == [
            ("failed", "The mail server refused it: 550 No such box here"),
            ("done", ""),
        ]

    def test_a_refusal_for_now_is_tried_again_with_the_same_message_id(self, relay: Any) -> None:
        server = relay(lambda n: "451 Greylisted" if n == 0 else "250 OK")
        row = queue()
        delivery.send_due()
        assert states() == [("planned", "The mail server asks to try later: 451 Greylisted")]
        row.refresh_from_db()
        assert 29 <= (row.due_at - timezone.now()).total_seconds() <= 60
        OutgoingMail.objects.update(due_at=timezone.now())
        delivery.send_due()
        assert states() == [("done", "")]
        assert server.got == [(row.message_id, "451"), (row.message_id, "250")]

    def test_a_server_that_is_away_costs_one_attempt_of_one_mail(
        self, relay: Any, settings: Any
    ) -> None:
        relay(lambda _n: "250 OK")
        settings.EMAIL_PORT = 1
        queue(key="note:1")
        queue(key="note:2")
        delivery.send_due()
        assert states() == [("planned", "The mail server cannot be reached."), ("planned", "")]
        assert OutgoingMail.objects.filter(attempts=1).count() == 1

    @pytest.mark.parametrize(
        ("error", "kind", "words"),
        [
            (
                smtplib.SMTPAuthenticationError(535, b"no"),
                "TemporaryError",
                "The mail server asks to try later: 535 no",
            ),
            (
                smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"5.1.1 unknown")}),
                "PermanentError",
                "The mail server refused it: 550 5.1.1 unknown",
            ),
            (
                smtplib.SMTPSenderRefused(552, b"too large", "x"),
                "PermanentError",
                "The mail server refused it: 552 too large",
            ),
            (
                smtplib.SMTPServerDisconnected("gone"),
                "TemporaryError",
                "The mail server cannot be reached.",
            ),
            (TimeoutError(), "TemporaryError", "The mail server did not answer in time."),
        ],
    )
    def test_answers_in_words(self, error: Exception, kind: str, words: str) -> None:
        refusal = delivery._refusal(error)
        assert (type(refusal).__name__, str(refusal)) == (kind, words)


class TestFolder:
    def test_keeps_each_mail_as_a_file(self, settings: Any, tmp_path: Path, delegate: User) -> None:
        settings.EMAIL_BACKEND = "workshop_portal.mail.backends.FolderBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        queue(delegate)
        delivery.send_due()
        time.sleep(0.001)
        queue("b@example.org", key="note:2")
        delivery.send_due()
        newest, oldest = list_folder()
        assert (newest.to, oldest.to) == ("b@example.org", "ana@example.org")
        assert oldest.language == "fr"
        assert "Dear Ana Tuilagi" in oldest.text
        assert "<h1" in oldest.html
        assert [file.name for file in oldest.attachments] == ["w.ics"]
        assert list_folder(to="ana") == [oldest]

    def test_lets_go_of_mails_by_id_and_by_address(
        self, settings: Any, tmp_path: Path, delegate: User
    ) -> None:
        settings.EMAIL_BACKEND = "workshop_portal.mail.backends.FolderBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        assert delete_folder_mails(message_ids=set(), addresses={"x@example.org"}) == 0
        row = queue(delegate)
        queue("B@example.org", key="note:2")
        queue("c@example.org", key="note:3")
        delivery.send_due()
        assert delete_folder_mails(message_ids={row.message_id}, addresses={"b@example.org"}) == 2
        assert [mail.to for mail in list_folder()] == ["c@example.org"]

    @pytest.mark.parametrize("name", ["../secret_key", "..", "", "x.eml", "20220101T000000000000-"])
    def test_reads_nothing_else(self, settings: Any, tmp_path: Path, name: str) -> None:
        settings.EMAIL_FILE_PATH = tmp_path
        (tmp_path / "secret_key.eml").write_text("x")
        assert read_folder_mail(name) is None


def test_own_words_are_cut_and_make_no_link() -> None:
    assert wording.own_words("Ana  Tuilagi\n") == "Ana Tuilagi"
    assert len(wording.own_words("x" * 200)) == 80
    assert "www.evil.com" not in wording.own_words("see www.evil.com")
    assert "a@b" not in wording.own_words("a@b.org")
