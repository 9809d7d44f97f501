from html.parser import HTMLParser

import pytest

from workshop_portal.documents.html import render_html, report_html
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tests.samples import HEADINGS, HOSTILE, holding, report
from workshop_portal.documents.tree import Paragraph, Section, Text, paragraph, runs

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "<svg/onload=alert(1)>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=https://x.org></iframe>",
    '[a](https://x.org/"onmouseover=alert(1))',
    "<https://x.org/' onclick='x>",
    "`<b onclick=x>`",
    "| <td onclick=x> |\n|---|\n| <style>*{}</style> |",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_runs(text):
    seen = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, dict(attrs)))

    Reader().feed(render_html(parse(text)))
    assert {tag for tag, _ in seen} <= {
        "p",
        "a",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    for _tag, attributes in seen:
        assert set(attributes) <= {"href", "rel", "class", "scope"}
        assert attributes.get("href", "https://").startswith("https://")


def test_a_hand_made_tree_is_no_way_round():
    tree = (Paragraph((Text("x", href="javascript:alert(1)"), Text("<i>", strong=True))),)
    assert render_html(tree) == "<p>x<strong>&lt;i&gt;</strong></p>"


def test_blocks_as_html():
    assert render_html(parse("a\n\n- b\n- c\n\n3. d\n\n> e")) == (
        '<p>a</p><ul><li>b</li><li>c</li></ul><ol start="3"><li>d</li></ol><blockquote><p>e</p></blockquote>'
    )
    assert (
        render_html((Paragraph(runs("a"), source="group 3"),))
        == '<p>a</p><p class="source">Source: group 3</p>'
    )
    assert render_html(parse("| a | b |\n|---|--:|\n| 1 | 2 |")) == (
        '<table class="table"><thead><tr><th scope="col">a</th><th scope="col" class="end">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td class="end">2</td></tr></tbody></table>'
    )


def test_headings_start_where_the_page_wants_and_skip_none():
    assert (
        render_html(parse("### a\n\n##### b\n\n# c"), first_heading=4)
        == "<h4>a</h4><h5>b</h5><h4>c</h4>"
    )


def test_links_carry_no_opener():
    assert (
        render_html(parse("[a](https://x.org)"))
        == '<p><a href="https://x.org" rel="noopener noreferrer">a</a></p>'
    )


def test_report_holds_every_heading_and_word():
    shown = report_html(report(is_draft=True))
    for level, title in HEADINGS:
        assert f">{title}</h{level + 1}>" in shown
    for words in (
        "<title>Training management in the new normal</title>",
        '<html lang="en">',
        "Draft, not adopted",
        "Source: round 2, group 3, Fiji",
        "<caption>Table 1. Delegates by administration</caption>",
        '<a href="#s-challenges">2.1 Challenges</a>',
        'aria-label="Delegates by sub-region: East Asia 21; Pacific 10."',
        "<dt>RTC</dt><dd>Regional Training Centre</dd>",
        "26 May 2022",
    ):
        assert words in shown


def test_report_stands_alone():
    shown = report_html(report())
    assert "<link" not in shown
    assert "<script" not in shown
    assert "url(" not in shown


def test_hostile_text_is_escaped_wherever_it_stands():
    shown = report_html(holding(HOSTILE + "<script>alert(1)</script>"))
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "\x00" not in report_html(holding("a\x00b"))


def test_foreign_sections_say_their_language():
    section = Section("x", (paragraph("建议"),), language="zh-hans")
    assert '<div lang="zh-Hans" dir="auto"><p>建议</p></div>' in report_html(
        report(sections=(section,))
    )


def test_axe_finds_nothing(page):
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 needs a browser

    page.set_content(report_html(report(is_draft=True)))
    assert Axe().run(page).response["violations"] == []
