"""A session in which a round takes place stays on the agenda, and its page says which round that is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from breakouts.models import Round
from breakouts.tests.worlds import BreakoutWorld, SignIn, refused
from events.actions.sessions import SessionInUseError, remove_session
from events.models import Session

NINE = datetime(2050, 5, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(world: BreakoutWorld) -> Session:
    made = Session.objects.create(
        workshop=world.here, title="Groups", starts_at=NINE, ends_at=NINE + timedelta(hours=1)
    )
    Round.objects.filter(pk=world.round.pk).update(session=made)
    return made


def test_it_stays_and_the_refusal_names_the_round(world: BreakoutWorld, session: Session) -> None:
    with refused(SessionInUseError):
        remove_session(session=session, by=world.organiser)

    assert Session.objects.get() == session
    assert Round.objects.get(pk=world.round.pk).session == session


def test_one_that_no_round_has_goes(world: BreakoutWorld, session: Session) -> None:
    Round.objects.update(session=None)

    remove_session(session=session, by=world.organiser)

    assert Session.objects.count() == 0


def test_its_page_leads_to_the_round_in_place_of_the_removal(
    world: BreakoutWorld, session: Session, sign_in: SignIn
) -> None:
    client = sign_in(world.organiser)
    page = reverse("events:session-detail", args=["here", session.public_id])
    remove = reverse("events:session-remove", args=["here", session.public_id])
    leads = (
        f'<a href="{reverse("breakouts:round-detail", args=["here", 1])}">Break-out “Round 1”</a>'
    )

    shown = client.get(page).text
    posted = client.post(remove, {"typed_name": "Groups"}, follow=True)

    assert (leads in shown, remove in shown) == (True, False)
    assert posted.redirect_chain == [(page, 302)]
    assert "takes place in it: Break-out “Round 1”." in posted.text
    assert Session.objects.get() == session
