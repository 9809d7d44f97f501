"""What happens here when a workshop moves or does not take place. Rows only, in the transaction of the act."""

from datetime import timedelta
from typing import Any

from events.models import Workshop
from events.signals import workshop_cancelled, workshop_rescheduled
from participants.actions.mail_plan import move_reminders, tell_new_days, tell_of_the_end
from workshop_portal.accounts.models import User


def connect() -> None:
    """Called once, when the apps are ready."""
    workshop_rescheduled.connect(on_rescheduled, dispatch_uid="participants.mail_plan")
    workshop_cancelled.connect(on_cancelled, dispatch_uid="participants.mail_plan")


def on_rescheduled(*, workshop: Workshop, by: User, shift: timedelta, **_rest: Any) -> None:
    move_reminders(workshop=workshop, by=by)  # distances count from the new days by themselves
    tell_new_days(workshop=workshop, shift=shift, by=by)


def on_cancelled(*, workshop: Workshop, by: User, **_rest: Any) -> None:
    tell_of_the_end(workshop=workshop, by=by)
