"""Themes of a topic: added, changed, ordered, removed; and points put under them by a person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from breakouts.actions.locks import ForeignThemeError, ThemeGoneError, TopicGoneError
from breakouts.actions.merging import merge_points
from breakouts.actions.plenary import PlenaryNotOpenError, PointMergedError
from breakouts.actions.points import PointGoneError, add_point, remove_point
from breakouts.actions.themes import (
    ThemeTakenError,
    add_theme,
    edit_theme,
    remove_theme,
    reorder_theme,
    set_point_theme,
)
from breakouts.models import Group, Point, Round, Theme, Topic
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    broken,
    make_group,
    make_point,
    recorded,
    refused,
)
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop


class Themes(BreakoutWorld):
    """Topic 1 has `lines` and `staff`, topic 2 `other`; Ana noted `point` in group 1, which is on topic 1."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        make = Theme.objects.create
        self.lines = make(topic=self.first, ordinal=1, title="Lines", key_words="video")
        self.staff = make(topic=self.first, ordinal=2, title="Staff")
        self.other = make(topic=self.second, ordinal=1, title="Lines")
        self.point = make_point(self.one, self.user("ana"))

    def put(self, point: Point, theme: Theme | None) -> Point:
        return set_point_theme(point=point, theme=theme, by=self.organiser)

    def line(self, action: str, row: Any, **changes: list[Any]) -> tuple[Any, ...]:
        target = f"{row._meta.label_lower} {row.pk}"
        return (f"breakouts.{action}", self.organiser.pk, target, str(self.here.pk), changes)


@pytest.fixture
def held(db: None) -> Themes:
    return Themes()


def titles(topic: Topic) -> list[str]:
    return list(topic.themes.order_by("ordinal").values_list("title", flat=True))


def sequences() -> list[int]:
    return list(Group.objects.order_by("pk").values_list("point_sequence", flat=True))


# Themes of a topic --------------------------------------------------------------------------------


def test_a_theme_is_added_at_the_end(held: Themes) -> None:
    theme = add_theme(topic=held.first, title=" Needs ", key_words=" gaps ", by=held.organiser)

    theme.refresh_from_db()
    assert (theme.topic, theme.ordinal, theme.title, theme.key_words) == (
        held.first,
        3,
        "Needs",
        "gaps",
    )
    assert recorded() == [held.line("theme_added", theme, title=["", "Needs"])]
    assert sequences() == [2, 0]


def test_a_theme_is_changed(held: Themes) -> None:
    edit_theme(theme=held.lines, title="lines", key_words="video, cable", by=held.organiser)
    edit_theme(theme=held.lines, title="lines", key_words="video, cable", by=held.organiser)

    held.lines.refresh_from_db()
    assert (held.lines.title, held.lines.key_words) == ("lines", "video, cable")
    changes = {"title": ["Lines", "lines"], "key_words": ["video", "video, cable"]}
    assert recorded() == [held.line("theme_edited", held.lines, **changes)]
    assert sequences() == [2, 0]


@pytest.mark.parametrize("title", ["Staff", " staff "])
def test_a_title_stands_once_in_a_topic(held: Themes, title: str) -> None:
    with refused(ThemeTakenError):
        add_theme(topic=held.first, title=title, by=held.organiser)
    with refused(ThemeTakenError):
        edit_theme(theme=held.lines, title=title, key_words="", by=held.organiser)
    assert add_theme(topic=held.second, title=title, by=held.organiser).ordinal == 2


def test_themes_change_places(held: Themes) -> None:
    reorder_theme(theme=held.staff, up=True, by=held.organiser)
    assert titles(held.first) == ["Staff", "Lines"]
    reorder_theme(theme=held.staff, up=True, by=held.organiser)
    reorder_theme(theme=held.lines, up=False, by=held.organiser)

    assert titles(held.first) == ["Staff", "Lines"]
    assert recorded() == [held.line("theme_moved", held.staff, ordinal=[2, 1])]


def test_a_theme_is_removed_and_its_points_stay(held: Themes) -> None:
    held.put(held.point, held.lines)

    remove_theme(theme=held.lines, by=held.organiser)

    held.point.refresh_from_db()
    assert (held.point.theme, titles(held.first)) == (None, ["Staff"])
    gone = {"title": ["Lines", ""], "key_words": ["video", ""]}
    target = f"breakouts.theme {held.lines.pk}"
    context = str(held.here.pk)
    assert recorded()[1:] == [("breakouts.theme_removed", held.organiser.pk, target, context, gone)]
    assert sequences() == [3, 0]


def theme_acts(held: Themes) -> list[Callable[[], object]]:
    by = held.organiser
    return [
        lambda: edit_theme(theme=held.lines, title="New", key_words="", by=by),
        lambda: reorder_theme(theme=held.lines, up=False, by=by),
        lambda: remove_theme(theme=held.lines, by=by),
        lambda: add_theme(topic=held.first, title="New", by=by),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_theme_that_a_colleague_removed(held: Themes, number: int) -> None:
    Theme.objects.filter(pk=held.lines.pk).delete()
    with refused(ThemeGoneError):
        theme_acts(held)[number]()


@pytest.mark.parametrize("number", range(4))
def test_a_topic_that_a_colleague_removed(held: Themes, number: int) -> None:
    spare = Topic.objects.create(workshop=held.here, ordinal=9, title="Spare")
    Theme.objects.filter(pk=held.lines.pk).update(topic=spare)
    held.lines.refresh_from_db()
    held.first = held.lines.topic
    Topic.objects.filter(pk=spare.pk).delete()
    with refused(TopicGoneError):
        theme_acts(held)[number]()


@pytest.mark.parametrize("number", range(4))
def test_an_archived_workshop_keeps_its_themes(held: Themes, number: int) -> None:
    Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
    with refused(WorkshopFrozenError):
        theme_acts(held)[number]()


@pytest.mark.parametrize("number", range(4))
def test_all_or_nothing(held: Themes, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    with broken(monkeypatch, "themes"):
        theme_acts(held)[number]()


# Points under a theme -----------------------------------------------------------------------------


def test_a_point_is_put_under_a_theme_once(held: Themes) -> None:
    held.put(held.point, held.lines)
    held.put(held.point, held.lines)

    held.point.refresh_from_db()
    assert (held.point.theme, held.point.sequence, held.point.version) == (held.lines, 2, 2)
    assert sequences() == [2, 0]
    assert recorded() == [held.line("point_theme_set", held.point, theme=[None, held.lines.pk])]


def test_and_under_another_or_none(held: Themes) -> None:
    held.put(held.point, held.lines)
    held.put(held.point, held.staff)
    held.put(held.point, None)

    held.point.refresh_from_db()
    assert held.point.theme is None
    lines, staff = held.lines.pk, held.staff.pk
    assert [each[-1] for each in recorded()] == [
        {"theme": [None, lines]},
        {"theme": [lines, staff]},
        {"theme": [staff, None]},
    ]


def test_a_theme_of_another_topic_is_refused(held: Themes) -> None:
    with refused(ForeignThemeError):
        held.put(held.point, held.other)


def test_a_theme_that_is_gone_is_refused(held: Themes) -> None:
    Theme.objects.filter(pk=held.lines.pk).delete()
    with refused(ThemeGoneError):
        held.put(held.point, held.lines)


def test_what_does_not_stand_gets_no_theme(held: Themes) -> None:
    other = make_point(held.two, held.user("ben"))
    merge_points(point=held.point, into=other, by=held.organiser)
    with refused(PointMergedError):
        held.put(held.point, held.lines)
    remove_point(point=other, by=held.organiser)
    with refused(PointGoneError):
        held.put(other, held.other)


def test_before_the_groups_are_published_and_in_the_archive(held: Themes) -> None:
    held.enter(Round.Status.RANKING)
    with refused(PlenaryNotOpenError):
        held.put(held.point, held.lines)
    held.enter(Round.Status.CLOSED)
    Workshop.objects.filter(pk=held.here.pk).update(status=Workshop.Status.ARCHIVED)
    with refused(WorkshopFrozenError):
        held.put(held.point, held.lines)


def test_a_point_gets_its_theme_wholly_or_not(
    held: Themes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broken(monkeypatch, "themes"):
        held.put(held.point, held.lines)


@pytest.mark.parametrize("number", [1, 30])
def test_the_queries_do_not_grow(
    held: Themes, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(number):
        make_point(make_group(held.round, held.first), held.user("ana"))
    # savepoint, group, round, point, theme, itself, sequence, record, release
    with django_assert_num_queries(9):
        held.put(held.point, held.lines)
    # savepoint, workshop, topic, same title, last, itself, groups, sequences, record, release
    with django_assert_num_queries(10):
        add_theme(topic=held.first, title="New", by=held.organiser)
    # savepoint, workshop, topic, theme, groups, sequences, record, its points, itself, release
    with django_assert_num_queries(10):
        remove_theme(theme=held.lines, by=held.organiser)


# While noting --------------------------------------------------------------------------------------


def test_a_point_is_noted_under_a_theme_of_the_topic(held: Themes, sign_in: SignIn) -> None:
    client = sign_in(held.user("cho"))
    url = reverse("breakouts:point-add", args=["here", 1, 1])
    data = {"kind": "trend", "text": "Thin lines", "theme": str(held.lines.pk)}
    response = client.post(url, data, follow=True)

    assert held.one.points.get(text="Thin lines").theme == held.lines
    assert "Theme: Lines" in response.content.decode()
    for theme in (held.other.pk, 0, "x"):
        wrong = client.post(url, data | {"theme": str(theme), "text": "Kept & said"})
        assert wrong.status_code == 422
        assert "Kept &amp; said" in wrong.content.decode()
    assert held.one.points.count() == 2


def test_a_point_is_changed_to_another_theme_or_to_none(held: Themes, sign_in: SignIn) -> None:
    client = sign_in(held.user("ana"))
    point = make_point(held.one, held.user("ana"))
    url = reverse("breakouts:point-edit", args=["here", 1, 1, point.public_id])
    data = {"kind": point.kind, "text": point.text, "version": "1", "theme": str(held.lines.pk)}

    assert client.post(url, data).status_code == 302

    point.refresh_from_db()
    assert point.theme == held.lines
    assert recorded()[-1][-1] == {"theme_id": [None, held.lines.pk]}
    assert f'value="{held.lines.pk}" selected' in client.get(url).content.decode()
    for theme in (held.other.pk, 0, "x"):
        wrong = client.post(url, data | {"version": "2", "theme": str(theme)})
        assert wrong.status_code == 422
    assert client.post(url, data | {"version": "2", "theme": ""}).status_code == 302
    point.refresh_from_db()
    assert point.theme is None


@pytest.mark.parametrize("had_themes", [True, False])
def test_who_is_changing_a_point_does_not_undo_its_theme(
    held: Themes, sign_in: SignIn, had_themes: bool
) -> None:
    """Also where the form was opened before the topic had themes, and so asks for none."""
    client = sign_in(held.user("ana"))
    url = reverse("breakouts:point-edit", args=["here", 1, 1, held.point.public_id])
    version = client.get(url).context["form"]["version"].value()
    data = {"kind": "challenge", "text": "The line is too thin.", "version": version}
    data |= {"theme": ""} if had_themes else {}
    held.put(held.point, held.lines)

    response = client.post(url, data)

    assert response.status_code == 409
    text = response.content.decode()
    assert ("The line is too thin." in text, "Theme of theirs: Lines" in text) == (True, True)
    held.point.refresh_from_db()
    assert (held.point.theme, held.point.text) == (held.lines, "The line is thin.")
    again = data | {"version": held.point.version, "theme": str(held.lines.pk)}
    assert client.post(url, again).status_code == 302
    held.point.refresh_from_db()
    assert (held.point.theme, held.point.text) == (held.lines, "The line is too thin.")


def test_a_topic_without_themes_asks_for_none(held: Themes, sign_in: SignIn) -> None:
    client = sign_in(held.user("ben"))
    assert 'name="theme"' in client.get(group_url(2)).content.decode()
    held.other.delete()
    assert 'name="theme"' not in client.get(group_url(2)).content.decode()


def test_a_theme_of_another_topic_or_none_that_is_there_is_refused(held: Themes) -> None:
    def note(theme: Theme) -> Point:
        return add_point(group=held.one, kind="trend", text="x", theme=theme, by=held.user("ana"))

    with refused(ForeignThemeError):
        note(held.other)
    gone = Theme(pk=held.lines.pk, topic=held.first)
    held.lines.delete()
    with refused(ThemeGoneError):
        note(gone)


def group_url(number: int) -> str:
    return reverse("breakouts:group-detail", args=["here", 1, number])
