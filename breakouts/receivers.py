"""What happens here when a person no longer comes. Rows only, in the transaction of the act."""

from typing import Any

from breakouts.actions.seats import pass_on_seats
from participants.models import Registration
from participants.signals import registration_withdrawn
from workshop_portal.accounts.models import User


def connect() -> None:
    """Called once, when the apps are ready."""
    registration_withdrawn.connect(on_withdrawn, dispatch_uid="breakouts.seats")


def on_withdrawn(
    *, registration: Registration, replacement: Registration | None, by: User, **_rest: Any
) -> None:
    pass_on_seats(registration=registration, replacement=replacement, by=by)
