"""The record of a workshop as people read it: names, words, links, filter, pages; what belongs to others stays out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from breakouts.tests.worlds import BreakoutWorld
from participants.actions.registrations import approve_registrations
from participants.models import Consent, PlannedReminder
from participants.tests.worlds import World, make_person, make_registration
from reports.models import Contribution, Edition, ReportSeries
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record
from workshop_portal.audit.history import Names, list_history, list_lines
from workshop_portal.audit.models import Entry
from workshop_portal.audit.queries import list_entries
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


def read(by: User, slug: str = "here", **asked: Any) -> Any:
    client = Client()
    client.force_login(by)
    return client.get(reverse("events:workshop-history", args=[slug]), asked)


def told(response: Any) -> list[tuple[str, str, list[str]]]:
    """Sentence, thing and changes of each line."""
    return [
        (line.sentence, line.thing.name if line.thing else "", [str(c) for c in line.changes])
        for line in response.context["history"].lines
    ]


def test_an_entry_names_and_links_whom_it_speaks_of() -> None:
    world = World()
    row = make_registration(world.fiji, user=make_person(given_name="Ana", family_name="Lee"))
    approve_registrations(registrations=[row], by=world.organiser)
    response = read(world.organiser)
    assert told(response) == [
        ("Registration approved", "Ana Lee, Fiji", ["State: To review → Approved"])
    ]
    url = reverse("participants:registration-detail", args=["here", row.public_id])
    assert f'<a href="{url}">Ana Lee, Fiji</a>' in response.content.decode()
    assert [line.thing for line in list_history(target=row)] == [None]


def test_values_are_words() -> None:
    held = BreakoutWorld()
    by, here, ana = held.organiser, held.here, held.people["ana"]
    reminder = PlannedReminder.objects.create(
        workshop=here, template="participants/reminder_join", audience="participants", at="08:00"
    )
    at = datetime.fromisoformat("2022-05-24T09:00:00+07:00")
    one, two = held.one, held.two
    entries: list[tuple[str, Any, dict[str, tuple[Any, Any]]]] = [
        ("breakouts.role_named", one, {"rapporteur": (None, ana.user)}),
        (
            "breakouts.people_moved",
            held.round,
            {"plan": (1, 1), f"registration {ana.pk}": (one.pk, two.pk)},
        ),
        ("participants.consents_changed", ana, {"participant_list": (False, True)}),
        ("participants.registration_profile_changed", ana, {"speaks": ([], ["en", "fr"])}),
        (
            "participants.reminder_edited",
            reminder,
            {"template": (None, reminder.template), "offset": (timedelta(0), -timedelta(hours=2))},
        ),
        ("events.workshop_edited", here, {"published_at": (None, at), "starts_on": (None, "2022-05-24")}),
        ("events.workshop_edited", here, {"summary": ("Old", "")}),
        ("events.session_removed", here.sessions.model(pk=7), {"title": ("Opening", "")}),
        ("breakouts.role_ended", one, {"facilitator": (10**9, None)}),
    ]  # fmt: skip
    for action, target, changes in entries:
        record(action, by=by, target=target, context=here, changes=changes)
    names = [ana.user, str(ana.user) + ", Fiji"]
    with timezone.override("Pacific/Fiji"):
        lines = list_lines(list(list_entries(context=here).reverse()), own=here)
    group = f"{held.round.title}, group {one.ordinal}"
    other = f"{held.round.title}, group {two.ordinal}"
    assert [(line.thing and line.thing.name, [str(c) for c in line.changes]) for line in lines] == [
        (group, [f"Rapporteur: {names[0]}"]),
        (str(held.round.title), [f"{names[1]}: {group} → {other}"]),
        (names[1], [f"{Consent.Purpose.PARTICIPANT_LIST.label}: no → yes"]),
        (names[1], ["Working languages: English, French"]),
        (
            "Join link, with calendar file, everybody taking part",
            ["Distance: at that time → 2 hours before", "Mail: Join link, with calendar file"],
        ),
        (None, ["Published on: 24 May 2022, 14:00", "First day: 24 May 2022"]),
        (None, ["What it is about: Old → nothing"]),
        ("Opening", ["Title: Opening → nothing"]),
        (group, ["Facilitator: no longer kept → nothing"]),
    ]


def test_what_a_name_was_ends_with_the_data() -> None:
    """Names are read with the record, never kept in it; personal values end when they are emptied."""
    world = World()
    row = make_registration(world.fiji, user=make_person(given_name="Ana", family_name="Lee"))
    changes = {"status": ("nominated", "declined"), "end_reason": ("", "Ana is ill.")}
    record("participants.registration_declined", by=world.organiser, target=row, context=world.here, changes=changes)  # fmt: skip
    User.objects.filter(pk=row.user_id).update(
        given_name="", family_name="", email="gone@x.example"
    )
    Entry.objects.update(personal=None)
    text = read(world.secretariat).content.decode()
    assert "gone@x.example, Fiji" in text
    assert [word for word in ("Ana Lee", "ill") if word in text] == []


def test_it_is_filtered_by_what_whom_and_day() -> None:
    world = World()
    row = make_registration(world.fiji)
    other = make_registration(world.japan)

    def on(day: int, action: str, by: User | None, target: Any) -> None:
        now = datetime(2022, 5, day, 20, tzinfo=UTC)
        record(action, by=by, target=target, context=world.here, now=now)

    on(1, "participants.registration_approved", world.organiser, row)
    on(2, "participants.registration_confirmed", None, other)
    on(3, "participants.quota_set", world.secretariat, world.fiji)
    User.objects.filter(pk=world.secretariat.pk).update(time_zone="Pacific/Fiji")

    def found(**asked: str) -> list[str]:
        return [sentence for sentence, _thing, _changes in told(read(world.secretariat, **asked))]

    approved, confirmed, seats = (
        "Registration approved",
        "Confirmed by the delegate",
        "Seats changed",
    )
    assert found() == [seats, confirmed, approved]
    assert found(what="kind:participants.registration") == [confirmed, approved]
    assert found(what="act:participants.quota_set") == [seats]
    assert found(who=str(world.organiser.pk)) == [approved]
    assert found(who="system") == [confirmed]
    # In Fiji 20:00 UTC is the next morning.
    assert found(since="2022-05-03", until="2022-05-03") == [confirmed]
    assert found(until="2022-05-01") == []
    assert found(until="9999-12-31", since="2022-05-04") == [seats]
    assert found(since="0001-01-01", until="0001-01-01") == []
    assert found(since="0001-01-01") == [seats, confirmed, approved]
    User.objects.filter(pk=world.secretariat.pk).update(time_zone="America/Los_Angeles")
    assert found(since="9999-12-31") == []
    assert found(until="9999-12-31") == [seats, confirmed, approved]
    page = read(world.secretariat, what="act:participants.quota_set", who="nobody")
    assert page.status_code == 200
    assert page.context["history"].filter.form.errors.keys() == {"who"}
    form = page.context["history"].filter.form
    assert [label for _value, label in form.fields["who"].choices] == [
        "Any", *sorted([str(world.organiser), str(world.secretariat), "The system"])
    ]  # fmt: skip


def test_it_comes_in_pages_that_keep_the_filter() -> None:
    world = World()
    for _ in range(51):
        record("participants.quota_set", by=None, target=world.fiji, context=world.here)
    first, last = (read(world.organiser, who="system", page=number) for number in (1, 2))
    assert (len(told(first)), len(told(last))) == (50, 1)
    assert "?who=system&amp;page=2" in first.content.decode()


def test_htmx_gets_the_lines_alone() -> None:
    world = World()
    client = Client()
    client.force_login(world.organiser)
    url = reverse("events:workshop-history", args=["here"])
    text = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "Nothing on record matches" in text
    assert "<html" not in text


def test_it_holds_the_edition_that_the_workshop_feeds_and_nothing_of_others() -> None:
    world = World()
    series = ReportSeries.objects.create(slug="practice", title="Practice")
    for number, workshop in ((1, world.elsewhere), (2, world.here)):
        edition = Edition.objects.create(series=series, number=number, workshop=workshop, title="E")
        row = Contribution.objects.create(
            edition=edition,
            administration=world.fj,
            kind=Contribution.Kind.GOOD_PRACTICE,
            title=f"Mentors {number}",
            created_by=world.secretariat,
        )
        record("reports.contribution_accepted", by=world.secretariat, target=row, context=edition)
    record("participants.quota_set", by=None, target=world.fiji_elsewhere, context=world.elsewhere)
    assert told(read(world.organiser)) == [("Contribution accepted", "Mentors 2, Fiji", [])]
    assert read(world.organiser, "elsewhere").status_code == 404


def test_only_who_may_open_a_page_gets_its_link() -> None:
    world = World()
    mail = OutgoingMail.objects.create(
        key="x:1", kind="x", template="accounts/sign_in_link", recipient=world.fiji_contact
    )
    record("mail.mail_dropped", by=None, target=mail, context=world.here)
    entries = list(list_entries(context=world.here))
    urls = [
        line.thing and line.thing.url
        for staff in (False, True)
        for line in list_lines(entries, names=Names(for_staff=staff))
    ]
    assert urls == ["", reverse("mail:mail-detail", args=[mail.public_id])]


@pytest.mark.parametrize("rows", [1, 3])
def test_names_of_one_type_take_one_query(rows: int) -> None:
    world = World()
    for _ in range(rows):
        row = make_registration(world.fiji)
        changes = {"status": ("approved", "withdrawn"), "user": (None, row.user)}
        record("participants.registration_withdrawn", by=row.user, target=row, context=world.here, changes=changes)  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        list_lines(list(list_entries(context=world.here)), own=world.here)
    assert len(asked) == 3
