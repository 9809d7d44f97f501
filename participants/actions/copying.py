"""What the next workshop of a series takes over of its participants: the seats, no person."""

from django.utils.translation import gettext as _

from events.tabs import Copied, Copy
from participants.actions.delegations import set_seat_policy
from participants.models import SeatPolicy


def copy_seats(copy: Copy) -> list[Copied]:
    """The next workshop gives the same number of seats; who comes is asked anew."""
    policy = SeatPolicy.objects.filter(workshop=copy.source).first()
    if policy is not None:
        set_seat_policy(
            workshop=copy.target,
            seats=policy.seats,
            host_seats=policy.host_seats,
            online_extra_seats=policy.online_extra_seats,
            by=copy.by,
        )
    return [
        Copied(what=_("Usual seats"), count=int(policy is not None)),
        Copied(
            what=_("Delegations and registrations"),
            count=copy.source.delegations.count() + copy.source.registrations.count(),
            taken=False,
            note=_("people are asked anew"),
        ),
    ]
