"""A delegation's own page, where its focal point nominates; pasted rows; letters recorded; the receipt."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from participants.access import (
    get_delegation_for,
    get_registration_for,
    get_workshop_for_review,
)
from participants.actions.invitations import record_opened
from participants.actions.nominations import (
    AlreadyRegisteredError,
    HeadAlreadyNamedError,
    Nominee,
    nominate,
    nominate_many,
    record_nomination,
)
from participants.forms.nominations import LetterForm, NominateForm, PasteForm
from participants.imports import PastedPerson, read_people
from participants.models import Delegation, Registration
from participants.queries.delegations import list_delegations
from participants.queries.registrations import (
    list_delegation,
    list_of_submission,
    list_past_people,
)
from participants.tables import status_words
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.authorization import access, can
from workshop_portal.documents.uploads import UnreadableTableError
from workshop_portal.http import page
from workshop_portal.pages import Places, accept, done

VIEW = "participants.view_delegation"
NOMINATE = "participants.nominate_registration"
RECORD = "participants.record_nomination"
REVIEW = "participants.view_registrations"
CHANGE = "participants.change_registration"
PLACES: Places = {AlreadyRegisteredError: "email", HeadAlreadyNamedError: "role"}


@access(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_detail(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Who is nominated, seat by seat; a POST nominates one more."""
    to = NOMINATE if request.method == "POST" else VIEW
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=to)
    nominates = can(NOMINATE, request.user, delegation)
    if nominates and request.method != "POST":
        record_opened(delegation=delegation, by=request.user)
    rows = list_delegation(delegation=delegation)
    past = list_past_people(delegation=delegation) if nominates else []
    form = NominateForm(
        request.POST or None,
        request.FILES or None,
        delegation=delegation,
        has_head=_has_head(rows),
        initial=_from_past(past, request.GET.get("past", "")),
    )
    row = accept(
        form,
        lambda: nominate(delegation=delegation, person=form.person, **form.scan, by=request.user),
        PLACES,
    )
    if row is not None:
        return redirect("participants:nomination-receipt", slug, code, row.public_id)
    context = _page(delegation, rows, has_form=nominates and _is_open(delegation), guest=nominates)
    context |= {"form": form, "past": past, "nominates": nominates, "is_guest": nominates}
    status = 422 if form.errors else 200
    return page(request, "participants/delegation_detail.html", context, status=status)


@access(NOMINATE)
@require_http_methods(["GET", "HEAD", "POST"])
def nomination_paste(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Several rows: first shown with what is wrong at each, with `confirmed` nominated, a letter with all."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=NOMINATE)
    form = PasteForm(request.POST or None)
    sends = "confirmed" in request.POST
    letter = LetterForm(request.POST, request.FILES) if sends else LetterForm()
    people: list[PastedPerson] = []
    if request.method == "POST" and form.is_valid():
        try:
            people = read_people(form.cleaned_data["rows"], delegation=delegation)
        except UnreadableTableError as error:
            form.add_error("rows", str(error))
        if not people and not form.errors:
            form.add_error("rows", _("There is no person in these rows."))
        wrong = [person for person in people if person.problems]
        if people and not wrong and sends and letter.is_valid():
            made = accept(
                form,
                lambda: nominate_many(
                    delegation=delegation,
                    people=map(_nominee, people),
                    **letter.scan,
                    by=request.user,
                ),
            )
            if made is not None:
                return redirect("participants:nomination-receipt", slug, code, made[0].public_id)
    wrong = [person for person in people if person.problems]
    free = min(max(delegation.seats_free, 0), len(people))
    context = {
        "workshop": delegation.workshop,
        "is_guest": True,
        "delegation": delegation,
        "form": form,
        "letter": letter,
        "people": people,
        "wrong": wrong,
        "seated": free,
        "waiting": len(people) - free,
        "ready": bool(people) and not wrong and not form.errors,
    }
    status = 422 if form.errors or wrong or letter.errors else 200
    return page(request, "participants/nomination_paste.html", context, status=status)


@access(REVIEW)
@require_safe
def nomination_choose(request: PersonRequest, slug: str) -> HttpResponseBase:
    """For which administration a letter is recorded; those that declined are invited once more first."""
    workshop = get_workshop_for_review(request.user, slug=slug)
    rows = list_delegations(request.user, workshop=workshop, now=timezone.now())
    context = {
        "workshop": workshop,
        "tab": "registrations",
        "delegations": rows.exclude(status=Delegation.Status.DECLINED),
    }
    return page(request, "participants/nomination_choose.html", context)


@access(RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def nomination_record(request: PersonRequest, slug: str, code: str) -> HttpResponseBase:
    """Record whom a letter names, with its scan, also after nominations closed."""
    delegation = get_delegation_for(request.user, slug=slug, code=code, to=RECORD)
    rows = list_delegation(delegation=delegation)
    form = NominateForm(
        request.POST or None,
        request.FILES or None,
        delegation=delegation,
        has_head=_has_head(rows),
    )
    row = accept(form, lambda: _record(delegation, form, request.user), PLACES)
    if row is not None:
        to = reverse("participants:registration-detail", args=[slug, row.public_id])
        return done(request, _recorded(row), to)
    context = _page(delegation, rows, has_form=True) | {"form": form, "tab": "registrations"}
    status = 422 if form.errors else 200
    return page(request, "participants/nomination_record.html", context, status=status)


@access(CHANGE)
@require_safe
def nomination_receipt(
    request: PersonRequest, slug: str, code: str, public_id: UUID
) -> HttpResponseBase:
    """What was received in one act, under which reference, and what happens next.

    For who may change all of it: it names everybody of the act, which is not for each of them to read.
    """
    registration = get_registration_for(
        request.user, slug=slug, public_id=public_id, code=code, to=CHANGE
    )
    rows = list(list_of_submission(registration))
    waiting = [row for row in rows if row.status == Registration.Status.WAITING]
    context = {
        "workshop": registration.workshop,
        "is_guest": True,
        "delegation": registration.delegation,
        "registration": registration,
        "rows": rows,
        "letter": _letter_kept(registration),
        "waiting": waiting,
        "steps": _steps(rows),
    }
    return page(request, "participants/nomination_receipt.html", context)


@access("participants.view_letter")
@require_safe
def registration_letter(request: PersonRequest, slug: str, public_id: UUID) -> HttpResponseBase:
    """The scan of the letter, as an attachment."""
    action = "participants.view_letter"
    registration = get_registration_for(request.user, slug=slug, public_id=public_id, to=action)
    if not registration.letter:
        raise Http404
    response = FileResponse(
        registration.letter.open(), as_attachment=True, filename=registration.letter_name
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _nominee(person: PastedPerson) -> Nominee:
    return Nominee(
        email=person.email,
        given_name=person.given_name,
        family_name=person.family_name,
        position=person.position,
        role=person.role,
    )


def _letter_kept(row: Registration) -> str:
    """For the receipt: the letter that came along, by its name; empty without one."""
    if not row.letter:
        return ""
    return _("The letter “%(letter)s” is kept with them.") % {"letter": row.letter_name}


def _has_head(rows: list[Registration]) -> bool:
    return any(row.role == Registration.Role.HEAD for row in rows)


def _from_past(past: list[Registration], wanted: str) -> dict[str, Any]:
    """The form filled in from the last time; only people of the own list are found."""
    row = next((each for each in past if str(each.public_id) == wanted), None)
    if row is None:
        return {}
    names = ("given_name", "family_name", "name_in_own_script", "email", "position")
    return {name: getattr(row.user, name) for name in names}


def _page(
    delegation: Delegation, rows: list[Registration], *, has_form: bool, guest: bool = False
) -> dict[str, Any]:
    return {
        "workshop": delegation.workshop,
        "delegation": delegation,
        "administration": delegation.administration,
        "rows": rows,
        "seats": _seats(delegation, rows, has_form=has_form, guest=guest),
        "is_open": _is_open(delegation),
        "steps": _steps(rows, is_sent=False),
    }


def _is_open(delegation: Delegation) -> bool:
    """Whether its focal point can nominate now."""
    declined = delegation.status == Delegation.Status.DECLINED
    return delegation.workshop.takes_nominations(timezone.now()) and not declined


def _seats(
    delegation: Delegation, rows: list[Registration], *, has_form: bool, guest: bool
) -> list[dict[str, Any]]:
    """The knots: each seat taken or free, then who waits, in order.

    `has_form`: one can be filled on the page. `guest`: the reader nominates and does not review.
    """
    waits = Registration.Status.WAITING
    seats: list[dict[str, Any]] = [
        {"title": str(row.user), "text": _said(row, guest), "kind": "taken", **_change(row)}
        for row in rows
        if row.status != waits
    ]
    free = range(max(delegation.seats_free, 0))
    text = _("Fill in below") if has_form else ""
    seats += [{"title": _("Free"), "text": text, "kind": "free"} for _seat in free]
    queue = [row for row in rows if row.status == waits]
    for place, row in enumerate(queue, start=1):
        said = _("Waiting list, place %(place)d: all %(quota)d seats are taken")
        text = said % {"place": place, "quota": delegation.quota}
        seats.append({"title": str(row.user), "text": text, "kind": "queue", **_change(row)})
    if not queue and has_form:
        text = _("Every further name is kept, in order of time.")
        seats.append({"title": _("Waiting list"), "text": text, "kind": "queue"})
    return seats


def _said(row: Registration, guest: bool) -> str:
    return _("%(role)s. %(status)s") % {
        "role": row.get_role_display(),
        "status": status_words(row, {}, guest=guest),
    }


def _change(row: Registration) -> dict[str, str]:
    """The way to change the seat, until the end."""
    if row.workshop.is_ended:
        return {}
    args = [row.workshop.slug, row.public_id]
    return {
        "url": reverse("participants:registration-change", args=args),
        "action": _("Replace or withdraw"),
    }


def _steps(rows: list[Registration], *, is_sent: bool = True) -> list[dict[str, str]]:
    """What happens next, by where those of `rows` are that have not ended; a seat first where all wait.

    `is_sent`: right after a submission, when its receipt is on the way.
    """
    status = Registration.Status
    found = {row.status for row in rows if row.is_active}
    seated = found - {status.WAITING}
    to_approve, to_confirm = status.NOMINATED in seated, status.APPROVED in seated
    seat = {
        "text": _("A seat of your delegation falls free"),
        "note": _("Who waits longest moves up by itself"),
        "state": "now",
    }
    return [
        {
            "text": _("You nominated") if found else _("You nominate"),
            "note": _receipt_words(is_done=bool(found), is_sent=is_sent),
            "state": "done" if found else "now",
        },
        *([seat] if found and not seated else []),
        {
            "text": _("The secretariat approves"),
            "note": _("Usually within two days"),
            "state": _state(is_reached=bool(seated), is_open=to_approve),
        },
        {
            "text": _("The person confirms"),
            "note": _("By a personal link, no password"),
            "state": _state(is_reached=bool(seated) and not to_approve, is_open=to_confirm),
        },
    ]


def _receipt_words(*, is_done: bool, is_sent: bool) -> str:
    if is_sent:
        return _("A receipt is on its way to you")
    return "" if is_done else _("A receipt comes by mail")


def _state(*, is_reached: bool, is_open: bool) -> str:
    """Of a step of the line: `is_open` while somebody still has it before them."""
    if not is_reached:
        return "ahead"
    return "now" if is_open else "done"


def _record(delegation: Delegation, form: NominateForm, by: User) -> Registration:
    [row] = record_nomination(delegation=delegation, people=[form.person], **form.scan, by=by)
    return row


def _recorded(row: Registration) -> str:
    if row.status == Registration.Status.WAITING:
        return _("Recorded. All seats are taken: %s is on the waiting list.") % row.user
    return _("Recorded: %s is to review.") % row.user
