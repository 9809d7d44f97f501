"""People save one section at the same time, in threads with connections of their own.

On the database that the suite runs on. The control takes the check of the version away.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from participants.tests.worlds import make_person
from reports.actions.sections import digest, write_section
from reports.models import Section, SectionRevision
from reports.tests.editions import EditionWorld
from reports.views import sections
from workshop_portal.accounts.models import StaffRole
from workshop_portal.audit.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6
ROUNDS = 4


@pytest.fixture
def section(erasable_record: None) -> Section:
    row = Section.objects.create(
        edition=EditionWorld().edition, ordinal=1, kind="free", heading="Own", text="First words"
    )
    SectionRevision.objects.create(
        section=row, version=1, heading="Own", text=row.text, sha256=digest(row.text),
        origin="compiled",
    )  # fmt: skip
    return row


@pytest.fixture
def writers() -> list[Client]:
    clients = []
    for number in range(WRITERS):
        person = make_person(f"writer{number}@rocb.example")
        StaffRole.objects.create(user=person, role=StaffRole.Role.SECRETARIAT)
        client = Client()
        client.force_login(person)
        clients.append(client)
    return clients


def save_all(section: Section, writers: list[Client], round_: int) -> list[tuple[int, str]]:
    """All press Save at once, each with a text of their own from the same version: status and words shown."""
    edition = section.edition
    address = reverse(
        "reports:section-edit", args=[edition.series.slug, edition.number, section.pk]
    )
    together = Barrier(len(writers))
    version = Section.objects.values_list("version", flat=True).get(pk=section.pk)

    def save(number: int) -> tuple[int, str]:
        values = {"heading": "Own", "text": words(round_, number), "version": version}
        together.wait(timeout=30)
        try:
            answer = writers[number].post(address, values)
            shown = re.sub(r"<textarea.*?</textarea>", "", answer.content.decode(), flags=re.DOTALL)
            return answer.status_code, unescape(shown)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(writers)) as pool:
        return list(pool.map(save, range(len(writers))))


def words(round_: int, number: int) -> str:
    return f"Round {round_}, text of writer {number}."


def test_one_is_stored_and_the_others_see_both_texts(
    section: Section, writers: list[Client]
) -> None:
    stored = []
    for round_ in range(ROUNDS):
        answers = save_all(section, writers, round_)

        [winner] = [number for number, (status, _page) in enumerate(answers) if status == 302]
        stored.append(words(round_, winner))
        section.refresh_from_db()
        assert (section.text, section.version) == (stored[-1], round_ + 2)
        for number, (status, page) in enumerate(answers):
            if number != winner:
                assert status == 409
                assert all(text in page for text in (words(round_, number), stored[-1]))

    versions = section.revisions.order_by("version").values_list("version", "text", "based_on")
    assert list(versions) == [
        (1, "First words", None),
        *((number, text, number - 1) for number, text in enumerate(stored, start=2)),
    ]
    assert Entry.objects.filter(action="reports.section_edited").count() == ROUNDS


def test_without_the_check_texts_are_overwritten_without_a_word(
    section: Section, writers: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unchecked(*, section: Section, version: int, **values: Any) -> Section:
        while True:
            newest = Section.objects.values_list("version", flat=True).get(pk=section.pk)
            try:
                return write_section(section=section, version=newest, **values)
            except sections.SectionChangedError:
                continue

    monkeypatch.setattr(sections, "write_section", unchecked)

    answers = save_all(section, writers, 0)

    assert [status for status, _page in answers] == [302] * WRITERS
    section.refresh_from_db()
    lost = [words(0, number) for number in range(WRITERS) if words(0, number) != section.text]
    assert len(lost) == WRITERS - 1
    assert not any(text in page for text in lost for _status, page in answers)
