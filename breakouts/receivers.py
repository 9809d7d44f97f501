"""What happens here when a person comes, or no longer comes. Rows only, in the transaction of the act."""

from collections.abc import Sequence
from typing import Any

from breakouts.actions.rankings import ask_latecomers
from breakouts.actions.seats import pass_on_seats
from participants.models import Registration
from participants.signals import registration_withdrawn, registrations_approved
from workshop_portal.accounts.models import User


def connect() -> None:
    """Called once, when the apps are ready."""
    registrations_approved.connect(on_approved, dispatch_uid="breakouts.rankings")
    registration_withdrawn.connect(on_withdrawn, dispatch_uid="breakouts.seats")


def on_approved(*, registrations: Sequence[Registration], by: User, **_rest: Any) -> None:
    ask_latecomers(registrations=registrations, by=by)


def on_withdrawn(
    *, registration: Registration, replacement: Registration | None, by: User, **_rest: Any
) -> None:
    pass_on_seats(registration=registration, replacement=replacement, by=by)
    if replacement is not None:
        ask_latecomers(registrations=[replacement], by=by)
