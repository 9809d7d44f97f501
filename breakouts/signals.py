"""What breakouts announces. Receivers write rows and do no I/O; each signal has one typed sender."""

from django.dispatch import Signal

from breakouts.models import Round
from workshop_portal.accounts.models import User

round_closed = Signal()


def send_round_closed(*, round: Round, by: User) -> None:
    """A round is over: what its groups noted is complete."""
    round_closed.send(sender=Round, round=round, by=by)
