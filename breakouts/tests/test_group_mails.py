"""The mails that lead people to their groups: who gets one, what it says, and when it is not sent any more."""

from collections.abc import Callable

import pytest

from breakouts.actions.plans import publish_plan
from breakouts.actions.rounds import close_round
from breakouts.tests.worlds import BreakoutWorld, make_plan
from events.actions.life import cancel_workshop
from events.models import Workshop
from workshop_portal.leases import SupersededError
from workshop_portal.mail.delivery import send_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.rendering import RenderedMail, render_mail


def publish(world: BreakoutWorld) -> None:
    """Ana and Cho sit in group 1, Ben and Dai in group 2; all are told."""
    people = world.people
    seats = {world.one: [people["ana"], people["cho"]], world.two: [people["ben"], people["dai"]]}
    world.enter("assigning")
    publish_plan(plan=make_plan(world.round, seats, world.organiser), by=world.organiser)
    world.round.refresh_from_db()


def rendered(**lookup: object) -> RenderedMail:
    return render_mail(OutgoingMail.objects.get(**lookup), with_links=True)


# Your group ---------------------------------------------------------------------------------------


def close(world: BreakoutWorld) -> None:
    close_round(round=world.round, by=world.organiser)


def cancel(world: BreakoutWorld) -> None:
    cancel_workshop(workshop=world.here, reason="Storm", by=world.organiser)


def archive(world: BreakoutWorld) -> None:
    Workshop.objects.filter(pk=world.here.pk).update(status=Workshop.Status.ARCHIVED)


@pytest.mark.parametrize("end", [close, cancel, archive])
def test_a_group_is_not_told_once_nothing_of_it_is_to_come(
    world: BreakoutWorld, end: Callable[[BreakoutWorld], None]
) -> None:
    publish(world)
    assert rendered(recipient=world.user("ana")).subject == "Your group: 1, Topic 1"
    end(world)

    with pytest.raises(SupersededError):
        rendered(recipient=world.user("ana"), template="breakouts/group_published")
    send_due()
    states = OutgoingMail.objects.filter(template="breakouts/group_published")
    assert set(states.values_list("status", flat=True)) == {"superseded"}
