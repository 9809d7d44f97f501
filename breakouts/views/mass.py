"""Before mass mail: how many people of how many administrations, and three samples."""

from collections.abc import Callable, Sequence
from typing import Any

from participants.models import Registration

SAMPLES = 3


def mass_mail(
    people: Sequence[Registration], subject: Callable[[Registration], str]
) -> dict[str, Any]:
    """What `components/mass.html` says of a mail to each of them. `subject`: as the person would read it."""
    return {
        "count": len(people),
        "administrations": len({person.delegation.administration_id for person in people}),
        "samples": [
            {
                "to": f"{person.user} <{person.user.email}>, {person.delegation.administration.name}",
                "subject": subject(person),
            }
            for person in people[:SAMPLES]
        ],
    }
