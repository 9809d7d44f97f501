"""Topics of a workshop: added, changed, removed."""

from collections.abc import Callable

import pytest

from breakouts.actions.locks import TopicGoneError
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import TopicInUseError, add_topic, edit_topic, remove_topic
from breakouts.models import Round, Topic
from breakouts.tests.worlds import (
    BreakoutWorld,
    broken,
    mailed,
    make_topic,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop


@pytest.fixture
def topic(world: BreakoutWorld) -> Topic:
    """One that no group works on."""
    return make_topic(world.here, title="Spare", question="Why?")


def test_a_topic_is_added_after_those_that_are_there(world: BreakoutWorld) -> None:
    topic = add_topic(workshop=world.here, title="Selection", question="How?", by=world.organiser)

    topic.refresh_from_db()
    assert (topic.workshop, topic.ordinal) == (world.here, 3)
    assert (str(topic.title), str(topic.question)) == ("Selection", "How?")
    assert recorded() == [
        (
            "breakouts.topic_added",
            world.organiser.pk,
            f"breakouts.topic {topic.pk}",
            str(world.here.pk),
            {"title": ["", "Selection"]},
        )
    ]
    assert mailed() == []


def test_a_topic_is_changed_with_what_differs(world: BreakoutWorld, topic: Topic) -> None:
    edit_topic(topic=topic, title="Selection", question="Why?", by=world.organiser)

    topic.refresh_from_db()
    assert (str(topic.title), str(topic.question), topic.ordinal) == ("Selection", "Why?", 3)
    assert recorded() == [
        (
            "breakouts.topic_edited",
            world.organiser.pk,
            f"breakouts.topic {topic.pk}",
            str(world.here.pk),
            {"title": ["Spare", "Selection"]},
        )
    ]


def test_saving_the_same_words_is_no_change(world: BreakoutWorld, topic: Topic) -> None:
    edit_topic(topic=topic, title="Spare", question="Why?", by=world.organiser)
    edit_topic(topic=topic, title="Spare", question="Why?", by=world.organiser)

    assert recorded() == []


def test_a_topic_is_removed(world: BreakoutWorld, topic: Topic) -> None:
    remove_topic(topic=topic, by=world.organiser)

    assert list(world.here.topics.order_by("pk")) == [world.first, world.second]
    assert recorded() == [
        (
            "breakouts.topic_removed",
            world.organiser.pk,
            f"breakouts.topic {topic.pk}",
            str(world.here.pk),
            {"title": ["Spare", ""]},
        )
    ]


def test_a_topic_of_a_group_stays(world: BreakoutWorld) -> None:
    with refused(TopicInUseError, match="in use"):
        remove_topic(topic=world.first, by=world.organiser)


def test_a_topic_that_somebody_ranked_stays(world: BreakoutWorld, topic: Topic) -> None:
    world.enter(Round.Status.RANKING)
    world.two.topic = topic
    world.two.save()
    ana = world.people["ana"]
    save_ranking(round=world.round, registration=ana, topics=[topic], by=ana.user)
    world.two.topic = world.second
    world.two.save()

    with refused(TopicInUseError):
        remove_topic(topic=topic, by=world.organiser)


def test_a_topic_that_a_colleague_removed_is_said_to_be_gone(
    world: BreakoutWorld, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).delete()

    with refused(TopicGoneError, match="was removed in the meantime"):
        edit_topic(topic=topic, title="New", question="", by=world.organiser)
    with refused(TopicGoneError):
        remove_topic(topic=topic, by=world.organiser)


def test_topics_of_a_cancelled_workshop_stay_as_they_are(
    world: BreakoutWorld, topic: Topic
) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.CANCELLED)

    with refused(WorkshopFrozenError):
        add_topic(workshop=world.here, title="New", by=world.organiser)
    with refused(WorkshopFrozenError):
        edit_topic(topic=topic, title="New", question="", by=world.organiser)
    with refused(WorkshopFrozenError):
        remove_topic(topic=topic, by=world.organiser)


def test_all_or_nothing(
    world: BreakoutWorld, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken(monkeypatch, "rounds"):
        add_topic(workshop=world.here, title="New", by=world.organiser)
    with broken(monkeypatch, "rounds"):
        edit_topic(topic=topic, title="New", question="", by=world.organiser)
    with broken(monkeypatch, "rounds"):
        remove_topic(topic=topic, by=world.organiser)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow_with_the_topics(
    world: BreakoutWorld, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    spare = [make_topic(world.here) for _each in range(number)]

    with django_assert_num_queries(6):  # savepoint, workshop, last, topic, record, release
        add_topic(workshop=world.here, title="New", by=world.organiser)
    # savepoint, workshop, rounds, topic, update, sequences, record, release
    with django_assert_num_queries(8):
        edit_topic(topic=spare[0], title="New", question="", by=world.organiser)
    with django_assert_num_queries(12):  # as to add, and six looks for who names it
        remove_topic(topic=spare[0], by=world.organiser)
