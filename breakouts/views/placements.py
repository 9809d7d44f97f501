"""Why a person sits where they sit in a round: a page for the organisers."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from breakouts.access import get_round_for
from breakouts.instances.building import gather
from breakouts.instances.placing import explain_place
from breakouts.instances.ruling import say_seating_rule
from breakouts.queries.plans import list_moves_of
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page


@access("breakouts.view_round")
@require_safe
def placement_detail(
    request: PersonRequest, slug: str, ordinal: int, public_id: UUID
) -> HttpResponseBase:
    """By the plan on the board. 404 for somebody whom the board does not show."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    material = gather(row)
    person = next((each for each in material.people if each.public_id == public_id), None)
    if person is None:
        raise Http404
    placement = explain_place(material, person)
    context = {
        "workshop": row.workshop,
        "round": row,
        "plan": material.latest,
        "place": placement,
        "rules": [(rule, say_seating_rule(rule)) for rule in placement.rules],
        "moves": list_moves_of(registration=person, group=placement.group),
        "tab": "breakouts",
    }
    return page(request, "breakouts/placement_detail.html", context)
