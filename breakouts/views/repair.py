"""What happened since the groups were published: repair, and the draft beside the published plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from breakouts.access import get_round_for
from breakouts.actions.plans import request_repair
from breakouts.instances.building import Material, gather
from breakouts.instances.comparing import compare
from breakouts.instances.figures import Worth, measure
from breakouts.instances.repairing import Damage, find_damage
from breakouts.models import Round
from breakouts.queries.plans import count_departures, list_registrations
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import carry_out

ASSIGN = "breakouts.assign_round"


@access(ASSIGN)
@require_POST
def round_repair(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """Ask the solver to mend the published plan; the round's page shows how far it is."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    return carry_out(
        request,
        lambda: request_repair(round=row, by=request.user),
        to=reverse("breakouts:round-detail", args=[slug, ordinal]) + "#job",
        done=_("The groups are being repaired. Nothing is published before you saw who moves."),
    )


@access(ASSIGN)
@require_safe
def round_compare(request: PersonRequest, slug: str, ordinal: int) -> HttpResponseBase:
    """The draft on the board beside the published plan."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    material = gather(row)
    if material.current is None or material.latest is None or not material.latest.is_draft:
        messages.info(request, _("There is no draft beside the published groups."))
        return redirect("breakouts:round-board", slug, ordinal)
    known = {person.pk for person in material.people}
    others = list_registrations(keys={*material.published, *material.places} - known)
    context: dict[str, Any] = {
        "workshop": row.workshop,
        "round": row,
        "plan": material.latest,
        "current": material.current,
        "comparison": compare(material, others),
        "damage": damage_of(material),
        "tab": "breakouts",
    }
    return page(request, "breakouts/round_compare.html", context)


def damage_of(material: Material, worth: Worth | None = None) -> Damage:
    """What a repair would mend; nothing once the round is closed. Queries: 0 or 1.

    `worth`: of the plan on the board, where it was measured already.
    """
    if material.current is None or material.round.status != Round.Status.PUBLISHED:
        return Damage()
    material.current.round = material.round
    left, replaced = count_departures(plan=material.current)
    worth = worth or measure(material, material.places)
    return find_damage(material, worth=worth, left=left, replaced=replaced)
