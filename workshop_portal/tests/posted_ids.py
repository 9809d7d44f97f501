"""Every view that takes an id from a form: what is posted there, with the id of something that lies elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from workshop_portal.tests.access_world import AccessWorld

REFUSED, NOT_FOUND = "refused", "not found"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A POST that is right but for one value, which names something that lies elsewhere."""

    url: str
    field: str
    foreign: Callable[[AccessWorld], Any]
    data: Callable[[AccessWorld], dict[str, Any]] = lambda _world: {}
    role: str = "organiser"
    answer: str = "error"
    """`error`: at the field. `refused`: said on the page that it leads back to. `not found`: 404."""

    def __str__(self) -> str:
        return f"{self.url} {self.field}"


def _group(world: AccessWorld) -> dict[str, Any]:
    return {"topic": 1, "format": "online", "seen": ""}


def _move(world: AccessWorld) -> dict[str, Any]:
    return {
        "p": world.people["ana"].public_id,
        "to": 2,
        "plan": world.own.plan.pk,
        "revision": world.own.plan.revision,
    }


def _point(world: AccessWorld) -> dict[str, Any]:
    return {"kind": "challenge", "text": "The line is thin.", "version": 1}


def _round(world: AccessWorld) -> dict[str, Any]:
    return {"title": "Morning", "minutes": 45, "mode": "mix", "weighting": "balanced", "seen": ""}


def _contribution(world: AccessWorld) -> dict[str, Any]:
    return {"kind": "challenge", "title": "A", "attribution": "named", "version": 1}


def _edition(world: AccessWorld) -> dict[str, Any]:
    return {"title": "Second", "workshop": "here"}


def _vanuatu(world: AccessWorld) -> str:
    return world.vanuatu.code


CASES = (
    Case(
        url="breakouts:board-move",
        field="p",
        foreign=lambda world: world.people["eve"].public_id,
        data=_move,
        answer=REFUSED,
    ),
    Case(url="breakouts:board-move", field="to", foreign=lambda _: 7, data=_move, answer=REFUSED),
    Case(
        url="breakouts:board-move",
        field="plan",
        foreign=lambda world: world.other.plan.pk,
        data=_move,
        answer=NOT_FOUND,
    ),
    Case(
        url="breakouts:board-move",
        field="other",
        foreign=lambda world: world.people["eve"].public_id,
        data=_move,
        answer=REFUSED,
    ),
    Case(
        url="breakouts:board-targets",
        field="p",
        foreign=lambda world: world.people["eve"].public_id,
        answer=REFUSED,
    ),
    Case(
        url="breakouts:board-targets",
        field="group",
        foreign=lambda _: 7,
        data=lambda world: {"p": world.people["ana"].public_id},
        answer=REFUSED,
    ),
    Case(
        url="breakouts:round-publish",
        field="plan",
        foreign=lambda world: world.other.plan.pk,
        data=lambda _: {"revision": 0},
        answer=NOT_FOUND,
    ),
    Case(
        url="breakouts:point-add", field="said_by", foreign=_vanuatu, data=_point, role="delegate"
    ),
    Case(
        url="breakouts:point-add",
        field="theme",
        foreign=lambda world: world.other.theme.pk,
        data=_point,
        role="delegate",
    ),
    Case(
        url="breakouts:point-edit", field="said_by", foreign=_vanuatu, data=_point, role="delegate"
    ),
    Case(
        url="breakouts:point-theme",
        field="theme",
        foreign=lambda world: world.other.theme.pk,
        answer=REFUSED,
    ),
    Case(
        url="breakouts:point-merge",
        field="other",
        foreign=lambda world: world.other.point.public_id,
        data=lambda _: {"stands": "this"},
    ),
    Case(
        url="breakouts:point-distinct",
        field="other",
        foreign=lambda world: world.other.point.public_id,
        answer=REFUSED,
    ),
    Case(
        url="breakouts:place-rule-add",
        field="group",
        foreign=lambda _: 7,
        data=lambda _: {"first": "ana@customs.example", "kind": "pin"},
    ),
    Case(
        url="breakouts:group-add",
        field="topic",
        foreign=lambda _: 7,
        data=lambda world: _group(world) | {"count": 1},
    ),
    Case(url="breakouts:group-edit", field="topic", foreign=lambda _: 7, data=_group),
    Case(
        url="breakouts:group-roles",
        field="facilitator",
        foreign=lambda world: world.user("eve").public_id,
    ),
    Case(
        url="breakouts:round-add",
        field="session",
        foreign=lambda world: world.other.session.public_id,
        data=_round,
    ),
    Case(
        url="breakouts:round-edit",
        field="session",
        foreign=lambda world: world.other.session.public_id,
        data=_round,
    ),
    Case(url="breakouts:ranking-edit", field="choice_1", foreign=lambda _: 7, role="delegate"),
    Case(
        url="events:part-add",
        field="speaker",
        foreign=lambda world: world.other.speaker.public_id,
        data=lambda _: {"role": "chair"},
    ),
    Case(
        url="participants:delegation-invite",
        field="delegation",
        foreign=lambda world: world.fiji_elsewhere.pk,
        answer=REFUSED,
    ),
    Case(
        url="participants:delegation-invite",
        field="delegation",
        foreign=lambda world: world.fiji_elsewhere.pk,
        data=lambda _: {"confirmed": 1},
        answer=REFUSED,
    ),
    Case(
        url="participants:registration-approve-many",
        field="chosen",
        foreign=lambda world: world.people["eve"].public_id,
        answer=REFUSED,
    ),
    Case(
        url="participants:registration-decline-many",
        field="chosen",
        foreign=lambda world: world.people["eve"].public_id,
        data=lambda _: {"reason": "Why not"},
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-accept-many",
        field="chosen",
        foreign=lambda world: world.other.contribution.public_id,
        answer=REFUSED,
    ),
    Case(
        url="reports:point-take",
        field="chosen",
        foreign=lambda world: world.other.point.public_id,
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-claim",
        field="administration",
        foreign=lambda _: "JP",
        role="focal_point",
        answer=REFUSED,
    ),
    Case(
        url="reports:contribution-new",
        field="administration",
        foreign=_vanuatu,
        data=_contribution,
    ),
    Case(
        url="reports:contribution-new",
        field="topic",
        foreign=lambda _: 7,
        data=_contribution,
        role="focal_point",
    ),
    Case(
        url="reports:contribution-edit",
        field="topic",
        foreign=lambda _: 7,
        data=_contribution,
        role="focal_point",
    ),
    Case(
        url="reports:edition-new",
        field="workshop",
        foreign=lambda _: "elsewhere",
        data=_edition,
    ),
    Case(url="reports:edition-new", field="based_on", foreign=lambda _: 7, data=_edition),
)


def snapshot(models: list[type[Model]]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as stored."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in models
    }
