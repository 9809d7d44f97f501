"""The list of participants: order, consent, files; the stage of the rail and what waits."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from openpyxl import load_workbook

from events.models import Workshop
from participants import roster, tables
from participants.facts import get_participation
from participants.models import Consent, Registration
from participants.queries.registrations import list_past_people
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.documents.models import ExportJob

Status = Registration.Status
Role = Registration.Role
SignIn = Callable[[User], Client]


def listed(row: Registration, purpose: str = Consent.Purpose.PARTICIPANT_LIST) -> Registration:
    Consent.objects.create(registration=row, purpose=purpose, text_version="1", language="en")
    return row


@pytest.fixture
def people(world: World) -> World:
    """Two of Fiji who agreed, the head among them; one who did not; one of Japan; some who do not come."""
    world.fiji.quota = 10
    world.fiji.save()
    for name, role in [("Abel", Role.DELEGATE), ("Zita", Role.HEAD)]:
        person = make_person(f"{name}@fiji.example", given_name=name, family_name=name)
        listed(make_registration(world.fiji, user=person, role=role, status=Status.CONFIRMED))
    hidden = make_person("hidden@fiji.example", family_name="Hidden")
    listed(make_registration(world.fiji, user=hidden, status=Status.APPROVED), "recording")
    ken = make_person("ken@japan.example", given_name="Ken", family_name="Ōno")
    listed(make_registration(world.japan, user=ken, status=Status.APPROVED))
    gone = make_person("gone@japan.example", family_name="Gone")
    listed(make_registration(world.japan, user=gone, status=Status.WITHDRAWN))
    other = make_person("other@fiji.example", family_name="Elsewhere")
    listed(make_registration(world.fiji_elsewhere, user=other, status=Status.CONFIRMED))
    return world


def test_by_official_name_the_head_first_and_only_who_agreed(people: World) -> None:
    people.fj.official_name = "Revenue and Customs"
    people.fj.save()
    people.jp.official_name = "customs and Tariff"
    people.jp.save()

    groups = roster.get_roster(people.here)

    assert [
        (group.name, [person.name for person in group.people], group.unnamed) for group in groups
    ] == [("Japan", ["Ken Ōno"], 0), ("Fiji", ["Zita Zita", "Abel Abel"], 1)]


def test_a_consent_taken_back_takes_the_name_out(people: World) -> None:
    Consent.objects.filter(registration__user__family_name="Abel").delete()
    row = Registration.objects.get(user__family_name="Zita")
    consent = row.consents.get()
    consent.withdrawn_at = consent.given_at
    consent.save()

    [fiji, _japan] = sorted(roster.get_roster(people.here), key=lambda group: group.name)

    assert (fiji.people, fiji.unnamed) == ([], 3)


@pytest.mark.parametrize("format_", ["pdf", "xlsx"])
def test_the_files_hold_who_agreed_and_nobody_else(
    people: World,
    sign_in: SignIn,
    format_: str,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    client = sign_in(people.organiser)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # the fixture
        client.post("/workshops/here/participants/", {"format": format_})

    job = ExportJob.objects.get()
    content = job.file.read()
    if format_ == "xlsx":
        words = " ".join(
            str(cell) for row in load_workbook(BytesIO(content)).active.values for cell in row
        )
    else:
        with pikepdf.open(BytesIO(content)) as pdf:
            assert "/StructTreeRoot" in pdf.Root
        words = " ".join(
            str(part) for row in roster.roster_rows(roster.get_roster(people.here)) for part in row
        )
    assert [name in words for name in ("Zita", "Abel", "Ken", "Hidden", "Gone", "Elsewhere")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"), [("organiser", 302), ("fiji_contact", 404), ("stranger", 404)]
)
def test_who_asks_for_the_list(people: World, sign_in: SignIn, who: str, status: int) -> None:
    client = sign_in(getattr(people, who))

    assert client.post("/workshops/here/participants/").status_code == status
    assert client.get("/workshops/here/participants/").status_code == 405


def test_the_right_to_the_list_ends_with_the_role(people: World) -> None:
    params = {"workshop": people.here.pk}
    before = roster.may_export_roster(people.organiser, params)
    people.here.team.all().delete()

    assert (before, roster.may_export_roster(people.organiser, params)) == (True, False)
    assert roster.may_export_roster(people.secretariat, {"workshop": 0}) is False


# Rail and dashboard -------------------------------------------------------------------------------


def test_the_stage_says_the_number_and_the_noun(world: World) -> None:
    assert roster.register_stage(world.here).state == "not started"
    make_registration(world.fiji, status=Status.CONFIRMED)
    row = make_registration(world.japan)
    stage = roster.register_stage(world.here)
    assert (stage.state, stage.summary) == ("started", "1 approved, 1 to review")
    Registration.objects.filter(pk=row.pk).update(status=Status.APPROVED)
    Workshop.objects.update(status=Workshop.Status.NOMINATIONS_CLOSED)
    world.here.refresh_from_db()
    stage = roster.register_stage(world.here)
    assert (stage.state, stage.summary) == ("done", "2 approved")
    Registration.objects.filter(pk=row.pk).update(status=Status.CONFIRMED)
    assert roster.register_stage(world.here).summary == "2 take part"


def test_what_is_to_review_waits(world: World) -> None:
    both = [world.here, world.elsewhere]
    assert roster.waiting_to_review(both, world.secretariat) == {}
    make_registration(world.fiji)
    make_registration(world.fiji_elsewhere)

    found = roster.waiting_to_review(both, world.secretariat)

    assert list(found) == [world.here.pk, world.elsewhere.pk]
    [waiting] = found[world.here.pk]
    assert (waiting.count, waiting.action_url) == (
        1,
        "/workshops/here/registrations/?status=nominated",
    )
    world.here.status = Workshop.Status.CONCLUDED
    assert list(roster.waiting_to_review(both, world.secretariat)) == [world.elsewhere.pk]


def test_the_overview_shows_the_figures(people: World, sign_in: SignIn) -> None:
    page = sign_in(people.organiser).get("/workshops/here/overview/").content.decode()

    assert "<dt>delegates</dt><dd>4</dd></div><div><dt>administrations</dt><dd>2</dd>" in page
    assert "gender" not in page.casefold(), "nobody gave one"


# By gender ----------------------------------------------------------------------------------------

LEFT_OUT = "Delegates by gender are left out: a line would stand for fewer than three people."


def give(world: World, *genders: str) -> None:
    """Delegates of Japan beside the four, who gave none; a resource person and somebody withdrawn count nowhere."""
    world.japan.quota = 30
    world.japan.save()
    for gender in genders:
        make_registration(world.japan, status=Status.CONFIRMED, gender=gender)
    uncounted = ({"role": Role.RESOURCE_PERSON}, {"status": Status.WITHDRAWN})
    for fields in uncounted:
        values = {"status": Status.CONFIRMED, "gender": "another"} | fields
        make_registration(world.japan, **values)


@pytest.mark.parametrize(
    ("given", "lines", "note"),
    [
        ("", [], ""),
        ("mmmwwww", [("Woman", 4), ("Man", 3), ("Not given", 4)], ""),
        ("aaa", [("Another gender", 3), ("Not given", 4)], ""),
        ("w", [], LEFT_OUT),
        ("wwwwmm", [], LEFT_OUT),
        ("wwwmmma", [], LEFT_OUT),
    ],
)
def test_a_gender_is_counted_where_three_or_more_gave_it(
    people: World, given: str, lines: list[tuple[str, int]], note: str
) -> None:
    names = {"w": "woman", "m": "man", "a": "another"}
    give(people, *(names[letter] for letter in given))

    figures = get_participation(people.here)

    assert [(each.name, each.delegates) for each in figures.genders] == lines
    assert figures.genders_note == note
    assert sum(count for _name, count in lines) in (0, figures.delegates)


def test_who_gave_none_has_a_line_only_if_there_are_any(people: World) -> None:
    Registration.objects.filter(workshop=people.here).update(gender="woman")

    [line] = get_participation(people.here).genders

    assert (line.name, line.delegates) == ("Woman", 4)


@pytest.mark.parametrize("path", ["overview/", "registrations/"])
def test_the_screens_show_the_table_or_the_sentence(
    people: World, sign_in: SignIn, path: str
) -> None:
    client = sign_in(people.organiser)
    give(people, "woman", "woman")
    assert LEFT_OUT in client.get(f"/workshops/here/{path}").content.decode()

    give(people, "woman")

    page = client.get(f"/workshops/here/{path}").content.decode()
    assert '<tr><th scope="row">Woman</th><td class="end">3</td></tr>' in page
    assert '<tr><th scope="row">Not given</th><td class="end">4</td></tr>' in page
    assert LEFT_OUT not in page


def test_lists_pages_and_files_do_not_tell_a_gender(people: World, sign_in: SignIn) -> None:
    Registration.objects.filter(workshop=people.here).update(gender="another")
    row = Registration.objects.filter(workshop=people.here, status=Status.CONFIRMED)[0]
    client = sign_in(people.organiser)

    files = [roster.roster_header(), *roster.roster_rows(roster.get_roster(people.here))]
    files += [tables.registration_header(), *tables.registration_rows([row], {}, {})]
    detail = client.get(f"/workshops/here/registrations/{row.public_id}/").content.decode()

    assert "gender" not in f"{files} {detail}".casefold()


@pytest.mark.parametrize(
    ("form", "online", "on_site"), [("online", 2, 0), ("hybrid", 1, 1), ("on_site", 0, 2)]
)
def test_how_one_attends_goes_by_the_format_as_it_is_now(
    world: World, form: str, online: int, on_site: int
) -> None:
    for way in Registration.Attends:
        make_registration(world.fiji, status=Status.APPROVED, attends=way)
    Workshop.objects.update(format=form)
    world.here.refresh_from_db()

    figures = get_participation(world.here)

    assert (figures.online, figures.on_site) == (online, on_site)
    rows = Registration.objects.select_related("workshop").order_by("pk")
    assert [row.attending for row in rows].count(Registration.Attends.ONLINE) == online
    assert rows.online().count() == online


@pytest.mark.parametrize(
    ("status", "returning"),
    [("concluded", 1), ("nominations_closed", 1), ("cancelled", 0), ("postponed", 0)],
)
def test_a_seat_in_what_was_not_held_is_no_earlier_part(
    world: World, status: str, returning: int
) -> None:
    ana = make_person()
    make_registration(world.fiji, user=ana, status=Status.APPROVED)
    make_registration(world.fiji_elsewhere, user=ana, status=Status.CONFIRMED)
    before = world.here.starts_on - timedelta(days=700)
    Workshop.objects.filter(pk=world.elsewhere.pk).update(starts_on=before, status=status)

    assert get_participation(world.here).returning == returning


def test_only_who_was_there_before_came_before(world: World) -> None:
    past = make_registration(world.fiji_elsewhere, status=Status.CONFIRMED)
    assert list_past_people(delegation=world.fiji) == [], "it is no earlier workshop"

    before = world.here.starts_on - timedelta(days=700)
    elsewhere = Workshop.objects.filter(pk=world.elsewhere.pk)
    elsewhere.update(starts_on=before)
    assert list_past_people(delegation=world.fiji) == [past]
    elsewhere.update(status=Workshop.Status.CANCELLED)
    assert list_past_people(delegation=world.fiji) == []
