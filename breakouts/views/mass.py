"""Before mass mail: how many people of how many administrations, and three samples."""

from collections.abc import Callable, Sequence
from typing import Any

from participants.models import Registration

SAMPLES = 3


def mass_mail(
    people: Sequence[Registration], subject: Callable[[Registration], str]
) -> dict[str, Any]:
    """What `components/mass.html` says of a mail to each of them. `subject`: as the person would read it.

    The samples are of different administrations as far as there are.
    """
    firsts: dict[int, Registration] = {}
    for person in people:
        firsts.setdefault(person.delegation.administration_id, person)
    shown = list(dict.fromkeys([*firsts.values(), *people[:SAMPLES]]))[:SAMPLES]
    return {
        "count": len(people),
        "administrations": len(firsts),
        "samples": [
            {
                "to": f"{person.user} <{person.user.email}>, {person.delegation.administration.name}",
                "subject": subject(person),
            }
            for person in shown
        ],
    }
