"""The workbench of an edition: its sections, one of them with its thread, and every write to them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.access import get_edition_for, get_section_for
from reports.actions.sections import (
    SectionChangedError,
    SectionExistsError,
    add_section,
    move_section,
    put_back_section,
    remove_section,
    write_section,
)
from reports.compilation.problems import list_lacks
from reports.forms.editions import NewSectionForm, SectionForm
from reports.models import Edition, Section
from reports.queries.contributions import list_unaccepted, list_unused
from reports.queries.editions import count_contributions, count_unused_points, get_last_run
from reports.queries.sections import (
    find_offer,
    list_removed,
    list_revisions,
    list_sections,
    list_sources,
)
from reports.writers.thread import source_links, thread
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import back, page
from workshop_portal.pages import accept, carry_out, done, posted
from workshop_portal.refusals import Refusal

EDIT = "reports.edit_section"
FORM_METHODS = ["GET", "HEAD", "POST"]
UNUSED_SHOWN = 8


@access("reports.view_edition")
@require_safe
def edition_detail(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """The workbench at its first section; before the first draft, what leads to one."""
    edition = get_edition_for(request.user, slug=slug, number=number)
    first = edition.sections.shown().order_by("ordinal", "pk").first()
    return page(request, "reports/edition_detail.html", _bench(request, edition, first))


@access(EDIT)
@require_safe
def section_detail(request: PersonRequest, slug: str, number: int, section: int) -> HttpResponse:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    return page(request, "reports/edition_detail.html", _bench(request, row.edition, row))


@access(EDIT)
@require_http_methods(FORM_METHODS)
def section_edit(request: PersonRequest, slug: str, number: int, section: int) -> HttpResponseBase:
    """Write in the section. `preview` shows what it will look like and saves nothing; 409 is a conflict."""
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    initial = {"heading": row.heading, "text": row.text, "version": row.version}
    form = SectionForm(posted(request), initial=initial)
    context: dict[str, Any] = {"edition": row.edition, "section": row, "form": form}
    if "preview" in request.POST and form.is_valid():
        context["preview"] = thread(form.cleaned_data["text"], [])
        context["version"] = form.cleaned_data["version"]
        return page(request, "reports/section_edit.html", context)
    try:
        saved = accept(
            form,
            lambda: write_section(section=row, **form.cleaned_data, by=request.user),
            unless=SectionChangedError,
        )
    except SectionChangedError as error:
        return _changed(request, row, error)
    if saved is not None:
        kept = f"?kept={form.cleaned_data['version']}"
        return done(request, _("Saved."), f"{_address(row)}{kept}")
    context["version"] = form.data.get("version", "") if form.is_bound else row.version
    return page(request, "reports/section_edit.html", context, status=422 if form.errors else 200)


@access("reports.edit_edition")
@require_http_methods(FORM_METHODS)
def section_new(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to="reports.edit_edition")
    form = NewSectionForm(posted(request))
    section = accept(
        form,
        lambda: add_section(edition=edition, **form.cleaned_data, by=request.user),
        {SectionExistsError: "heading"},
    )
    if section is not None:
        return redirect("reports:section-edit", slug, number, section.pk)
    context = {"edition": edition, "form": form, "form_title": _("New section")}
    return page(request, "reports/edition_form.html", context, status=422 if form.errors else 200)


@access(EDIT)
@require_POST
def section_move(request: PersonRequest, slug: str, number: int, section: int) -> HttpResponseBase:
    """One place up with `to=up`, else one down."""
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    try:
        move_section(section=row, up=request.POST.get("to") == "up", by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return back(request, _address(row))


@access(EDIT)
@require_POST
def section_remove(
    request: PersonRequest, slug: str, number: int, section: int
) -> HttpResponseBase:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    return carry_out(
        request,
        lambda: remove_section(section=row, by=request.user),
        to=reverse("reports:edition-detail", args=[slug, number]),
        done=_("Removed: %s. It can be put back below the sections.") % row.heading,
    )


@access(EDIT)
@require_POST
def section_put_back(
    request: PersonRequest, slug: str, number: int, section: int
) -> HttpResponseBase:
    row = get_section_for(request.user, slug=slug, number=number, section=section)
    try:
        put_back_section(section=row, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_address(row))


def _bench(request: PersonRequest, edition: Edition, section: Section | None) -> dict[str, Any]:
    """What the workbench shows: spine, text with thread, sources and what is not used yet."""
    counts = count_contributions(edition=edition)
    sections = list(list_sections(request.user, edition=edition))
    run = get_last_run(edition=edition)
    context: dict[str, Any] = {
        "edition": edition,
        "section": section,
        "sections": sections,
        "removed": list(list_removed(edition=edition)),
        "run": run,
        "lacks": list_lacks(run, sections),
        "contributions": sum(counts.values()) - counts.get("withdrawn", 0),
        "to_review": counts.get("submitted", 0),
        "unaccepted": list_unaccepted(edition=edition).count(),
        "unused_points": count_unused_points(edition=edition) if edition.workshop_id else 0,
    }
    if section is not None:
        revisions = list(list_revisions(section=section))
        sources = list(list_sources(section=section))
        unused = list(list_unused(edition=edition, topic=section.topic)[: UNUSED_SHOWN + 1])
        context |= {
            "pieces": thread(section.text, sources),
            "sources": [(row, source_links(row)) for row in sources],
            "unused": [(row, source_links(row)) for row in unused[:UNUSED_SHOWN]],
            "has_more_unused": len(unused) > UNUSED_SHOWN,
            "offer": find_offer(section, revisions),
            "last": next((row for row in revisions if row.version == section.version), None),
            "versions": len(revisions),
            "kept": f"section-{section.pk}-v{request.GET.get('kept', '')[:12]}",
        }
    return context


def _changed(request: PersonRequest, section: Section, error: SectionChangedError) -> HttpResponse:
    """Both texts and what both came from; the form holds yours, and saves over theirs on purpose."""
    form = SectionForm(
        initial={
            "heading": error.yours.heading,
            "text": error.yours.text,
            "version": error.theirs.version,
        }
    )
    context = {
        "edition": section.edition,
        "section": section,
        "form": form,
        "conflict": error,
        "version": error.theirs.version,
    }
    return page(request, "reports/section_edit.html", context, status=409)


def _address(section: Section) -> str:
    edition = section.edition
    return reverse("reports:section-detail", args=[edition.series.slug, edition.number, section.pk])
