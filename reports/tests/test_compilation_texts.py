"""Quoting people's words in CommonMark, and the texts of sections. No database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.compilation import EditionFacts, compile_sections
from reports.compilation.abbreviations import unknown_terms, used_terms
from reports.compilation.commonmark import escape, quote, table
from reports.compilation.facts import ContributionFacts, TopicFacts
from workshop_portal.documents.characters import clean_text
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import BulletList, Paragraph, Table, plain

HOSTILE = "<b>x</b> #set page() $a$ *s* _e_ `c` [l](javascript:x) | & &lt; \x00\u202e ~~d~~ 1. 2) +"


def words(text: str) -> str:
    return " ".join(clean_text(text).split())


@given(st.text(alphabet="ab <>*_`[]()#+-=.!|&;\\~:1\n\t\u202e\x00\u00a0é中"))
def test_escaped_words_are_read_as_the_same_words(text: str) -> None:
    blocks = parse(escape(text))

    assert [plain(block.runs) for block in blocks if isinstance(block, Paragraph)] == (
        [words(text)] if words(text) else []
    )
    assert len(blocks) <= 1


@given(st.text(alphabet="ab <>*_`[]#+-=.|&;\\~:1\n", max_size=80))
def test_quoting_what_is_quoted_changes_nothing(text: str) -> None:
    once = quote(text)

    assert quote(once) == once


def test_quoted_lists_stay_lists_and_headings_become_paragraphs() -> None:
    blocks = parse(quote("# Big\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n---\n\nend"))

    assert [type(block) for block in blocks] == [
        Paragraph,
        BulletList,
        Paragraph,
        Paragraph,
        Paragraph,
    ]


def test_a_forged_source_is_plain_text() -> None:
    (paragraph,) = parse(quote("*Source: Japan*"))

    assert isinstance(paragraph, Paragraph)
    assert [getattr(run, "emphasis", None) for run in paragraph.runs] == [False]


def test_a_table_holds_hostile_cells() -> None:
    blocks = parse(table(["A", "B"], [[HOSTILE, 3]], caption="C"))

    assert isinstance(blocks[1], Table)
    assert [plain(cell) for cell in blocks[1].rows[0]] == [words(HOSTILE), "3"]
    assert blocks[1].align == ("start", "end")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The RTCs of the region", ["RTC"]),
        ("ROCB A/P", ["ROCB A/P"]),
        ("The A/P region and ROCB A/P", ["A/P", "ROCB A/P"]),
        ("ROCBs meet at ROCB A/P", ["ROCB", "ROCB A/P"]),
        ("RTCX and XRTC", []),
        ("COVID-19 and the ACE", ["ACE", "COVID-19"]),
    ],
)
def test_terms_that_are_used(text: str, expected: list[str]) -> None:
    assert [term for term, _meaning in used_terms([text])] == expected


def test_terms_that_nobody_explains() -> None:
    assert unknown_terms(["WCO, QRS, FJ, II and ABCDEFG"], known=["FJ"]) == ["QRS"]


def finding(pk: int, **fields: Any) -> ContributionFacts:
    values: dict[str, Any] = {
        "kind": "challenge",
        "topic": 1,
        "title": f"Title {pk}",
        "fields": (("challenge", "Challenge", f"Text {pk}"),),
    }
    return ContributionFacts(pk=pk, **(values | fields))


@pytest.mark.parametrize(
    ("title", "names", "line"),
    [
        (
            "Coaching by video.",
            ("Korea (Republic of)",),
            "- Coaching by video – Korea (Republic of)",
        ),
        ("Coaching", ("Fiji", "Hong Kong, China"), "- Coaching – Fiji and Hong Kong, China"),
        ("Coaching", (), "- Coaching – an administration of the region"),
    ],
)
def test_a_practice_is_mentioned_with_whose_it_is(
    title: str, names: tuple[str, ...], line: str
) -> None:
    row = finding(1, kind="good_practice", title=title, administrations=names)
    facts = EditionFacts(
        title="T",
        series="S",
        number=1,
        topics=(TopicFacts(pk=1, title="People"),),
        contributions=(row,),
    )

    topic = next(each for each in compile_sections(facts) if each.topic == 1)

    assert line in topic.text.split("\n")


def test_an_edition_without_a_workshop_has_no_section_about_one() -> None:
    facts = EditionFacts(title="T", series="S", number=1)

    assert [section.kind for section in compile_sections(facts)] == [
        "foreword",
        "summary",
        "practices",
        "proposals",
        "abbreviations",
    ]


def test_a_topic_groups_by_kind_in_the_order_of_the_report() -> None:
    facts = EditionFacts(
        title="T",
        series="S",
        number=1,
        topics=(TopicFacts(pk=1, title="Topic"),),
        contributions=(
            finding(1, kind="trend", source="Fiji"),
            finding(2, kind="solution", title="Text 2"),
            finding(3),
        ),
    )

    section = next(each for each in compile_sections(facts) if each.kind == "topic")

    assert section.text == (
        "# Challenges\n\n## Title 3\n\nText 3\n\n# Possible solutions\n\nText 2\n\n"
        "# Trends\n\n## Title 1\n\nText 1\n\n*Source: Fiji*"
    )
    assert section.sources == [3, 2, 1]


SENTENCE = "Trainers lack time to prepare."


@pytest.mark.parametrize(
    ("title", "fields", "told"),
    [
        (SENTENCE, [SENTENCE], SENTENCE),
        ("Trainers lack time", [SENTENCE], SENTENCE),
        ("Trainers lack…", [SENTENCE], SENTENCE),
        ("Time", [SENTENCE], f"## Time\n\n{SENTENCE}"),
        (SENTENCE, [SENTENCE, "Since 2020."], f"## {SENTENCE}\n\nSince 2020."),
        ("Time", [], "## Time"),
        ("Time", ["One", "Two"], "## Time\n\n### Field 0\n\nOne\n\n### Field 1\n\nTwo"),
    ],
)
@pytest.mark.parametrize("kind", ["challenge", "good_practice"])
def test_each_sentence_is_told_once(title: str, fields: list[str], told: str, kind: str) -> None:
    row = finding(
        1,
        kind=kind,
        title=title,
        administrations=("Fiji",),
        fields=tuple((f"f{n}", f"Field {n}", text) for n, text in enumerate(fields)),
    )
    facts = EditionFacts(
        title="T", series="S", number=1, contributions=(row,), topics=(TopicFacts(pk=1, title="T"),)
    )

    wanted = "practices" if kind == "good_practice" else "topic"
    section = next(each for each in compile_sections(facts) if each.kind == wanted)

    heading = "# Fiji" if kind == "good_practice" else "# Challenges"
    assert section.text == f"{heading}\n\n{told}"


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 possible solution"), (2, "2 possible solutions")],
)
def test_one_is_counted_as_one(count: int, words: str) -> None:
    rows = tuple(finding(n, kind="solution") for n in range(count))
    facts = EditionFacts(
        title="T", series="S", number=1, contributions=rows, topics=(TopicFacts(pk=1, title="A"),)
    )

    summary = next(each for each in compile_sections(facts) if each.kind == "summary")

    assert f"- **A**: {words}" in summary.text.split("\n")
