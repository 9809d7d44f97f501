"""All groups of a round at once, its clock and announcements; and a group's call for help."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from breakouts.access import get_announcement_for, get_group_for, get_round_for
from breakouts.actions.live import (
    AnnouncementEmptyError,
    announce_five_left,
    answer_help,
    ask_for_help,
    extend_round,
    send_announcement,
    start_round,
    stop_round,
    undo_start,
    withdraw_announcement,
)
from breakouts.forms.live import AnnouncementForm, MinutesForm
from breakouts.models import Announcement, Group, Presence, Round
from breakouts.queries.live import (
    get_announcement,
    list_calls,
    list_seen_in_round,
    list_standings,
    list_watched,
)
from breakouts.views.clock import clock
from breakouts.views.room import look_in, room
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, can
from workshop_portal.http import page
from workshop_portal.pages import accept, carry_out, done
from workshop_portal.refusals import Refusal

VIEW, HOLD, CALL = "breakouts.view_overview", "breakouts.hold_round", "breakouts.call_for_help"
TEMPLATE = "breakouts/round_overview.html"
ANNOUNCED = gettext_lazy("All groups read it now.")
ASKED = gettext_lazy("The secretariat sees that your group needs help.")
ANSWERED = gettext_lazy("The call for help is answered.")


# All groups at once -------------------------------------------------------------------------------


@access(VIEW)
@require_safe
def round_overview(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=VIEW)
    return _overview(request, round, AnnouncementForm())


@access(VIEW)
@require_safe
def overview_poll(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """What changes of the page, asked for every five seconds: 304 while nothing did. Queries: 5 then."""
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=VIEW)
    if not request.htmx:
        return redirect(_url(round))
    groups, seen = list(list_watched(round=round)), list_seen_in_round(round=round)
    tag = _tag(request, round, groups, seen)
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        context = _context(request, round, groups, seen)
        response = page(request, "breakouts/overview_parts.html", context | {"tag": tag})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@access(HOLD)
@require_POST
def round_start(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=HOLD)
    return _set_clock(request, round, start_round, _("The clock runs in all groups."))


@access(HOLD)
@require_POST
def round_start_undo(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=HOLD)
    return carry_out(
        request,
        lambda: undo_start(round=round, by=request.user),
        to=_url(round),
        done=_("The start is taken back, as if the clock had not been started."),
    )


@access(HOLD)
@require_POST
def round_extend(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=HOLD)
    return _set_clock(request, round, extend_round, _("Minutes added: %(n)d. All groups see it."))


def _set_clock(
    request: PersonRequest, round: Round, act: Callable[..., Round], words: str
) -> HttpResponseBase:
    """`act` takes the minutes; `words` may name them."""
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _overview(request, round, AnnouncementForm(), minutes=form, status=422)
    minutes = form.cleaned_data["minutes"]
    return carry_out(
        request,
        lambda: act(round=round, minutes=minutes, by=request.user),
        to=_url(round),
        done=words % {"n": minutes},
    )


@access(HOLD)
@require_POST
def round_stop(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=HOLD)
    return carry_out(
        request,
        lambda: stop_round(round=round, by=request.user),
        to=_url(round),
        done=_("The clock is stopped. Minutes can still be added."),
    )


@access(HOLD)
@require_POST
def announcement_send(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """A line in own words, or "Five minutes left.", which each reads in the own language."""
    round = get_round_for(request.user, slug=slug, ordinal=ordinal, to=HOLD)
    if request.POST.get("kind") == Announcement.Kind.FIVE_LEFT:
        return carry_out(
            request,
            lambda: announce_five_left(round=round, by=request.user),
            to=_url(round),
            done=ANNOUNCED,
        )
    form = AnnouncementForm(request.POST)
    sent = accept(
        form,
        lambda: send_announcement(round=round, text=form.cleaned_data["text"], by=request.user),
        {AnnouncementEmptyError: "text"},
    )
    if sent is None:
        return _overview(request, round, form, status=422)
    return done(request, ANNOUNCED, f"{_url(round)}?sent=1")


@access("breakouts.withdraw_announcement")
@require_POST
def announcement_withdraw(
    request: PersonRequest, slug: str, ordinal: int, announcement: int
) -> HttpResponseBase:
    row = get_announcement_for(request.user, slug=slug, ordinal=ordinal, announcement=announcement)
    return carry_out(
        request,
        lambda: withdraw_announcement(announcement=row, by=request.user),
        to=_url(row.round),
        done=_("The announcement is taken back."),
    )


# A group's call -----------------------------------------------------------------------------------


@access(CALL)
@require_POST
def help_ask(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    group = get_group_for(request.user, slug=slug, ordinal=ordinal, number=number, to=CALL)
    return _call(request, group, lambda: ask_for_help(group=group, by=request.user), ASKED)


@access(CALL)
@require_POST
def help_answer(request: PersonRequest, slug: str, ordinal: int, number: int) -> HttpResponseBase:
    """By the organisers who come, or by the group that needs nobody any more."""
    group = get_group_for(request.user, slug=slug, ordinal=ordinal, number=number, to=CALL)
    return _call(request, group, lambda: answer_help(group=group, by=request.user), ANSWERED)


def _call(
    request: PersonRequest, group: Group, act: Callable[[], object], words: Any
) -> HttpResponseBase:
    """Back to the page; to htmx on the group's page the list of people, which says how the call stands."""
    args = [group.round.workshop.slug, group.round.ordinal, group.ordinal]
    if not request.htmx:
        to = reverse("breakouts:group-detail", args=args)
        return carry_out(request, act, to=to, done=words)
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    context = {"group": group, "round": group.round, "workshop": group.round.workshop}
    context |= room(request.user, group, look_in(request.user, group))
    return page(request, "breakouts/group_people.html", context | {"says": True})


# What the overview shows --------------------------------------------------------------------------


def _overview(
    request: PersonRequest,
    round: Round,
    form: AnnouncementForm,
    *,
    minutes: MinutesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    groups, seen = list(list_watched(round=round)), list_seen_in_round(round=round)
    context = _context(request, round, groups, seen)
    context |= {"form": form, "minutes": minutes, "tag": _tag(request, round, groups, seen)}
    return page(request, TEMPLATE, context, status=status)


def _context(
    request: PersonRequest, round: Round, groups: Sequence[Group], seen: Sequence[Presence]
) -> dict[str, Any]:
    """Queries: 5."""
    is_open = round.status == Round.Status.PUBLISHED
    calls = list(list_calls(round=round)) if is_open else []
    now = timezone.now()
    lines = list_standings(groups, round=round, seen=seen, calls=calls, now=now)
    return {
        "workshop": round.workshop,
        "round": round,
        **clock(round),
        "lines": lines,
        "calls": calls,
        "expected": sum(line.expected for line in lines),
        "here": sum(line.here for line in lines),
        "announcement": get_announcement(round=round) if is_open else None,
        "is_open": is_open,
        "runs": (runs := can(HOLD, request.user, round)),
        "may_hold": is_open and runs,
        "may_undo_start": round.can_start_be_undone(now) and not _is_begun(round, groups),
        "sent": "sent" in request.GET,
    }


def _is_begun(round: Round, groups: Sequence[Group]) -> bool:
    """Whether a group has noted a point since the clock was started."""
    noted = [each.noted_at for each in groups]  # type: ignore[attr-defined]  # annotated
    return any(at and round.started_at and at >= round.started_at for at in noted)


def _tag(
    request: PersonRequest, round: Round, groups: Sequence[Group], seen: Sequence[Presence]
) -> str:
    """What the overview looks like to this person. It says how long ago things were: each minute is another one."""
    now = timezone.now()
    here = sorted((each.group_id, each.user_id) for each in seen if each.is_here(now))
    digest = sha256(repr(here).encode()).hexdigest()[:12]
    changes = sum(group.point_sequence for group in groups)
    marks = (
        round.pk,
        len(groups),
        changes,
        round.live_sequence,
        round.status,
        clock(round)["phase"],
        digest,
        int(now.timestamp()) // 60,
        request.user.pk,
        get_language(),
    )
    return '"{}"'.format("-".join(str(mark) for mark in marks))


def _url(round: Round) -> str:
    return reverse("breakouts:round-overview", args=[round.workshop.slug, round.ordinal])
