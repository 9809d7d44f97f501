"""Materials of a session: upload, versions, removal and its undo, and the files themselves."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.access import get_material_for, get_session_for
from events.actions.materials import (
    MaterialExistsError,
    SameFileError,
    edit_material,
    put_back_material,
    remove_material,
    upload_material,
    upload_version,
)
from events.forms.sessions import FileForm, MaterialDetailsForm, MaterialForm
from events.models import Material, MaterialVersion, Session
from events.models.materials import UNDO_FOR
from events.queries import list_removed_materials, list_session_materials, list_versions
from events.uploads import FileRefusedError
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import HtmxHttpRequest, page
from workshop_portal.pages import accept, carry_out, done, posted


@access("events.upload_material")
@require_http_methods(["GET", "POST"])
def material_list(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """The materials of a session; a POST uploads another one. For organisers and who speaks in it."""
    session = get_session_for(
        request.user, slug=slug, public_id=public_id, to="events.upload_material"
    )
    form = MaterialForm(posted(request), request.FILES or None)
    material = accept(
        form,
        lambda: upload_material(session=session, by=request.user, **_uploaded(form)),
        {MaterialExistsError: "title", FileRefusedError: "file"},
    )
    if material is not None:
        words = _("“{title}” is there.").format(title=material.title)
        return done(request, words, _list_url(session))
    context = {
        "workshop": session.workshop,
        "session": session,
        "form": form,
        "materials": list_session_materials(session, request.user),
        "removed": list_removed_materials(session, timezone.now(), UNDO_FOR),
        "is_guest": not _runs(request, session),
        "tab": "agenda",
    }
    status = 422 if form.errors else 200
    return page(request, "events/material_list.html", context, status=status)


@access("events.edit_material")
@require_http_methods(["GET", "POST"])
def material_edit(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """Title, language and audience."""
    material = _editable(request, slug, public_id)
    form = MaterialDetailsForm(posted(request), initial=MaterialDetailsForm.values_of(material))
    saved = accept(
        form,
        lambda: edit_material(material=material, by=request.user, **form.cleaned_data),
        {MaterialExistsError: "title"},
    )
    if saved is not None:
        return done(request, _("Saved."), _list_url(material.session))
    return _material_form(request, material, form, material.title)


@access("events.edit_material")
@require_http_methods(["GET", "POST"])
def version_new(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """A newer file of a material."""
    material = _editable(request, slug, public_id)
    form = FileForm(posted(request), request.FILES or None)
    version = accept(
        form,
        lambda: upload_version(material=material, by=request.user, **_uploaded(form)),
        {SameFileError: "file", FileRefusedError: "file"},
    )
    if version is not None:
        words = _("Version {number} is there; the older ones are kept.")
        return done(request, words.format(number=version.number), _list_url(material.session))
    return _material_form(
        request, material, form, _("New version of “{title}”").format(title=material.title)
    )


@access("events.edit_material")
@require_POST
def material_remove(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    material = _editable(request, slug, public_id)
    return carry_out(
        request,
        lambda: remove_material(material=material, by=request.user),
        to=_list_url(material.session),
        done=_("Removed. For ten minutes you can put it back."),
    )


@access("events.edit_material")
@require_POST
def material_put_back(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """Undo a removal."""
    material = _editable(request, slug, public_id)
    return carry_out(
        request,
        lambda: put_back_material(material=material, by=request.user),
        to=_list_url(material.session),
        done=_("“{title}” is back.").format(title=material.title),
    )


@access(public=True)
@require_safe
def material_file(request: HtmxHttpRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """The newest file of a material, to those whom it is for; 404 to everybody else."""
    material = get_material_for(request.user, slug=slug, public_id=public_id)
    return _as_file(list_versions(material)[0], is_public=_is_public(material))


@access("events.edit_material")
@require_safe
def version_file(
    request: PersonRequest, slug: str, public_id: UUID, number: int
) -> HttpResponseBase:
    """An older file, to those who look after the material."""
    material = _editable(request, slug, public_id)
    return _as_file(get_object_or_404(material.versions, number=number), is_public=False)


def _as_file(version: MaterialVersion, *, is_public: bool) -> HttpResponseBase:
    """A file that a browser keeps and never runs, whatever is in it."""
    response = FileResponse(
        version.file.open("rb"),
        as_attachment=True,
        filename=version.name,
        content_type=version.content_type,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache" if is_public else "private, no-store"
    return response


def _is_public(material: Material) -> bool:
    return material.audience == Material.Audience.PUBLIC


def _editable(request: PersonRequest, slug: str, public_id: UUID) -> Material:
    return get_material_for(request.user, slug=slug, public_id=public_id, to="events.edit_material")


def _uploaded(form: FileForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    return values | {"name": values["file"].name}


def _runs(request: PersonRequest, session: Session) -> bool:
    return can("events.edit_session", request.user, session)


def _material_form(
    request: PersonRequest, material: Material, form: Any, title: str
) -> HttpResponse:
    session = material.session
    return form_page(
        request,
        form=form,
        title=title,
        workshop=session.workshop,
        trail=[(_list_url(session), session.title)],
        is_guest=not _runs(request, session),
        tab="agenda",
    )


def _list_url(session: Session) -> str:
    return reverse("events:material-list", args=[session.workshop.slug, session.public_id])
