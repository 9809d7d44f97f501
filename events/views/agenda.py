"""The organisers' agenda: its sessions, who speaks in them and which instruments they introduce."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.access import get_session_for, get_workshop_for
from events.actions.instruments import (
    AlreadyIntroducedError,
    attach_instrument,
    detach_instrument,
)
from events.actions.sessions import (
    SessionEndsBeforeStartError,
    SessionExistsError,
    SessionTooLongError,
    add_session,
    edit_session,
    move_session,
    remove_session,
)
from events.actions.speakers import (
    AlreadyInSessionError,
    assign_speaker,
    edit_part,
    unassign_speaker,
)
from events.forms.fields import said_back
from events.forms.sessions import AttachForm, EditPartForm, MoveForm, PartForm, SessionForm
from events.models import Session, SessionSpeaker, Workshop
from events.queries import (
    days_of,
    get_next_start,
    get_session,
    list_clashes,
    list_days,
    list_sessions,
)
from events.tabs import list_session_uses
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import (
    NOT_THE_NAME,
    Places,
    accept,
    carry_out,
    done,
    has_typed,
    posted,
    refused,
)
from workshop_portal.refusals import Refusal

SESSION_REFUSALS: Places = {
    SessionEndsBeforeStartError: "ends",
    SessionTooLongError: "ends",
    SessionExistsError: "title",
}


@access("events.view_workshop_board")
@require_safe
def workshop_agenda(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Days with their sessions, minutes and clashes."""
    workshop = get_workshop_for(request.user, slug=slug)
    sessions = list_sessions(workshop, user=request.user)
    days = {each.day: each for each in days_of(sessions, workshop.zone)}
    inside = list_days(workshop)
    context = {
        "workshop": workshop,
        "days": [(day, days.get(day)) for day in sorted({*inside, *days})],
        "clashes": list_clashes(workshop, sessions),
        "count": len(sessions),
        "tab": "agenda",
    }
    return page(request, "events/workshop_agenda.html", context)


@access("events.edit_workshop")
@require_http_methods(["GET", "POST"])
def session_new(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to="events.edit_workshop")
    form = SessionForm(
        posted(request), workshop=workshop, watch=False, initial=_next(request, workshop)
    )
    session = accept(
        form,
        lambda: add_session(workshop=workshop, by=request.user, **form.cleaned_data),
        SESSION_REFUSALS,
    )
    if session is not None:
        return done(request, _said(session, workshop), _agenda_url(workshop, session))
    return form_page(
        request,
        form=form,
        title=_("New session"),
        workshop=workshop,
        trail=_agenda_step(workshop),
        tab="agenda",
    )


@access("events.edit_session")
@require_safe
def session_detail(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    return _session_page(request, session)


@access("events.edit_session")
@require_http_methods(["GET", "POST"])
def session_edit(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    workshop = session.workshop
    form = SessionForm(
        posted(request), workshop=workshop, initial=SessionForm.values_of(session, workshop)
    )
    saved = accept(
        form,
        lambda: edit_session(session=session, by=request.user, **form.cleaned_data),
        SESSION_REFUSALS,
    )
    if saved is not None:
        return done(request, _said(saved, workshop), _session_url(session))
    return form_page(
        request,
        form=form,
        title=_("Edit the session"),
        workshop=workshop,
        trail=[*_agenda_step(workshop), (_session_url(session), session.title)],
        label=said_back(session.starts_at, session.ends_at, workshop.zone),
        tab="agenda",
    )


@access("events.edit_session")
@require_POST
def session_move(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    workshop = session.workshop
    form = MoveForm(request.POST, session=session, workshop=workshop)
    moved = accept(form, lambda: move_session(session=session, by=request.user, **_when(form)))
    if moved is None:
        return _session_page(request, session, move=form)
    session.refresh_from_db()
    return done(request, _said(session, workshop), _session_url(session))


@access("events.edit_session")
@require_POST
def session_remove(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    if not has_typed(request, str(session.title)):
        return _session_page(request, session, remove_error=NOT_THE_NAME)
    try:
        remove_session(session=session, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, _session_url(session))
    words = _("“{title}” is off the agenda.").format(title=session.title)
    return done(request, words, reverse("events:workshop-agenda", args=[slug]))


@access("events.edit_session")
@require_POST
def part_add(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    form = PartForm(request.POST, workshop=session.workshop)
    part = accept(
        form,
        lambda: assign_speaker(session=session, by=request.user, **form.cleaned_data),
        {AlreadyInSessionError: "speaker"},
    )
    if part is None:
        return _session_page(request, session, part=form)
    words = _("{name} has a part.").format(name=part.speaker.full_name)
    return done(request, words, _session_url(session))


@access("events.edit_session")
@require_http_methods(["GET", "POST"])
def part_edit(
    request: PersonRequest, slug: str, public_id: UUID, speaker: UUID
) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    part = _part(session, speaker)
    form = EditPartForm(posted(request), initial=EditPartForm.values_of(part))
    if accept(form, lambda: edit_part(part=part, by=request.user, **form.cleaned_data)):
        return done(request, _("Saved."), _session_url(session))
    return form_page(
        request,
        form=form,
        title=part.speaker.full_name,
        workshop=session.workshop,
        trail=[*_agenda_step(session.workshop), (_session_url(session), session.title)],
        tab="agenda",
    )


@access("events.edit_session")
@require_POST
def part_remove(
    request: PersonRequest, slug: str, public_id: UUID, speaker: UUID
) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    part = _part(session, speaker)
    return carry_out(
        request,
        lambda: unassign_speaker(part=part, by=request.user),
        to=_session_url(session),
        done=_("{name} has no part in it any more.").format(name=part.speaker.full_name),
    )


@access("events.edit_session")
@require_POST
def briefing_add(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """Say that the session introduces an instrument."""
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    form = AttachForm(request.POST, session=session)
    link = accept(
        form,
        lambda: attach_instrument(session=session, by=request.user, **form.cleaned_data),
        {AlreadyIntroducedError: "instrument"},
    )
    if link is None:
        return _session_page(request, session, attach=form)
    return done(request, _("The session introduces it."), _session_url(session))


@access("events.edit_session")
@require_POST
def briefing_remove(
    request: PersonRequest, slug: str, public_id: UUID, instrument: int
) -> HttpResponseBase:
    session = get_session_for(request.user, slug=slug, public_id=public_id)
    link = get_object_or_404(session.session_instruments, instrument__pk=instrument)
    return carry_out(
        request,
        lambda: detach_instrument(link=link, by=request.user),
        to=_session_url(session),
        done=_("The session introduces it no longer."),
    )


def _session_page(
    request: PersonRequest, session: Session, *, remove_error: Any = "", **forms: Any
) -> HttpResponse:
    """One session with all its forms; `forms` are those that were refused: part, attach, move."""
    workshop = session.workshop
    found = get_session(session, user=request.user)
    context = {
        "workshop": workshop,
        "session": found,
        "times": said_back(session.starts_at, session.ends_at, workshop.zone),
        "part_form": forms.get("part") or PartForm(workshop=workshop),
        "attach_form": forms.get("attach") or AttachForm(session=session),
        "move_form": forms.get("move") or MoveForm(session=session, workshop=workshop),
        "remove_error": remove_error,
        "uses": list_session_uses(session),
        "may_add_instruments": can("events.manage_instruments", request.user),
        "tab": "agenda",
    }
    is_wrong = bool(remove_error) or any(form.errors for form in forms.values())
    status = 422 if is_wrong else 200
    return page(request, "events/session_detail.html", context, status=status)


def _part(session: Session, speaker: UUID) -> SessionSpeaker:
    parts = session.session_speakers.select_related("speaker", "session__workshop")
    return get_object_or_404(parts, speaker__public_id=speaker)


def _next(request: PersonRequest, workshop: Workshop) -> dict[str, Any]:
    """Where a new session begins: after the last one of the day that was asked for."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2099:  # as in `Day`
        day = workshop.starts_on
    start = get_next_start(workshop, day)
    return {"day": day, "starts": start.time() if start else None, "kind": Session.Kind.DISCUSSION}


def _when(form: MoveForm) -> dict[str, Any]:
    names = ("starts_at", "with_following")
    return {name: form.cleaned_data[name] for name in names}


def _said(session: Session, workshop: Workshop) -> str:
    times = said_back(session.starts_at, session.ends_at, workshop.zone)
    return f"{session.title}: {times}"


def _agenda_url(workshop: Workshop, session: Session) -> str:
    return f"{reverse('events:workshop-agenda', args=[workshop.slug])}#s-{session.public_id}"


def _session_url(session: Session) -> str:
    return reverse("events:session-detail", args=[session.workshop.slug, session.public_id])


def _agenda_step(workshop: Workshop) -> list[tuple[str, Any]]:
    return [(reverse("events:workshop-agenda", args=[workshop.slug]), _("Agenda"))]
