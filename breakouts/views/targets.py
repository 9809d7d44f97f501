"""Where somebody could go, and what each move would do: the Move menu, and a page of its own without script."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from breakouts.access import get_round_for
from breakouts.actions.moves import StalePlanError
from breakouts.forms.board import TargetForm, shown_in
from breakouts.instances.building import Material, gather
from breakouts.instances.effects import MENU_UP_TO, menu_items, weigh_exchanges, weigh_targets
from breakouts.instances.ruling import line_of
from breakouts.models import Plan
from breakouts.queries.rounds import list_seatable
from breakouts.views.trail import board_url
from participants.models import Registration
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page

ASSIGN = "breakouts.assign_round"


@access(ASSIGN)
@require_http_methods(["GET", "POST"])
def board_targets(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """The groups with the effect of moving the chosen there: a page, a menu, or (`weigh`) a line for each group's head.

    With `group` a page of those with whom the one chosen could change places there. A POST, too, only reads: many are
    no address.
    """
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    shown = shown_in(request)
    state = f"?{shown.query}" if shown.query else ""
    url = board_url(row, shown)
    people = list_seatable(workshop=row.workshop)
    data = request.POST if request.method == "POST" else request.GET
    form = TargetForm(
        data,
        people=people.select_related("user", "workshop", "delegation__administration"),
        groups=row.groups.select_related("topic").order_by("ordinal", "pk"),
    )
    if not form.is_valid():
        return _back(request, form.refusal(), url)
    material = gather(row)
    plan = material.latest
    if plan is None:
        return _back(request, _("Nobody is seated yet"), url)
    if since := _since(plan, form.cleaned_data):
        return _back(request, str(StalePlanError()), f"{url}{'&' if state else '?'}since={since}")
    chosen, group = list(form.cleaned_data["p"]), form.cleaned_data["group"]
    is_seated = len(chosen) == 1 and chosen[0].pk in material.places
    context: dict[str, Any] = {
        "workshop": row.workshop,
        "round": row,
        "plan": plan,
        "chosen": chosen,
        "who": _name(chosen),
        "from_bar": request.method == "POST",
        "targets_url": f"{request.path}{state}",
        "move_url": reverse("breakouts:board-move", args=[slug, ordinal]) + state,
        "back_url": url,
        "tab": "breakouts",
    }
    if group is not None and is_seated and material.places[chosen[0].pk] != group.pk:
        context |= {"group": group, "exchanges": weigh_exchanges(material, chosen[0], group)}
        return page(request, "breakouts/board_exchange.html", context)
    context |= _effects(material, chosen, is_seated=is_seated)
    if not request.htmx:
        return page(request, "breakouts/board_targets.html", context)
    name = "board_effects" if "weigh" in request.GET else "targets"
    response = page(request, f"breakouts/{name}.html", context)
    # a menu is no place to come back to, and a reload shows the board
    response["HX-Push-Url"] = "false"
    return response


def _effects(material: Material, chosen: list[Registration], *, is_seated: bool) -> dict[str, Any]:
    """What the menu and its page show of the groups. No queries."""
    effects = weigh_targets(material, chosen)
    return {
        "items": menu_items(effects, is_one=len(chosen) == 1, is_seated=is_seated),
        "effects": effects,
        "is_cut": len(effects) > MENU_UP_TO,
        "may_exchange": is_seated and any(effect.is_full for effect in effects),
    }


def _since(plan: Plan, found: dict[str, Any]) -> str:
    """Which plan the page showed, as the board's address says it, where it says so and it is another one by now."""
    key, revision = found["plan"], found["revision"]
    if key is None or revision is None or (key, revision) == (plan.pk, plan.revision):
        return ""
    return f"{key}.{revision}"


def _back(request: PersonRequest, words: str, url: str) -> HttpResponse:
    messages.error(request, words)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _name(chosen: list[Registration]) -> str:
    if len(chosen) == 1:
        return line_of(chosen[0])
    return ngettext("%d person", "%d people", len(chosen)) % len(chosen)
