"""Who is not in a round, said and taken back. The board's Move menu says it, too."""

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from breakouts.access import get_round_for
from breakouts.actions.absences import end_absence, note_absence
from breakouts.forms.board import shown_in
from breakouts.models import Assignment
from breakouts.queries.rounds import list_seatable
from breakouts.views.trail import board_url
from participants.models import Registration
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import next_url
from workshop_portal.pages import carry_out, done, refused
from workshop_portal.refusals import Refusal

ASSIGN = "breakouts.assign_round"


@access(ASSIGN)
@require_POST
def absence_note(
    request: PersonRequest, slug: str, ordinal: int, public_id: UUID
) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    person = list_seatable(workshop=row.workshop).filter(public_id=public_id).first()
    if person is None:
        raise Http404
    return carry_out(
        request,
        lambda: note_absence(round=row, registration=person, by=request.user),
        to=reverse("breakouts:placement-detail", args=[slug, ordinal, public_id]),
        done=_("%(person)s is not in this round.") % {"person": person.user},
    )


@access(ASSIGN)
@require_POST
def absence_end(
    request: PersonRequest, slug: str, ordinal: int, public_id: UUID
) -> HttpResponseBase:
    row = get_round_for(request.user, slug=slug, ordinal=ordinal, to=ASSIGN)
    absence = row.absences.select_related("registration__user").filter(
        registration__public_id=public_id
    )
    held = absence.order_by("pk").first()
    if held is None:
        raise Http404
    to = next_url(request, board_url(row, shown_in(request)))
    try:
        seats = end_absence(absence=held, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, to)
    return done(request, _say_back(held.registration, seats), to)


def _say_back(person: Registration, seats: list[Assignment]) -> str:
    """By the newest plan."""
    if not seats:
        words = _("%(person)s is in this round again, without a group so far.")
        return words % {"person": person.user}
    words = _("%(person)s is in this round again, in group %(number)d.")
    return words % {"person": person.user, "number": seats[-1].group.ordinal}
