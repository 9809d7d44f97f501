"""Export of an edition as the kind `reports.edition`: a snapshot of revisions in, the bytes of a file out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import Edition, SectionRevision
from reports.writers.document import Part, build_document
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can
from workshop_portal.documents.docx import docx_report
from workshop_portal.documents.exports import ExportFile, Params, Progress
from workshop_portal.documents.html import report_html
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.tree import Document
from workshop_portal.documents.typst import pdf_report

KIND = "reports.edition"


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file that an edition can be had as."""

    name: str
    title: Any
    note: Any
    content_type: str
    write: Callable[[Document], bytes]


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="pdf",
            title=gettext_lazy("PDF"),
            note=gettext_lazy("To print and to send; tagged for screen readers."),
            content_type="application/pdf",
            write=pdf_report,
        ),
        Format(
            name="docx",
            title=gettext_lazy("Word document"),
            note=gettext_lazy(
                "To go on working on it in Word or LibreOffice. LibreOffice adds the pages to its contents "
                "with Tools, Update, Indexes and Tables."
            ),
            content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            write=docx_report,
        ),
        Format(
            name="html",
            title=gettext_lazy("Web page"),
            note=gettext_lazy("One file that needs nothing else."),
            content_type="text/html; charset=utf-8",
            write=lambda document: report_html(document).encode(),
        ),
    )
}


def snapshot(edition: Edition) -> dict[str, Any]:
    """What an export of the edition is made of, as it stands now: the revision of each section in order.

    Without a text yet its list of revisions is empty. Queries: 2.
    """
    sections = edition.sections.shown().order_by("ordinal", "pk").values_list("pk", "version")
    wanted = dict(sections)
    found = {
        (section, version): pk
        for pk, section, version in SectionRevision.objects.filter(section__in=wanted)
        .order_by("pk")
        .values_list("pk", "section", "version")
    }
    revisions = [found[item] for item in wanted.items() if item in found]
    return {
        "edition": edition.pk,
        "revisions": revisions,
        "draft": edition.status != Edition.Status.ADOPTED,
    }


def list_exports(edition: Edition, user: User) -> list[ExportJob]:
    """What the person asked for of this edition, the newest first; ten at most. Queries: 1."""
    mine = ExportJob.objects.filter(kind=KIND, requested_by=user, params__edition=edition.pk)
    return list(mine.order_by("-created_at", "-pk")[:10])


def may_export(user: User, params: Params) -> bool:
    """Whether the person may have the edition that the snapshot names."""
    edition = Edition.objects.filter(pk=int(params["edition"])).first()
    return edition is not None and can("reports.export_edition", user, edition)


def place_of_edition(params: Params) -> tuple[str, str]:
    """The downloads of the edition. Raises: Edition.DoesNotExist."""
    edition = Edition.objects.select_related("series").get(pk=int(params["edition"]))
    url = reverse("reports:edition-exports", args=[edition.series.slug, edition.number])
    return _("All downloads of %(title)s") % {"title": edition.title}, url


def write_edition(job: ExportJob, progress: Progress) -> ExportFile:
    """Make the file of a job. Raises: Edition.DoesNotExist, SectionRevision.DoesNotExist."""
    chosen = FORMATS[job.format]
    progress(_("Collecting the sections"), 0, 2)
    with translation.override("en"):
        document = read_document(job.params)
    progress(_("Setting the pages"), 1, 2)
    with translation.override("en"):
        content = chosen.write(document)
    edition = Edition.objects.select_related("series").get(pk=job.params["edition"])
    return ExportFile(
        name=file_name(edition, chosen.name), content_type=chosen.content_type, content=content
    )


def write_format(edition: Edition, format: str) -> bytes:
    """The edition as it stands now, in one format, without a job: for commands."""
    with translation.override("en"):
        return FORMATS[format].write(read_document(snapshot(edition)))


def file_name(edition: Edition, format: str) -> str:
    return f"{edition.series.slug}-{edition.number}.{format}"


def read_document(params: Params) -> Document:
    """The document tree of a snapshot. Queries: 3.

    Raises: Edition.DoesNotExist, SectionRevision.DoesNotExist where a section has gone since.
    """
    edition = Edition.objects.select_related("series", "workshop").get(pk=params["edition"])
    wanted: list[int] = params["revisions"]
    rows = SectionRevision.objects.filter(pk__in=wanted, section__edition=edition)
    found = {row.pk: row for row in rows.select_related("section").order_by("pk")}
    if len(found) != len(wanted):
        raise SectionRevision.DoesNotExist
    parts = [Part(kind=found[pk].section.kind, revision=found[pk]) for pk in wanted]
    organisers: list[str] = []
    if edition.workshop is not None:
        bodies = edition.workshop.organisers.order_by("ordinal", "pk")
        organisers = list(dict.fromkeys(bodies.values_list("administration__name", flat=True)))
    return build_document(
        edition, parts, organisers=organisers, is_draft=bool(params.get("draft", True))
    )
