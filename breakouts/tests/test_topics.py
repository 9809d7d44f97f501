"""Topics of a workshop: added, changed, removed."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from i18nfield.strings import LazyI18nString

from breakouts.actions.locks import TopicGoneError
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import (
    TopicInUseError,
    TopicTakenError,
    add_topic,
    edit_topic,
    remove_topic,
)
from breakouts.models import Round, Topic
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
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


def test_two_topics_of_a_workshop_differ_in_their_titles(
    world: BreakoutWorld, topic: Topic
) -> None:
    french = make_topic(world.here, title=LazyI18nString({"en": "Lines", "fr": "Files"}))
    for title in ("spare", " Spare ", "FILES"):
        with refused(TopicTakenError):
            add_topic(workshop=world.here, title=title, by=world.organiser)
        with refused(TopicTakenError):
            edit_topic(topic=world.first, title=title, question="", by=world.organiser)

    edit_topic(topic=french, title="lines", question="", by=world.organiser)
    add_topic(workshop=world.elsewhere, title="Spare", by=world.organiser)


def test_the_form_says_at_the_title_that_it_is_taken(
    world: BreakoutWorld, topic: Topic, sign_in: SignIn
) -> None:
    client = sign_in(world.organiser)
    for name, args in (("topic-add", ["here"]), ("topic-edit", ["here", 1])):
        response = client.post(reverse(f"breakouts:{name}", args=args), {"title": "SPARE"})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["title"])


def test_removing_asks_first(world: BreakoutWorld, topic: Topic, sign_in: SignIn) -> None:
    page = sign_in(world.organiser).get(reverse("breakouts:round-list", args=["here"]))
    text = page.content.decode()
    assert text.count("Yes, remove topic") == text.count("Yes, remove topic 3") == 1


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

    with django_assert_num_queries(6):  # savepoint, workshop, topics, topic, record, release
        add_topic(workshop=world.here, title="New", by=world.organiser)
    # savepoint, workshop, rounds, topic, update, sequences, record, release
    with django_assert_num_queries(9):
        edit_topic(topic=spare[0], title="Newer", question="", by=world.organiser)
    with django_assert_num_queries(12):  # as to add, and six looks for who names it
        remove_topic(topic=spare[0], by=world.organiser)
