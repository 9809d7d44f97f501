"""One act waits for the lock of another: it goes by what holds then, and two never wait for each other.

PostgreSQL reads what is joined to a locked row as it was before the wait; SQLite has one writer at a time.
"""

import pytest

from breakouts.actions.points import GroupNotOpenError, add_point
from breakouts.actions.rankings import save_ranking
from breakouts.actions.rounds import close_round, open_ranking
from breakouts.models import Point, Preference, Round
from breakouts.tests.worlds import BreakoutWorld
from participants.actions.registrations import approve_registration, lock_registrations
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.tests.simultaneous import meanwhile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("erasable_record"),
]


def test_no_point_enters_a_round_that_is_being_closed(world: BreakoutWorld) -> None:
    world.publish()
    group = world.round.groups.order_by("pk")[0]

    with pytest.raises(GroupNotOpenError):
        meanwhile(
            lambda: close_round(round=world.round, by=world.organiser),
            lambda: None,
            lambda: add_point(group=group, kind="trend", text="Too late.", by=world.user("ana")),
        )

    assert (Point.objects.count(), Round.objects.get(pk=world.round.pk).status) == (0, "closed")


@pytest.mark.parametrize("approves_first", [True, False])
def test_who_is_approved_while_a_ranking_opens_is_asked_once(
    world: BreakoutWorld, approves_first: bool
) -> None:
    world.crowd(0)
    row = make_registration(world.fiji)

    def approve() -> object:
        return approve_registration(registration=row, by=world.secretariat)

    def open_it() -> object:
        return open_ranking(round=world.round, by=world.organiser)

    acts = (approve, open_it) if approves_first else (open_it, approve)
    meanwhile(acts[0], lambda: None, acts[1])

    asked = OutgoingMail.objects.filter(template="breakouts/ranking_opened", recipient=row.user)
    assert asked.count() == 1


def test_who_withdraws_and_who_ranks_do_not_wait_for_each_other(world: BreakoutWorld) -> None:
    """Withdrawing holds the person and then wants the rounds; ranking holds the round and names the person."""
    open_ranking(round=world.round, by=world.organiser)
    ana = world.people["ana"]

    meanwhile(
        lambda: lock_registrations(Registration.objects.filter(pk=ana.pk)),
        lambda: list(Round.objects.select_for_update(no_key=True).order_by("pk")),
        lambda: save_ranking(
            round=world.round, registration=ana, topics=[world.first], by=world.user("ana")
        ),
    )

    assert Preference.objects.filter(registration=ana).count() == 1
    assert Entry.objects.filter(action="breakouts.ranking_saved").count() == 1
