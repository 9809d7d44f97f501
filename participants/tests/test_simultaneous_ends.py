"""A workshop is cancelled while somebody nominates or approves: one ends before the other begins.

The control takes the hold away: then somebody is approved whom nobody tells that the workshop does not take place.
SQLite has one writer at a time, so that there the control changes nothing.
"""

from collections.abc import Callable

import pytest
from django.db import connection

from events.actions.life import cancel_workshop
from events.models import Workshop
from participants.actions.changes import withdraw_registration
from participants.actions.nominations import NominationsClosedError, Nominee, nominate
from participants.actions.registrations import WorkshopEndedError, approve_registration
from participants.models import Registration
from participants.tests.worlds import World, make_registration
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.tests.simultaneous import meanwhile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("erasable_record"),
]


class AtWork:
    """Ana is nominated by Fiji and waits for her approval."""

    def __init__(self) -> None:
        self.world = World()
        self.ana = make_registration(self.world.fiji, nominated_by=self.world.secretariat)

    def approve(self) -> None:
        approve_registration(registration=self.ana, by=self.world.secretariat)

    def withdraw(self) -> None:
        withdraw_registration(registration=self.ana, by=self.world.secretariat)

    def nominate(self) -> None:
        person = Nominee(email="fay@customs.example", given_name="Fay", family_name="Ito")
        nominate(delegation=self.world.japan, person=person, by=self.world.secretariat)

    def cancel(self) -> None:
        cancel_workshop(workshop=self.world.here, reason="A cyclone.", by=self.world.secretariat)


@pytest.fixture
def at_work() -> AtWork:
    return AtWork()


def told_of_the_end() -> set[str]:
    mails = OutgoingMail.objects.filter(template="participants/workshop_cancelled")
    return set(mails.values_list("recipient__email", flat=True))


@pytest.mark.parametrize("is_held", [True, False], ids=["held", "negative control"])
def test_who_is_being_approved_is_told_of_the_end(
    at_work: AtWork, is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_held:
        monkeypatch.setattr("events.tabs.HOLDERS", [])

    meanwhile(at_work.approve, lambda: None, at_work.cancel)

    is_apart = is_held or connection.vendor == "sqlite"
    assert (at_work.ana.user.email in told_of_the_end()) == is_apart
    assert Registration.objects.get(pk=at_work.ana.pk).status == Registration.Status.APPROVED


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (AtWork.approve, WorkshopEndedError),
        (AtWork.withdraw, WorkshopEndedError),
        (AtWork.nominate, NominationsClosedError),
    ],
)
def test_what_comes_while_a_workshop_is_being_cancelled_is_refused(
    at_work: AtWork, act: Callable[[AtWork], None], error: type[Exception]
) -> None:
    Workshop.objects.filter(slug="here").update(
        status=Workshop.Status.NOMINATIONS_OPEN, nominations_close_at=None
    )
    before = list(Registration.objects.order_by("pk").values())

    with pytest.raises(error):
        meanwhile(at_work.cancel, lambda: None, lambda: act(at_work))

    assert list(Registration.objects.order_by("pk").values()) == before
    assert Workshop.objects.get(slug="here").status == Workshop.Status.CANCELLED
