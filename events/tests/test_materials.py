"""Files: what is taken, for whom, versions, removal and its undo, and how they are served."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.access import AUDIENCES
from events.actions.materials import (
    CannotBePutBackError,
    MaterialExistsError,
    MaterialRemovedError,
    SameFileError,
    edit_material,
    put_back_material,
    remove_material,
    upload_material,
    upload_version,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Material, SessionSpeaker, TeamMember, Workshop
from events.queries import list_sessions
from events.tests.worlds import (
    PDF,
    World,
    actions_on_record,
    client_of,
    make_material,
    make_person,
    make_session,
    make_speaker,
    make_workshop,
)
from events.uploads import (
    FileContentError,
)

# What can be done with materials ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_material_has_its_first_version_and_a_name_that_says_nothing() -> None:
    session = make_session(make_workshop())
    material = make_material(session, make_person(), name="../slides.pdf")
    version = material.versions.get()
    session.workshop.refresh_from_db()
    assert (version.number, version.name, version.size) == (1, "slides.pdf", len(PDF))
    assert version.file.name.startswith("materials/")
    assert "slides" not in version.file.name
    assert session.workshop.version == 2
    assert actions_on_record() == ["events.material_uploaded"]


@pytest.mark.django_db
def test_a_new_version_keeps_the_old_one() -> None:
    material = make_material(make_session(make_workshop()), make_person())
    upload_version(material=material, file=ContentFile(PDF + b"2"), name="b.pdf", by=make_person())
    files = {v.number: v.file.read() for v in material.versions.all()}
    assert files == {1: PDF, 2: PDF + b"2"}
    with pytest.raises(SameFileError):
        upload_version(
            material=material, file=ContentFile(PDF + b"2"), name="b.pdf", by=make_person()
        )
    assert actions_on_record() == ["events.material_uploaded", "events.material_version_added"]


@pytest.mark.django_db
def test_one_title_in_one_language_is_one_material() -> None:
    session, by = make_session(make_workshop()), make_person()
    make_material(session, by, title="Slides")
    french = make_material(session, by, title="Slides", language="fr")
    with pytest.raises(MaterialExistsError):
        make_material(session, by, title="SLIDES")
    with pytest.raises(MaterialExistsError):
        edit_material(material=french, title="Slides", language="en", audience="public", by=by)
    assert Material.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_file_leaves_no_row() -> None:
    session = make_session(make_workshop())
    with pytest.raises(FileContentError):
        make_material(session, make_person(), file=ContentFile(b"<html>"))
    assert (Material.objects.count(), actions_on_record()) == (0, [])


@pytest.mark.django_db
def test_a_removed_material_comes_back_within_ten_minutes() -> None:
    material, by, now = (
        make_material(make_session(make_workshop()), make_person()),
        make_person(),
        timezone.now(),
    )
    remove_material(material=material, by=by, now=now)
    with pytest.raises(MaterialRemovedError):
        remove_material(material=material, by=by)
    with pytest.raises(MaterialRemovedError):
        upload_version(material=material, file=ContentFile(b"x"), name="a.txt", by=by)
    with pytest.raises(CannotBePutBackError):
        put_back_material(material=material, by=by, now=now + timedelta(minutes=10))
    back = put_back_material(material=material, by=by, now=now + timedelta(minutes=9))
    assert (back.removed_at, back.removed_by) == (None, None)
    with pytest.raises(CannotBePutBackError):
        put_back_material(material=material, by=by)
    assert actions_on_record()[1:] == ["events.material_removed", "events.material_put_back"]


@pytest.mark.django_db
def test_what_took_its_place_keeps_it() -> None:
    session, by = make_session(make_workshop()), make_person()
    material = make_material(session, by, title="Slides")
    remove_material(material=material, by=by)
    make_material(session, by, title="Slides")
    with pytest.raises(MaterialExistsError):
        put_back_material(material=material, by=by)


@pytest.mark.django_db
def test_in_the_archive_nothing_is_uploaded() -> None:
    session = make_session(make_workshop(status="archived"))
    with pytest.raises(WorkshopFrozenError):
        make_material(session, make_person())


# Who may read them ----------------------------------------------------------------------------------

READERS = (
    "visitor",
    "stranger",
    "participant",
    "focal_point",
    "speaker",
    "resource_person",
    "organiser",
    "other_organiser",
    "secretariat",
)
MAY_READ: dict[str, set[str]] = {
    "public": set(READERS),
    "participants": {"participant", "speaker", "resource_person", "organiser", "secretariat"},
    "focal_points": {"focal_point", "speaker", "resource_person", "organiser", "secretariat"},
}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One person of each kind around `here`; the audiences as an upper app would fill them."""
    world = World()
    made: dict[str, Any] = {name: make_person() for name in READERS if name != "visitor"}
    made |= {"visitor": None, "organiser": world.organiser, "secretariat": world.secretariat}
    TeamMember.objects.create(
        workshop=world.here, user=made["resource_person"], role="resource_person"
    )
    other = make_workshop()
    TeamMember.objects.create(workshop=other, user=made["other_organiser"], role="organiser")
    SessionSpeaker.objects.create(
        session=world.session, speaker=make_speaker(world.here, user=made["speaker"])
    )

    def belongs(kind: str) -> Callable[[Any], Any]:
        def workshops(user: Any) -> Any:
            is_it = user.pk == made[kind].pk
            return Workshop.objects.filter(pk=world.here.pk if is_it else 0).values("pk")

        return workshops

    monkeypatch.setitem(AUDIENCES, "participants", belongs("participant"))
    monkeypatch.setitem(AUDIENCES, "focal_points", belongs("focal_point"))
    return made | {"world": world}


def file_url(material: Material) -> str:
    slug = material.session.workshop.slug
    return reverse("events:material-file", args=[slug, material.public_id])


@pytest.mark.django_db
@pytest.mark.parametrize("audience", MAY_READ)
def test_a_file_is_there_for_its_audience_and_404_for_others(
    people: dict[str, Any], audience: str
) -> None:
    material = make_material(people["world"].session, make_person(), audience=audience)
    answers = {
        name: client_of(people[name]).get(file_url(material)).status_code for name in READERS
    }
    assert answers == {name: 200 if name in MAY_READ[audience] else 404 for name in READERS}


@pytest.mark.django_db
@pytest.mark.parametrize("audience", MAY_READ)
def test_a_list_holds_what_the_reader_may_open(people: dict[str, Any], audience: str) -> None:
    world = people["world"]
    material = make_material(world.session, make_person(), audience=audience)
    for name in READERS[1:]:
        (session,) = list_sessions(world.here, user=people[name])
        assert session.documents == ([material] if name in MAY_READ[audience] else []), name


@pytest.mark.django_db
def test_nothing_of_a_draft_is_public(people: dict[str, Any]) -> None:
    world = people["world"]
    material = make_material(world.foreign_session, make_person(), audience="public")
    found = {n: client_of(people[n]).get(file_url(material)).status_code for n in READERS}
    assert found == {name: 200 if name == "secretariat" else 404 for name in READERS}


@pytest.mark.django_db
def test_a_removed_file_is_gone_for_everybody(people: dict[str, Any]) -> None:
    material = make_material(people["world"].session, make_person())
    remove_material(material=material, by=make_person())
    found = {client_of(people[n]).get(file_url(material)).status_code for n in READERS}
    assert found == {404}


@pytest.mark.django_db
def test_under_another_workshop_a_file_is_404(people: dict[str, Any]) -> None:
    material = make_material(people["world"].session, make_person())
    url = reverse("events:material-file", args=["elsewhere", material.public_id])
    assert client_of(people["secretariat"]).get(url).status_code == 404


@pytest.mark.django_db
def test_a_file_is_kept_not_run() -> None:
    material = make_material(
        make_session(make_workshop()),
        make_person(),
        file=ContentFile(b"<script>alert(1)</script>"),
        name='a"\r\n<b>.txt',
    )
    response = client_of(None).get(file_url(material))
    assert response["Content-Disposition"].startswith("attachment;")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"


@pytest.mark.django_db
def test_older_versions_are_for_those_who_look_after_them(people: dict[str, Any]) -> None:
    material = make_material(people["world"].session, make_person())
    upload_version(material=material, file=ContentFile(PDF + b"2"), name="b.pdf", by=make_person())
    args = [material.session.workshop.slug, material.public_id, 1]
    url = reverse("events:version-file", args=args)
    found = {n: client_of(people[n]).get(url).status_code for n in READERS[1:]}
    assert {name for name, status in found.items() if status == 200} == {
        "speaker",
        "organiser",
        "secretariat",
    }
    assert {status for status in found.values() if status != 200} == {404}


@pytest.mark.django_db
def test_a_speaker_uploads_to_the_own_session_alone(people: dict[str, Any]) -> None:
    world = people["world"]
    client = client_of(people["speaker"])
    sent = {
        "title": "Slides",
        "language": "en",
        "audience": "participants",
        "file": SimpleUploadedFile("a.pdf", PDF),
    }
    own = reverse("events:material-list", args=["here", world.session.public_id])
    assert client.get(own).status_code == 200
    assert client.post(own, sent).status_code == 302
    assert Material.objects.get().created_by == people["speaker"]
    other = make_session(world.here)
    url = reverse("events:material-list", args=["here", other.public_id])
    assert client.get(url).status_code == 404
    detail = reverse("events:session-detail", args=["here", world.session.public_id])
    assert client.get(detail).status_code == 403


@pytest.mark.django_db
def test_the_upload_form_says_what_is_wrong_and_keeps_the_text(people: dict[str, Any]) -> None:
    world = people["world"]
    url = reverse("events:material-list", args=["here", world.session.public_id])
    sent = {
        "title": "My slides",
        "language": "en",
        "audience": "public",
        "file": SimpleUploadedFile("a.pdf", b"<html>"),
    }
    response = client_of(world.organiser).post(url, sent)
    assert response.status_code == 422
    assert "not a readable PDF file" in response.content.decode()
    assert 'value="My slides"' in response.content.decode()
    assert Material.objects.count() == 0


@pytest.mark.django_db
def test_remove_undo_edit_and_new_version_in_the_browser(people: dict[str, Any]) -> None:
    world = people["world"]
    client = client_of(world.organiser)
    material = upload_material(
        session=world.session,
        file=ContentFile(PDF),
        name="a.pdf",
        title="Slides",
        language="en",
        audience="public",
        by=world.organiser,
    )
    urls = {
        name: reverse(f"events:{name}", args=["here", material.public_id])
        for name in ("material-remove", "material-put-back", "material-edit", "version-new")
    }
    page = reverse("events:material-list", args=["here", world.session.public_id])
    assert client.get(urls["material-remove"]).status_code == 405
    client.post(urls["material-remove"])
    assert "“Slides” is removed." in client.get(page).content.decode()
    client.post(urls["material-put-back"])
    sent = {"title": "Deck", "language": "fr", "audience": "focal_points"}
    assert client.post(urls["material-edit"], sent).status_code == 302
    new = {"file": SimpleUploadedFile("b.pdf", PDF + b"2")}
    assert client.post(urls["version-new"], new).status_code == 302
    material.refresh_from_db()
    assert (material.title, material.language, material.audience) == ("Deck", "fr", "focal_points")
    assert (material.removed_at, material.versions.count()) == (None, 2)
    assert client.post(urls["version-new"], {"file": ""}).status_code == 422
