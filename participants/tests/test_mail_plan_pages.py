"""The pages of the mail plan."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions.mail_plan import (
    add_reminder,
    use_usual_plan,
)
from participants.models import PlannedReminder, Registration
from participants.tests.plans import AGENDA, details, make_row, reload
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

SignIn = Callable[[User], Client]


PLAN = "/workshops/here/mail-plan/"


def posted(**fields: str) -> dict[str, str]:
    return {
        "mail": f"{AGENDA}|participants",
        "number": "7",
        "unit": "days",
        "side": "before",
        "anchor": "start",
        "timing": "wall_clock",
        "at": "09:00",
    } | fields


def test_the_page_shows_the_plan_in_the_order_of_time(world: World, sign_in: SignIn) -> None:
    use_usual_plan(workshop=world.here, by=world.organiser)
    use_usual_plan(workshop=world.elsewhere, by=world.secretariat)
    world.fiji.quota = 5
    world.fiji.save()
    make_registration(world.fiji, status=Registration.Status.APPROVED)
    make_registration(world.fiji, status=Registration.Status.CONFIRMED)
    make_registration(world.fiji, status=Registration.Status.WITHDRAWN)
    make_registration(world.fiji_elsewhere, status=Registration.Status.CONFIRMED)

    response = sign_in(world.organiser).get(PLAN)

    lines = response.context["rows"]
    assert [(line["distance"], line["size"].words, line["word"]) for line in lines] == [
        ("60 days before the start", "0 of 2 administrations", "By hand"),
        ("21 days before the start", "1 of 2 administrations", "Time has passed"),
        ("7 days before the start", "2 people", "Active"),
        ("24 hours before the start", "2 people", "Active"),
        ("15 minutes before the start", "2 people", "Active"),
        ("1 day after the end", "2 people", "Active"),
        ("14 days after the end", "0 of 2 administrations", "Active"),
        ("180 days after the end", "2 people", "Active"),
    ]
    text = response.content.decode()
    assert ("mail/?workshop" in text, "waits for release" in text) == (False, True)
    outbox = f'href="/mail/?workshop={world.here.pk}"'
    assert outbox in sign_in(world.secretariat).get(PLAN).content.decode()


def test_the_files_are_the_page(world: World, sign_in: SignIn) -> None:
    use_usual_plan(workshop=world.here, by=world.organiser)
    add_reminder(workshop=world.elsewhere, details=details(), by=world.secretariat)
    make_registration(world.fiji, status=Registration.Status.CONFIRMED)
    client = sign_in(world.organiser)

    shown = client.get(PLAN).context["rows"]
    rows = client.get("/workshops/here/mail-plan.json").json()

    assert [(row["Mail"], row["When"], row["Reaches now"], row["State"]) for row in rows] == [
        (line["title"], line["distance"], line["size"].words, line["word"]) for line in shown
    ]
    assert {row["Time, Bangkok"] for row in rows} >= {"", "09:00 of each recipient"}
    assert client.get("/workshops/here/mail-plan.pdf").status_code == 404
    assert client.get("/workshops/elsewhere/mail-plan.json").status_code == 404


def test_an_empty_plan_offers_the_usual_one(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)
    assert "No mail is planned yet" in client.get(PLAN).content.decode()

    response = client.post(f"{PLAN}usual/", follow=True)

    assert "8 mails were added to the plan." in response.content.decode()
    assert len(response.context["rows"]) == 8


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(
    world: World,
    sign_in: SignIn,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for number in range(rows):
        offset = timedelta(days=-number)
        add_reminder(workshop=world.here, details=details(offset=offset), by=world.organiser)
    client = sign_in(world.organiser)

    with django_assert_num_queries(12):
        client.get(PLAN)
    with django_assert_num_queries(12):
        client.get("/workshops/here/mail-plan.json")


def test_adding_and_editing_by_the_form(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.organiser)

    added = client.post(f"{PLAN}add/", posted(number="15", unit="minutes", timing="elapsed"))
    row = PlannedReminder.objects.get()
    shown = client.get(f"{PLAN}{row.pk}/").context["form"].initial
    edited = client.post(
        f"{PLAN}{row.pk}/", posted(number="2", side="after", anchor="end", needs_release="on")
    )

    assert (added.status_code, edited.status_code) == (302, 302)
    assert (shown["number"], shown["unit"], shown["side"]) == (15, "minutes", "before")
    row.refresh_from_db()
    assert (row.offset, row.anchor, row.timing, row.at, row.needs_release) == (
        timedelta(days=2),
        "end",
        "wall_clock",
        time(9),
        True,
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mail": "participants/approved|participants"}, "mail"),
        ({"mail": "<script>|\x00"}, "mail"),
        ({"number": ""}, "number"),
        ({"number": "-1"}, "number"),
        ({"number": "999999999999999999999"}, "number"),
        ({"number": "99999"}, "number"),
        ({"number": "5", "unit": "hours"}, "number"),
        ({"unit": "moons"}, "unit"),
        ({"side": "\u202ebefore"}, "side"),
        ({"anchor": ""}, "anchor"),
        ({"timing": "sundial"}, "timing"),
        ({"at": ""}, "at"),
        ({"at": "9\r\n"}, "at"),
    ],
)
def test_a_wrong_value_is_said_at_its_place(
    world: World, sign_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    response = sign_in(world.organiser).post(f"{PLAN}add/", posted(**wrong))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert (PlannedReminder.objects.count(), Entry.objects.count()) == (0, 0)


def test_the_verbs_of_a_row(world: World, sign_in: SignIn) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    client = sign_in(world.organiser)

    client.post(f"{PLAN}{row.pk}/switch/")
    off = reload(row).is_active
    client.post(f"{PLAN}{row.pk}/switch/", {"is_active": "on"})
    on = reload(row).is_active
    client.post(f"{PLAN}{row.pk}/test/")
    tried = OutgoingMail.objects.get()
    client.post(f"{PLAN}{row.pk}/remove/")

    assert (off, on, tried.kind, tried.recipient) == (False, True, "test", world.organiser)
    assert PlannedReminder.objects.count() == 0


def test_a_preview_is_what_a_person_would_get(world: World, sign_in: SignIn) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    confirmed = Registration.Status.CONFIRMED
    for name, language, zone in (
        ("Ana", "en", "Pacific/Fiji"),
        ("Zoé", "fr", "Pacific/Noumea"),
    ):
        user = make_person(given_name=name, language=language, time_zone=zone)
        make_registration(world.fiji, status=confirmed, user=user)
    zoe = User.objects.get(given_name="Zoé")
    client = sign_in(world.organiser)

    first = client.get(f"{PLAN}{row.pk}/preview/")
    chosen = client.get(f"{PLAN}{row.pk}/preview/?person={zoe.public_id}")
    foreign = client.get(f"{PLAN}{row.pk}/preview/?person={world.stranger.public_id}")

    assert (first.context["chosen"].given_name, first.context["mail"].language) == ("Ana", "en")
    assert (chosen.context["chosen"], chosen.context["mail"].language) == (zoe, "fr")
    assert "Language: French. Times of Noumea." in chosen.content.decode()
    assert foreign.context["chosen"] == first.context["chosen"]
    assert OutgoingMail.objects.count() == 0


def test_a_preview_of_a_mail_that_reaches_nobody_says_so(world: World, sign_in: SignIn) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    text = sign_in(world.organiser).get(f"{PLAN}{row.pk}/preview/").content.decode()
    assert "It reaches nobody now" in text


def test_a_mail_sent_by_hand_is_seen_where_it_is_sent(world: World, sign_in: SignIn) -> None:
    use_usual_plan(workshop=world.here, by=world.organiser)
    row = PlannedReminder.objects.get(template="participants/invitation")
    client = sign_in(world.organiser)
    response = client.get(f"{PLAN}{row.pk}/preview/")
    assert response["Location"] == reverse("participants:delegation-list", args=["here"])
    assert f"{row.pk}/preview/" not in client.get(PLAN).content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_the_queries_of_a_preview_do_not_grow_with_people(
    world: World,
    sign_in: SignIn,
    people: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    row = add_reminder(workshop=world.here, details=details(), by=world.organiser)
    for _number in range(people):
        make_registration(world.fiji, status=Registration.Status.CONFIRMED)
    client = sign_in(world.organiser)

    with django_assert_num_queries(7):
        client.get(f"{PLAN}{row.pk}/preview/")


@pytest.mark.parametrize("name", ["reminder-remove", "reminder-switch", "reminder-test"])
def test_verbs_are_posts(world: World, sign_in: SignIn, name: str) -> None:
    row = make_row(world)
    client = sign_in(world.secretariat)

    assert client.get(reverse(f"participants:{name}", args=["here", row.pk])).status_code == 405
    assert client.get(f"{PLAN}usual/").status_code == 405


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretariat", 200),
        ("organiser", 200),
        ("fiji_contact", 404),
        ("japan_contact", 404),
        ("stranger", 404),
    ],
)
def test_who_sees_and_changes_the_plan(
    world: World, sign_in: SignIn, who: str, status: int
) -> None:
    row = make_row(world)
    client = sign_in(getattr(world, who))
    changed = 302 if status == 200 else status

    assert client.get(PLAN).status_code == status
    assert client.get(f"{PLAN}add/").status_code == status
    assert client.get(f"{PLAN}{row.pk}/").status_code == status
    assert client.get(f"{PLAN}{row.pk}/preview/").status_code == status
    assert client.post(f"{PLAN}usual/").status_code == changed
    assert client.post(f"{PLAN}{row.pk}/test/").status_code == changed
    assert client.post(f"{PLAN}{row.pk}/switch/").status_code == changed
    assert client.post(f"{PLAN}{row.pk}/remove/").status_code == changed
    assert PlannedReminder.objects.filter(pk=row.pk).exists() == (status == 404)


def test_another_workshop_s_row_is_not_found(world: World, sign_in: SignIn) -> None:
    row = make_row(world)
    there = PlannedReminder.objects.create(
        workshop=world.elsewhere, template=AGENDA, audience="participants", at=time(9)
    )

    assert sign_in(world.organiser).post(f"{PLAN}{there.pk}/remove/").status_code == 404
    assert sign_in(world.organiser).get("/workshops/elsewhere/mail-plan/").status_code == 404
    wrong = f"/workshops/elsewhere/mail-plan/{row.pk}/"
    assert sign_in(world.secretariat).get(wrong).status_code == 404
