"""Saving a list that was shown, and taking it back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workshop_portal.accounts.models import User
from workshop_portal.administrations.actions.administrations import (
    create_administration,
    edit_administration,
)
from workshop_portal.administrations.actions.focal_points import name_focal_point
from workshop_portal.administrations.actions.registry_imports import (
    ChangedSinceError,
    ImportNotOpenError,
    ListHasProblemsError,
    NameTakenSinceError,
    RegistryChangedError,
    UndoNotPossibleError,
    save_import,
    show_import,
    undo_import,
)
from workshop_portal.administrations.models import Administration, RegistryImport
from workshop_portal.administrations.queries import compare_rows, digest
from workshop_portal.administrations.tests.worlds import (
    HEAD,
    World,
    make_administration,
    make_person,
    read,
)
from workshop_portal.audit.models import Entry

SignIn = Callable[[User], Client]
LINES = (
    "FJ,Fiji,Fiji Revenue and Customs Service,Australasia and Pacific,Pacific/Fiji,yes\n"
    "KR,Korea (Republic of),Korea Customs Service,Far East,Asia/Seoul,no\n"
)
"""Changes Fiji, adds its training centre and Korea; says nothing of Japan."""


def show(world: World, lines: str = LINES) -> RegistryImport:
    reading = read(HEAD + lines)
    assert reading.problems == []
    return show_import(rows=reading.rows, file_name="list.csv", by=world.secretariat)


def save(world: World, shown: RegistryImport) -> None:
    expected = digest(compare_rows(shown.rows)[0])
    save_import(registry_import=shown, expected=expected, by=world.secretariat)


def registry() -> list[tuple[Any, ...]]:
    rows = Administration.objects.order_by("code")
    fields = ("code", "kind", "name", "sub_region", "time_zone", "parent__code")
    return [
        tuple(str(value) if value is not None else None for value in row)
        for row in rows.values_list(*fields)
    ]


def test_showing_changes_nothing(world: World) -> None:
    before = registry()

    show(world)

    assert registry() == before


def test_the_comparison_says_what_is_new_changed_and_unchanged(world: World) -> None:
    shown = show(world, LINES + "JP,Japan,Customs of JP,,Asia/Tokyo,no\n")

    compared, problems = compare_rows(shown.rows)

    assert problems == []
    assert [(one.row["code"], one.state, one.changes) for one in compared] == [
        (
            "FJ",
            "changed",
            [
                ("sub_region", "Pacific", "Australasia and Pacific"),
                ("time_zone", "UTC", "Pacific/Fiji"),
            ],
        ),
        ("FJ-RTC", "new", []),
        ("KR", "new", []),
        ("JP", "unchanged", []),
    ]


def test_saving_writes_new_and_changed_ones_with_one_entry_each(world: World) -> None:
    shown = show(world)
    earlier = Entry.objects.count()

    save(world, shown)

    assert registry() == [
        ("FJ", "member", "Fiji", "Australasia and Pacific", "Pacific/Fiji", None),
        (
            "FJ-RTC",
            "training_centre",
            "Fiji, regional training centre",
            "Australasia and Pacific",
            "Pacific/Fiji",
            "FJ",
        ),
        ("JP", "member", "Japan", "", "Asia/Tokyo", None),
        ("KR", "member", "Korea (Republic of)", "Far East", "Asia/Seoul", None),
    ]
    entries = Entry.objects.order_by("pk")[earlier:]
    assert [entry.action.removeprefix("administrations.") for entry in entries] == [
        "administration_edited",
        "administration_created",
        "administration_created",
        "import_saved",
    ]
    shown.refresh_from_db()
    assert (shown.status, shown.saved_by, shown.before) == (
        "saved",
        world.secretariat,
        {"FJ": {"sub_region": "Pacific", "time_zone": "UTC"}, "FJ-RTC": None, "KR": None},
    )


def test_a_missing_language_is_english_and_what_the_list_leaves_out_stays(world: World) -> None:
    world.fiji.language = "fr"
    world.fiji.official_address = "desk@fiji.example"
    world.fiji.save()

    save(world, show(world))

    rows = Administration.objects.filter(code__in=["FJ", "KR"]).order_by("code")
    assert list(rows.values_list("language", "official_address")) == [
        ("fr", "desk@fiji.example"),
        ("en", ""),
    ]


def test_saving_a_second_time_is_refused(world: World) -> None:
    shown = show(world)
    save(world, shown)

    with pytest.raises(ImportNotOpenError):
        save(world, shown)


def test_saving_something_else_than_was_shown_is_refused(world: World) -> None:
    shown = show(world)
    expected = digest(compare_rows(shown.rows)[0])
    make_administration("KR", name="Korea")
    before = registry()

    with pytest.raises(RegistryChangedError):
        save_import(registry_import=shown, expected=expected, by=world.secretariat)

    assert registry() == before


def test_a_name_that_another_code_has_is_told_and_not_saved(world: World) -> None:
    shown = show(world, "XX,japan,Customs,,UTC,no\n")
    compared, problems = compare_rows(shown.rows)

    assert [(p.line, p.column, p.message) for p in problems] == [
        (2, "name", "The registry has this name under the code JP.")
    ]
    with pytest.raises(ListHasProblemsError):
        save_import(registry_import=shown, expected=digest(compared), by=world.secretariat)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("FJ,Japan,C,,UTC,no\nJP,Fiji,C,,UTC,no\n", ["FJ Japan", "JP Fiji", "WS Samoa"]),
        (
            "FJ,Japan,C,,UTC,no\nJP,Samoa,C,,UTC,no\nWS,Apia,C,,UTC,no\n",
            ["FJ Japan", "JP Samoa", "WS Apia"],
        ),
        (
            "AA,Fiji,C,,UTC,no\nFJ,Viti,C,,UTC,no\n",
            ["AA Fiji", "FJ Viti", "JP Japan", "WS Samoa"],
        ),
    ],
    ids=["swapped", "in a chain", "taken by a new one"],
)
def test_names_change_places_and_are_given_back(world: World, lines: str, names: list[str]) -> None:
    make_administration("WS", name="Samoa")
    before = registry()
    shown = show(world, lines)

    save(world, shown)
    saved = [f"{code} {name}" for code, _kind, name, *_rest in registry()]
    undo_import(registry_import=shown, by=world.secretariat)

    assert (saved, registry()) == (names, before)


def test_two_of_one_name_exchange_their_kinds(world: World) -> None:
    make_administration("OB", name="Fiji", kind="observer")
    before = registry()
    reading = read(
        "code,name,administration,time_zone,kind\nFJ,Fiji,C,UTC,observer\nOB,Fiji,C,UTC,member\n"
    )
    shown = show_import(rows=reading.rows, file_name="list.csv", by=world.secretariat)

    save(world, shown)
    kinds = dict(Administration.objects.filter(name="Fiji").values_list("code", "kind"))
    undo_import(registry_import=shown, by=world.secretariat)

    assert (kinds, registry()) == ({"FJ": "observer", "OB": "member"}, before)


def test_a_name_that_another_one_got_since_is_not_given_back(world: World) -> None:
    shown = show(world, "FJ,Viti,C,,UTC,no\n")
    save(world, shown)
    values = {"code": "F2", "name": "fiji", "official_name": "C", "time_zone": "UTC"}
    create_administration(values=values, by=world.secretariat)
    after = registry()

    with pytest.raises(NameTakenSinceError, match="the name Fiji since"):
        undo_import(registry_import=shown, by=world.secretariat)

    assert registry() == after


def test_nothing_is_left_behind_when_the_record_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = show(world)
    before, entries = registry(), Entry.objects.count()

    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(
        "workshop_portal.administrations.actions.registry_imports.record_many", fail
    )
    with pytest.raises(RuntimeError):
        save(world, shown)

    shown.refresh_from_db()
    assert (registry(), Entry.objects.count(), shown.status) == (before, entries, "shown")


def test_taking_back_gives_the_registry_as_it_was(world: World) -> None:
    before = registry()
    shown = show(world)
    save(world, shown)

    undo_import(registry_import=shown, by=world.secretariat)

    shown.refresh_from_db()
    assert (registry(), shown.status, shown.undone_by) == (before, "undone", world.secretariat)


def test_after_ten_minutes_nothing_is_taken_back(world: World) -> None:
    shown = show(world)
    save(world, shown)
    after = registry()

    with pytest.raises(UndoNotPossibleError):
        undo_import(
            registry_import=shown,
            by=world.secretariat,
            now=timezone.now() + timedelta(minutes=10),
        )

    assert registry() == after


def test_a_list_is_taken_back_once(world: World) -> None:
    shown = show(world)
    save(world, shown)
    undo_import(registry_import=shown, by=world.secretariat)

    with pytest.raises(UndoNotPossibleError):
        undo_import(registry_import=shown, by=world.secretariat)


def test_an_administration_edited_since_keeps_the_whole_list(world: World) -> None:
    shown = show(world)
    save(world, shown)
    korea = Administration.objects.get(code="KR")
    edit_administration(administration=korea, values={"sub_region": "ASEAN"}, by=world.secretariat)
    after = registry()

    with pytest.raises(ChangedSinceError):
        undo_import(registry_import=shown, by=world.secretariat)

    assert registry() == after


def test_an_administration_in_use_since_keeps_the_whole_list(world: World) -> None:
    shown = show(world)
    save(world, shown)
    korea = Administration.objects.get(code="KR")
    name_focal_point(administration=korea, person=make_person(), by=world.secretariat)
    after = registry()

    with pytest.raises(ChangedSinceError):
        undo_import(registry_import=shown, by=world.secretariat)

    assert registry() == after


# The pages ----------------------------------------------------------------------------------------


def upload(client: Client, text: str | bytes, name: str = "list.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(
        reverse("administrations:import-list"), {"file": SimpleUploadedFile(name, content)}
    )


def test_upload_look_save_and_take_back(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)
    before = registry()

    response = upload(client, HEAD + LINES)
    shown = RegistryImport.objects.get()
    address = reverse("administrations:import-detail", args=[shown.public_id])
    assert (response.status_code, response.headers["Location"]) == (302, address)
    looked = client.get(address)
    assert registry() == before
    expected = looked.context["save_form"].initial["expected"]

    saved = client.post(f"{address}save/", {"expected": expected}, follow=True)
    assert ("The list is saved" in saved.content.decode(), len(registry())) == (True, 4)

    undone = client.post(f"{address}undo/", follow=True)
    assert ("as it was" in undone.content.decode(), registry()) == (True, before)


def test_all_errors_are_shown_at_once_and_nothing_is_kept(world: World, sign_in: SignIn) -> None:
    before = registry()

    response = upload(
        sign_in(world.secretariat), HEAD + "A!,<b>,C,,Nowhere,no\nFJ,Fiji,D,,UTC,maybe\n"
    )

    text = response.content.decode()
    assert (response.status_code, registry(), RegistryImport.objects.count()) == (422, before, 0)
    assert [f"Line {n}</th>" in text for n in (1, 2, 3, 4)] == [False, True, True, False]
    assert "<b></bdi>" not in text
    assert "&lt;b&gt;" in text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "list.csv"),
        (b"\x00\x01\x02", "list.csv"),
        (b"\xff\xfe\x00", "list.csv"),
        (b"PK\x03\x04broken", "list.xlsx"),
        (b"code,name\n", "list.exe"),
        (b'"open', "list.csv"),
        (b"x" * 1_000_001, "list.csv"),
        (b"code," * 500, "list.csv"),
        (b"code,code,name,administration,time_zone\nA,A,B,C,UTC\n", "list.csv"),
        (b"code,name,administration,time_zone\n" + b"A,B,C,UTC\n" * 2001, "list.csv"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    world: World, sign_in: SignIn, content: bytes, name: str
) -> None:
    response = upload(sign_in(world.secretariat), content, name)

    assert (response.status_code, RegistryImport.objects.count()) == (422, 0)
    assert 'role="alert"' in response.content.decode()


def test_an_exported_list_can_be_imported_again_and_changes_nothing(
    world: World, sign_in: SignIn
) -> None:
    save(world, show(world))
    client = sign_in(world.secretariat)
    exported = b"".join(
        client.get(reverse("administrations:administration-table", args=["csv"])).streaming_content
    )
    sheet = client.get(reverse("administrations:administration-table", args=["xlsx"])).content

    for content, name in ((exported, "again.csv"), (sheet, "again.xlsx")):
        assert upload(client, content, name).status_code == 302
        rows = RegistryImport.objects.order_by("pk").last().rows
        assert {one.state for one in compare_rows(rows)[0]} == {"unchanged"}


@pytest.mark.parametrize("who", ["fiji_contact", "stranger"])
def test_only_the_secretariat_imports(world: World, sign_in: SignIn, who: str) -> None:
    shown = show(world)
    client = sign_in(getattr(world, who))
    address = reverse("administrations:import-detail", args=[shown.public_id])

    answers = [
        client.get(reverse("administrations:import-list")).status_code,
        client.get(address).status_code,
        client.post(f"{address}save/", {"expected": "x"}).status_code,
        client.post(f"{address}undo/").status_code,
    ]

    assert answers == [403, 404, 404, 404]


def test_saving_and_taking_back_are_posts(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.secretariat)
    address = reverse("administrations:import-detail", args=[show(world).public_id])

    assert [client.get(f"{address}{verb}/").status_code for verb in ("save", "undo")] == [405, 405]


# Constraints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("shown with a time", "administrations_registryimport_times_follow_status"),
        ("saved by nobody", "administrations_registryimport_saved_at_with_by"),
        ("undone by nobody", "administrations_registryimport_undone_at_with_by"),
    ],
)
def test_what_an_import_can_never_be(world: World, case: str, name: str) -> None:
    now = timezone.now()
    saved = {"status": "saved", "saved_at": now, "saved_by": world.secretariat}
    values: dict[str, Any] = {
        "shown with a time": {"saved_at": now, "saved_by": world.secretariat},
        "saved by nobody": {"status": "saved", "saved_at": now},
        "undone by nobody": saved | {"status": "undone", "undone_at": now},
    }[case]
    shown = show(world)

    with pytest.raises(IntegrityError, match=name):
        RegistryImport.objects.filter(pk=shown.pk).update(**values)


def test_an_import_has_a_known_state(world: World) -> None:
    both = "administrations_registryimport_(status_valid|times_follow_status)"
    shown = show(world)

    with pytest.raises(IntegrityError, match=both):  # administrations_registryimport_status_valid
        RegistryImport.objects.filter(pk=shown.pk).update(status="lost")
