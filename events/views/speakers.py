"""Speakers of a workshop, and the library of instruments."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.access import get_asked_session, get_speaker_for, get_workshop_for
from events.actions.instruments import (
    InstrumentExistsError,
    add_instrument,
    attach_instrument,
    edit_instrument,
    remove_instrument,
)
from events.actions.speakers import (
    SpeakerExistsError,
    add_speaker,
    assign_speaker,
    edit_speaker,
    remove_speaker,
)
from events.forms.sessions import InstrumentForm, SpeakerForm
from events.models import Instrument, Session, SessionSpeaker, Speaker, Workshop
from events.queries import list_instruments, list_speakers
from events.views.pages import form_page
from workshop_portal.accounts.actions import get_or_create_person
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.authorization import access, require
from workshop_portal.http import page
from workshop_portal.pages import NOT_THE_NAME, accept, carry_out, done, has_typed, posted


@access("events.view_workshop_board")
@require_safe
def speaker_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug)
    context = {"workshop": workshop, "speakers": list_speakers(workshop), "tab": "agenda"}
    return page(request, "events/speaker_list.html", context)


@access("events.edit_workshop")
@require_http_methods(["GET", "POST"])
def speaker_new(request: PersonRequest, slug: str) -> HttpResponseBase:
    """A speaker of the workshop; with `?session=` with a part in it, and back there."""
    workshop = get_workshop_for(request.user, slug=slug, to="events.edit_workshop")
    session = get_asked_session(request.user, request.GET.get("session"))
    form = SpeakerForm(posted(request), watch=False)
    speaker = accept(
        form,
        lambda: _add(workshop, session, form.cleaned_data, request.user),
        {SpeakerExistsError: "family_name"},
    )
    if speaker is not None:
        words = _("{name} is among the speakers.") if session is None else _("{name} has a part.")
        to = _list_url(workshop) if session is None else _session_url(session)
        return done(request, words.format(name=speaker.full_name), to)
    return form_page(
        request,
        form=form,
        title=_("New speaker"),
        workshop=workshop,
        trail=_steps(workshop) if session is None else _session_steps(session),
        tab="agenda",
    )


@access("events.edit_speaker")
@require_http_methods(["GET", "POST"])
def speaker_edit(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    speaker = get_speaker_for(request.user, slug=slug, public_id=public_id)
    form = SpeakerForm(posted(request), initial=SpeakerForm.values_of(speaker))
    saved = accept(
        form,
        lambda: _edit(speaker, form.cleaned_data, request.user),
        {SpeakerExistsError: "family_name"},
    )
    if saved is not None:
        return done(request, _("Saved."), _list_url(speaker.workshop))
    return form_page(
        request,
        form=form,
        title=speaker.full_name,
        workshop=speaker.workshop,
        trail=_steps(speaker.workshop),
        tab="agenda",
    )


@access("events.edit_speaker")
@require_POST
def speaker_remove(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    speaker = get_speaker_for(request.user, slug=slug, public_id=public_id)
    if not has_typed(request, speaker.family_name):
        messages.error(request, NOT_THE_NAME)
        return redirect(_list_url(speaker.workshop))
    return carry_out(
        request,
        lambda: remove_speaker(speaker=speaker, by=request.user),
        to=_list_url(speaker.workshop),
        done=_("{name} is not among the speakers any more.").format(name=speaker.full_name),
    )


@access("events.manage_instruments")
@require_safe
def instrument_list(request: PersonRequest) -> HttpResponseBase:
    require("events.manage_instruments", request.user)
    return page(request, "events/instrument_list.html", {"instruments": list_instruments()})


@access("events.manage_instruments")
@require_http_methods(["GET", "POST"])
def instrument_new(request: PersonRequest) -> HttpResponseBase:
    """An instrument of the library; with `?session=` introduced there, and back to it."""
    require("events.manage_instruments", request.user)
    session = get_asked_session(request.user, request.GET.get("session"))
    form = InstrumentForm(posted(request), watch=False)
    instrument = accept(
        form,
        lambda: _add_instrument(session, form.cleaned_data, request.user),
        {InstrumentExistsError: "title"},
    )
    if instrument is not None and session is not None:
        words = _("The library has it, and the session introduces it.")
        return done(request, words, _session_url(session))
    if instrument is not None:
        return done(request, _("The library has it."), reverse("events:instrument-list"))
    trail = _library_step() if session is None else _session_steps(session)
    return form_page(request, form=form, title=_("New instrument"), trail=trail)


@access("events.manage_instruments")
@require_http_methods(["GET", "POST"])
def instrument_edit(request: PersonRequest, instrument: int) -> HttpResponseBase:
    require("events.manage_instruments", request.user)
    row = get_object_or_404(Instrument, pk=instrument)
    form = InstrumentForm(posted(request), initial=InstrumentForm.values_of(row))
    saved = accept(
        form,
        lambda: edit_instrument(instrument=row, by=request.user, **form.cleaned_data),
        {InstrumentExistsError: "title"},
    )
    if saved is not None:
        return done(request, _("Saved."), reverse("events:instrument-list"))
    return form_page(request, form=form, title=_("Edit the instrument"), trail=_library_step())


@access("events.manage_instruments")
@require_POST
def instrument_remove(request: PersonRequest, instrument: int) -> HttpResponseBase:
    require("events.manage_instruments", request.user)
    row = get_object_or_404(Instrument, pk=instrument)
    return carry_out(
        request,
        lambda: remove_instrument(instrument=row, by=request.user),
        to=reverse("events:instrument-list"),
        done=_("The library has it no longer."),
    )


@transaction.atomic
def _add(workshop: Workshop, session: Session | None, cleaned: dict[str, Any], by: User) -> Speaker:
    speaker = add_speaker(workshop=workshop, by=by, **_with_person(workshop, cleaned, by))
    if session is not None:
        assign_speaker(session=session, speaker=speaker, role=SessionSpeaker.Role.SPEAKER, by=by)
    return speaker


@transaction.atomic
def _add_instrument(session: Session | None, cleaned: dict[str, Any], by: User) -> Instrument:
    instrument = add_instrument(by=by, **cleaned)
    if session is not None:
        attach_instrument(session=session, instrument=instrument, by=by)
    return instrument


@transaction.atomic
def _edit(speaker: Speaker, cleaned: dict[str, Any], by: User) -> Speaker:
    return edit_speaker(speaker=speaker, by=by, **_with_person(speaker.workshop, cleaned, by))


def _with_person(workshop: Workshop, cleaned: dict[str, Any], by: User) -> Any:
    """The speaker's account in place of the address."""
    values = dict(cleaned)
    email = values.pop("email")
    values["user"] = None
    if email:
        names = {"given_name": values["given_name"], "family_name": values["family_name"]}
        home = values["administration"] or workshop
        values["user"], _made = get_or_create_person(
            email=email, by=by, time_zone=home.time_zone, is_demo=workshop.is_demo, **names
        )
    return values


def _list_url(workshop: Workshop) -> str:
    return reverse("events:speaker-list", args=[workshop.slug])


def _session_url(session: Session) -> str:
    return reverse("events:session-detail", args=[session.workshop.slug, session.public_id])


def _session_steps(session: Session) -> list[tuple[str, Any]]:
    return [(_session_url(session), session.title)]


def _steps(workshop: Workshop) -> list[tuple[str, Any]]:
    agenda = reverse("events:workshop-agenda", args=[workshop.slug])
    return [(agenda, _("Agenda")), (_list_url(workshop), _("Speakers"))]


def _library_step() -> list[tuple[str, Any]]:
    return [(reverse("events:instrument-list"), _("Instruments"))]
