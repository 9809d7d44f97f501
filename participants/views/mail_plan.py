"""The mail plan of a workshop: its rows with whom they reach now, and every change of it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from events.access import get_workshop_for
from events.models import Workshop
from participants import reminders
from participants.access import get_reminder_for
from participants.actions.mail_plan import (
    HourMissingError,
    NotWholeDaysError,
    PlannedAlreadyError,
    TooFarAwayError,
    UnknownMailError,
    add_reminder,
    edit_reminder,
    remove_reminder,
    send_test_reminder,
    switch_reminder,
    use_usual_plan,
)
from participants.audiences import AUDIENCES, REMINDER_MAILS, Recipient
from participants.forms.mail_plan import ReminderForm, SwitchForm
from participants.models import PlannedReminder
from participants.naming import size_words
from participants.queries.reminders import UNSENT, Moments, get_moments, list_reminders
from participants.reminders import USUAL_PLAN
from participants.tables import plan_header, plan_rows
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.leases import SupersededError
from workshop_portal.mail.rendering import RenderedMail, render_for
from workshop_portal.pages import Places, accept, carry_out, done, posted, refused
from workshop_portal.refusals import Refusal
from workshop_portal.times import city

VIEW = "participants.view_mail_plan"
EDIT_PLAN = "participants.edit_mail_plan"
EDIT = "participants.edit_reminder"
PLACES: Places = {
    UnknownMailError: "mail",
    PlannedAlreadyError: "number",
    HourMissingError: "at",
    NotWholeDaysError: "number",
    TooFarAwayError: "number",
}
OFFERED = 200
"""So many people at most to choose from in a preview."""


@access(VIEW)
@require_GET
def mail_plan(request: PersonRequest, slug: str) -> HttpResponse:
    """Each mail with whom it reaches now and when, in the order of time."""
    workshop = get_workshop_for(request.user, slug=slug, to=VIEW)
    context = {
        "workshop": workshop,
        "rows": _lines(workshop),
        "outbox_url": f"{reverse('mail:outbox')}?{urlencode({'workshop': workshop.pk})}",
        "rests": workshop.status in UNSENT,
        "may_change": not workshop.is_frozen,
        "usual": len(USUAL_PLAN),
    }
    return page(request, "participants/mail_plan.html", context)


@access(VIEW)
@require_GET
def mail_plan_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=VIEW)
    rows = plan_rows(_lines(workshop), workshop.zone)
    header = plan_header(workshop.zone)
    return table_response(format, f"mail-plan-{slug}", header, rows, title=_("Mail plan"))


@access(EDIT_PLAN)
@require_POST
def mail_plan_usual(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT_PLAN)
    to = _plan_url(slug)
    try:
        number = use_usual_plan(workshop=workshop, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, to)
    words = ngettext(
        "%(count)d mail was added to the plan.", "%(count)d mails were added to the plan.", number
    )
    none = _("Every mail of the usual plan is there already.")
    return done(request, words % {"count": number} if number else none, to)


@access(EDIT_PLAN)
@require_http_methods(["GET", "POST"])
def reminder_add(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug, to=EDIT_PLAN)
    form = ReminderForm(posted(request))
    added = accept(
        form,
        lambda: add_reminder(workshop=workshop, details=form.details(), by=request.user),
        PLACES,
    )
    if added is not None:
        return done(request, _("The mail is in the plan."), _plan_url(slug))
    return _form_page(request, workshop, form, None)


@access(EDIT)
@require_http_methods(["GET", "POST"])
def reminder_edit(request: PersonRequest, slug: str, reminder: int) -> HttpResponseBase:
    row = get_reminder_for(request.user, slug=slug, reminder=reminder)
    form = ReminderForm(posted(request), reminder=row)
    saved = accept(
        form,
        lambda: edit_reminder(reminder=row, details=form.details(), by=request.user),
        PLACES,
    )
    if saved is not None:
        return done(request, _("Saved."), _plan_url(slug))
    return _form_page(request, row.workshop, form, row)


@access(EDIT)
@require_POST
def reminder_remove(request: PersonRequest, slug: str, reminder: int) -> HttpResponseBase:
    row = get_reminder_for(request.user, slug=slug, reminder=reminder)
    return carry_out(
        request,
        lambda: remove_reminder(reminder=row, by=request.user),
        to=_plan_url(slug),
        done=_("Taken out of the plan: %s.") % _title(row),
    )


@access(EDIT)
@require_POST
def reminder_switch(request: PersonRequest, slug: str, reminder: int) -> HttpResponseBase:
    row = get_reminder_for(request.user, slug=slug, reminder=reminder)
    form = SwitchForm(request.POST)
    form.is_valid()
    is_active: bool = form.cleaned_data["is_active"]
    said = _("Switched on: %s.") if is_active else _("Switched off: %s.")
    return carry_out(
        request,
        lambda: switch_reminder(reminder=row, is_active=is_active, by=request.user),
        to=_plan_url(slug),
        done=said % _title(row),
    )


@access(EDIT)
@require_POST
def reminder_test(request: PersonRequest, slug: str, reminder: int) -> HttpResponseBase:
    row = get_reminder_for(request.user, slug=slug, reminder=reminder)
    said = _("A test mail is on its way to %(address)s.")
    return carry_out(
        request,
        lambda: send_test_reminder(reminder=row, by=request.user),
        to=_plan_url(slug),
        done=said % {"address": request.user.email},
    )


@access(EDIT)
@require_GET
def reminder_preview(request: PersonRequest, slug: str, reminder: int) -> HttpResponseBase:
    """The mail of a row as one of those whom it reaches would get it now, in that person's language and zone."""
    row = get_reminder_for(request.user, slug=slug, reminder=reminder)
    known = REMINDER_MAILS.get(row.template)
    if known is None:
        raise Http404
    if known.is_manual:  # its own page shows samples before it is sent
        return redirect(known.by_hand, slug)
    reached = reminders.list_reached(row, timezone.now())
    wanted = request.GET.get("person", "")
    chosen = next((each for each in reached if str(each.user.public_id) == wanted), None)
    chosen = chosen or (reached[0] if reached else None)
    context = {
        "workshop": row.workshop,
        "reminder": row,
        "title": _title(row),
        "people": list({each.user.pk: each.user for each in reached}.values())[:OFFERED],
        "chosen": chosen.user if chosen else None,
        **(_rendered(row, chosen) if chosen else {}),
    }
    return page(request, "participants/mail_plan_preview.html", context)


def _rendered(row: PlannedReminder, chosen: Recipient) -> dict[str, Any]:
    """What the person would read, or why nothing."""
    try:
        mail: RenderedMail = render_for(
            template=row.template, params=chosen.params, person=chosen.user
        )
    except (ObjectDoesNotExist, SupersededError):
        return {"mail": None}
    return {
        "mail": mail,
        "language": get_language_info(mail.language)["name_translated"],
        "city": city(mail.zone),
    }


def _form_page(
    request: PersonRequest, workshop: Workshop, form: ReminderForm, row: PlannedReminder | None
) -> HttpResponseBase:
    context = {"workshop": workshop, "form": form, "reminder": row, "title": row and _title(row)}
    status = 422 if form.errors else 200
    return page(request, "participants/mail_plan_form.html", context, status=status)


def _lines(workshop: Workshop) -> list[dict[str, Any]]:
    """The rows of the page, in the order of time."""
    now = timezone.now()
    moments = get_moments([workshop])[workshop.pk]
    sizes = {name: each.size(workshop, now) for name, each in AUDIENCES.items()}
    rows = [_line(row, moments, now) for row in list_reminders(workshop=workshop)]
    for row in rows:
        row["size"] = sizes.get(row["reminder"].audience)
    return sorted(rows, key=_by_time)


def _line(row: PlannedReminder, moments: Moments, now: datetime) -> dict[str, Any]:
    """What one row of the page shows."""
    known = REMINDER_MAILS.get(row.template)
    audience = AUDIENCES.get(row.audience)
    zone = row.workshop.zone
    due = reminders.due_at(row, moments, zone)
    is_over = reminders.is_over(row, moments, now)
    word, kind = _state(row, is_over=is_over, is_manual=known is not None and known.is_manual)
    return {
        "reminder": row,
        "title": _title(row),
        "audience": audience.label if audience else row.audience,
        "distance": _distance(row),
        "due": due,
        "due_day": due.astimezone(zone).date() if due else None,
        "is_manual": known is not None and known.is_manual,
        "by_hand_url": reverse(known.by_hand, args=[row.workshop.slug])
        if known is not None and known.is_manual
        else "",
        "is_wall_clock": row.timing == PlannedReminder.Timing.WALL_CLOCK,
        "hour": f"{row.at:%H:%M}" if row.at else "",
        "word": word,
        "kind": kind,
    }


def _state(row: PlannedReminder, *, is_over: bool, is_manual: bool) -> tuple[str, str]:
    if is_manual:
        return _("By hand"), "half"
    if not row.is_active:
        return _("Switched off"), "off"
    if is_over:
        return _("Time has passed"), "off"
    return _("Active"), "done"


def _distance(row: PlannedReminder) -> str:
    """Such as: 21 days before the start."""
    anchors = PlannedReminder.Anchor
    size = size_words(row.offset, row.timing)
    said = {
        (anchors.START, True): _("%(size)s before the start"),
        (anchors.START, False): _("%(size)s after the start"),
        (anchors.END, True): _("%(size)s before the end"),
        (anchors.END, False): _("%(size)s after the end"),
        (anchors.NOMINATIONS_CLOSE, True): _("%(size)s before nominations close"),
        (anchors.NOMINATIONS_CLOSE, False): _("%(size)s after nominations close"),
    }
    return said[anchors(row.anchor), row.offset <= timedelta(0)] % {"size": size}


def _by_time(line: dict[str, Any]) -> tuple[bool, datetime, int]:
    due = line["due"]
    last = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return due is None, due or last, line["reminder"].pk


def _title(row: PlannedReminder) -> str:
    known = REMINDER_MAILS.get(row.template)
    return str(known.title) if known else _("A mail of an earlier version")


def _plan_url(slug: str) -> str:
    return reverse("participants:mail-plan", args=[slug])
