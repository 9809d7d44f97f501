"""Contributions: the secretariat's list with its exports, one of them, writing and editing."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from breakouts.queries.points import list_places
from reports.access import (
    get_contribution_for,
    get_edition_for,
    get_edition_to_contribute,
)
from reports.actions.contributions import (
    TEMPLATE,
    ContributionChangedError,
    ContributionExistsError,
    edit_contribution,
    write_contribution,
)
from reports.filters import ContributionFilter
from reports.forms.contributions import ContributionForm, SendBackForm
from reports.models import Contribution, Edition
from reports.queries.contributions import (
    list_askable,
    list_contributing,
    list_contributions,
    list_own_administrations,
    list_topics,
)
from reports.queries.editions import count_contributions
from reports.tables import contribution_header, contribution_rows
from reports.writers.thread import labels_only, source_links
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.audit.history import list_history
from workshop_portal.authorization import access, can
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.pages import accept, done, posted

LIST = "reports.view_contributions"
WRITE = "reports.write_contribution"
EDIT = "reports.edit_contribution"
FORM_METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 50
KINDS = {"draft": "half", "submitted": "late", "accepted": "done", "withdrawn": "off"}
"""The shape of each state, as its reviewer sees it."""
OWN_KINDS = KINDS | {"draft": "late", "submitted": "wait"}
"""As the administration sees it: a draft waits for them, a submitted one for somebody else."""


@access(LIST)
@require_safe
def contribution_list(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    edition = get_edition_for(request.user, slug=slug, number=number, to=LIST)
    found = _found(request, edition)
    rows = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    counts = count_contributions(edition=edition)
    address = reverse("reports:contribution-accept-many", args=[slug, number])
    context = {
        "edition": edition,
        "filter": found,
        "page": rows,
        "rows": [(row, KINDS[row.status]) for row in rows],
        "total": sum(counts.values()),
        "to_review": counts.get("submitted", 0),
        "query": request.GET.urlencode(),
        "buttons": [{"label": _("Accept %s"), "primary": True, "formaction": address}],
    }
    return page(request, "reports/contribution_list.html", context, partial="results")


@access(LIST)
@require_safe
def contribution_table(
    request: PersonRequest, slug: str, number: int, format: str
) -> HttpResponseBase:
    edition = get_edition_for(request.user, slug=slug, number=number, to=LIST)
    rows = contribution_rows(_found(request, edition).qs)
    name = f"contributions-{slug}-{number}"
    return table_response(format, name, contribution_header(), rows, title=_("Contributions"))


@access("reports.view_contribution")
@require_safe
def contribution_detail(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponse:
    row = get_contribution_for(request.user, slug=slug, number=number, public_id=public_id)
    return page(request, "reports/contribution_detail.html", detail_of(request, row))


@access(WRITE)
@require_http_methods(FORM_METHODS)
def contribution_new(request: PersonRequest, slug: str, number: int) -> HttpResponseBase:
    """A draft: of the own administration; who runs the edition writes for one that sent it by mail."""
    edition = get_edition_to_contribute(request.user, slug=slug, number=number, to=WRITE)
    runs = can("reports.view_edition", request.user, edition)
    own = list_own_administrations(request.user, edition=edition)
    asked = list_askable(edition=edition) if runs else own
    if edition.is_closed(timezone.now()):  # what comes late is entered by who runs the edition
        own = own.none()
    only = None if runs or asked.count() != 1 else asked.get()
    form = ContributionForm(
        posted(request),
        topics=list_topics(edition=edition),
        administrations=None if only else asked,
        initial={"kind": request.GET.get("kind", "").replace("\0", "")},
    )
    row = accept(
        form,
        lambda: write_contribution(
            edition=edition, draft=form.draft(only, own=own), by=request.user
        ),
        {ContributionExistsError: "title"},
    )
    if row is not None:
        words = _("The draft is saved. Submit it when it is complete.")
        return done(request, words, _address(row, kept="new"))
    context = _form_context(edition, form, only, runs=runs)
    return page(
        request, "reports/contribution_form.html", context, status=422 if form.errors else 200
    )


@access(EDIT)
@require_http_methods(FORM_METHODS)
def contribution_edit(
    request: PersonRequest, slug: str, number: int, public_id: UUID
) -> HttpResponseBase:
    """Write on a draft; 409 is a conflict, with yours and theirs."""
    row = get_contribution_for(request.user, slug=slug, number=number, public_id=public_id, to=EDIT)
    topics = list_topics(edition=row.edition)
    form = ContributionForm(posted(request), topics=topics, initial=ContributionForm.values_of(row))
    runs = can("reports.view_edition", request.user, row.edition)
    context = _form_context(row.edition, form, row.administration, runs=runs, row=row)
    try:
        saved = accept(
            form,
            lambda: edit_contribution(
                contribution=row,
                values=form.values,
                version=form.cleaned_data["version"],
                by=request.user,
            ),
            unless=ContributionChangedError,
        )
    except ContributionChangedError as error:
        context |= _conflict(form, topics, error)
        context["keep"] = kept_key(row.edition, row, str(error.theirs.version))
        return page(request, "reports/contribution_form.html", context, status=409)
    if saved is not None:
        kept = str(form.cleaned_data["version"])
        return done(request, _("The draft is saved."), _address(row, kept=kept))
    if form.is_bound:
        context["keep"] = kept_key(row.edition, row, form.data.get("version", "")[:12])
    return page(
        request, "reports/contribution_form.html", context, status=422 if form.errors else 200
    )


def detail_of(request: PersonRequest, row: Contribution) -> dict[str, Any]:
    """What the page of one contribution shows, and which verbs it offers to the person."""
    user = request.user
    runs = can("reports.review_contribution", user, row)
    may_edit = can(EDIT, user, row)
    may_submit = may_edit and can("reports.submit_contribution", user, row)
    may_claim = row.administration_id is None and can("reports.claim_contribution", user, row)
    own = list_own_administrations(user, edition=row.edition) if may_claim else []
    return {
        "edition": row.edition,
        "contribution": row,
        "is_guest": not runs,
        "kind": (KINDS if runs else OWN_KINDS)[row.status],
        "parts": [(_label(name), getattr(row, name)) for name in TEMPLATE if getattr(row, name)],
        "places": list_places(row.point) if row.point else [],
        "is_as_taken": row.point is not None and row.submitted_at == row.created_at,
        "links": source_links(row) if runs else labels_only(source_links(row)),
        "may_review": runs,
        "may_edit": may_edit,
        "may_submit": may_submit,
        "may_withdraw": may_submit or (may_edit and row.is_draft),
        "claimants": list(own),
        "send_back": SendBackForm() if runs else None,
        "lines": list_history(target=row),
        "is_closed": row.edition.is_closed(timezone.now()),
        "kept": kept_key(row.edition, row, request.GET.get("kept", "")[:12]),
        "reference": reference_of(row),
    }


def reference_of(row: Contribution) -> str:
    """What a receipt quotes. Reads the administration."""
    code = row.administration.code if row.administration else "REGION"
    return f"{code}-{row.public_id.hex[:6].upper()}"


def kept_key(edition: Edition, row: Contribution | None, version: str) -> str:
    """The draft kept on the device: of one version, so that it never covers a newer one."""
    if row is None or version == "new":
        return f"contribution-new-{edition.pk}"
    return f"contribution-{row.public_id}-v{version}"


def _address(row: Contribution, *, kept: str) -> str:
    edition = row.edition
    args = [edition.series.slug, edition.number, row.public_id]
    return f"{reverse('reports:contribution-detail', args=args)}?kept={kept}"


def _found(request: PersonRequest, edition: Edition) -> ContributionFilter:
    return ContributionFilter(
        request.GET,
        list_contributions(request.user, edition=edition),
        administrations=list_contributing(edition=edition),
        topics=list_topics(edition=edition),
    )


def _form_context(
    edition: Edition,
    form: ContributionForm,
    administration: Any,
    *,
    runs: bool,
    row: Contribution | None = None,
) -> dict[str, Any]:
    return {
        "edition": edition,
        "form": form,
        "administration": administration,
        "is_guest": not runs,
        "contribution": row,
        "keep": kept_key(edition, row, str(row.version) if row else "new"),
    }


def _conflict(
    form: ContributionForm, topics: Any, error: ContributionChangedError
) -> dict[str, Any]:
    """Yours and theirs of each field that differs; the form holds yours and saves over theirs on purpose."""
    theirs = error.theirs
    differing = [
        (_label(name), _said(yours), _said(getattr(theirs, name)))
        for name, yours in error.yours.items()
        if yours != getattr(theirs, name)
    ]
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data["version"] = str(theirs.version)
    again = ContributionForm(data, topics=topics)
    return {"form": again, "differing": differing}


def _said(value: Any) -> str:
    return (
        str(value.title)
        if hasattr(value, "title") and not isinstance(value, str)
        else str(value or "")
    )


def _label(name: str) -> str:
    field: Any = Contribution._meta.get_field(name)
    words = str(getattr(field, "verbose_name", name))
    return words[:1].upper() + words[1:]
