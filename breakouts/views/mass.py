"""Before mass mail: how many people of how many administrations, and three samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from participants.models import Registration
from workshop_portal.accounts.models import User

SAMPLES = 3


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """Who is about to be mailed. `subject`: as the person would read it; asked of the samples alone."""

    user: User
    registration: Registration | None
    subject: Callable[[], str]

    @property
    def to(self) -> str:
        address = f"{self.user} <{self.user.email}>"
        if self.registration is None:
            return address
        return f"{address}, {self.registration.delegation.administration.name}"


def mass_mail(mails: Sequence[Addressed]) -> dict[str, Any]:
    """What `components/mass.html` says of them. The samples are of different administrations as far as there are."""
    people: dict[int, Addressed] = {}
    firsts: dict[int, Addressed] = {}
    for mail in mails:
        people.setdefault(mail.user.pk, mail)
        if mail.registration is not None:
            firsts.setdefault(mail.registration.delegation.administration_id, mail)
    shown = list(dict.fromkeys([*firsts.values(), *list(people.values())[:SAMPLES]]))[:SAMPLES]
    return {
        "count": len(people),
        "administrations": len(firsts),
        "samples": [{"to": mail.to, "subject": mail.subject()} for mail in shown],
    }
