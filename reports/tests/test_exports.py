"""The regional report as PDF, DOCX and HTML: what is in the file, and who may have it."""

import io
import re
import subprocess
import zipfile
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from lxml import etree

from reports.actions.compilation import compile_now
from reports.actions.exports import request_edition_export
from reports.models import Contribution, Edition, Section, SectionRevision
from reports.tests.editions import EditionWorld
from reports.writers import FORMATS, snapshot, write_format
from reports.writers.document import section_blocks
from reports.writers.export import read_document
from reports.writers.thread import source_links
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.tree import Chart, Paragraph, Table
from workshop_portal.leases import WorkStatus

pytestmark = pytest.mark.django_db

HOSTILE = (
    "#set page(fill: red) *now* $x$ <script>alert(1)</script> [l](javascript:1) \u202eevil &lt;"
)
SHOWN = "#set page(fill: red) now $x$ <script>alert(1)</script>"
"""What is read of it: asterisks were emphasis, the rest is words."""
HEADINGS = [
    "Foreword",
    "Executive summary",
    "1 Background and mandate",
    "2 Participation",
    "3 Instruments introduced",
    "4 Competency-based training",
    "5 Good practices by administration",
    "6 Proposals",
    "Annex 1. Agenda",
    "Annex 2. Participants",
    "Annex 3. Abbreviations",
]
PAGE = "/reports/good-practice/editions/22/exports/"


@pytest.fixture
def world() -> EditionWorld:
    """A compiled edition with every kind of contribution and attribution, one of them hostile."""
    world = EditionWorld()
    world.add(kind="solution", title="Shared trainers", implementation="Two centres share them.")
    world.add(kind="trend", title="Hybrid for good", attribution="region", background="It stays.")
    world.add(kind="challenge", title="Not for print", attribution="secretariat")
    world.add(
        kind="good_practice",
        title=HOSTILE,
        practice=f"{HOSTILE} Indeed.",
        results="Well\u00e9 \u4e2d\u6587",
    )
    compile_now(edition=world.edition, by=world.by)
    world.edition.refresh_from_db()
    return world


def words_of(format: str, content: bytes) -> str:
    """All words of a file, one space between."""
    if format == "pdf":
        done = subprocess.run(
            ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True
        )
        text = done.stdout.decode()
    elif format == "docx":
        tree = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
        space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
        text = "\n".join("".join(p.itertext(f"{space}t")) for p in tree.iter(f"{space}p"))
    else:
        body = re.sub(r"<style.*?</style>", "", content.decode(), flags=re.DOTALL)
        text = unescape(re.sub(r"<[^>]+>", "\n", body))
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_contribution_is_in_the_file(world: EditionWorld, name: str) -> None:
    words = words_of(name, write_format(world.edition, name))

    for row in Contribution.objects.exclude(attribution="secretariat").order_by("pk"):
        texts = [row.title, row.background, row.challenge, row.implementation, row.results]
        for text in texts:
            assert (SHOWN if text == HOSTILE else text) in words
    assert "Not for print" not in words
    assert "Source: round 1, group 3; Japan" in words
    assert "Source: an administration of the region" in words
    assert "Draft, not adopted" in words


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Bangkok", "1 December 2026"), (None, "30 November 2026")]
)
def test_the_day_is_that_of_the_workshop(world: EditionWorld, zone: str | None, day: str) -> None:
    """Without a workshop: that of the installation."""
    evening = datetime(2026, 11, 30, 19, 30, tzinfo=UTC)
    SectionRevision.objects.update(written_at=evening)
    Contribution.objects.update(submitted_at=evening)
    world.workshop.time_zone = zone or "Pacific/Fiji"
    world.workshop.save(update_fields=["time_zone"])
    if zone is None:
        Edition.objects.filter(pk=world.edition.pk).update(workshop=None)
    row = Contribution.objects.select_related("edition__series").get(pk=world.practice.pk)

    printed = {name: words_of(name, write_format(world.edition, name)) for name in FORMATS}

    assert [day in words for words in printed.values()] == [True] * len(FORMATS)
    assert [each["label"] for each in source_links(row)] == ["Contribution", "Fiji", day]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_hostile_text_stays_text(world: EditionWorld, name: str) -> None:
    content = write_format(world.edition, name)

    assert SHOWN in words_of(name, content)
    raw = content.decode() if name == "html" else words_of(name, content)
    assert "\u202e" not in raw
    if name == "html":
        assert "<script" not in raw
        assert 'href="javascript' not in raw


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_same_edition_gives_the_same_bytes(world: EditionWorld, name: str) -> None:
    params = snapshot(world.edition)
    first = FORMATS[name].write(read_document(params))

    assert FORMATS[name].write(read_document(params)) == first


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_participation_in_the_file_equals_the_record(world: EditionWorld, name: str) -> None:
    words = words_of(name, write_format(world.edition, name))

    assert "3 delegates from 2 administrations took part." in words
    for row in ("Delegates 3 2", "Administrations 2 2", "Online 3 0", "For the first time 2 2"):
        assert row in words


def test_the_pdf_is_tagged_titled_and_in_order(world: EditionWorld) -> None:
    pdf = pikepdf.open(io.BytesIO(write_format(world.edition, "pdf")))

    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/Title"]) == "Training in the new normal"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    tags = list(_tags(pdf.Root.StructTreeRoot))
    levels = [int(name[1]) for name, _alt in tags if re.fullmatch("H[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert [title for title in titles if title != "Contents"] == HEADINGS
    figures = [alt for name, alt in tags if name == "Figure"]
    assert figures == ["Administrations by sub-region: Asia 1; Pacific 1."]


def _tags(node: Any) -> Any:
    """Name and alternative text of each structure element in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield str(child.S)[1:], str(child.get("/Alt", ""))
            yield from _tags(child)


def test_libreoffice_reads_the_docx_with_its_headings(
    world: EditionWorld, office: str, tmp_path: Path
) -> None:
    file = tmp_path / "report.docx"
    file.write_bytes(write_format(world.edition, "docx"))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "fodt", "--outdir", tmp_path, file],
        capture_output=True,
        timeout=180,
        check=False,
    )

    assert done.returncode == 0
    tree = etree.parse(tmp_path / "report.fodt")
    space = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    top = [h for h in tree.iter(f"{space}h") if h.get(f"{space}outline-level") == "1"]
    assert ["".join(h.itertext()) for h in top] == HEADINGS


def test_the_chart_says_what_its_table_says(world: EditionWorld) -> None:
    participation = world.edition.sections.get(kind="participation")
    _edit(participation, participation.text.replace("| Asia | 1 | 2 |", "| Asia | 7 | 2 |"))

    document = read_document(snapshot(world.edition))

    (chart,) = [
        each for part in document.sections for each in part.matter if isinstance(each, Chart)
    ]
    assert [(bar.label, bar.value, bar.before) for bar in chart.bars] == [
        ("Asia", 7, 2),
        ("Pacific", 1, 0),
    ]


def test_tables_with_one_head_have_their_columns_below_each_other() -> None:
    blocks = section_blocks(
        "| Time | Session |\n|---|---|\n| 10:00 | Opening |\n\n"
        "| Other | Head |\n|---|---|\n| a | b |\n\n"
        "| Time | Session |\n|---|---|\n| 10:00 – 11:00 | The latest instruments |\n"
    )

    assert [block.widths for block in blocks if isinstance(block, Table)] == [
        (13.0, 22.0),
        (),
        (13.0, 22.0),
    ]


def test_a_source_under_a_list_stands_by_itself(world: EditionWorld) -> None:
    _edit(world.edition.sections.get(kind="proposals"), "- one\n\n*Source: Fiji*")

    document = read_document(snapshot(world.edition))

    proposals = next(part for part in document.sections if part.title == "Proposals")
    assert proposals.matter[-1] == Paragraph((), source="Fiji")
    for format_ in FORMATS.values():
        assert "Source: Fiji" in words_of(format_.name, format_.write(document))


def _edit(section: Section, text: str) -> None:
    version = section.version + 1
    Section.objects.filter(pk=section.pk).update(text=text, version=version, is_edited=True)
    SectionRevision.objects.create(
        section=section,
        version=version,
        heading=section.heading,
        text=text,
        sha256="0",
        origin="edited",
    )


# The job ------------------------------------------------------------------------------------------


def run_jobs() -> None:
    from workshop_portal.documents.tasks import run_due_exports  # noqa: PLC0415 after the request

    run_due_exports()


def test_an_export_is_of_the_texts_at_the_request(world: EditionWorld) -> None:
    job = request_edition_export(edition=world.edition, format="html", by=world.by)
    _edit(world.edition.sections.get(kind="foreword"), "Written later")

    run_jobs()

    job.refresh_from_db()
    assert (job.status, job.file_name) == (WorkStatus.DONE, "good-practice-22.html")
    with job.file.open("rb") as file:
        assert b"Written later" not in file.read()


def test_an_adopted_edition_is_not_marked_as_draft(world: EditionWorld) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(status="adopted")
    world.edition.refresh_from_db()

    for name in FORMATS:
        assert "Draft, not adopted" not in words_of(name, write_format(world.edition, name))


def test_the_page_offers_and_lists_the_files(world: EditionWorld, client: Client) -> None:
    client.force_login(world.by)
    assert client.get("/reports/good-practice/editions/22.pdf").status_code == 405

    answer = client.post("/reports/good-practice/editions/22.pdf")

    job = ExportJob.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/documents/{job.public_id}/")
    assert (job.kind, job.format) == ("reports.edition", "pdf")
    assert f"/documents/{job.public_id}/" in client.get(PAGE).content.decode()
    assert client.post("/reports/good-practice/editions/22.exe").status_code == 404


def test_an_edition_without_text_has_nothing_to_export(world: EditionWorld, client: Client) -> None:
    world.edition.sections.all().delete()
    client.force_login(world.by)

    answer = client.post("/reports/good-practice/editions/22.pdf", follow=True)

    assert "Compile the draft first." in answer.content.decode()
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("jobs", [1, 3])
def test_queries_of_the_page(
    world: EditionWorld, client: Client, django_assert_num_queries: Any, jobs: int
) -> None:
    for name in sorted(FORMATS)[:jobs]:
        request_edition_export(edition=world.edition, format=name, by=world.by)
    client.force_login(world.by)

    with django_assert_num_queries(5):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("who", "status"), [("organiser", 200), ("stranger", 404), ("fiji_contact", 404)]
)
def test_who_may_have_it(world: EditionWorld, client: Client, who: str, status: int) -> None:
    client.force_login(getattr(world.people, who))

    assert client.get(PAGE).status_code == status
    posted = client.post("/reports/good-practice/editions/22.pdf").status_code
    assert posted == (302 if status == 200 else 404)
    assert ExportJob.objects.count() == (status == 200)


def test_a_lost_right_stops_the_file(world: EditionWorld, client: Client) -> None:
    organiser = world.people.organiser
    job = request_edition_export(edition=world.edition, format="html", by=organiser)
    organiser.team_roles.all().delete()

    run_jobs()

    job.refresh_from_db()
    assert job.status == WorkStatus.FAILED
    client.force_login(organiser)
    assert client.get(f"/documents/{job.public_id}/download/").status_code == 404


# The command --------------------------------------------------------------------------------------


def test_the_command_writes_the_file_and_says_where(
    world: EditionWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"

    call_command("export_edition", "good-practice", "22", format="html", out=out)
    call_command("export_edition", latest=True, format="html", out=tmp_path / "latest.html")

    said = capsys.readouterr()
    assert said.out.splitlines() == [str(out), str(tmp_path / "latest.html")]
    assert "Good Practice Report on Training Management, edition 22, " in said.err
    assert out.read_bytes() == write_format(world.edition, "html")
    assert out.read_bytes() == (tmp_path / "latest.html").read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["latest.html", "report.html"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["good-practice", "23"], 1, "There is no edition 23 of good-practice."),
        (["good-practice"], 2, "Give a series and a number, or --latest."),
        (["good-practice", "22", "--latest"], 2, "Give a series and a number, or --latest."),
    ],
)
def test_the_command_refuses_in_words(
    world: EditionWorld, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(words)) as refused:
        call_command("export_edition", *arguments, "--out", str(tmp_path / "x.pdf"))

    assert refused.value.returncode == code
    assert not list(tmp_path.iterdir())


def test_the_command_says_where_it_cannot_write(world: EditionWorld, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_edition", latest=True, format="html", out=tmp_path / "none" / "x.html")
