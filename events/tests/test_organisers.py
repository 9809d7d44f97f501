"""Bodies and team, and the sentences about them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.access import on_team, organised_by
from events.actions.organisers import (
    AlreadyOnTeamError,
    OrganiserExistsError,
    RoleEndedError,
    add_organiser,
    appoint_team_member,
    end_team_role,
    remove_organiser,
)
from events.actions.writing import WorkshopFrozenError
from events.facts import dates_sentence, mandate_source, organised_sentence, place_words
from events.models import Mandate, Organiser, TeamMember, Workshop
from events.queries import list_organisers
from events.tests.worlds import (
    actions_on_record,
    make_administration,
    make_person,
    make_secretariat,
    make_workshop,
)
from workshop_portal.accounts.models import User

pytestmark = pytest.mark.django_db


def add(workshop: Workshop, name: str, role: str) -> Organiser:
    body = make_administration(name=name)
    return add_organiser(workshop=workshop, administration=body, role=role, by=make_person())


@pytest.mark.parametrize(
    ("bodies", "sentence"),
    [
        ([], ""),
        ([("ROCB A/P", "organiser")], "Organised by ROCB A/P"),
        (
            [("ROCB A/P", "organiser"), ("the WCO Secretariat", "co_organiser")],
            "Organised by ROCB A/P in cooperation with the WCO Secretariat",
        ),
        (
            [("A", "organiser"), ("B", "organiser"), ("C", "host"), ("D", "sponsor")],
            "Organised by A and B, hosted by C, with the support of D",
        ),
        ([("B", "co_organiser")], "Organised by B"),
        ([("H", "host")], "Hosted by H"),
        ([("S", "sponsor")], "With the support of S"),
    ],
)
def test_who_organises_is_said_in_one_sentence(
    bodies: list[tuple[str, str]], sentence: str
) -> None:
    workshop = make_workshop()
    for name, role in bodies:
        add(workshop, name, role)
    assert organised_sentence(list_organisers(workshop)) == sentence


def test_a_body_has_a_role_once() -> None:
    workshop, body = make_workshop(), make_administration()
    first = add_organiser(workshop=workshop, administration=body, role="host", by=make_person())
    second = add_organiser(workshop=workshop, administration=body, role="sponsor", by=make_person())
    with pytest.raises(OrganiserExistsError):
        add_organiser(workshop=workshop, administration=body, role="host", by=make_person())
    assert (first.ordinal, second.ordinal) == (1, 2)
    remove_organiser(organiser=first, by=make_person())
    workshop.refresh_from_db()
    assert (list(list_organisers(workshop)), workshop.version) == ([second], 4)
    assert actions_on_record() == [
        "events.organiser_added",
        "events.organiser_added",
        "events.organiser_removed",
    ]


def test_an_unknown_address_gets_an_account_and_the_role() -> None:
    workshop, by = make_workshop(time_zone="Asia/Tokyo"), make_secretariat()
    member = appoint_team_member(
        workshop=workshop, email=" New@X.example ", role="organiser", given_name="Ana", by=by
    )
    person = User.objects.get(email="new@x.example")
    assert (member.user, member.granted_by, person.given_name) == (person, by, "Ana")
    assert str(person.time_zone) == "Asia/Tokyo"
    assert list(organised_by(person)) == [workshop]
    assert actions_on_record() == ["accounts.person_created", "events.team_member_appointed"]


def test_a_role_ends_at_once_and_can_be_given_again() -> None:
    workshop, by, person = make_workshop(), make_secretariat(), make_person()
    member = appoint_team_member(workshop=workshop, email=person.email, role="organiser", by=by)
    with pytest.raises(AlreadyOnTeamError):
        appoint_team_member(workshop=workshop, email=person.email, role="organiser", by=by)
    end_team_role(member=member, by=by)
    with pytest.raises(RoleEndedError):
        end_team_role(member=member, by=by)
    assert list(organised_by(person)) == []
    appoint_team_member(workshop=workshop, email=person.email, role="organiser", by=by)
    assert list(organised_by(person)) == [workshop]
    assert TeamMember.objects.count() == 2


def test_a_resource_person_runs_nothing() -> None:
    person = make_person()
    appoint_team_member(
        workshop=make_workshop(), email=person.email, role="resource_person", by=None
    )
    assert list(organised_by(person)) == []
    assert on_team(person, TeamMember.Role.RESOURCE_PERSON).count() == 1


def test_a_role_of_the_future_does_not_count_yet() -> None:
    person = make_person()
    TeamMember.objects.create(
        workshop=make_workshop(),
        user=person,
        role="organiser",
        starts_at=timezone.now() + timedelta(days=1),
    )
    assert list(organised_by(person)) == []


def test_the_team_of_a_cancelled_workshop_is_closed() -> None:
    workshop = make_workshop(status="cancelled")
    with pytest.raises(WorkshopFrozenError):
        appoint_team_member(workshop=workshop, email="a@x.example", role="organiser", by=None)
    with pytest.raises(WorkshopFrozenError):
        add(workshop, "A", "host")
    assert not User.objects.filter(email="a@x.example").exists()


@pytest.mark.parametrize(
    ("values", "source"),
    [
        ({"meeting": "19th Meeting"}, "the decision of the 19th Meeting"),
        (
            {"meeting": "19th Meeting", "decided_on": date(2021, 10, 5)},
            "the decision of the 19th Meeting, 5 October 2021",
        ),
        (
            {
                "meeting": "19th Meeting",
                "decided_in": "October 2021",
                "decided_on": date(2021, 10, 5),
            },
            "the decision of the 19th Meeting, October 2021",
        ),
        (
            {"meeting": "19th Meeting", "body": "the Members"},
            "the decision of the Members at the 19th Meeting",
        ),
        (
            {"meeting": "19th Meeting of the Members", "body": "the Members"},
            "the decision of the 19th Meeting of the Members",
        ),
    ],
)
def test_the_mandate_is_said_with_what_is_known(values: dict[str, Any], source: str) -> None:
    assert mandate_source(Mandate(**values)) == source


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2022, 5, 24), date(2022, 5, 26), "24 to 26 May 2022"),
        (date(2022, 5, 24), date(2022, 5, 24), "24 May 2022"),
        (date(2022, 5, 30), date(2022, 6, 1), "30 May to 1 June 2022"),
        (date(2022, 12, 30), date(2023, 1, 2), "30 December 2022 to 2 January 2023"),
    ],
)
def test_days_are_said_without_repeating(first: date, last: date, words: str) -> None:
    assert dates_sentence(first, last) == words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"format": "online", "venue": "Kashiwa"}, "Online; the link is on your own page"),
        ({"format": "on_site", "venue": "Kashiwa"}, "Kashiwa"),
        ({"format": "on_site", "venue": ""}, "to be announced"),
        (
            {"format": "hybrid", "venue": "Kashiwa"},
            "Kashiwa, and online; the link is on your own page",
        ),
    ],
)
def test_the_place_never_says_a_join_link(values: dict[str, str], words: str) -> None:
    workshop = Workshop(join_url="https://secret.example", **values)
    assert place_words(workshop) == words
