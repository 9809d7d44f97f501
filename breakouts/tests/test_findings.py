"""The findings: each point once, filtered by theme, mark and merge, on screen and in the files alike."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from breakouts.actions.marking import mark_point
from breakouts.actions.merging import merge_points
from breakouts.actions.points import remove_point
from breakouts.actions.themes import set_point_theme
from breakouts.models import Point, Theme
from breakouts.tests.worlds import BreakoutWorld, SignIn, make_point
from breakouts.views.wall import Line
from workshop_portal.tests.hostile import HARMLESS, WRONG_CHOICE

FINDINGS = reverse("breakouts:point-list", args=["here"])


class Found(BreakoutWorld):
    """Topic 1 (group 1): `a` under the theme Lines and marked, `b`. Topic 2 (group 2): `c` merged into `a`, `d`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        make = Theme.objects.create
        self.lines = make(topic=self.first, ordinal=1, title="Lines", key_words="video, cable")
        self.dogs = make(topic=self.first, ordinal=2, title="Dogs", key_words="handlers")
        self.other = make(topic=self.second, ordinal=1, title="Lines", key_words="video")
        self.a = make_point(self.one, self.user("ana"), text="The line is thin.")
        self.b = make_point(self.one, self.user("ana"), text="Dogs need handlers.")
        self.c = make_point(self.two, self.user("ben"), text="The lines are thin.")
        self.d = make_point(self.two, self.user("ben"), text="No cable, no video.")
        self.a.administrations.set([self.jp])
        self.c.administrations.set([self.fj])
        set_point_theme(point=self.a, theme=self.lines, by=self.organiser)
        mark_point(point=self.a, by=self.organiser)
        merge_points(point=self.c, into=self.a, by=self.organiser)


@pytest.fixture
def found(db: None) -> Found:
    return Found()


@pytest.fixture
def organiser(found: Found, sign_in: SignIn) -> Client:
    return sign_in(found.organiser)


def lines(response: Any) -> list[Line]:
    result: list[Line] = response.context["lines"]
    return result


def texts(client: Client, **query: Any) -> list[str]:
    return [line.point.text[:4] for line in lines(client.get(FINDINGS, query))]


def rows(client: Client, **query: Any) -> list[list[str]]:
    response: Any = client.get(reverse("breakouts:point-table", args=["here", "csv"]), query)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


# What counts --------------------------------------------------------------------------------------


def test_each_point_counts_once_with_all_who_said_it(found: Found, organiser: Client) -> None:
    one, two, three = lines(organiser.get(FINDINGS))
    assert (one.point, one.said_by, one.also) == (found.a, [found.fj, found.jp], [(found.c, True)])
    assert (two.point, two.said_by, two.fitting) == (found.b, [], [found.dogs])
    assert (three.point, three.fitting) == (found.d, [found.other])


def test_a_topic_without_themes_leads_to_them(found: Found, organiser: Client) -> None:
    link = reverse("breakouts:theme-list", args=["here", found.second.ordinal])
    assert link not in organiser.get(FINDINGS).text
    found.second.themes.all().delete()
    text = organiser.get(FINDINGS).text
    assert text.count(link) == 1


def test_a_point_whose_other_was_removed_is_found_again(found: Found, organiser: Client) -> None:
    remove_point(point=found.a, by=found.organiser)
    assert texts(organiser) == ["Dogs", "The ", "No c"]
    assert texts(organiser, merged="merged") == []


def test_what_was_merged_is_found_by_its_filter(found: Found, organiser: Client) -> None:
    [line] = lines(organiser.get(FINDINGS, {"merged": "merged"}))
    assert (line.point, line.can_split, line.themes, line.said_by) == (
        found.c,
        True,
        [],
        [found.fj],
    )
    assert texts(organiser, merged="all") == ["The ", "Dogs", "The ", "No c"]


def test_points_are_filtered_by_theme_and_mark(found: Found, organiser: Client) -> None:
    assert texts(organiser, theme=found.lines.pk) == ["The "]
    assert texts(organiser, theme=found.other.pk) == []
    assert texts(organiser, theme="none") == ["Dogs", "No c"]
    assert texts(organiser, theme="none", topic="1") == ["Dogs"]
    assert texts(organiser, report="yes") == ["The "]
    assert texts(organiser, report="no") == ["Dogs", "No c"]
    assert texts(organiser, report="no", merged="all") == ["Dogs", "The ", "No c"]


@pytest.mark.parametrize("name", ["theme", "report", "merged", "after", "page"])
@pytest.mark.parametrize("value", WRONG_CHOICE)
def test_a_filter_of_nonsense_breaks_nothing(
    found: Found, organiser: Client, name: str, value: str
) -> None:
    response = organiser.get(FINDINGS, {name: value})
    assert (response.status_code, len(lines(response))) == (200, 3)


def test_a_theme_of_another_workshop_finds_nothing_of_it(found: Found, organiser: Client) -> None:
    topic = found.elsewhere.topics.create(ordinal=1, title="There")
    theme = Theme.objects.create(topic=topic, ordinal=1, title="Secret theme")
    response = organiser.get(FINDINGS, {"theme": theme.pk})
    assert "Secret theme" not in response.content.decode()
    assert len(lines(response)) == 3


def test_what_people_wrote_is_escaped(found: Found, organiser: Client) -> None:
    Theme.objects.filter(pk=found.dogs.pk).update(title=HARMLESS["HTML"])
    make_point(found.one, found.user("ana"), text=HARMLESS["HTML"])
    body = organiser.get(FINDINGS).content.decode()
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert") > 2


# The files ----------------------------------------------------------------------------------------


def test_the_files_equal_the_screen(found: Found, organiser: Client) -> None:
    head, first, *_rest = rows(organiser)
    assert head == [
        "Round",
        "Group",
        "Topic",
        "Theme",
        "Kind",
        "Point",
        "Said by",
        "For the report",
        "Also said in",
        "Merged into",
        "Noted at, Bangkok",
    ]
    said = f"{found.fj.name}; {found.jp.name}"
    words = ["1", "1", "Topic 1", "Lines", "Challenge", "The line is thin.", said, "Yes"]
    assert first[:-1] == [*words, "Round 1, group 2", ""]
    assert len(rows(organiser)) == 4
    assert len(rows(organiser, report="yes")) == 2
    [_head, merged] = rows(organiser, merged="merged")
    assert merged[5:10] == ["The lines are thin.", found.fj.name, "", "", "Round 1, group 1"]


def test_the_workbook_has_the_same_rows(found: Found, organiser: Client) -> None:
    response: Any = organiser.get(
        reverse("breakouts:point-table", args=["here", "xlsx"]), {"theme": "none"}
    )
    body = b"".join(response.streaming_content) if response.streaming else response.content
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    assert [row[5] for row in sheet.iter_rows(values_only=True)] == [
        "Point",
        "Dogs need handlers.",
        "No cable, no video.",
    ]


# Acts on the list ---------------------------------------------------------------------------------


def test_a_theme_is_accepted_and_the_next_point_takes_the_focus(
    found: Found, organiser: Client
) -> None:
    shown = organiser.get(FINDINGS, {"theme": "none", "merged": "all"})
    [first, *_rest] = lines(shown)
    assert f"theme=none&merged=all&after={found.b.public_id}#point-" in first.after
    url = reverse("breakouts:point-theme", args=["here", 1, 1, found.b.public_id])
    data = {"theme": found.dogs.pk, "next": first.after}

    response = organiser.post(
        url, data, headers={"HX-Request": "true", "HX-Target": "results"}, follow=True
    )

    found.b.refresh_from_db()
    assert found.b.theme == found.dogs
    assert response.redirect_chain == [(first.after, 302)]
    assert [(line.point, line.takes_focus) for line in lines(response)] == [
        (found.c, False),
        (found.d, True),
    ]


def test_the_focus_goes_to_the_next_that_waits(found: Found, organiser: Client) -> None:
    response = organiser.get(FINDINGS, {"after": str(found.a.public_id)})
    assert [line.takes_focus for line in lines(response)] == [False, True, False]
    gone = organiser.get(FINDINGS, {"after": str(found.a.public_id), "theme": "none"})
    assert [line.takes_focus for line in lines(gone)] == [True, False]
    assert lines(response)[0].then == FINDINGS
    assert response.context["query"] == ""
    assert response.content.decode().count("data-focus") == 1
    assert not any(line.takes_focus for line in lines(organiser.get(FINDINGS)))


def test_marking_leads_back_to_the_filtered_list(found: Found, organiser: Client) -> None:
    [line] = lines(organiser.get(FINDINGS, {"report": "yes"}))
    url = reverse("breakouts:point-unmark", args=["here", 1, 1, found.a.public_id])
    response = organiser.post(url, {"next": line.anchor})
    assert response["Location"] == f"{FINDINGS}?report=yes#point-{found.a.public_id}"
    assert Point.objects.get(pk=found.a.pk).marked_at is None


# What it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow(
    found: Found, organiser: Client, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for each in range(number):
        point = make_point(found.one, found.user("ana"))
        child = make_point(found.two, found.user("ben"))
        child.administrations.set([found.fj, found.jp])
        merge_points(point=child, into=point, by=found.organiser)
        Theme.objects.create(topic=found.first, ordinal=9 + each, title=f"Theme {each}")
    with django_assert_num_queries(11):
        assert organiser.get(FINDINGS).status_code == 200
