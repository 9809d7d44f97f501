"""A workshop with four delegates, two topics and a round of two groups; another workshop beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from breakouts.actions.moves import move_people
from breakouts.models import Assignment, Group, GroupRole, Move, Plan, Point, Round, Theme, Topic
from events.models import Workshop
from participants.models import Registration
from participants.tests.worlds import World, make_person, make_registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail

CONFIRMED = Registration.Status.CONFIRMED
SignIn = Callable[[User], Client]
SAME = "Live sessions work in the capital but stop at border posts."
NEARLY = "A live session that runs well in the capital stops at the border post."


def state() -> dict[str, list[Any]]:
    """All rows that an act of this app may write, by table."""
    tables = [*apps.get_app_config("breakouts").get_models(include_auto_created=True)]
    tables += [Registration, Entry, OutgoingMail]
    return {
        table._meta.label: list(table._base_manager.order_by("pk").values()) for table in tables
    }


@contextmanager
def refused(
    error: type[Exception], *, match: str | None = None
) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """The act in it raises exactly that, and leaves every row, entry and mail as it was."""
    before = state()
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert type(caught.value) is error
    assert state() == before


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, module: str, last: str = "record") -> Iterator[None]:
    """The last step of the act in it fails, and nothing is left behind."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("broken on purpose")

    before = state()
    with monkeypatch.context() as patch:
        patch.setattr(f"breakouts.actions.{module}.{last}", fail)
        with pytest.raises(RuntimeError, match="broken on purpose"):
            yield
    assert state() == before


def recorded() -> list[tuple[str, int | None, str, str, dict[str, Any]]]:
    """Each entry: action, actor, target, context and changes."""
    return [
        (
            row.action,
            row.actor_id,
            f"{row.target_type} {row.target_id}",
            row.context_id,
            row.changes,
        )
        for row in Entry.objects.order_by("pk")
    ]


def mailed() -> list[tuple[str, str]]:
    """Each mail in the outbox: its template and whom it goes to."""
    rows = OutgoingMail.objects.order_by("pk").values_list("template", "recipient__email")
    return [(template, email or "") for template, email in rows]


def make_topic(workshop: Workshop, **fields: Any) -> Topic:
    number = workshop.topics.count() + 1
    values = {"ordinal": number, "title": f"Topic {number}", "question": f"Why {number}?"}
    return Topic.objects.create(workshop=workshop, **(values | fields))


def make_round(workshop: Workshop, **fields: Any) -> Round:
    number = workshop.rounds.count() + 1
    return Round.objects.create(
        workshop=workshop, **({"ordinal": number, "title": f"Round {number}"} | fields)
    )


def make_group(held: Round, topic: Topic, **fields: Any) -> Group:
    values = {"ordinal": held.groups.count() + 1, "topic": topic}
    return Group.objects.create(round=held, **(values | fields))


def make_role(group: Group, user: User, role: str = GroupRole.Role.RAPPORTEUR) -> GroupRole:
    return GroupRole.objects.create(group=group, user=user, role=role)


def make_plan(held: Round, seats: dict[Group, list[Registration]], by: User, **fields: Any) -> Plan:
    plan = Plan.objects.create(round=held, version=held.plans.count() + 1, created_by=by, **fields)
    for group, people in seats.items():
        for person in people:
            Assignment.objects.create(plan=plan, group=group, registration=person)
    return plan


def move_person(
    *,
    plan: Plan,
    registration: Registration,
    to: Group,
    revision: int | None = None,
    by: User,
) -> Move:
    """Move one."""
    return move_people(plan=plan, registrations=[registration], to=to, revision=revision, by=by)


def make_point(group: Group, by: User, **fields: Any) -> Point:
    values = {"kind": Point.Kind.CHALLENGE, "text": "The line is thin.", "created_by": by}
    group.point_sequence += 1
    group.save(update_fields=["point_sequence"])
    values |= {"sequence": group.point_sequence, "ordinal": group.points.count() + 1}
    return Point.objects.create(group=group, **(values | fields))


@dataclass
class BreakoutWorld(World):
    """Ana and Ben (Fiji), Cho and Dai (Japan) in workshop `here`; Eve (Fiji) in `elsewhere`."""

    people: dict[str, Registration] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, delegation in (
            ("ana", self.fiji),
            ("ben", self.fiji),
            ("cho", self.japan),
            ("dai", self.japan),
            ("eve", self.fiji_elsewhere),
        ):
            user = make_person(f"{name}@customs.example", given_name=name.title())
            self.people[name] = make_registration(
                delegation, user=user, status=CONFIRMED, nominated_by=self.secretariat
            )
        self.first, self.second = make_topic(self.here), make_topic(self.here)
        self.round = make_round(self.here)
        self.one = make_group(self.round, self.first)
        self.two = make_group(self.round, self.second)
        self.facilitator = make_person("facilitator@wco.example")

    def enter(self, status: str) -> None:
        """Put the round into a state, as if it had gone there."""
        Round.objects.filter(pk=self.round.pk).update(status=status)
        self.round.refresh_from_db()

    def crowd(self, number: int) -> list[Registration]:
        """More people of Fiji who take part."""
        self.fiji.quota = 100
        self.fiji.save(update_fields=["quota"])
        return [
            make_registration(self.fiji, status=CONFIRMED, nominated_by=self.secretariat)
            for _each in range(number)
        ]

    def user(self, name: str) -> User:
        return self.people[name].user

    def publish(self) -> Plan:
        """Ana and Cho sit in group 1, Ben and Dai in group 2, by the published plan; Ana reports."""
        people = self.people
        plan = make_plan(
            self.round,
            {self.one: [people["ana"], people["cho"]], self.two: [people["ben"], people["dai"]]},
            self.secretariat,
            published_at=timezone.now(),
            published_by=self.secretariat,
            is_current=True,
        )
        self.enter(Round.Status.PUBLISHED)
        self.one.refresh_from_db()
        self.two.refresh_from_db()
        make_role(self.one, self.user("ana"))
        return plan


class Plenary(BreakoutWorld):
    """Group 1 noted `a` (Fiji) and `b`, group 2 `c` (Japan), nearly the same as `a`; topic 1 has two themes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        make_role(self.two, self.facilitator, "facilitator")
        self.a = make_point(self.one, self.user("ana"), text=SAME)
        self.b = make_point(self.one, self.user("cho"), text="Dogs need handlers who stay.")
        self.c = make_point(self.two, self.user("ben"), text=NEARLY)
        self.a.administrations.set([self.fj])
        self.c.administrations.set([self.jp])
        make = Theme.objects.create
        self.lines = make(topic=self.first, ordinal=1, title="Border posts", key_words="video")
        self.dogs = make(topic=self.first, ordinal=2, title="Dogs", key_words="handlers")

    def url(self, name: str, *args: object) -> str:
        return reverse(f"breakouts:{name}", args=["here", 1, *args])

    def verb(self, name: str, point: Point) -> str:
        return self.url(name, point.group.ordinal, point.public_id)
