"""What a reader of PDF sees; no validator is run, so nothing here says "conformant"."""

import io
import re
import shutil
import subprocess
from functools import cache

import pytest

from workshop_portal.documents import glyphs
from workshop_portal.documents.tests.samples import (
    CHART,
    HEADINGS,
    HOSTILE,
    NATIVE,
    holding,
    invitation,
    report,
)
from workshop_portal.documents.tree import Document, Section, paragraph, table
from workshop_portal.documents.typst import _breakable, chart_png, pdf_letter, pdf_report

pikepdf = pytest.importorskip("pikepdf")


def opened(data: bytes):
    return pikepdf.open(io.BytesIO(data))


def elements(pdf):
    """Structure elements in reading order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


def kinds(pdf):
    return [str(element.S)[1:] for element in elements(pdf)]


def headings(pdf):
    return [
        (int(str(element.S)[2:]), str(element.T))
        for element in elements(pdf)
        if re.fullmatch(r"/H\d", str(element.S))
    ]


def words(data: bytes, tmp_path) -> str:
    return re.sub(r"\s+", " ", drawn(data, tmp_path))


def drawn(data: bytes, tmp_path) -> str:
    """The words where they stand on the pages; a form feed ends each page."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    run = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return run.stdout.decode().replace("\u200b", "")


def test_report_is_tagged_titled_and_says_its_language():
    pdf = opened(pdf_report(report()))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo["/Title"]) == "Training management in the new normal"
    assert str(pdf.docinfo["/Author"]) == "Regional Office for Capacity Building"
    metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata


def test_headings_are_those_of_the_document_in_order():
    assert headings(opened(pdf_report(report()))) == [(1, "Contents"), *HEADINGS]


def test_bookmarks_are_the_headings():
    pdf = opened(pdf_report(report()))
    found = []

    def walk(items, level):
        for item in items:
            found.append((level, str(item.title)))
            walk(item.children, level + 1)

    with pdf.open_outline() as outline:
        walk(outline.root, 1)
    assert found == [(1, "Contents"), *HEADINGS]


def test_contents_list_what_stands_within_its_depth():
    pdf = opened(pdf_report(report()))
    assert kinds(pdf).count("TOCI") == len([level for level, _ in HEADINGS if level <= 2])


def test_figures_have_alternative_text_and_header_cells_a_scope():
    pdf = opened(pdf_report(report()))
    found = elements(pdf)
    figures = [str(element.Alt) for element in found if str(element.S) == "/Figure"]
    assert figures == ["Delegates by sub-region: East Asia 21; Pacific 10."]
    scopes = [
        [str(owner.Scope) for owner in element.A if "/Scope" in owner]
        for element in found
        if str(element.S) == "/TH"
    ]
    assert scopes == [["/Column"]] * 7
    assert [str(element.S) for element in found].count("/Table") == 3


def test_every_font_is_embedded():
    pdf = opened(pdf_report(report()))
    described = [
        obj
        for obj in pdf.objects
        if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/FontDescriptor"
    ]
    assert described
    assert all("/FontFile2" in font or "/FontFile3" in font for font in described)


def test_same_document_same_bytes():
    assert pdf_report(report()) == pdf_report(report())
    assert pdf_report(report()) != pdf_report(report(subtitle="Other"))
    assert pdf_letter(invitation()) == pdf_letter(invitation())


def test_draft_is_marked_on_every_page(tmp_path):
    draft, final = pdf_report(report(is_draft=True)), pdf_report(report())
    assert words(draft, tmp_path).count("Draft, not adopted") == len(opened(draft).pages)
    assert "Draft" not in words(final, tmp_path)


def test_sources_are_printed(tmp_path):
    shown = words(pdf_report(report()), tmp_path)
    assert "Two people for each session. Source: round 2, group 3, Fiji" in shown
    assert "Source: Singapore" in shown


def test_neither_a_title_of_a_table_nor_a_source_stands_alone_on_a_page(tmp_path):
    matter = []
    for number in range(120):
        matter += [
            paragraph(f"Said {number}x.", source=f"Place {number}x"),
            *(paragraph("Between.") for _each in range(number % 3)),
            table(["A"], [[f"Cell {number}x"], ["b"]], caption=f"Title {number}x"),
        ]
    document = Document(
        title="T", series="S", date=report().date, sections=(Section("One", tuple(matter)),)
    )

    pages = drawn(pdf_report(document), tmp_path).split("\f")

    assert len(pages) > 20
    for first, second in (("Said", "Place"), ("Title", "Cell")):
        for number in range(120):
            found = [
                next(page for page, text in enumerate(pages) if f"{name} {number}x" in text)
                for name in (first, second)
            ]
            assert found[0] == found[1], (first, number)


@pytest.mark.parametrize(
    ("series", "lines"),
    [("Regional Good Practice Report on training management No. 2", 1), ("Long " * 30, 3)],
)
def test_the_running_head_is_one_line_where_it_fits(tmp_path, series, lines):
    document = Document(
        title="T",
        series=series,
        date=report().date,
        sections=(Section("Good practices by administration", (paragraph("Text."),)),),
    )

    last = drawn(pdf_report(document), tmp_path).split("\f")[2]

    head = last[: last.index("Text.")].strip().split("\n\n")[0].splitlines()
    assert len([line for line in head if line.strip()]) == lines


def test_the_running_head_names_the_part_that_the_page_begins_with(tmp_path):
    names = ("Alpha", "Beta", "Gamma", "Delta")
    long = tuple(paragraph("Words of it. " * 40) for _each in range(9))
    short = (paragraph("Few words."),)
    document = report(
        sections=tuple(
            Section(name, matter, numbering="none")
            for name, matter in zip(names, (short, long, short, short), strict=True)
        )
    )

    pages = drawn(pdf_report(document), tmp_path).split("\f")[2:]
    heads = [re.findall("|".join(names), page.strip().split("\n")[0]) for page in pages if page]

    assert "Beta" in pages[0]
    assert "Delta" in pages[-2]
    assert heads == [["Alpha"], *[["Beta"]] * (len(heads) - 1)]
    assert len(heads) > 1


def test_markup_in_peoples_text_is_text(tmp_path):
    text = HOSTILE
    pdf = opened(pdf_report(holding(text)))
    assert str(pdf.docinfo["/Title"]) == text
    assert headings(pdf)[1] == (1, f"1 {text}")
    # paragraph, quotation and one definition, as a reader's eye sees them; layout may break lines anywhere
    shown = re.sub(r"\s", "", words(pdf_report(holding(text)), tmp_path))
    assert shown.count(re.sub(r"\s", "", text)) >= 5


def test_control_characters_and_overrides_are_taken_out():
    pdf = opened(pdf_report(holding("a\x00b\x07c\u202ed\ud800e\ufffff\r\ng")))
    assert str(pdf.docinfo["/Title"]) == "abcdef g"


@pytest.mark.parametrize(
    "document",
    [Document(title="", date=report().date), report(sections=()), report(layout="compact")],
)
def test_little_is_enough(document):
    assert pdf_report(document).startswith(b"%PDF")


def test_compact_has_neither_title_page_nor_contents():
    data = pdf_report(report(layout="compact"))
    assert headings(opened(data)) == HEADINGS
    assert "TOC" not in kinds(opened(data))


def test_long_words_and_long_tables_do_not_leave_the_page():
    rows = [["https://example.org/" + "x" * 300, index] for index in range(120)]
    data = pdf_report(
        report(sections=(Section("A", (table(["Address", "Number"], rows, caption="Long"),)),))
    )
    assert len(opened(data).pages) > 3
    assert kinds(opened(data)).count("THead") == 1


def test_scripts_of_the_region_have_glyphs_and_others_are_named():
    document = report(
        sections=(
            Section("Ours", (paragraph(NATIVE),)),
            Section("Theirs", (paragraph("a \U0001f600 \U00012000"),)),
        )
    )
    with glyphs.noting_replaced() as replaced:
        pdf = opened(pdf_report(document))
    assert list(replaced) == ["\U0001f600", "\U00012000"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in bytes(pdf.Root.Metadata.read_bytes()).decode()


def test_the_shipped_fonts_alone_draw_every_script_of_the_region(monkeypatch):
    monkeypatch.setattr(glyphs, "SYSTEM_FOLDERS", ())
    for read_once in ("fonts", "drawable"):
        monkeypatch.setattr(glyphs, read_once, cache(getattr(glyphs, read_once).__wrapped__))

    assert glyphs.undrawable(f"{NATIVE} \U00012000") == "\U00012000"


def test_a_cluster_that_no_font_can_shape_costs_the_claim_not_the_file(monkeypatch):
    monkeypatch.setattr(glyphs, "undrawable", lambda text: "")
    pdf = opened(pdf_report(report(sections=(Section("A", (paragraph("\U0001f600"),)),))))
    assert "pdfuaid:part" not in bytes(pdf.Root.Metadata.read_bytes()).decode()


def test_other_languages_name_themselves():
    pdf = opened(pdf_report(report(language="fr")))
    assert str(pdf.Root.Lang) == "fr"
    section = Section("x", (paragraph("bonjour"),), language="fr")
    pdf = opened(pdf_report(report(sections=(section,))))
    langs = {str(element.Lang) for element in elements(pdf) if "/Lang" in element}
    assert langs == {"fr"}


def test_letter_says_all_of_it_and_is_tagged(tmp_path):
    data = pdf_letter(invitation(is_draft=True))
    assert headings(opened(data)) == [(1, "Regional online workshop")]
    shown = words(data, tmp_path)
    for part in (
        "World Customs Organization",
        "Draft, not sent",
        "20 April 2022",
        "Reference: ROCB/2022/14",
        "The Director General",
        "Dear Director General,",
        "Please nominate four delegates.",
        "1. By 13 May",
        "Yours sincerely,",
        "A. Director",
        "Draft agenda",
    ):
        assert part in shown


def test_a_long_address_of_a_page_is_broken_without_signs_in_it():
    address = "https://workshops.example.org/workshops/training-2027/delegations/FJ/"
    assert _breakable(f"See {address}") == f"See {address}"
    assert _breakable("x" * 40) == f"{'x' * 30}\u200b{'x' * 10}"


def test_letter_takes_markup_as_text():
    pdf = opened(
        pdf_letter(
            invitation(
                subject=HOSTILE, senders=(HOSTILE,), addressee=(HOSTILE,), signatory=(HOSTILE,)
            )
        )
    )
    assert headings(pdf) == [(1, HOSTILE)]


def test_chart_as_picture():
    assert chart_png(CHART).startswith(b"\x89PNG")
