"""Assign, and the board with its moves. How a draft is mended and published is in `repair` and `publishing`."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from breakouts.access import get_move_for, get_plan_for, get_round_for
from breakouts.actions.absences import note_absence
from breakouts.actions.moves import (
    AlreadyThereError,
    StalePlanError,
    exchange_people,
    move_people,
    set_lock,
    undo_move,
)
from breakouts.actions.plans import request_assignment
from breakouts.forms.board import BoardForm, SeedForm, ShownForm, shown_in
from breakouts.instances.boarding import Board, Shown, draw_board
from breakouts.instances.building import Material, gather
from breakouts.instances.figures import measure
from breakouts.instances.meanwhile import Meanwhile, say_meanwhile
from breakouts.instances.ruling import line_of
from breakouts.models import Absence, Move, Plan, Round
from breakouts.queries.meanwhile import find_since
from breakouts.queries.plans import get_last_move, list_plans, list_registrations
from breakouts.queries.rounds import list_seatable
from breakouts.views.repair import damage_of
from breakouts.views.trail import board_url
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.accounts.queries import name_people
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import carry_out, refused
from workshop_portal.refusals import Refusal

ASSIGN = "breakouts.assign_round"
VERBS = ("lock", "unlock", "absent")
"""What a Move menu does besides moving."""


@access(ASSIGN)
@require_POST
def round_assign(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Ask the solver; the page shows how far it is."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    seed = SeedForm(request.POST).chosen()
    return carry_out(
        request,
        lambda: request_assignment(round=row, seed=seed, by=request.user),
        to=reverse("breakouts:round-detail", args=[slug, ordinal]) + "#job",
        done=_("The groups are being made."),
    )


@access(ASSIGN)
@require_safe
def round_board(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    return _board(request, row)


@access(ASSIGN)
@require_POST
def board_move(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Move the people chosen to a group, or (`other`) let two change places.

    Of a Move menu `to=lock` locks instead, `to=absent` says that the person is not in the round.
    """
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    data = request.POST.copy()
    for name in ("p", "plan", "revision"):  # a Move menu says them in its address
        if name not in data and name in request.GET:
            data.setlist(name, request.GET.getlist(name))
    to = str(data.get("to", ""))
    verb = to if to in VERBS else ""
    if verb:
        del data["to"]
    form = BoardForm(
        data,
        people=list_seatable(workshop=row.workshop),
        groups=row.groups.select_related("topic").order_by("ordinal", "pk"),
        moves=not verb,
    )
    shown = shown_in(request)
    if not form.is_valid():
        messages.error(request, form.refusal())
        return redirect(board_url(row, shown))
    found = form.cleaned_data
    plan = get_plan_for(request.user, slug=slug, ordinal=ordinal, plan=found["plan"])
    try:
        _move(row, plan, verb, found, request.user)
    except AlreadyThereError as error:
        messages.info(request, str(error))
    except Refusal as error:
        return refuse(request, error, board_url(row, shown), plan, found["revision"])
    at = str(found["p"][0].public_id)
    return redirect(f"{board_url(row, replace(shown, at=at))}#p-{at}")


def _move(row: Round, plan: Plan, verb: str, found: dict[str, Any], by: User) -> None:
    """`found`: what the form holds. `verb`: one of VERBS, else people are moved. Raises: Refusal."""
    people = list(found["p"])
    told: dict[str, Any] = {"plan": plan, "revision": found["revision"], "by": by}
    if verb == "absent":
        note_absence(round=row, registration=people[0], by=by)
    elif verb:
        set_lock(registration=people[0], is_locked=verb == "lock", **told)
    elif found["other"]:
        exchange_people(registration=people[0], other=found["other"], **told)
    else:
        move_people(registrations=people, to=found["to"], **told)


@access("breakouts.undo_move")
@require_POST
def board_undo(request: PersonRequest, slug: str, ordinal: int, move: int) -> HttpResponseBase:
    taken = get_move_for(request.user, slug=slug, ordinal=ordinal, move=move)
    return carry_out(
        request,
        lambda: undo_move(move=taken, by=request.user),
        to=board_url(taken.plan.round, shown_in(request)),
        done=_("Taken back."),
    )


def refuse(
    request: PersonRequest, error: Refusal, url: str, plan: Plan, seen: int
) -> HttpResponseBase:
    """Say why nothing was done; where a colleague was faster, the board says what changed since."""
    if isinstance(error, StalePlanError):
        url += f"{'&' if '?' in url else '?'}since={plan.pk}.{seen}"
    return refused(request, error, url)


def _board(request: PersonRequest, row: Round) -> HttpResponse:
    material = gather(row)
    shown = ShownForm(request.GET)
    looked_at = shown.chosen()
    worth = measure(material, material.places)
    board = draw_board(material, looked_at, worth=worth)
    move_url = reverse("breakouts:board-move", args=[row.workshop.slug, row.ordinal])
    state = _state(board, looked_at)
    context: dict[str, Any] = {
        "workshop": row.workshop,
        "round": row,
        "plan": material.latest,
        "board": board,
        "shown": shown,
        "words": looked_at.words,
        "absent": looked_at.at if looked_at.at in _absent(material) else "",
        "move_url": f"{move_url}?{state}" if state else move_url,
        "unlock_url": f"{move_url}?{state}&" if state else f"{move_url}?",
        "state": state,
        "wide": True,
        "tab": "breakouts",
    }
    if request.htmx and looked_at.groups:
        return _open(request, row, board, looked_at, context)
    context |= _last_act(material, state) | {
        "damage": damage_of(material, worth),
        "meanwhile": _meanwhile(request.GET.get("since", ""), material),
    }
    return page(request, "breakouts/round_board.html", context)


def _absent(material: Material) -> set[str]:
    """Public ids of who is not in the round."""
    return {str(each.registration.public_id) for each in material.absences}


def _state(board: Board, looked_at: Shown) -> str:
    """What the forms of the board carry on, so that it looks the same after an act; the group of the last act stays open."""
    at = {each.group.ordinal for each in board.columns if any(one.is_new for one in each.people)}
    groups = looked_at.groups | at if board.is_large else frozenset()
    return replace(looked_at, at="", groups=frozenset(groups)).query


def _open(
    request: PersonRequest, row: Round, board: Board, looked_at: Shown, context: dict[str, Any]
) -> HttpResponse:
    """The people of the group that was opened alone; the address names all that are open now."""
    under = shown_in(request)
    before = ShownForm(QueryDict(urlsplit(request.htmx.current_url or "").query)).chosen()
    opened = [
        each for each in board.columns if each.group.ordinal in looked_at.groups - before.groups
    ]
    response = page(request, "breakouts/board_people.html", {**context, "columns": opened})
    response["HX-Replace-Url"] = board_url(row, replace(under, at=before.at))
    return response


def _last_act(material: Material, state: str) -> dict[str, Any]:
    """What was done last, with the way to take it back. Queries: 0 or 1."""
    plan, row, now = material.latest, material.round, timezone.now()
    move = get_last_move(plan=plan, now=now) if plan else None
    args = [row.workshop.slug, row.ordinal]
    absence = max(material.absences, key=lambda each: each.noted_at, default=None)
    if absence and absence.can_be_undone(now) and not (move and move.moved_at > absence.noted_at):
        url = reverse("breakouts:absence-end", args=[*args, absence.registration.public_id])
        return {"moved": _say_absence(absence), "undo_url": f"{url}?{state}"}
    if move is None:
        return {}
    url = reverse("breakouts:board-undo", args=[*args, move.pk])
    return {"moved": _said(move, material), "undo_url": f"{url}?{state}"}


def _say_absence(absence: Absence) -> str:
    who = f"{absence.registration.user}, {absence.registration.delegation.administration.name}"
    if absence.had_place:
        return _("%(who)s is not in this round; the place is free.") % {"who": who}
    return _("%(who)s is not in this round.") % {"who": who}


def _said(move: Move, material: Material) -> str:
    """What the last act did, and what the group holds now."""
    names = {str(p.pk): line_of(p) for p in material.people}
    if move.is_exchange:
        # The one chosen first: the database may keep the keys in an order of its own.
        keys = sorted(move.came_from, key=lambda key: move.group_of(int(key)) != move.group_id)
        first, second = (names.get(key, _("Somebody")) for key in keys)
        words = _("%(first)s and %(second)s changed places.")
        return words % {"first": first, "second": second}
    who = [names[key] for key in move.came_from if key in names]
    held = sum(group == move.group_id for group in material.places.values())
    words = ngettext(
        "%(who)s moved to group %(number)d, which has %(held)d now.",
        "%(who)s and %(more)d more moved to group %(number)d, which has %(held)d now.",
        max(1, len(who)),
    )
    return words % {
        "who": who[0] if who else _("Somebody"),
        "more": len(who) - 1,
        "number": move.group.ordinal,
        "held": held,
    }


def _meanwhile(text: str, material: Material) -> Meanwhile | None:
    """What changed since a plan's revision, said in the address as `PLAN.REVISION`. Queries: 0 or 3 to 5."""
    found = re.fullmatch(r"([0-9]{1,15})\.([0-9]{1,9})", text, re.ASCII)
    if found is None:
        return None
    plan = list_plans(round=material.round).filter(pk=int(found[1])).first()
    if plan is None:
        return None
    since = find_since(round=material.round, plan=plan, revision=int(found[2]))
    known = {person.pk for person in material.people}
    others = list_registrations(keys={*since.seen, *material.places} - known)
    names = name_people(entry.actor_id for entry in since.entries)
    return say_meanwhile(material, since, others, names)
