from dataclasses import asdict

import pytest

from workshop_portal.documents.markdown import parse
from workshop_portal.documents.reading import pieces
from workshop_portal.documents.tests.samples import HEADINGS, report
from workshop_portal.documents.tree import (
    Break,
    BulletList,
    Heading,
    NumberedList,
    Paragraph,
    Quote,
    Rule,
    Section,
    Table,
    Text,
    plain,
    runs,
)


def test_inline_styles_become_runs():
    assert parse("a **b *c*** [d **e**](https://x.org/?a=1&b=2) `f`\\\ng") == (
        Paragraph(
            (
                Text("a "),
                Text("b ", strong=True),
                Text("c", strong=True, emphasis=True),
                Text(" "),
                Text("d ", href="https://x.org/?a=1&b=2"),
                Text("e", strong=True, href="https://x.org/?a=1&b=2"),
                Text(" "),
                Text("f", code=True),
                Break(),
                Text("g"),
            )
        ),
    )


def test_blocks():
    assert parse("# A\n\n- b\n\n3. c\n\n> d\n\n---\n\n```\ne\nf\n```") == (
        Heading(1, (Text("A"),)),
        BulletList(((Paragraph((Text("b"),)),),)),
        NumberedList(((Paragraph((Text("c"),)),),), start=3),
        Quote((Paragraph((Text("d"),)),)),
        Rule(),
        Paragraph((Text("e", code=True), Break(), Text("f", code=True))),
    )


def test_table_is_evened_and_aligned():
    (found,) = parse("| a | b |\n|---|--:|\n| 1 |\n| 2 | 3 |")
    assert found == Table(
        header=((Text("a"),), (Text("b"),)),
        rows=(((Text("1"),), ()), ((Text("2"),), (Text("3"),))),
        align=("start", "end"),
    )


def test_heading_inside_a_list_or_quotation_is_only_strong():
    assert parse("> # a\n\n- # b") == (
        Quote((Paragraph((Text("a", strong=True),)),)),
        BulletList(((Paragraph((Text("b", strong=True),)),),)),
    )


def test_html_stays_text_and_pictures_are_their_words():
    assert parse("<script>x</script> <b>y</b>") == (
        Paragraph((Text("<script>x</script> <b>y</b>"),)),
    )
    assert parse("![a chart](http://tracker.example/x.png)") == (Paragraph((Text("a chart"),)),)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x.org",
        "/admin/",
        "#a",
        "vbscript:x",
    ],
)
def test_only_web_and_mail_addresses_become_links(address):
    (found,) = parse(f"[word]({address})")
    assert isinstance(found, Paragraph)
    assert {run.href for run in found.runs if isinstance(run, Text)} == {""}
    assert "word" in plain(found.runs)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "*" * 500,
        "> " * 200 + "x",
        "[" * 300,
        "- " * 200,
        "|" * 100 + "\n" + "|-" * 100,
    ],
)
def test_no_text_breaks_the_parser(text):
    assert isinstance(parse(text), tuple)


def test_pieces_number_headings_and_captions_without_gaps_or_repeats():
    found = list(pieces(report()))
    headings = [
        (piece.matter.level, piece.label + plain(piece.matter.runs))
        for piece in found
        if isinstance(piece.matter, Heading)
    ]
    assert headings == HEADINGS
    assert [piece.number for piece in found if piece.number[:5] in {"Table", "Figur"}] == [
        "Table 1",
        "Figure 1",
    ]


def test_anchors_are_unique_and_ascii():
    sections = (Section("研修"), Section("研修"), Section("Same"), Section("Same", anchor="same"))
    anchors = [
        piece.matter.anchor
        for piece in pieces(report(sections=sections))
        if isinstance(piece.matter, Heading)
    ]
    assert anchors == ["s-part", "s-part-2", "s-same", "s-same-2"]


def test_language_is_inherited_by_what_stands_below():
    sections = (
        Section("中国", (Paragraph(runs("建议")),), (Section("x"),), language="zh-hans"),
        Section("y"),
    )
    assert [piece.language for piece in pieces(report(sections=sections))] == ["zh-hans"] * 3 + [""]


def test_the_tree_is_frozen_data():
    assert asdict(parse("a")[0]) == {
        "runs": ({"text": "a", "strong": False, "emphasis": False, "code": False, "href": ""},),
        "source": "",
    }
