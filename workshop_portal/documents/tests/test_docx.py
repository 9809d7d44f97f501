import io
import re
import subprocess
import zipfile

import docx
import pytest

from workshop_portal.documents.docx import docx_report
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tests.samples import HEADINGS, HOSTILE, holding, report
from workshop_portal.documents.tree import Paragraph, Section, paragraph, plain, runs

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(data: bytes):
    return docx.Document(io.BytesIO(data))


def headings(file):
    return [
        (int(found[1]), p.text)
        for p in file.paragraphs
        if (found := re.fullmatch(r"Heading (\d)", p.style.name))
    ]


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def test_headings_have_real_styles():
    assert headings(opened(docx_report(report()))) == HEADINGS


def test_contents_field_is_filled_with_links_to_the_headings():
    body = opened(docx_report(report())).element.body
    holder = body.find(f"{W}sdt")
    lines = [
        (link.get(f"{W}anchor"), "".join(text.text for text in link.iter(f"{W}t")))
        for link in holder.iter(f"{W}hyperlink")
    ]
    assert [title for _, title in lines] == [title for level, title in HEADINGS if level <= 2]
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    assert {anchor for anchor, _ in lines} <= marks
    assert [mark.get(f"{W}fldCharType") for mark in holder.iter(f"{W}fldChar")] == [
        "begin",
        "separate",
        "end",
    ]
    opening = holder.find(f".//{W}fldChar")
    assert opening.get(f"{W}dirty") == "true"  # Word adds the pages when it opens the file


def test_a_source_stays_with_the_paragraph_before_it():
    found = [Paragraph(runs("Said."), source="Fiji"), *parse("- one\n- two")]
    found.append(Paragraph((), source="Japan"))
    document = report(sections=(Section("S", (paragraph("Before."), *found)),))

    paragraphs = opened(docx_report(document)).paragraphs
    start = next(index for index, p in enumerate(paragraphs) if p.text == "Before.")

    assert [(p.text, p.paragraph_format.keep_with_next) for p in paragraphs[start:]] == [
        ("Before.", None),
        ("Said.", True),
        ("Source: Fiji", None),
        ("one", None),
        ("two", True),
        ("Source: Japan", None),
    ]


def test_captions_count_themselves_and_pictures_are_described():
    body = opened(docx_report(report())).element.body
    assert [field.get(f"{W}instr").strip() for field in body.iter(f"{W}fldSimple")] == [
        "SEQ Table \\* ARABIC",
        "SEQ Figure \\* ARABIC",
    ]
    described = [
        element.get("descr") for element in body.iter() if str(element.tag).endswith("}docPr")
    ]
    assert described == ["Delegates by sub-region: East Asia 21; Pacific 10."]


def test_every_table_repeats_its_header():
    file = opened(docx_report(report()))
    assert [len(table._tbl.findall(f".//{W}tblHeader")) for table in file.tables] == [1, 1, 1]


def test_language_and_properties():
    data = docx_report(report(language="fr"))
    file = opened(data)
    assert file.core_properties.title == "Training management in the new normal"
    assert file.core_properties.language == "fr-FR"
    assert 'w:val="fr-FR"' in part(data, "word/styles.xml")
    assert "en-US" not in part(data, "word/styles.xml")


def test_same_document_same_bytes():
    assert docx_report(report()) == docx_report(report())


def test_draft_is_marked():
    assert "Draft, not adopted" in part(docx_report(report(is_draft=True)), "word/document.xml")
    assert "Draft" not in "".join(p.text for p in opened(docx_report(report())).paragraphs)


def test_each_numbered_list_counts_for_itself():
    two = (Section("A", parse("1. a\n2. b\n\nx\n\n1. c")),)
    body = opened(docx_report(report(sections=two))).element.body
    assert [number.get(f"{W}val") for number in body.iter(f"{W}numId")] == ["92", "92", "93"]


@pytest.mark.parametrize("text", [HOSTILE, "=HYPERLINK(1)", "a &lt; b < c"])
def test_hostile_text_is_text(text):
    file = opened(docx_report(holding(text)))
    assert headings(file) == [(1, f"1 {text}")]
    assert file.core_properties.title == text
    assert [p.text for p in file.paragraphs].count(text) == 6


def test_control_characters_are_taken_out():
    file = opened(docx_report(holding("a\x00b\x0bc\u202ed\ud800e\uffff")))
    assert headings(file) == [(1, "1 abcde")]


def test_right_to_left_sections():
    data = docx_report(report(sections=(Section("x", (paragraph("ދިވެހި"),), language="dv"),)))
    assert "<w:bidi/>" in part(data, "word/document.xml")
    assert 'w:bidi="dv"' in part(data, "word/document.xml")


def test_every_word_of_the_tree_is_in_the_file():
    text = part(docx_report(report()), "word/document.xml")
    for words in (
        "Source: round 2, group 3, Fiji",
        "Source: Singapore",
        "Regional Training Centre",
        "bandwidth",
        "We record first.",
        "21",
    ):
        assert words in text
    assert plain(runs("a\nb")) == "a b"


@pytest.mark.slow
def test_libreoffice_reads_it(office, tmp_path):
    path = tmp_path / "report.docx"
    path.write_bytes(docx_report(report()))
    for target in ("pdf", "fodt"):
        run = subprocess.run(
            [
                office,
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                tmp_path,
                path,
            ],
            capture_output=True,
            check=False,
            timeout=240,
        )
        assert run.returncode == 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    flat = (tmp_path / "report.fodt").read_text()
    found = [
        (int(level), re.sub(r"<[^>]+>", "", inner))
        for level, inner in re.findall(
            r'<text:h [^>]*text:outline-level="(\d)"[^>]*>(.*?)</text:h>', flat
        )
    ]
    assert found == HEADINGS
    assert flat.count("<text:table-of-content ") == 1
    contents = flat[flat.index("<text:index-body>") : flat.index("</text:index-body>")]
    marks = set(re.findall(r'<text:bookmark-start text:name="([^"]+)"', flat))
    links = re.findall(r'xlink:href="#([^"]+)"', contents)
    assert (len(links), set(links) - marks) == (8, set())  # without pages, with links that lead on
    assert flat.count("<text:sequence ") == 2
    assert flat.count("<svg:desc>Delegates by sub-region") == 1
    assert flat.count("<table:table-header-rows>") == 3
