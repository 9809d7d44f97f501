"""Points in the report: those marked come first; one that stands for others counts once, with all its sources."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from breakouts.actions.marking import mark_point
from breakouts.actions.merging import merge_points
from breakouts.models import Group, Point, Round
from reports.actions.compilation import compile_now
from reports.actions.points import PointElsewhereError, PointTakenError, take_points
from reports.actions.sections import write_section
from reports.compilation.gather import gather_facts
from reports.models import Contribution, Section
from reports.queries.contributions import list_unused_points
from reports.queries.editions import count_marked_points, count_unused_points
from reports.queries.sections import list_sources
from reports.tests.editions import EditionWorld, nothing_changes
from reports.writers.thread import source_links, thread

pytestmark = pytest.mark.django_db


class Merged(EditionWorld):
    """`stands` (Japan, group 7) stands for `same` (Fiji, group 8); `other` is by itself; all of one round."""

    def __post_init__(self) -> None:
        super().__post_init__()
        held = self.group.round
        Round.objects.filter(pk=held.pk).update(status=Round.Status.PUBLISHED)
        self.seventh, self.eighth = (
            Group.objects.create(round=held, ordinal=number, topic=self.topic) for number in (7, 8)
        )
        self.stands = self.note(self.seventh, "The line is thin.")
        self.same = self.note(self.eighth, "Lines are thin.")
        self.apart = self.note(self.eighth, "Dogs bark.")
        self.stands.administrations.set([self.japan])
        self.same.administrations.set([self.fiji])
        merge_points(point=self.same, into=self.stands, by=self.by)

    def note(self, group: Group, words: str) -> Point:
        number = group.points.count() + 1
        return Point.objects.create(
            group=group, kind="challenge", text=words, ordinal=number, created_by=self.by
        )

    def unused(self) -> list[Point]:
        return list(list_unused_points(edition=self.edition))


@pytest.fixture
def world() -> Merged:
    return Merged()


def test_a_point_counts_once(world: Merged) -> None:
    assert world.unused() == [world.stands, world.apart]
    assert count_unused_points(edition=world.edition) == 2


def test_marked_ones_come_first(world: Merged) -> None:
    assert count_marked_points(edition=world.edition) == 0
    mark_point(point=world.apart, by=world.by)
    assert world.unused() == [world.apart, world.stands]
    assert count_marked_points(edition=world.edition) == 1


def test_all_who_said_it_contribute_its_words(world: Merged) -> None:
    rows = take_points(edition=world.edition, points=[world.stands], by=world.by)

    assert [(row.administration, row.point, row.title) for row in rows] == [
        (world.fiji, world.stands, "The line is thin."),
        (world.japan, world.stands, "The line is thin."),
    ]
    assert world.unused() == [world.apart]


def test_what_was_merged_is_not_taken_by_itself(world: Merged) -> None:
    with nothing_changes(PointElsewhereError):
        take_points(edition=world.edition, points=[world.same], by=world.by)


def test_what_was_taken_before_it_was_merged_is_not_taken_again(world: Merged) -> None:
    late = world.note(world.seventh, "Dogs are barking.")
    take_points(edition=world.edition, points=[world.apart], by=world.by)
    merge_points(point=world.apart, into=late, by=world.by)

    assert world.unused() == [world.stands]
    with nothing_changes(PointTakenError):
        take_points(edition=world.edition, points=[late], by=world.by)


def test_the_report_names_each_group(world: Merged) -> None:
    take_points(edition=world.edition, points=[world.stands, world.apart], by=world.by)
    number = world.group.round.ordinal
    both = f"round {number}, group 7; round {number}, group 8"

    sources = {
        (row.administrations, row.source)
        for row in gather_facts(world.edition).contributions
        if row.title in {"The line is thin.", "Dogs bark."}
    }

    assert sources == {
        (("Fiji", "Japan"), f"{both}; Fiji; Japan"),
        ((), f"round {number}, group 8"),
    }


def test_an_unnamed_one_tells_no_group(world: Merged) -> None:
    take_points(edition=world.edition, points=[world.stands], by=world.by)
    mine = Contribution.objects.filter(point=world.stands)
    mine.update(attribution=Contribution.Attribution.REGION)
    sources = {
        row.source
        for row in gather_facts(world.edition).contributions
        if row.title == "The line is thin."
    }
    assert sources == {"an administration of the region"}


def test_the_thread_leads_to_each_point(world: Merged, client: Client) -> None:
    [row, _other] = take_points(edition=world.edition, points=[world.stands], by=world.by)
    client.force_login(world.by)
    slug, number = world.edition.series.slug, world.edition.number
    url = reverse("reports:contribution-detail", args=[slug, number, row.public_id])
    links = client.get(url).context["links"]

    workshop, held = world.edition.workshop, world.group.round
    pages = [
        reverse("breakouts:group-detail", args=[workshop.slug, held.ordinal, each])  # type: ignore[union-attr]  # of a workshop
        for each in (7, 8)
    ]
    points = [each["url"] for each in links if each["label"] == "Point"]
    assert points == [
        f"{pages[0]}#point-{world.stands.public_id}",
        f"{pages[1]}#point-{world.same.public_id}",
    ]
    assert [each["url"] for each in links if each["label"].startswith("Group")] == pages


def test_a_contribution_without_a_point_has_its_thread(world: Merged) -> None:
    row = Contribution.objects.filter(point__isnull=True).select_related("edition__series")[0]
    assert next(each["label"] for each in source_links(row)) == "Contribution"


# The page -----------------------------------------------------------------------------------------


@pytest.fixture
def url(world: Merged) -> str:
    return reverse("reports:point-list", args=[world.edition.series.slug, world.edition.number])


def shown(client: Client, url: str, **query: Any) -> tuple[list[Point], bool]:
    context = client.get(url, query).context
    return [point for point, _said_by, _places in context["points"]], context["shows_all"]


def test_the_page_shows_all_until_one_is_marked(world: Merged, client: Client, url: str) -> None:
    client.force_login(world.by)
    assert shown(client, url) == ([world.stands, world.apart], True)
    mark_point(point=world.stands, by=world.by)
    assert shown(client, url) == ([world.stands], False)
    assert shown(client, url, show="all") == ([world.stands, world.apart], True)
    assert shown(client, url, show="nonsense") == ([world.stands], False)


def test_the_page_names_all_groups_and_sayers(world: Merged, client: Client, url: str) -> None:
    client.force_login(world.by)
    [first, second] = client.get(url).context["points"]
    assert first == (world.stands, [world.fiji, world.japan], [world.seventh, world.eighth])
    assert second == (world.apart, [], [world.eighth])


def test_one_that_is_not_marked_is_taken_too(world: Merged, client: Client, url: str) -> None:
    mark_point(point=world.stands, by=world.by)
    client.force_login(world.by)
    take = reverse("reports:point-take", args=[world.edition.series.slug, world.edition.number])
    client.post(take, {"chosen": [str(world.apart.public_id)]})
    assert world.apart.contributions.count() == 1


# The draft ----------------------------------------------------------------------------------------


def written(world: Merged) -> Section:
    """The topic's section once the point that two administrations said is taken and compiled."""
    take_points(edition=world.edition, points=[world.stands], by=world.by)
    compile_now(edition=world.edition, by=world.by)
    return world.edition.sections.get(kind="topic")


def sources_shown(section: Section) -> list[list[str]]:
    """The labels of each paragraph with a thread, without those of the point and its place."""
    pieces = thread(section.text, list(list_sources(section=section)))
    names = {"Fiji", "Japan"}
    return [
        [each["label"] for each in piece.links if each["label"] in names]
        for piece in pieces
        if not piece.is_heading and "thin" in piece.html
    ]


def test_a_point_of_two_is_printed_and_counted_once_with_both_names(world: Merged) -> None:
    section = written(world)
    number = world.group.round.ordinal
    both = f"round {number}, group 7; round {number}, group 8; Fiji; Japan"

    assert section.text.count("The line is thin.") == 1
    assert f"The line is thin.\n\n*Source: {both}*" in section.text
    assert "2 challenges" in world.edition.sections.get(kind="summary").text
    rows = Contribution.objects.filter(point=world.stands)
    assert set(rows) <= {each.contribution for each in section.sources.all()}
    assert sources_shown(section) == [["Fiji", "Japan"]]


@pytest.mark.parametrize("kept", ["Fiji", "Japan"])
def test_what_is_printed_says_whose_words_they_are(world: Merged, kept: str) -> None:
    section = written(world)
    gone = {"Fiji": "; Japan", "Japan": "Fiji; "}[kept]
    text = section.text.replace(gone, "")
    write_section(section=section, heading="H", text=text, version=section.version, by=world.by)
    section.refresh_from_db()

    assert sources_shown(section) == [[kept]]


def test_two_equal_paragraphs_each_lead_to_the_one_they_name(world: Merged) -> None:
    section = written(world)
    both = [
        f"The line is thin.\n\n*Source: round 1, group 7; {name}*" for name in ("Japan", "Fiji")
    ]
    section.text = "\n\n".join(both)

    assert sources_shown(section) == [["Japan"], ["Fiji"]]
    section.text = both[0].replace("Japan", "Samoa")
    assert [
        each["label"] for each in thread(section.text, list(list_sources(section=section)))[0].links
    ] == [
        "round 1, group 7",
        "Samoa",
    ]


def test_words_that_one_of_them_changed_stand_apart(world: Merged) -> None:
    rows = take_points(edition=world.edition, points=[world.stands], by=world.by)
    Contribution.objects.filter(pk=rows[0].pk).update(challenge="The line of Fiji is thin.")

    found = [row for row in gather_facts(world.edition).contributions if row.title == rows[0].title]
    assert [row.administrations for row in found] == [("Fiji",), ("Japan",)]


def test_a_chain_that_was_just_shown_is_not_repeated(world: Merged) -> None:
    late = world.note(world.seventh, "Dogs are barking.")
    take_points(edition=world.edition, points=[world.apart, late], by=world.by)
    compile_now(edition=world.edition, by=world.by)
    section = world.edition.sections.get(kind="topic")
    rows = list(list_sources(section=section))

    shown = [piece.links for piece in thread(section.text, rows) if piece.links]
    assert [len(links) for links in shown[1:]] == [3, 3]
    assert all(link["label"] not in {"Round 1"} for links in shown[1:] for link in links)
