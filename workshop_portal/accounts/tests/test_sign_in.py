"""Signing in by a mailed code: whom it lets in, what it mails, and what of allauth is not there."""

import re
import smtplib
from collections.abc import Sequence
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from workshop_portal.accounts.models import User

STRANGER = "nobody@customs.example"
NOT_THERE = [
    "/accounts/",
    "/accounts/email/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/abc/",
    "/accounts/password/set/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-abc/",
    "/accounts/reauthenticate/",
]


@pytest.fixture(autouse=True)
def _limits() -> None:
    """Each test asks as the first."""
    caches["limits"].clear()


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ana@customs.example", given_name="Ana", family_name="Lee")


class Server(BaseEmailBackend):
    """A mail server that notes what is asked of it, and fails where the test says so."""

    calls: list[str] = []
    fails_at: dict[str, Exception] = {}

    def open(self) -> bool:
        self._note("open")
        return True

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        self._note("send")
        return len(messages)

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call in self.fails_at:
            raise self.fails_at[call]


@pytest.fixture
def server(settings: Any) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.calls, Server.fails_at = [], {}
    return Server


def answer(address: str, *, path: str = "/accounts/login/") -> tuple[int, str, str]:
    """Status, where it ends and what it says, without the address and the key of the form."""
    field = "login" if path == "/accounts/login/" else "email"
    response = Client().post(path, {field: address}, follow=True)
    page = re.sub(r'csrfmiddlewaretoken" value="\w+', "", response.content.decode())
    return response.status_code, response.request["PATH_INFO"], page.replace(address, "ADDRESS")


def test_the_code_signs_in(client: Client, person: User) -> None:
    client.post("/accounts/login/code/", {"email": person.email})
    code = re.findall(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE)[0]
    response = client.post("/accounts/login/code/confirm/", {"code": code})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_address_is_that_of_the_person_alone(client: Client, person: User) -> None:
    """allauth keeps addresses in a table of its own; a row there would let its holder in."""
    test_the_code_signs_in(client, person)
    assert EmailAddress.objects.count() == 0


def test_the_code_comes_in_the_language_of_the_person(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(language="fr")
    client.post("/accounts/login/", {"login": person.email}, headers={"Accept-Language": "en"})
    assert mail.outbox[-1].subject == "Votre code pour le Portail des ateliers"


@pytest.mark.parametrize("onward", ["", "?next=/my/%3Fday%3D2"])
def test_another_address_can_be_given(client: Client, person: User, onward: str) -> None:
    page = client.post(f"/accounts/login/{onward}", {"login": STRANGER}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/login/code/confirm/"
    to = re.search(
        r'action="(/accounts/logout/)".*?name="next" value="([^"]+)"', page.content.decode()
    )
    assert to is not None
    page = client.post(to[1], {"next": to[2]}, follow=True)
    assert (page.request["PATH_INFO"], page.status_code) == ("/accounts/login/", 200)
    assert to[2] == f"/accounts/login/{onward}"


def test_nobody_signs_up(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"email": "new@customs.example"})
    assert not User.objects.filter(email="new@customs.example").exists()


@pytest.mark.parametrize("path", NOT_THERE)
def test_pages_for_addresses_and_passwords_are_not_there(
    client: Client, person: User, path: str
) -> None:
    for each in (Client(), client):
        assert (each.get(path).status_code, each.post(path).status_code) == (404, 404)
        client.force_login(person)


def test_nobody_takes_the_address_of_another(client: Client, person: User) -> None:
    client.force_login(person)
    for action in ("action_add", "action_primary"):
        client.post("/accounts/email/", {"email": STRANGER, action: ""})
    person.refresh_from_db()
    assert (person.email, EmailAddress.objects.count()) == ("ana@customs.example", 0)
    assert mail.outbox == []


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/"])
def test_known_and_unknown_addresses_get_the_same_answer(person: User, path: str) -> None:
    known, unknown = (answer(each, path=path) for each in (person.email, STRANGER))
    assert known == unknown
    assert known[:2] == (200, "/accounts/login/code/confirm/")


def test_a_stranger_gets_no_mail(person: User) -> None:
    answer(STRANGER)
    assert mail.outbox == []


def test_a_closed_account_gets_no_mail(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert answer(person.email) == answer(STRANGER)
    assert mail.outbox == []


def test_the_mail_names_no_host(client: Client, person: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/accounts/login/", {"login": person.email}, headers={"host": "evil.example"})
    sent = mail.outbox[0]
    assert sent.to == [person.email]
    assert "evil.example" not in f"{sent.subject}{sent.body}"
    assert "http" not in sent.body


class TestTheMailServer:
    def test_is_asked_for_a_stranger_too(self, person: User, server: type[Server]) -> None:
        answer(STRANGER)
        assert server.calls == ["open"]

    def test_is_asked_for_a_stranger_who_wants_a_new_code(
        self, client: Client, person: User, server: type[Server]
    ) -> None:
        for address, calls in ((person.email, ["open", "send"]), (STRANGER, ["open"])):
            visitor = Client()
            visitor.post("/accounts/login/", {"login": address})
            server.calls.clear()
            visitor.post("/accounts/login/code/confirm/", {"action": "resend"})
            assert server.calls == calls

    def test_that_is_down_is_said_to_both_alike(self, person: User, server: type[Server]) -> None:
        server.fails_at["open"] = ConnectionRefusedError()
        known = answer(person.email)
        assert known == answer(STRANGER)
        assert known[0] == 503
        assert "The code could not be sent" in known[2]

    def test_that_breaks_off_is_said_and_logged(
        self, person: User, server: type[Server], caplog: pytest.LogCaptureFixture
    ) -> None:
        server.fails_at["send"] = smtplib.SMTPServerDisconnected("gone")
        status, path, _page = answer(person.email, path="/accounts/login/code/")
        assert (status, path) == (503, "/accounts/login/code/")
        assert "a code could not be sent" in caplog.messages

    def test_that_is_down_is_said_when_a_new_code_is_wanted(
        self, client: Client, person: User, server: type[Server]
    ) -> None:
        client.post("/accounts/login/", {"login": person.email})
        server.fails_at["open"] = TimeoutError()
        response = client.post("/accounts/login/code/confirm/", {"action": "resend"})
        assert response.status_code == 503

    @pytest.mark.parametrize(
        "refusal",
        [
            smtplib.SMTPRecipientsRefused({"kim@rocb.example": (550, b"no")}),
            smtplib.SMTPSenderRefused(452, b"quota", "noreply@rocb.example"),
            smtplib.SMTPDataError(554, b"spam"),
        ],
        ids=["recipient", "sender", "content"],
    )
    def test_that_refuses_a_mail_tells_nobody(
        self,
        person: User,
        server: type[Server],
        caplog: pytest.LogCaptureFixture,
        refusal: smtplib.SMTPException,
    ) -> None:
        server.fails_at["send"] = refusal
        assert answer(person.email) == answer(STRANGER)
        assert "a code was refused by the mail server" in caplog.messages
