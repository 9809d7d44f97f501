"""The settings of a workshop: details, mandate, bodies, team; and the steps of its life."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.access import get_workshop_for
from events.actions import life
from events.actions.organisers import (
    AlreadyOnTeamError,
    OrganiserExistsError,
    add_organiser,
    appoint_team_member,
    end_team_role,
    remove_organiser,
)
from events.actions.workshops import (
    EndsBeforeStartError,
    edit_workshop,
    remove_mandate,
    set_mandate,
)
from events.forms.workshops import (
    DeadlineForm,
    MandateForm,
    OrganiserForm,
    ReasonForm,
    ResumeForm,
    TeamMemberForm,
    WorkshopForm,
)
from events.models import Workshop
from events.queries import (
    get_settings_facts,
    list_double_bookings,
    list_open_checks,
    list_organisers,
    list_team,
)
from events.tabs import count_told
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import accept, carry_out, done, posted

EDIT = "events.edit_workshop"
Status = Workshop.Status


@access("events.view_workshop_board")
@require_safe
def workshop_settings(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug)
    is_draft = workshop.status == Status.DRAFT
    context = {
        "workshop": workshop,
        "allowed": {str(each) for each in Workshop.TRANSITIONS[Status(workshop.status)]},
        "tab": "settings",
        "open_checks": list_open_checks(workshop) if is_draft else [],
        "clashes": list_double_bookings(workshop) if is_draft else [],
        **get_settings_facts(workshop),
    }
    return page(request, "events/workshop_settings.html", context)


@access("events.edit_workshop")
@require_http_methods(["GET", "POST"])
def workshop_edit(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT)
    form = WorkshopForm(posted(request), initial=WorkshopForm.values_of(workshop))
    if "confirmed" not in request.POST and _moves_people(workshop, form):
        form.ask()
        asked = _mails(workshop)
        return _settings_form(request, workshop, form, _("Edit the workshop"), asked=asked)
    saved = accept(
        form,
        lambda: edit_workshop(workshop=workshop, by=request.user, **form.cleaned_data),
        {EndsBeforeStartError: "ends_on"},
    )
    if saved is not None:
        words = _("Saved.")
        if saved.starts_on != workshop.starts_on:
            days = (saved.starts_on - workshop.starts_on).days
            words = _("Saved. Agenda and deadline moved by {days} days.").format(days=days)
        return done(request, words, _settings_url(workshop))
    return _settings_form(request, workshop, form, _("Edit the workshop"))


@access("events.edit_workshop")
@require_http_methods(["GET", "POST"])
def workshop_mandate(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT)
    form = MandateForm(posted(request), initial=MandateForm.values_of(workshop))
    if accept(form, lambda: set_mandate(workshop=workshop, by=request.user, **form.cleaned_data)):
        return done(request, _("Saved."), _settings_url(workshop))
    return _settings_form(request, workshop, form, _("Mandate"))


@access("events.edit_workshop")
@require_POST
def mandate_remove(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT)
    return carry_out(
        request,
        lambda: remove_mandate(workshop=workshop, by=request.user),
        to=_settings_url(workshop),
        done=_("The mandate is taken back."),
    )


@access("events.edit_workshop")
@require_http_methods(["GET", "POST"])
def organiser_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The bodies; a POST adds one."""
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT)
    form = OrganiserForm(posted(request))
    organiser = accept(
        form,
        lambda: add_organiser(workshop=workshop, by=request.user, **form.cleaned_data),
        {OrganiserExistsError: "administration"},
    )
    if organiser is not None:
        words = _("{body} is added.").format(body=organiser.administration.name)
        return done(request, words, _url("organiser-list", workshop))
    context = {
        "workshop": workshop,
        "form": form,
        "organisers": list_organisers(workshop),
        "may_add_bodies": can("administrations.create_administration", request.user),
        "tab": "settings",
    }
    status = 422 if form.errors else 200
    return page(request, "events/organiser_list.html", context, status=status)


@access("events.edit_workshop")
@require_POST
def organiser_remove(request: PersonRequest, slug: str, code: str, role: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT)
    organiser = get_object_or_404(list_organisers(workshop), administration__code=code, role=role)
    return carry_out(
        request,
        lambda: remove_organiser(organiser=organiser, by=request.user),
        to=_url("organiser-list", workshop),
        done=_("{body} is taken off.").format(body=organiser.administration.name),
    )


@access("events.view_workshop_board")
@require_safe
def team_list(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug)
    return _team_page(request, workshop, TeamMemberForm())


@access("events.appoint_organiser")
@require_POST
def team_add(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to="events.appoint_organiser")
    form = TeamMemberForm(request.POST)
    member = accept(
        form,
        lambda: appoint_team_member(workshop=workshop, by=request.user, **form.cleaned_data),
        {AlreadyOnTeamError: "email"},
    )
    if member is None:
        return _team_page(request, workshop, form)
    words = _("{person} is appointed.").format(person=member.user)
    return done(request, words, _url("team-list", workshop))


@access("events.appoint_organiser")
@require_POST
def team_end(request: PersonRequest, slug: str, member: int) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to="events.appoint_organiser")
    row = get_object_or_404(list_team(workshop), pk=member)
    return carry_out(
        request,
        lambda: end_team_role(member=row, by=request.user),
        to=_url("team-list", workshop),
        done=_("The role of {person} has ended.").format(person=row.user),
    )


# The steps of a workshop's life -------------------------------------------------------------------


@access("events.publish_workshop")
@require_POST
def workshop_publish(request: PersonRequest, slug: str) -> HttpResponseBase:
    """A draft with somebody in two sessions at once is published by who says so: `despite`."""
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    is_draft = workshop.status == Status.DRAFT and "despite" not in request.POST
    if is_draft and list_double_bookings(workshop):
        words = _("Not published yet: somebody is in two sessions at the same time.")
        messages.warning(request, words)
        return redirect(_settings_url(workshop))
    return _step(request, slug, life.publish_workshop, _("Published. Everybody can see the page."))


@access("events.publish_workshop")
@require_POST
def nominations_close(request: PersonRequest, slug: str) -> HttpResponseBase:
    return _step(request, slug, life.close_nominations, _("Nominations are closed."))


@access("events.publish_workshop")
@require_POST
def workshop_start(request: PersonRequest, slug: str) -> HttpResponseBase:
    return _step(request, slug, life.start_workshop, _("The workshop is running."))


@access("events.publish_workshop")
@require_POST
def workshop_conclude(request: PersonRequest, slug: str) -> HttpResponseBase:
    return _step(request, slug, life.conclude_workshop, _("The workshop is concluded."))


@access("events.publish_workshop")
@require_POST
def workshop_archive(request: PersonRequest, slug: str) -> HttpResponseBase:
    return _step(request, slug, life.archive_workshop, _("The workshop is in the archive."))


@access("events.publish_workshop")
@require_http_methods(["GET", "POST"])
def workshop_nominations(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Open nominations, or extend them."""
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    is_new = workshop.status not in {Status.NOMINATIONS_OPEN, Status.NOMINATIONS_CLOSED}
    title = _("Open nominations") if is_new else _("Extend nominations")
    act = life.open_nominations if is_new else life.extend_nominations
    form = DeadlineForm(posted(request), workshop=workshop, submit=title)
    opened = accept(
        form,
        lambda: act(workshop=workshop, closes_at=form.closes_at(), by=request.user),
        {
            life.DeadlinePastError: "closes_on",
            life.DeadlineAfterWorkshopError: "closes_on",
        },
    )
    if opened is not None:
        return done(request, _("Focal points can nominate."), _settings_url(workshop))
    return _settings_form(request, workshop, form, title)


@access("events.publish_workshop")
@require_http_methods(["GET", "POST"])
def workshop_postpone(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    form = ReasonForm(posted(request), submit=_("Postpone and tell everybody"))
    words = _("Postponed. Everybody who was invited is told.")
    return _ending(
        request, workshop, form, act=life.postpone_workshop, words=words, title=_("Postpone")
    )


@access("events.publish_workshop")
@require_http_methods(["GET", "POST"])
def workshop_cancel(request: PersonRequest, slug: str) -> HttpResponseBase:
    """For good: the name has to be typed."""
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    form = ReasonForm(
        posted(request), submit=_("Cancel and tell everybody"), must_type=workshop.slug
    )
    words = _("Cancelled. Everybody who was invited is told.")
    title = _("Cancel the workshop")
    return _ending(request, workshop, form, act=life.cancel_workshop, words=words, title=title)


@access("events.publish_workshop")
@require_http_methods(["GET", "POST"])
def workshop_resume(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Hold a postponed workshop on other days. Everybody who was told that it is postponed is told of them."""
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    form = ResumeForm(posted(request), initial={"starts_on": workshop.starts_on})
    resumed = accept(
        form,
        lambda: life.resume_workshop(workshop=workshop, by=request.user, **form.cleaned_data),
    )
    if resumed is not None:
        words = _("The workshop has new days. Everybody who was invited is told.")
        return done(request, words, _settings_url(workshop))
    return _settings_form(request, workshop, form, _("Name new days"), label=_mails(workshop))


def _step(
    request: PersonRequest, slug: str, act: Callable[..., Any], words: str
) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to="events.publish_workshop")
    return carry_out(
        request,
        lambda: act(workshop=workshop, by=request.user),
        to=_settings_url(workshop),
        done=words,
    )


def _ending(
    request: PersonRequest,
    workshop: Workshop,
    form: ReasonForm,
    *,
    act: Callable[..., Workshop],
    words: str,
    title: str,
) -> HttpResponseBase:
    ended = accept(
        form,
        lambda: act(workshop=workshop, reason=form.cleaned_data["reason"], by=request.user),
        {life.ReasonMissingError: "reason"},
    )
    if ended is not None:
        return done(request, words, _settings_url(workshop))
    return _settings_form(request, workshop, form, title, label=_mails(workshop))


def _moves_people(workshop: Workshop, form: WorkshopForm) -> bool:
    """Whether the form is right and gives another first day to a workshop that people count on."""
    rests = not workshop.is_public or workshop.status == Status.POSTPONED or workshop.is_ended
    if rests or not form.is_bound or not form.is_valid():
        return False
    return form.cleaned_data["starts_on"] != workshop.starts_on and count_told(workshop) > 0


def _mails(workshop: Workshop) -> str:
    """How many people the act would mail; said before it is done."""
    number = count_told(workshop)
    words = ngettext(
        "You are about to mail %(count)d person.", "You are about to mail %(count)d people.", number
    )
    return words % {"count": number} if number else ""


def _team_page(request: PersonRequest, workshop: Workshop, form: TeamMemberForm) -> HttpResponse:
    context = {
        "workshop": workshop,
        "form": form,
        "team": list_team(workshop),
        "may_appoint": can("events.appoint_organiser", request.user, workshop),
        "tab": "settings",
    }
    status = 422 if form.errors else 200
    return page(request, "events/team_list.html", context, status=status)


def _settings_form(
    request: PersonRequest, workshop: Workshop, form: Any, title: str, **more: str
) -> HttpResponse:
    trail = [(_settings_url(workshop), _("Settings"))]
    return form_page(
        request, form=form, title=title, workshop=workshop, trail=trail, tab="settings", **more
    )


def _url(name: str, workshop: Workshop) -> str:
    return reverse(f"events:{name}", args=[workshop.slug])


def _settings_url(workshop: Workshop) -> str:
    return _url("workshop-settings", workshop)
