"""What all actions of this package share: the lock of a round and the refusals of its state."""

from django.utils.translation import gettext_lazy as _

from breakouts.models import Round
from events.actions.writing import WorkshopFrozenError
from workshop_portal.refusals import Refusal


class RoundClosedError(Refusal):
    """The round is over: its groups, places and points are the record."""

    message = _("This round is closed: nothing of it can be changed.")


class RoundStateError(Refusal):
    """The state of the round does not lead there."""

    message = _("The round is in another state by now. Load the page again.")


def lock_round(round: Round, *, closed: bool = False) -> Round:
    """The row as it is now, with its workshop, locked. `closed` ones only where they are wanted.

    Raises: WorkshopFrozenError, RoundClosedError.
    """
    rows = Round.objects.select_for_update(of=("self",)).select_related("workshop")
    locked = rows.get(pk=round.pk)
    if locked.workshop.is_frozen:
        raise WorkshopFrozenError
    if locked.status == Round.Status.CLOSED and not closed:
        raise RoundClosedError
    return locked


def guard_transition(round: Round, status: Round.Status) -> None:
    """Raises: RoundStateError where the table of the model has no such edge."""
    if status not in Round.TRANSITIONS[Round.Status(round.status)]:
        raise RoundStateError
