"""A role gives its rights as long as the person comes; in a closed round the row stays for the record."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from breakouts.access import roles_of
from breakouts.actions.rounds import close_round
from breakouts.models import GroupRole, Point, Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_point,
    make_role,
    make_round,
)
from participants.actions.changes import replace_registration, withdraw_registration
from participants.actions.nominations import Nominee
from participants.models import Registration
from participants.tests.worlds import make_registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope

Role = GroupRole.Role


def withdraw(registration: Registration, world: BreakoutWorld) -> None:
    withdraw_registration(registration=registration, by=world.secretariat)


def replace(registration: Registration, world: BreakoutWorld) -> None:
    person = Nominee(given_name="Fay", family_name="Ito", email="fay@customs.example")
    replace_registration(registration=registration, person=person, by=world.secretariat)


class Over(BreakoutWorld):
    """Round 1 is closed. Ana reported for group 1, where she sat, and facilitated group 2; it noted points of others."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        make_role(self.two, self.user("ana"), Role.FACILITATOR)
        make_role(self.two, self.facilitator, Role.DEPUTY)
        self.points = [
            make_point(self.one, self.user("cho")),
            make_point(self.two, self.user("ben")),
        ]
        close_round(round=self.round, by=self.organiser)

    def rights(self, user: User) -> tuple[int, ...]:
        """How many roles give rights; points the person reads and may change; rounds seen as a whole, in the plenary."""
        may = (
            (Point, "breakouts.view_point"),
            (Point, "breakouts.edit_point"),
            (Round, "breakouts.view_overview"),
            (Round, "breakouts.view_plenary"),
        )
        return (roles_of(user).count(), *(scope(model, verb, user).count() for model, verb in may))


@pytest.fixture
def over(db: None) -> Over:
    return Over()


@pytest.mark.parametrize("leave", [withdraw, replace])
def test_who_left_has_no_rights_in_a_closed_round(
    over: Over, sign_in: SignIn, leave: Callable[[Registration, BreakoutWorld], None]
) -> None:
    ana = over.user("ana")
    assert over.rights(ana) == (2, 2, 1, 1, 1)
    pages = [
        reverse("breakouts:group-detail", args=["here", 1, 1]),
        reverse("breakouts:group-detail", args=["here", 1, 2]),
        reverse("breakouts:round-overview", args=["here", 1]),
        reverse("breakouts:round-plenary", args=["here", 1]),
    ]
    client = sign_in(ana)
    assert [client.get(url).status_code for url in pages] == [200] * 4

    leave(over.people["ana"], over)

    assert over.rights(ana) == (0, 0, 0, 0, 0)
    assert [client.get(url).status_code for url in pages] == [404] * 4
    assert pages[0] not in client.get("/").text
    kept = GroupRole.objects.filter(user=ana, ends_at=None).order_by("pk")
    assert [row.role for row in kept] == ["rapporteur", "facilitator"]


def test_others_keep_theirs(over: Over) -> None:
    """Who has no registration, as one of the team; and who was replaced in another workshop."""
    make_role(over.one, over.user("eve"), Role.DEPUTY)
    withdraw(over.people["eve"], over)
    withdraw(over.people["ana"], over)

    assert over.rights(over.facilitator)[0] == 1
    assert over.rights(over.user("eve"))[0] == 1


def test_who_comes_again_has_them_again(over: Over) -> None:
    withdraw(over.people["ana"], over)
    make_registration(over.fiji, user=over.user("ana"), status="nominated")

    assert over.rights(over.user("ana"))[0] == 2


def test_who_is_named_after_that_has_the_role_as_one_of_the_team(over: Over) -> None:
    withdraw(over.people["ana"], over)
    later = make_group(make_round(over.here, status="published"), over.first)
    make_role(later, over.user("ana"), Role.FACILITATOR)

    assert [role.group for role in roles_of(over.user("ana"))] == [later]
