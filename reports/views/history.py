"""The record of an edition. The history of a section: every version, one, two compared, taking an old one again."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.tables import history_header, history_rows
from reports.access import get_edition_for, get_section_for
from reports.actions.sections import restore_revision
from reports.models import Section, SectionRevision
from reports.queries.sections import get_revision, list_revisions
from reports.writers.comparison import compare, fold
from reports.writers.reading import plain_words
from reports.writers.thread import thread
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.audit.history import read_history, read_whole_history
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.pages import carry_out

EDIT = "reports.edit_section"


@access("reports.view_edition")
@require_safe
def edition_history(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Who did what to the edition and to all that belongs to it; that the report was created, too."""
    edition = get_edition_for(request.user, slug=slug, number=number)
    history = read_history(of=[edition, edition.series], asked=request.GET, reader=request.user)
    context = {"edition": edition, "history": history, "page": history.page}
    return page(request, "reports/edition_history.html", context, partial="results")


@access("reports.view_edition")
@require_safe
def edition_history_table(
    request: PersonRequest, slug: str, number: int, format: str
) -> HttpResponseBase:
    """The entries of the filtered page, all pages of it."""
    edition = get_edition_for(request.user, slug=slug, number=number)
    lines = read_whole_history(of=[edition, edition.series], asked=request.GET, reader=request.user)
    name = f"history-{slug}-{number}"
    return table_response(format, name, history_header(), history_rows(lines), title=_("History"))


@access(EDIT)
@require_safe
def section_history(request: PersonRequest, slug: str, number: int, section: int) -> HttpResponse:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    context = {
        "edition": row.edition,
        "section": row,
        "revisions": list(list_revisions(section=row)),
    }
    return page(request, "reports/section_history.html", context)


@access(EDIT)
@require_safe
def revision_detail(
    request: PersonRequest, slug: str, number: int, section: int, version: int
) -> HttpResponse:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    revision = _revision(row, version)
    context = {
        "edition": row.edition,
        "section": row,
        "revision": revision,
        "pieces": thread(revision.text, []),
    }
    return page(request, "reports/revision_detail.html", context)


@access(EDIT)
@require_safe
def revision_compare(request: PersonRequest, slug: str, number: int, section: int) -> HttpResponse:
    """`?old=` and `?new=`: two versions; without `new`, the current one."""
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    old = _revision(row, _number(request.GET.get("old", "")))
    new = _revision(row, _number(request.GET.get("new", "") or str(row.version)))
    context = {
        "edition": row.edition,
        "section": row,
        "old": old,
        "new": new,
        "heading": compare(old.heading, new.heading),
        "changes": fold(compare(plain_words(old.text), plain_words(new.text))),
    }
    return page(request, "reports/revision_compare.html", context)


@access(EDIT)
@require_POST
def revision_restore(
    request: PersonRequest, slug: str, number: int, section: int, version: int
) -> HttpResponseBase:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    revision = _revision(row, version)
    return carry_out(
        request,
        lambda: restore_revision(revision=revision, by=request.user),
        to=reverse("reports:section-detail", args=[slug, number, section]),
        done=_("Version %d is the text now.") % version,
    )


def _revision(section: Section, version: int) -> SectionRevision:
    """Raises: Http404."""
    revision = get_revision(section=section, version=version)
    if revision is None:
        raise Http404
    return revision


def _number(text: str) -> int:
    """Raises: Http404 where it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)
