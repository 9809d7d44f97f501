"""The groups of a round: added, changed, removed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.absences import note_absence
from breakouts.actions.groups import (
    ForeignTopicError,
    GroupInUseError,
    GroupSizeError,
    add_group,
    add_groups,
    edit_group,
    remove_group,
)
from breakouts.actions.locks import GroupGoneError, RoundClosedError, TopicGoneError
from breakouts.actions.moves import move_people, undo_move
from breakouts.models import Assignment, Group, Move, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    mailed,
    make_group,
    make_plan,
    make_point,
    make_role,
    make_topic,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop


def test_several_groups_are_added_at_once(world: BreakoutWorld) -> None:
    groups = add_groups(
        round=world.round, topic=world.second, count=3, maximum=8, venue="Hall", by=world.organiser
    )

    stored = world.round.groups.filter(ordinal__gt=2).order_by("ordinal")
    assert list(stored) == groups
    assert [(each.ordinal, each.topic, each.maximum, each.venue) for each in stored] == [
        (number, world.second, 8, "Hall") for number in (3, 4, 5)
    ]
    assert recorded() == [
        (
            "breakouts.group_added",
            world.organiser.pk,
            f"breakouts.group {each.pk}",
            str(world.here.pk),
            {"topic": ["", "Topic 2"], "maximum": [None, 8]},
        )
        for each in groups
    ]


def test_the_page_says_which_groups_were_added(world: BreakoutWorld, sign_in: SignIn) -> None:
    url = reverse("breakouts:group-add", args=["here", 1])
    organiser = sign_in(world.organiser)
    assert 'name="count" value="1"' in organiser.get(url).content.decode()
    data = {"topic": "1", "count": "3", "format": "online"}
    assert "Groups 3 to 5 added." in organiser.post(url, data, follow=True).content.decode()
    text = organiser.post(url, data | {"count": "1"}, follow=True).content.decode()
    assert "Group 6 added." in text
    assert [group.ordinal for group in world.round.groups.order_by("ordinal")] == [1, 2, 3, 4, 5, 6]


def edited(world: BreakoutWorld, group: Group, **changes: Any) -> Group:
    values: dict[str, Any] = {
        "topic": world.first,
        "minimum": None,
        "maximum": None,
        "languages": [],
        "format": "online",
        "join_url": "",
        "backup_url": "",
        "venue": "",
    }
    return edit_group(group=group, by=world.organiser, **(values | changes))


def test_a_group_is_added_after_those_that_are_there(world: BreakoutWorld) -> None:
    group = add_group(
        round=world.round,
        topic=world.second,
        minimum=3,
        maximum=8,
        languages=["en", "fr"],
        format="hybrid",
        join_url="https://meet.example/3",
        backup_url="https://backup.example/3",
        venue="Room C",
        by=world.organiser,
    )

    group.refresh_from_db()
    assert (group.round, group.ordinal, group.topic) == (world.round, 3, world.second)
    assert (group.minimum, group.maximum, group.languages) == (3, 8, ["en", "fr"])
    assert (group.format, group.venue) == ("hybrid", "Room C")
    assert (group.join_url, group.backup_url) == (
        "https://meet.example/3",
        "https://backup.example/3",
    )
    assert recorded() == [
        (
            "breakouts.group_added",
            world.organiser.pk,
            f"breakouts.group {group.pk}",
            str(world.here.pk),
            {"topic": ["", "Topic 2"], "maximum": [None, 8]},
        )
    ]
    assert mailed() == []


def test_a_group_is_changed_with_what_differs(world: BreakoutWorld) -> None:
    edited(world, world.one)
    edited(world, world.one, topic=world.second, maximum=5, venue="Room A")
    edited(world, world.one, topic=world.second, maximum=5, venue="Room A")

    world.one.refresh_from_db()
    assert (world.one.topic, world.one.maximum, world.one.venue) == (world.second, 5, "Room A")
    assert recorded() == [
        (
            "breakouts.group_edited",
            world.organiser.pk,
            f"breakouts.group {world.one.pk}",
            str(world.here.pk),
            {
                "topic": [world.first.pk, world.second.pk],
                "maximum": [None, 5],
                "venue": ["", "Room A"],
            },
        )
    ]


def test_a_group_is_removed(world: BreakoutWorld) -> None:
    key = world.two.pk
    remove_group(group=world.two, by=world.organiser)

    assert list(world.round.groups.order_by("pk")) == [world.one]
    assert recorded() == [
        (
            "breakouts.group_removed",
            world.organiser.pk,
            f"breakouts.group {key}",
            str(world.here.pk),
            {"ordinal": [2, None]},
        )
    ]


# Refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minimum", "maximum"), [(3, 2), (None, 0), (1, 0)], ids=["turned", "nobody", "both"]
)
def test_a_group_that_nobody_fits_in_is_refused(
    world: BreakoutWorld, minimum: int | None, maximum: int
) -> None:
    size = {"minimum": minimum, "maximum": maximum}
    with refused(GroupSizeError, match="at least one person must fit"):
        add_group(round=world.round, topic=world.first, by=world.organiser, **size)
    with refused(GroupSizeError):
        edited(world, world.one, **size)


def test_a_topic_of_another_workshop_is_refused(world: BreakoutWorld) -> None:
    foreign = make_topic(world.elsewhere)
    with refused(ForeignTopicError, match="of this workshop"):
        add_group(round=world.round, topic=foreign, by=world.organiser)
    with refused(ForeignTopicError):
        edited(world, world.one, topic=foreign)


def test_what_a_colleague_removed_is_said_to_be_gone(world: BreakoutWorld) -> None:
    spare, lost = make_topic(world.here), make_group(world.round, world.first)
    type(spare).objects.filter(pk=spare.pk).delete()
    Group.objects.filter(pk=lost.pk).delete()

    with refused(TopicGoneError, match="was removed in the meantime"):
        add_group(round=world.round, topic=spare, by=world.organiser)
    with refused(TopicGoneError):
        edited(world, world.one, topic=spare)
    with refused(GroupGoneError, match="was removed in the meantime"):
        edited(world, lost)
    with refused(GroupGoneError):
        remove_group(group=lost, by=world.organiser)


def test_drafts_that_nobody_saw_keep_no_group(world: BreakoutWorld) -> None:
    """Neither places nor moves hold it; the others stay where they sit, and open boards are told."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"]]}
    old = make_plan(world.round, seats, world.organiser)
    plan = make_plan(world.round, seats, world.organiser)
    world.enter(Round.Status.ASSIGNING)
    move = move_people(plan=plan, registrations=[people["ana"]], to=world.two, by=world.organiser)
    undo_move(move=move, by=world.organiser)
    back = move_people(plan=plan, registrations=[people["ben"]], to=world.one, by=world.organiser)

    remove_group(group=world.two, by=world.organiser)

    held = list(Assignment.objects.order_by("plan", "pk").values_list("plan", "registration"))
    both = [people["ana"].pk, people["cho"].pk]
    assert held == [
        *((old.pk, key) for key in both),
        *((plan.pk, key) for key in [*both, people["ben"].pk]),
    ]
    assert list(Move.objects.all()) == [back]
    assert [row.revision for row in world.round.plans.order_by("pk")] == [1, 4]
    assert recorded()[-1][-1] == {"ordinal": [2, None], "places in drafts": [1, 0]}
    with refused(GroupGoneError):
        undo_move(move=back, by=world.organiser)


def test_a_group_that_was_published_or_has_points_or_rules_stays(world: BreakoutWorld) -> None:
    """Published once is enough: a newer version may seat nobody there."""
    plan = world.publish()
    type(plan).objects.filter(pk=plan.pk).update(is_current=False)
    people = list(world.people.values())[:4]
    make_plan(
        world.round,
        {world.one: people},
        world.organiser,
        published_at=timezone.now(),
        published_by=world.organiser,
        is_current=True,
    )
    for group in (world.one, world.two):
        with refused(GroupInUseError, match="was published, or has people, points or rules"):
            remove_group(group=group, by=world.organiser)
    third = make_group(world.round, world.first)
    make_point(third, world.user("ana"))
    with refused(GroupInUseError):
        remove_group(group=third, by=world.organiser)


def test_once_published_a_group_with_a_role_stays_also_while_its_holder_is_not_in_the_round(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    third = make_group(world.round, world.first)
    page = reverse("breakouts:round-detail", args=["here", 1])
    button = reverse("breakouts:group-remove", args=["here", 1, 3])

    def is_offered() -> bool:
        return button in sign_in(world.organiser).get(page).content.decode()

    def keep() -> None:
        assert not is_offered()
        with refused(GroupInUseError):
            remove_group(group=third, by=world.organiser)

    make_role(third, world.user("ben"))
    keep()
    note_absence(round=world.round, registration=world.people["ben"], by=world.organiser)
    keep()
    world.enter(Round.Status.ASSIGNING)  # as before its groups were published
    assert is_offered()
    remove_group(group=third, by=world.organiser)


def test_groups_of_a_closed_round_and_a_cancelled_workshop_stay(world: BreakoutWorld) -> None:
    world.enter(Round.Status.CLOSED)
    for error in (RoundClosedError, WorkshopFrozenError):
        with refused(error):
            add_group(round=world.round, topic=world.first, by=world.organiser)
        with refused(error):
            edited(world, world.one, maximum=5)
        with refused(error):
            remove_group(group=world.one, by=world.organiser)
        Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CANCELLED)


# All or nothing, and what it costs ----------------------------------------------------------------


def test_all_or_nothing(world: BreakoutWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken(monkeypatch, "groups", "record_many"):
        add_group(round=world.round, topic=world.first, by=world.organiser)
    with broken(monkeypatch, "groups"):
        edited(world, world.one, maximum=5)
    with broken(monkeypatch, "groups"):
        remove_group(group=world.two, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_groups(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    more = [make_group(world.round, world.first) for _each in range(number)]

    with django_assert_num_queries(
        8
    ):  # savepoint, round, workshop, topic, last, group, record, release
        add_groups(round=world.round, topic=world.first, count=number, by=world.organiser)
    # savepoint, round, workshop, group, topic, its own, update, the round's sequence, record, release
    with django_assert_num_queries(10):
        edited(world, more[0], maximum=5)
    # savepoint, round, workshop, group, who uses it, drafts, places and moves there, record, delete, release
    with django_assert_num_queries(22):
        remove_group(group=more[0], by=world.organiser)


def test_with_another_topic_points_leave_its_themes_and_pages_learn_of_it(
    world: BreakoutWorld,
) -> None:
    theme = world.first.themes.create(ordinal=1, title="Lines")
    here = make_point(world.one, world.organiser, theme=theme)
    there = make_point(world.two, world.organiser, theme=theme)
    before = Group.objects.get(pk=world.one.pk).point_sequence, world.round.live_sequence

    edited(world, world.one, topic=world.second)

    group = Group.objects.select_related("round").get(pk=world.one.pk)
    assert (group.point_sequence, group.round.live_sequence) == (before[0] + 1, before[1] + 1)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.theme, there.theme) == (None, theme)


def test_a_page_that_is_open_gets_the_new_question_and_link(
    world: BreakoutWorld, sign_in: SignIn
) -> None:
    world.publish()
    url = reverse("breakouts:point-poll", args=["here", 1, 1])
    client = sign_in(world.user("cho"))
    shown = client.get(url, headers={"HX-Request": "true"})

    edited(world, world.one, topic=world.second, join_url="https://meet.example.org/new")

    held = {"HX-Request": "true", "If-None-Match": shown["ETag"]}
    told = client.get(url, headers=held).content.decode()
    assert 'id="asked"' in told
    assert "Why 2?" in told
    assert 'href="https://meet.example.org/new"' in told
