"""Colleagues too many in a group: where, how many, and whether it could be helped."""

from typing import Any

import pytest
from django.urls import reverse

from breakouts.instances.boarding import draw_board
from breakouts.instances.building import gather
from breakouts.instances.crowding import explain_crowds, list_crowds, say_least
from breakouts.instances.figures import measure
from breakouts.models import Group
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_plan
from participants.models import Registration


class Crowded(BreakoutWorld):
    """Six of Fiji and two of Japan: five of Fiji sit in group 1, where an even share is three; group 2 has the others."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.more = self.crowd(4)
        Group.objects.filter(round=self.round).update(minimum=1, maximum=6)
        p = self.people
        here = [p["ana"], *self.more]
        make_plan(
            self.round,
            {self.one: here, self.two: [p["ben"], p["cho"], p["dai"]]},
            self.organiser,
            figures={"ranked": 0, "colleagues": {"value": 3, "bound": 0, "random": 4}},
        )


@pytest.fixture
def crowded(db: None) -> Crowded:
    return Crowded()


def test_each_group_and_administration_beyond_its_share(crowded: Crowded) -> None:
    material = gather(crowded.round)

    found = list_crowds(material)

    assert [(each.group, len(each.people), each.share, each.over) for each in found] == [
        (crowded.one, 5, 3, 2),
        (crowded.two, 2, 1, 1),
    ]
    assert [str(each) for each in found] == [
        "5 from Fiji, an even share is 3.",
        "2 from Japan, an even share is 1.",
    ]
    # the same as the solver counts
    assert sum(each.over for each in found) == measure(material, material.places).colleagues


def test_where_nobody_sits_there_is_no_crowd(world: BreakoutWorld) -> None:
    assert explain_crowds(gather(world.round)) == []
    world.publish()
    assert explain_crowds(gather(world.round)) == []


def test_who_could_not_sit_elsewhere_is_counted(crowded: Crowded) -> None:
    assert [held for _crowd, held in explain_crowds(gather(crowded.round))] == ["", ""]
    keys = [person.pk for person in crowded.more]
    Registration.objects.filter(pk__in=keys).update(speaks=["fr"])
    Group.objects.filter(pk=crowded.one.pk).update(languages=["en", "fr"])
    Group.objects.filter(pk=crowded.two.pk).update(languages=["en"])

    assert [held for _crowd, held in explain_crowds(gather(crowded.round))] == [
        "4 of them have no other group: language, way of taking part, a role or a rule.",
        "",
    ]


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (None, ""),
        ({"value": 0, "bound": 0}, ""),
        (
            {"value": 2, "bound": 2},
            "No plan that keeps the rules spreads them better.",
        ),
        (
            {"value": 2, "bound": 0},
            "There could be fewer, at the price of choices or of people who meet again.",
        ),
        (
            {"value": 3, "bound": 1},
            "No plan has fewer than 1; the others would cost choices, or people would meet again.",
        ),
    ],
)
def test_whether_there_could_be_fewer(term: dict[str, Any] | None, words: str) -> None:
    assert say_least({"colleagues": term} if term else {}) == words


def test_the_board_and_the_page_say_it(crowded: Crowded, sign_in: SignIn) -> None:
    board = draw_board(gather(crowded.round))
    assert [column.notes for column in board.columns] == [
        ["5 from Fiji, an even share is 3."],
        ["2 from Japan, an even share is 1."],
    ]

    page = sign_in(crowded.organiser).get(reverse("breakouts:round-detail", args=["here", 1]))

    text = page.content.decode()
    assert "Where more colleagues than an even share sit together: 2 times" in text
    assert "There could be fewer" in text
    link = reverse("breakouts:round-board", args=["here", 1])
    assert f'<a href="{link}#g1">Group 1</a>: 5 from Fiji, an even share is 3.' in text
