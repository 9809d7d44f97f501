"""Group sheets: what a page says, that each group has one, the PDF and who may have it."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from i18nfield.strings import LazyI18nString

from breakouts.models import Group, Plan, Round
from breakouts.queries.plans import get_current_plan
from breakouts.tests.worlds import (
    CONFIRMED,
    BreakoutWorld,
    SignIn,
    make_group,
    make_plan,
    make_role,
)
from breakouts.writers import sheets
from breakouts.writers.sheets import Member, build_document, get_sheets
from events.models import Session
from participants.tests.worlds import make_administration, make_delegation, make_registration
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.typst import pdf_report
from workshop_portal.tests.hostile import HARMLESS

PAGE = reverse("breakouts:sheet-list", args=["here", 1])
EXPORT = reverse("breakouts:sheet-export", args=["here", 1])
Commit = Callable[..., Any]


def reload(world: BreakoutWorld) -> Round:
    rows = Round.objects.select_related("workshop", "session")
    return rows.get(pk=world.round.pk)


def drawn(world: BreakoutWorld) -> bytes:
    held = reload(world)
    plan = get_current_plan(round=held)
    assert plan is not None
    return pdf_report(build_document(held, plan, get_sheets(round=held, plan=plan)))


def asked(client: Client, commit: Commit) -> ExportJob:
    with commit(execute=True):
        client.post(EXPORT)
    return ExportJob.objects.get()


def hold(world: BreakoutWorld) -> Plan:
    """The published plan; the round in a session at three in UTC, group 1 with room, links, facilitator, deputy."""
    begins = datetime(2022, 5, 24, 3, tzinfo=UTC)
    session = Session.objects.create(
        workshop=world.here, title="Groups", starts_at=begins, ends_at=begins.replace(hour=4)
    )
    Round.objects.filter(pk=world.round.pk).update(session=session)
    Group.objects.filter(pk=world.one.pk).update(
        venue="Room 2",
        join_url="https://calls.example/1",
        backup_url="https://calls.example/2",
    )
    plan = world.publish()
    make_role(world.one, world.facilitator, "facilitator")
    make_role(world.one, world.user("cho"), "deputy")
    return plan


# What it says -------------------------------------------------------------------------------------


def test_a_sheet_says_all_of_its_group(world: BreakoutWorld) -> None:
    plan = hold(world)
    names = {key: str(world.user(key)) for key in ("ana", "ben", "cho", "dai")}

    [first, second] = get_sheets(round=reload(world), plan=plan)

    assert (first.heading, first.facts) == (
        "Group 1: Topic 1",
        [
            ("When", "Tue 24 May 2022, 10:00 to 11:00 Bangkok"),
            ("Where", "Room 2"),
            ("Link", "https://calls.example/1"),
            ("Back-up link", "https://calls.example/2"),
            ("Facilitator", str(world.facilitator)),
            ("Rapporteur", names["ana"]),
            ("Deputy rapporteur", names["cho"]),
        ],
    )
    assert first.members == {
        "Fiji": [Member(name=names["ana"], role="Rapporteur")],
        "Japan": [Member(name=names["cho"], role="Deputy rapporteur")],
    }
    assert second.facts[1:] == [
        ("Facilitator", "Nobody named yet"),
        ("Rapporteur", "Nobody named yet"),
    ]
    assert second.members == {
        "Fiji": [Member(name=names["ben"])],
        "Japan": [Member(name=names["dai"])],
    }
    assert first.kinds == ["Challenge", "Possible solution", "Trend", "Good practice"]


def test_the_hour_is_the_one_on_the_clock_once_it_was_started(world: BreakoutWorld) -> None:
    plan = hold(world)
    begins = datetime(2022, 5, 24, 3, 10, tzinfo=UTC)
    Round.objects.filter(pk=world.round.pk).update(
        started_at=begins, started_by=world.organiser, ends_at=begins.replace(minute=55)
    )

    [sheet, _second] = get_sheets(round=reload(world), plan=plan)

    assert sheet.facts[0] == ("When", "Tue 24 May 2022, 10:10 to 10:55 Bangkok")


def test_the_page_shows_the_same_in_the_zone_of_the_workshop(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    plan = hold(world)
    make_plan(world.round, {world.two: [world.people["ana"]]}, world.organiser)
    world.organiser.time_zone = "Pacific/Fiji"
    world.organiser.save()

    page = unescape(sign_in(world.organiser).get(PAGE).content.decode())

    for sheet in get_sheets(round=reload(world), plan=plan):
        for name, said in sheet.facts:
            assert f"<dt>{name}</dt><dd>{said}</dd>" in page
    assert "Version 1 is published." in page
    assert page.count('<section class="sec sheet"') == 2
    assert page.count("<b>Rapporteur</b>") == 1


def test_without_a_published_plan_there_is_nothing_to_print(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    make_plan(world.round, {world.one: [world.people["ana"]]}, world.organiser)
    client = sign_in(world.organiser)

    page = client.get(PAGE).content.decode()

    assert "No groups are published yet" in page
    assert EXPORT not in page
    assert client.post(EXPORT)["Location"] == PAGE
    assert ExportJob.objects.count() == 0


# PDF ----------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_titled_and_says_its_language(world: BreakoutWorld) -> None:
    hold(world)
    with pikepdf.open(BytesIO(drawn(world))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == "Group sheets: Round 1"
        with pdf.open_outline() as outline:
            assert [str(item.title) for item in outline.root] == [
                "Groups",
                "Group 1: Topic 1",
                "Group 2: Topic 2",
            ]


def test_each_group_has_one_page(world: BreakoutWorld) -> None:
    """After the list of groups: one of two people, one of 24, and one where all that is said is long."""
    plan = hold(world)
    for person in world.crowd(22):
        plan.assignments.create(group=world.two, registration=person)
    full = make_group(world.round, world.first, join_url="https://calls.example/" + "x" * 120)
    world.first.title = "A competency-based training framework for customs of small islands"
    world.first.question = "How do we keep trainers current? " * 8
    world.first.save()
    for number in range(10):
        name = f"Democratic Republic of the Long Name, Number {number}"
        body = make_administration(f"Q{number}", name=name)
        delegation = make_delegation(world.here, body, by=world.secretariat)
        person = make_registration(delegation, status=CONFIRMED)
        plan.assignments.create(group=full, registration=person)

    with pikepdf.open(BytesIO(drawn(world))) as pdf:
        assert len(pdf.pages) == 1 + 3
        with pdf.open_outline() as outline:
            pages = [pdf.pages.index(item.destination[0]) for item in outline.root]
    assert pages == [0, 1, 2, 3]


@pytest.mark.parametrize("words", HARMLESS.values(), ids=HARMLESS)
def test_hostile_words_are_drawn_as_words(
    world: BreakoutWorld, sign_in: SignIn, words: str
) -> None:
    hold(world)
    world.first.title = world.first.question = LazyI18nString({"en": words})
    world.first.save()
    Group.objects.filter(pk=world.one.pk).update(venue=words)
    ana = world.user("ana")
    ana.given_name, ana.family_name = words, ""
    ana.save()

    page = sign_in(world.organiser).get(PAGE).content.decode()

    assert "<script>alert(1)" not in page
    assert unescape(page).count(words) >= 5
    with pikepdf.open(BytesIO(drawn(world))) as pdf:
        assert len(pdf.pages) == 1 + 2


def test_the_job_makes_the_file_in_the_language_of_who_asked(
    world: BreakoutWorld, sign_in: SignIn, django_capture_on_commit_callbacks: Commit
) -> None:
    hold(world)
    world.organiser.language = "fr"
    world.organiser.save()

    job = asked(sign_in(world.organiser), django_capture_on_commit_callbacks)

    assert (job.status, job.file_name) == ("done", "group-sheets-here-round-1.pdf")
    assert sheets.place_of_sheets(job.params)[1] == PAGE
    with pikepdf.open(BytesIO(job.file.read())) as pdf:
        assert str(pdf.Root.Lang) == "fr"


def test_a_plan_that_has_gone_before_the_file_is_made_is_said(
    world: BreakoutWorld, sign_in: SignIn, django_capture_on_commit_callbacks: Commit
) -> None:
    hold(world)
    client = sign_in(world.organiser)
    with django_capture_on_commit_callbacks() as callbacks:
        client.post(EXPORT)
    Plan.objects.update(is_current=False)
    for callback in callbacks:
        callback()

    job = ExportJob.objects.get()

    assert (job.status, job.last_error) == (
        "superseded",
        "What was to be exported no longer exists.",
    )


# Who may ------------------------------------------------------------------------------------------


def test_the_sheets_are_the_organisers(world: BreakoutWorld, sign_in: SignIn) -> None:
    """Who facilitates, reports or sits in a group has the group's own page."""
    hold(world)
    others = [world.user("ana"), world.facilitator, world.user("eve"), world.fiji_contact]
    others.append(world.stranger)

    assert [sign_in(each).get(PAGE).status_code for each in others] == [404] * 5
    assert [sign_in(each).post(EXPORT).status_code for each in others] == [404] * 5
    assert ExportJob.objects.count() == 0
    assert sign_in(world.organiser).get(EXPORT).status_code == 405
    assert sign_in(world.organiser).post(PAGE).status_code == 405


def test_the_right_to_the_file_ends_with_the_role(world: BreakoutWorld) -> None:
    params = {"round": world.round.pk}
    before = sheets.may_export_sheets(world.organiser, params)
    world.here.team.all().delete()

    assert (before, sheets.may_export_sheets(world.organiser, params)) == (True, False)
    assert sheets.may_export_sheets(world.secretariat, {"round": 0}) is False
    assert sheets.may_export_sheets(world.secretariat, {}) is False
