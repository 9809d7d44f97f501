"""The record: appended in the action's transaction, never edited, readable."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, transaction

from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.audit.history import list_history
from workshop_portal.audit.models import Entry
from workshop_portal.audit.queries import list_entries


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ana@customs.example", given_name="Ana", family_name="Lee")


def test_holds_who_what_when_from_and_to(person: User) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    changes = changed(person, language="fr", given_name="Anna")
    record("accounts.profile_edited", by=person, target=person, changes=changes, now=now)
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_id, entry.target_type, entry.target_id, entry.at) == (
        "accounts.profile_edited",
        person.pk,
        "accounts.user",
        str(person.pk),
        now,
    )
    assert entry.changes == {"language": ["en", "fr"]}
    assert entry.personal == {"given_name": ["Ana", "Anna"]}


def test_reads_as_sentences(person: User) -> None:
    record("accounts.profile_edited", by=person, target=person, changes={"language": ("en", "fr")})
    record("accounts.person_created", by=None, target=person)
    newest, oldest = list_history(target=person)
    assert (newest.sentence, newest.actor) == ("Person added", "The system")
    changes = [str(change) for change in oldest.changes]
    assert (oldest.sentence, oldest.actor, changes) == (
        "Personal data changed",
        "Ana Lee",
        ["Language: English → French"],
    )


def test_context_holds_its_own_and_what_belongs_to_it(person: User) -> None:
    other = User.objects.create_user("bo@customs.example")
    record("accounts.profile_edited", by=None, target=person)
    record("accounts.person_created", by=None, target=other, context=person)
    record("accounts.person_created", by=None, target=other)
    actions = [entry.action for entry in list_entries(context=person)]
    assert actions == ["accounts.person_created", "accounts.profile_edited"]


@pytest.mark.parametrize(
    "change",
    [
        {"action": "x"},
        {"actor_id": 7},
        {"changes": {"language": ["a", "b"]}},
        {"target_id": "9"},
        {"personal": {"given_name": ["a", "b"]}},
    ],
)
def test_the_database_refuses_to_edit_an_entry(person: User, change: dict[str, object]) -> None:
    record("accounts.profile_edited", by=person, target=person, changes={"given_name": ("a", "c")})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(**change)


def test_the_database_refuses_to_delete_an_entry(person: User) -> None:
    record("accounts.profile_edited", by=person, target=person)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()


def test_personal_values_can_be_emptied(person: User) -> None:
    record("accounts.profile_edited", by=person, target=person, changes={"given_name": ("a", "c")})
    Entry.objects.update(personal=None)
    assert Entry.objects.get().personal is None
