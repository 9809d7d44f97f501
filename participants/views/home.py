"""What a delegate sees: My workshop, the profile with its consents, the page that sends a new link."""

from contextlib import suppress
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.access import get_public_workshop
from events.models import Workshop
from participants.access import get_own_registration
from participants.actions.changes import NotApprovedError, WorkshopOffError, send_new_link
from participants.actions.profiles import confirm_registration, withdraw_consents
from participants.forms.profile import ConsentsForm, DelegateForm
from participants.models import Registration
from participants.queries.home import (
    get_now_next,
    list_own_days,
    list_own_materials,
    list_own_sessions,
)
from participants.tabs import HOME_PANELS, HOME_TASKS, HomeTask, find_session_details
from workshop_portal.accounts.forms import NewLinkForm
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest, page
from workshop_portal.pages import accept, done, posted

CONFIRM = "participants.confirm_registration"


@never_cache
@access("participants.view_home")
@require_safe
def home(request: PersonRequest, slug: str) -> HttpResponseBase:
    """My workshop. The part `now` asks for itself again, so that Join turns live. Queries: 5 and the panels'.

    Of a workshop that is cancelled or postponed it says so and why, and neither agenda nor tasks.
    """
    registration = get_own_registration(request.user, slug=slug)
    workshop, now = registration.workshop, timezone.now()
    sessions = [] if workshop.is_off else list_own_sessions(workshop)
    details = find_session_details(registration, sessions) if registration.is_taking_part else {}
    context: dict[str, Any] = {
        **_own(registration),
        "calendar_url": _calendar_url(registration),
        "now": now,
        "now_next": get_now_next(
            registration, [] if workshop.is_ended else sessions, details, now=now
        ),
        "today": now.astimezone(request.user.zone).date(),
        "day_number": (now.astimezone(workshop.zone).date() - workshop.starts_on).days + 1,
        "day_count": (workshop.ends_on - workshop.starts_on).days + 1,
    }
    if not request.htmx:
        tasks = _tasks(registration)
        context |= {
            "days": list_own_days(sessions, details, zone=request.user.zone, now=now),
            "tasks": tasks,
            "tasks_done": sum(task.is_done for task in tasks),
            "panels": _panels(registration),
            "materials": list_own_materials(request.user, workshop=workshop),
        }
    return page(request, "participants/home.html", context, partial="now")


@never_cache
@access(CONFIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Complete the profile and say what is agreed to; the first time it confirms the seat.

    Once the workshop has ended, what was agreed to can still be taken back here.
    """
    registration = get_own_registration(request.user, slug=slug, to=CONFIRM)
    consents = registration.consents.filter(withdrawn_at=None).order_by("pk")
    given = list(consents.values_list("purpose", flat=True))
    if registration.workshop.is_ended:
        return _take_back(request, registration, given)
    form = DelegateForm(posted(request), registration=registration, given=given)
    is_first = registration.status == Registration.Status.APPROVED
    confirmed = accept(
        form,
        lambda: confirm_registration(
            registration=registration,
            profile=form.get_profile(get_language() or "en"),
            by=request.user,
        ),
    )
    if confirmed is not None and is_first:
        return redirect("participants:registration-confirmed", slug)
    if confirmed is not None:
        with translation.override(form.cleaned_data["language"]):
            return done(request, _("Your data are saved."), _home_url(registration))
    return _profile_page(request, registration, form)


@never_cache
@access("participants.view_home")
@require_safe
def registration_confirmed(request: PersonRequest, slug: str) -> HttpResponseBase:
    """After the confirmation: the reference and what happens next."""
    registration = get_own_registration(request.user, slug=slug)
    if registration.status != Registration.Status.CONFIRMED:
        return redirect("participants:home", slug)
    steps = [
        {"text": _("You are registered"), "note": _("Your seat is confirmed"), "state": "done"},
        {
            "text": _("Before the workshop"),
            "note": _("Mails tell you when something is asked of you"),
            "state": "now",
        },
        {
            "text": _("The first session"),
            "note": _("Join from My workshop, 15 minutes before"),
            "state": "ahead",
        },
    ]
    context = {**_own(registration), "steps": steps}
    return page(request, "participants/registration_confirmed.html", context)


@access(public=True)
@require_http_methods(["GET", "HEAD", "POST"])
def link_request(request: HtmxHttpRequest, slug: str) -> HttpResponseBase:
    """Send me a new link: the same answer for known and unknown addresses, and past the limit.

    Of a workshop that is cancelled or postponed it says so to everybody, and takes no address.
    """
    workshop = get_public_workshop(slug=slug)
    form = NewLinkForm(posted(request))
    if form.is_valid() and not workshop.is_off:
        email = form.cleaned_data["email"].lower()
        _mail_new_link(request, workshop, email)
        context = {"workshop": workshop, "is_guest": True, "email": email}
        return page(request, "participants/link_sent.html", context)
    status = 422 if form.errors else 200
    context = {"workshop": workshop, "is_guest": True, "form": form}
    return page(request, "participants/link_request.html", context, status=status)


def _mail_new_link(request: HtmxHttpRequest, workshop: Workshop, email: str) -> None:
    """Where the address takes part and neither it nor the client had its fill; only mails count."""
    rows = Registration.objects.taking_part().filter(workshop=workshop, user__email=email)
    registration = rows.order_by("pk").first()
    limit = {"action": "new_link", "key": email}
    if registration is None or not ratelimit.consume(request, **limit, dry_run=True):
        return
    with suppress(NotApprovedError, WorkshopOffError):  # it changed between the two looks
        if send_new_link(registration=registration, by=None):
            ratelimit.consume(request, **limit)


def _take_back(
    request: PersonRequest, registration: Registration, given: list[str]
) -> HttpResponseBase:
    """The consents of a workshop that has ended."""
    form = ConsentsForm(posted(request), given=given)
    taken = accept(
        form,
        lambda: withdraw_consents(registration=registration, keep=form.kept, by=request.user),
    )
    if taken is not None:
        return done(request, _("Your data are saved."), _home_url(registration))
    return _profile_page(request, registration, form)


def _profile_page(
    request: PersonRequest, registration: Registration, form: Form
) -> HttpResponseBase:
    context = {**_own(registration), "form": form}
    status = 422 if form.errors else 200
    return page(request, "participants/profile_edit.html", context, status=status)


def _home_url(registration: Registration) -> str:
    return reverse("participants:home", args=[registration.workshop.slug])


def _own(registration: Registration) -> dict[str, Any]:
    """What each page of a delegate needs; `is_guest` leaves out the organisers' tabs."""
    return {"registration": registration, "workshop": registration.workshop, "is_guest": True}


def _calendar_url(registration: Registration) -> str:
    path = reverse("participants:calendar-feed", args=[registration.calendar_token])
    return f"{settings.SITE_URL}{path}"


def _tasks(registration: Registration) -> list[HomeTask]:
    """The profile, then what upper apps ask for; nothing while the workshop does not take place."""
    if registration.workshop.is_off:
        return []
    now = timezone.now()
    return [
        *_own_tasks(registration),
        *(task for find in HOME_TASKS for task in find(registration, now)),
    ]


def _own_tasks(registration: Registration) -> list[HomeTask]:
    if not registration.is_taking_part or registration.workshop.is_ended:
        return []
    url = reverse("participants:profile-edit", args=[registration.workshop.slug])
    if registration.status == Registration.Status.CONFIRMED:
        return [HomeTask(text=_("Profile complete"), status=_("Done"), kind="done", url=url)]
    text = _("Complete my profile and confirm")
    return [HomeTask(text=text, status=_("To do"), kind="late", url=url)]


def _panels(registration: Registration) -> list[dict[str, Any]]:
    if not registration.is_taking_part or registration.workshop.is_off:
        return []
    now = timezone.now()
    found = [(panel, panel.find(registration, now)) for panel in HOME_PANELS]
    return [
        {"label": panel.label, "template": panel.template, "context": context}
        for panel, context in found
        if context is not None
    ]
