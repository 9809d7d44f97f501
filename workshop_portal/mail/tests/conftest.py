"""Templates of mails for the tests: a plain one and one with a sign-in link."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone

from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.mail import registry
from workshop_portal.mail.registry import Attachment, MailTemplate, OneTimeLink
from workshop_portal.mail.wording import moment, own_words

STARTS_AT = datetime(2022, 5, 23, 21, 0, tzinfo=ZoneInfo("UTC"))

TEXTS = {
    "tests/email/note.subject.txt": "About {{ name }}",
    "tests/email/note.txt": '{% extends "mail/base.txt" %}{% block body %}Dear {{ recipient_name }},\n\n{{ name }} starts {{ starts }}.{% endblock %}',
    "tests/email/note.html": '{% extends "mail/base.html" %}{% block heading %}{{ name }}{% endblock %}{% block body %}<p>{{ starts }}</p>{% endblock %}',
    "tests/email/invitation.subject.txt": "Nominate",
    "tests/email/invitation.txt": '{% extends "mail/base.txt" %}{% block body %}Open {{ link }}{% endblock %}',
    "tests/email/invitation.html": '{% extends "mail/base.html" %}{% block body %}<p class="act"><a href="{{ link }}">Nominate</a></p>{% endblock %}',
}


def build_note(
    params: Mapping[str, Any], _recipient: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    if "gone" in params:
        User.objects.get(pk=-1)
    return {"name": own_words(params["name"]), "starts": moment(STARTS_AT, "Asia/Tokyo")}


def build_invitation(
    _params: Mapping[str, Any], _recipient: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    link = OneTimeLink(path="/nominate/", subject="delegation:1", valid_for=timedelta(days=30))
    return {"link": link}


def attach_calendar(
    _params: Mapping[str, Any], _recipient: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    ics = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    return [Attachment(name="w.ics", type="text/calendar; method=REQUEST", content=ics)]


@pytest.fixture(autouse=True)
def templates(settings: Any) -> Iterator[None]:
    """Registers `tests/note` and `tests/invitation`, and their texts."""
    settings.TEMPLATES = [with_texts(settings.TEMPLATES[0])]
    before = dict(registry.TEMPLATES), dict(registry.STILL_DUE), dict(registry.CONTEXTS)
    registry.register_template(
        MailTemplate(
            name="tests/note",
            title="Note",
            placeholders=("name", "starts"),
            build=build_note,
            attach=attach_calendar,
        )
    )
    registry.register_template(
        MailTemplate(
            name="tests/invitation",
            title="Invitation",
            placeholders=("link",),
            build=build_invitation,
            secret=True,
        )
    )
    yield
    for kept, now in zip(
        before, (registry.TEMPLATES, registry.STILL_DUE, registry.CONTEXTS), strict=True
    ):
        now.clear()
        now.update(kept)


def with_texts(engine: dict[str, Any]) -> dict[str, Any]:
    loader = ("django.template.loaders.locmem.Loader", TEXTS)
    partials, inner = engine["OPTIONS"]["loaders"][0]
    options = {**engine["OPTIONS"], "loaders": [(partials, [loader, *inner])]}
    assert engines is not None
    return {**engine, "OPTIONS": options}


@pytest.fixture
def secretary(db: None) -> User:
    user = User.objects.create_user("staff@example.org", given_name="Sia", family_name="Staff")
    StaffRole.objects.create(user=user, role="secretariat", starts_at=timezone.now())
    return user


@pytest.fixture
def delegate(db: None) -> User:
    return User.objects.create_user(
        "ana@example.org",
        given_name="Ana",
        family_name="Tuilagi",
        language="fr",
        time_zone="Pacific/Fiji",
    )
