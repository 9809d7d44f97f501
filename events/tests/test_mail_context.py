"""What the outbox calls a workshop that mails belong to."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from events.tests.worlds import World, client_of, english, make_workshop
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.queries import name_contexts


@pytest.mark.django_db
def test_mails_are_named_after_their_workshop(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    world = World()
    other = make_workshop(short_title=english("Online 2022"), title=english("Regional Workshop"))
    for number, workshop in enumerate([world.here, world.here, other]):
        OutgoingMail.objects.create(
            key=f"x:{number}",
            kind="x",
            template="x/x",
            recipient=world.stranger,
            context_type="events.workshop",
            context_id=str(workshop.pk),
        )
    mails = list(OutgoingMail.objects.order_by("pk"))
    with django_assert_num_queries(1):
        names = name_contexts(mails)
    assert names == {
        f"events.workshop:{world.here.pk}": world.here.name,
        f"events.workshop:{other.pk}": "Online 2022",
    }
    page = client_of(world.secretariat).get(reverse("mail:outbox")).content.decode()
    assert page.count("Online 2022") == 1
