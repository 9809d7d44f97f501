"""What the pages of a delegation and of a seat offer, by the state of the workshop and by who reads."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Workshop
from participants.models import Delegation, Registration
from participants.tests.worlds import World, make_listed, make_registration
from workshop_portal.accounts.models import User

Status = Registration.Status
SignIn = Callable[[User], Client]
FIJI = "/workshops/here/delegations/FJ/"


def set_state(status: str) -> None:
    Workshop.objects.update(status=status, ended_reason="A storm")


@pytest.mark.parametrize(
    ("status", "said", "unsaid"),
    [
        (
            "cancelled",
            ["<b>Cancelled.</b> A storm", "It does not take place"],
            ["You can still replace", "Replace or withdraw", "Fill in below", "What happens next"],
        ),
        (
            "postponed",
            ["<b>Postponed.</b> A storm", "You can still replace", "Replace or withdraw"],
            ["Fill in below", "What happens next"],
        ),
        (
            "concluded",
            ["This workshop is over", "Nobody can be nominated"],
            ["You can still replace", "Replace or withdraw", "Fill in below", "What happens next"],
        ),
        (
            "nominations_closed",
            ["Nominations are not open", "Replace or withdraw", "What happens next"],
            ["Fill in below", "Every further name is kept, in order of time."],
        ),
        (
            "nominations_open",
            ["Fill in below", "Every further name is kept, in order of time.", "Nominate for Fiji"],
            [],
        ),
    ],
)
def test_the_page_offers_what_can_still_be_done(
    world: World, sign_in: SignIn, status: str, said: list[str], unsaid: list[str]
) -> None:
    make_registration(world.fiji)
    set_state(status)

    text = sign_in(world.fiji_contact).get(FIJI).text

    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_to_review_is_said_to_who_reviews(world: World, sign_in: SignIn) -> None:
    row = make_registration(world.fiji)
    change = reverse("participants:registration-change", args=["here", row.public_id])
    pages = {
        "the nominee's": sign_in(row.user).get("/workshops/here/my/").text,
        "the focal point's": sign_in(world.fiji_contact).get(FIJI).text,
        "the receipt": sign_in(world.fiji_contact).get(f"{FIJI}receipts/{row.public_id}/").text,
        "the change": sign_in(world.fiji_contact).get(change).text,
    }

    assert [name for name, text in pages.items() if "With the secretariat" not in text] == []
    assert [name for name, text in pages.items() if "To review" in text] == []
    assert "To review" in sign_in(world.organiser).get(FIJI).text
    assert "To review" in sign_in(world.organiser).get(change).text


@pytest.mark.parametrize(
    ("status", "is_offered"), [("nominations_closed", True), ("postponed", False)]
)
def test_a_new_link_is_offered_where_it_leads_somewhere(
    world: World, sign_in: SignIn, status: str, is_offered: bool
) -> None:
    row = make_registration(world.fiji, status=Status.APPROVED)
    set_state(status)
    change = reverse("participants:registration-change", args=["here", row.public_id])

    text = sign_in(world.fiji_contact).get(change).text

    assert ("Send a new link" in text) is is_offered


def test_after_the_end_the_organisers_are_offered_no_act(world: World, sign_in: SignIn) -> None:
    listed = make_listed(world, "KR")
    settings = [f"/workshops/here/delegations/{code}/settings/" for code in ("KR", "FJ")]
    acts = ["Save the seats", "Invite…", "Invite once more", "Take it off the list"]
    client = sign_in(world.organiser)

    before = [[words in client.get(page).text for words in acts] for page in settings]
    set_state("concluded")
    after = [[words in client.get(page).text for words in acts] for page in settings]

    assert before == [[True, True, False, True], [True, False, True, False]]
    assert after == [[False] * 4, [False] * 4]
    assert listed.status == Delegation.Status.LISTED


@pytest.mark.parametrize(
    ("statuses", "states"),
    [
        ([], ["now", "ahead", "ahead"]),
        (["withdrawn"], ["now", "ahead", "ahead"]),
        (["nominated", "confirmed"], ["done", "now", "ahead"]),
        (["nominated", "approved"], ["done", "now", "ahead"]),
        (["approved", "confirmed"], ["done", "done", "now"]),
        (["confirmed", "waiting"], ["done", "done", "done"]),
        (["waiting"], ["done", "now", "ahead", "ahead"]),
    ],
)
def test_what_happens_next_is_where_the_delegation_stands(
    world: World, sign_in: SignIn, statuses: list[str], states: list[str]
) -> None:
    for status in statuses:
        make_registration(world.fiji, status=status)

    steps = sign_in(world.fiji_contact).get(FIJI).context["steps"]

    assert [step["state"] for step in steps] == states
