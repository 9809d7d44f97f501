"""Why a person sits where they sit in a round: a page for the organisers."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from breakouts.access import get_round_for
from breakouts.instances.building import gather, holders
from breakouts.instances.placing import explain_place
from breakouts.instances.ruling import say_seating_rule
from breakouts.models import Round
from breakouts.queries.plans import list_moves_of
from participants.models import Registration
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page


@access("breakouts.view_round")
@require_safe
def placement_detail(
    request: PersonRequest, slug: str, ordinal: int, public_id: UUID
) -> HttpResponseBase:
    """By the plan on the board; of who is not in the round, that they are not. 404 for whom the board does not show."""
    row = get_round_for(request.user, slug=slug, ordinal=ordinal)
    material = gather(row)
    absence = next(
        (each for each in material.absences if each.registration.public_id == public_id), None
    )
    person = (
        absence.registration
        if absence
        else next((each for each in material.people if each.public_id == public_id), None)
    )
    if person is None:
        raise Http404
    placement = explain_place(material, person)
    context = {
        "workshop": row.workshop,
        "round": row,
        "plan": material.latest,
        "place": placement,
        "absence": absence,
        # A resource person whose role somebody else has by then is shown nowhere: back to the board.
        "returns_here": person.role != Registration.Role.RESOURCE_PERSON,
        "was_told": row.status == Round.Status.PUBLISHED and person.pk in material.published,
        "chairs": [
            group
            for group in material.groups
            if any(holder.pk == person.user_id for holder in holders(group).values())
        ],
        "rules": [(rule, say_seating_rule(rule)) for rule in placement.rules],
        "moves": list_moves_of(registration=person, group=placement.group),
        "tab": "breakouts",
    }
    return page(request, "breakouts/placement_detail.html", context)
