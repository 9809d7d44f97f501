"""What participants announces. Receivers write rows and do no I/O; each signal has one typed sender."""

from collections.abc import Sequence

from django.dispatch import Signal

from participants.models import Registration
from workshop_portal.accounts.models import User

registrations_approved = Signal()
registration_withdrawn = Signal()


def send_registrations_approved(*, registrations: Sequence[Registration], by: User) -> None:
    """People take part from now on; of a successor `registration_withdrawn` tells."""
    registrations_approved.send(sender=Registration, registrations=registrations, by=by)


def send_registration_withdrawn(
    *, registration: Registration, replacement: Registration | None = None, by: User
) -> None:
    """A person who held a seat no longer comes: withdrawn, declined after all, or replaced.

    With `replacement`, places and tasks move to that person; without, they fall free.
    """
    registration_withdrawn.send(
        sender=Registration, registration=registration, replacement=replacement, by=by
    )
