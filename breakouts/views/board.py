"""Assign, the board with its moves, and publication."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from breakouts.access import get_round_for
from breakouts.actions.moves import (
    StalePlanError,
    move_people,
    set_lock,
    undo_move,
)
from breakouts.actions.plans import (
    publish_plan,
    request_assignment,
)
from breakouts.forms.board import BoardForm, SeedForm
from breakouts.instances.boarding import draw_board
from breakouts.instances.building import Material, gather
from breakouts.instances.faults import count_new_places, list_faults
from breakouts.instances.wording import Said
from breakouts.models import Move, Plan, Round
from breakouts.queries.plans import get_last_move
from breakouts.queries.rounds import list_seatable
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import carry_out
from workshop_portal.refusals import Refusal

ASSIGN = "breakouts.assign_round"
FAULTS_SHOWN = 12


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
    """Move the people chosen to a group; `to=lock` of a Move menu locks instead."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    data = request.POST.copy()
    for name in ("p", "plan", "revision"):  # a Move menu says them in its address
        if name not in data and name in request.GET:
            data.setlist(name, request.GET.getlist(name))
    locks = data.get("to") in ("lock", "unlock")
    is_locked = data.get("to") == "lock"
    if locks:
        del data["to"]
    form = BoardForm(
        data,
        people=list_seatable(workshop=row.workshop),
        groups=row.groups.select_related("topic").order_by("ordinal", "pk"),
        moves=not locks,
    )
    url = reverse("breakouts:round-board", args=[slug, ordinal])
    if not form.is_valid():
        messages.error(request, form.refusal())
        return redirect(url)
    found = form.cleaned_data
    people = list(found["p"])
    plan = get_object_or_404(Plan, round=row, pk=found["plan"])
    try:
        if locks:
            set_lock(
                plan=plan,
                registration=people[0],
                is_locked=is_locked,
                revision=found["revision"],
                by=request.user,
            )
        else:
            move_people(
                plan=plan,
                registrations=people,
                to=found["to"],
                revision=found["revision"],
                by=request.user,
            )
    except Refusal as error:
        messages.error(request, str(error))
        return _board(request, row, status=409) if request.htmx else redirect(url)
    return redirect(f"{url}?at={people[0].public_id}#p-{people[0].public_id}")


@access(ASSIGN)
@require_POST
def board_undo(request: PersonRequest, slug: str, ordinal: int, move: int) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    taken = get_object_or_404(Move.objects.select_related("plan__round"), plan__round=row, pk=move)
    return carry_out(
        request,
        lambda: undo_move(move=taken, by=request.user),
        to=reverse("breakouts:round-board", args=[slug, ordinal]),
        done=_("Taken back."),
    )


@access("breakouts.publish_plan")
@require_POST
def round_publish(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Publish what was seen; where something is not right yet, ask first."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to="breakouts.publish_plan")
    url = reverse("breakouts:round-board", args=[slug, ordinal])
    key, seen = request.POST.get("plan", ""), request.POST.get("revision", "")
    if not (key.isdecimal() and seen.isdecimal() and len(key) < 18 and len(seen) < 10):
        messages.error(request, str(StalePlanError()))
        return redirect(url)
    plan = get_object_or_404(Plan.objects.select_related("round"), round=row, pk=int(key))
    if "confirmed" not in request.POST:
        material = gather(row)
        is_seen = material.latest == plan and plan.is_draft and plan.revision == int(seen)
        if is_seen and (faults := list_faults(material)):
            return _ask(request, material, faults)
    return carry_out(
        request,
        lambda: publish_plan(plan=plan, revision=int(seen), by=request.user),
        to=url,
        done=_("Published. Everybody whose group is new is told by mail."),
    )


def _ask(request: PersonRequest, material: Material, faults: list[Said]) -> HttpResponse:
    context = {
        "workshop": material.round.workshop,
        "round": material.round,
        "plan": material.latest,
        "faults": faults[:FAULTS_SHOWN],
        "more": max(0, len(faults) - FAULTS_SHOWN),
        "told": count_new_places(material),
        "tab": "breakouts",
    }
    return page(request, "breakouts/plan_publish.html", context)


def _board(request: PersonRequest, row: Round, status: int = 200) -> HttpResponse:
    material = gather(row)
    move = get_last_move(plan=material.latest, now=timezone.now()) if material.latest else None
    board = draw_board(material, at=_uuid(request.GET.get("at", "")))
    context: dict[str, Any] = {
        "workshop": row.workshop,
        "round": row,
        "plan": material.latest,
        "board": board,
        "move": move,
        "moved": _said(move, material) if move else "",
        "undo_url": reverse("breakouts:board-undo", args=[row.workshop.slug, row.ordinal, move.pk])
        if move
        else "",
        "move_url": reverse("breakouts:board-move", args=[row.workshop.slug, row.ordinal]),
        "wide": True,
        "tab": "breakouts",
    }
    return page(request, "breakouts/round_board.html", context, status=status)


def _said(move: Move, material: Material) -> str:
    """What the last act did, and what the group holds now."""
    names = {str(p.pk): f"{p.user}, {p.delegation.administration.name}" for p in material.people}
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


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
