"""What the mails of a workshop have told each person of its days."""

from collections.abc import Iterable

from workshop_portal.leases import WorkStatus

NEW_DAYS = "new_days"
"""The kind of the mail that a workshop was moved, or takes place after all."""
END = "workshop_cancelled"
"""The kind of the mail that it is cancelled or postponed."""
JOINING = ("registration_approved", "registration_link", "invitation")
"""The kinds that tell a person to take part, or to nominate: they name the days, too."""

WAITING = (WorkStatus.HELD, WorkStatus.PLANNED)

Told = tuple[int, str, str, str | None]
"""Recipient, kind, status and `was` of a mail."""


def read_news(mails: Iterable[Told]) -> tuple[dict[int, str], set[int]]:
    """The first day that people know where it may be an earlier one; who is to hear that it takes place.

    These were told that it does not, or what asked them to take part was held back. A later mail that names
    the days and was sent settles both. `mails`: of these kinds, the oldest first.
    """
    known: dict[int, str] = {}
    unsettled: set[int] = set()
    for person, kind, status, was in mails:
        sent = status == WorkStatus.DONE
        held_back = kind in JOINING and status == WorkStatus.SUPERSEDED
        if held_back or (kind == END and sent):
            unsettled.add(person)
        elif sent:
            known.pop(person, None)
            unsettled.discard(person)
        if was and (status in WAITING or (kind == END and sent)):
            known[person] = was
    return known, unsettled
