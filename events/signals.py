"""What events announces. Receivers write rows and do no I/O; each signal has one typed sender."""

from datetime import timedelta

from django.dispatch import Signal

from events.models import Workshop
from workshop_portal.accounts.models import User

workshop_published = Signal()
workshop_rescheduled = Signal()
workshop_cancelled = Signal()


def send_workshop_published(*, workshop: Workshop, by: User) -> None:
    workshop_published.send(sender=Workshop, workshop=workshop, by=by)


def send_workshop_rescheduled(*, workshop: Workshop, by: User, shift: timedelta) -> None:
    """`shift`: how far the first day moved."""
    workshop_rescheduled.send(sender=Workshop, workshop=workshop, by=by, shift=shift)


def send_workshop_cancelled(*, workshop: Workshop, by: User) -> None:
    """Cancelled or postponed: everybody is told once."""
    workshop_cancelled.send(sender=Workshop, workshop=workshop, by=by)
