"""The reader of `breakout-instance/1`: plain JSON values in, an `Instance` out.

A fault is reported with its path in the JSON (`delegates[3].seniority`), so that an organiser who
wrote the file by hand finds the place. What is well-formed and cannot be satisfied is not refused
here: that is a conflict, and `conflicts.py` names it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

from breakouts.solver.model import (
    Assignment,
    Costs,
    Delegate,
    Instance,
    Room,
    Round,
    Rule,
    RuleKind,
)

SCHEMA = "breakout-instance/1"
RESERVED_PREFIXES = ("max", "min", "language", "mode", "facilitator", "seats")
KINDS: dict[str, RuleKind] = {
    "together": "together",
    "apart": "apart",
    "pin": "pin",
    "forbid": "forbid",
    "topic_once": "topic_once",
}


class MalformedInstanceError(Exception):
    """The JSON does not have the form of an instance; `path` says where."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path or '$'}: {message}")
        self.path = path
        self.message = message


class _Node:
    """A JSON value with its path; every reader below raises with that path."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path

    def fail(self, message: str) -> NoReturn:
        raise MalformedInstanceError(self.path, message)

    def key(self, name: str, default: Any = ...) -> _Node:
        """Return a member of an object. Without a default the key must be there."""
        mapping = self.mapping()
        path = f"{self.path}.{name}" if self.path else name
        if name not in mapping:
            if default is ...:
                raise MalformedInstanceError(path, "is missing")
            return _Node(default, path)
        return _Node(mapping[name], path)

    def mapping(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.fail("must be an object")
        for name in self.value:
            if not isinstance(name, str):
                self.fail("must have text keys only")
        return self.value

    def members(self) -> list[tuple[str, _Node]]:
        """Return all members of an object: its names are looked at once, not once a member."""
        path = f"{self.path}." if self.path else ""
        return [(name, _Node(value, path + name)) for name, value in self.mapping().items()]

    def items(self) -> list[_Node]:
        if not isinstance(self.value, (list, tuple)):
            self.fail("must be a list")
        return [_Node(item, f"{self.path}[{index}]") for index, item in enumerate(self.value)]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            self.fail("must be a text that is not empty")
        return self.value

    def number(self, least: int | None = None) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fail("must be a whole number")
        if least is not None and self.value < least:
            self.fail(f"must be at least {least}")
        return self.value

    def one_of(self, choices: tuple[Any, ...]) -> Any:
        if isinstance(self.value, bool) or self.value not in choices:
            self.fail("must be one of " + ", ".join(json.dumps(choice) for choice in choices))
        return self.value

    def known(self, ids: set[str] | dict[str, set[str]], what: str) -> str:
        identifier = self.text()
        if identifier not in ids:
            self.fail(f"names no {what}: {identifier}")
        return identifier


def parse_instance(data: Any) -> Instance:
    """Read an instance from decoded JSON.

    Raises: MalformedInstanceError with the path of the first fault.
    """
    top = _Node(data, "")
    top.mapping()
    if top.key("schema").value != SCHEMA:
        top.key("schema").fail(f"must be {SCHEMA}")
    round_ids = _unique_ids(top.key("rounds"))
    delegates = tuple(_delegate(node, round_ids) for node in top.key("delegates").items())
    delegate_ids = _unique_ids(top.key("delegates"))
    rounds = tuple(_round(node, delegate_ids) for node in top.key("rounds").items())
    room_ids = {one_round.id: {room.id for room in one_round.rooms} for one_round in rounds}
    costs = _costs(top.key("costs", {}))
    preferences = _preferences(top.key("preferences", {}), delegate_ids, costs)
    rules = tuple(_rule(node, delegate_ids, room_ids) for node in top.key("rules", []).items())
    _unique_ids(top.key("rules", []))
    baseline_node = top.key("baseline", None)
    baseline = None if baseline_node.value is None else _assignment(baseline_node)
    return Instance(delegates, rounds, preferences, rules, costs, baseline)


def parse_assignment(data: Any) -> Assignment:
    """Read an answer `{round: {delegate: room}}` from decoded JSON.

    Ids that the instance no longer knows are kept: a published plan outlives a drop-out.
    Raises: MalformedInstanceError with the path inside the answer.
    """
    return _assignment(_Node(data, ""))


def to_json(instance: Instance) -> dict[str, Any]:
    """Return the JSON form of an instance: `parse_instance` reads it back to an equal one."""
    return {
        "schema": SCHEMA,
        "delegates": [_delegate_json(delegate) for delegate in instance.delegates],
        "rounds": [
            {"id": one_round.id, "rooms": [_room_json(room) for room in one_round.rooms]}
            for one_round in instance.rounds
        ],
        "preferences": {person: list(topics) for person, topics in instance.preferences.items()},
        "rules": [_rule_json(rule) for rule in instance.rules],
        "costs": {
            "rank": list(instance.costs.rank),
            "unranked": instance.costs.unranked,
            "bad_from_rank": instance.costs.bad_from_rank,
        },
        "baseline": instance.baseline,
    }


def instance_digest(instance: Instance) -> str:
    """Return the SHA-256 of the canonical JSON: which input a stored run was made from."""
    canonical = json.dumps(to_json(instance), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _delegate_json(delegate: Delegate) -> dict[str, Any]:
    return {
        "id": delegate.id,
        "administration": delegate.administration,
        "sub_region": delegate.sub_region,
        "seniority": delegate.seniority,
        "gender": delegate.gender,
        "languages": sorted(delegate.languages),
        "utc_offset_min": delegate.utc_offset_minutes,
        "expertise": list(delegate.expertise),
        "mode": delegate.mode,
        "available": sorted(delegate.available),
    }


def _room_json(room: Room) -> dict[str, Any]:
    return {
        "id": room.id,
        "topic": room.topic,
        "min": room.minimum,
        "max": room.maximum,
        "languages": sorted(room.languages),
        "mode": room.mode,
        "facilitator": room.facilitator,
        "rapporteur": room.rapporteur,
    }


def _rule_json(rule: Rule) -> dict[str, Any]:
    if rule.kind == "topic_once":
        return {"id": rule.id, "type": rule.kind}
    data: dict[str, Any] = {"id": rule.id, "type": rule.kind, "delegates": list(rule.delegates)}
    if rule.kind in ("pin", "forbid"):
        data |= {"round": rule.round, "room": rule.room}
    return data


def _unique_ids(nodes: _Node) -> set[str]:
    seen: set[str] = set()
    for node in nodes.items():
        identifier = node.key("id")
        if identifier.text() in seen:
            identifier.fail(f"is there twice: {identifier.value}")
        seen.add(identifier.value)
    return seen


def _delegate(node: _Node, round_ids: set[str]) -> Delegate:
    return Delegate(
        id=node.key("id").text(),
        administration=node.key("administration").text(),
        sub_region=node.key("sub_region").text(),
        seniority=int(node.key("seniority").one_of((1, 2, 3))),
        languages=frozenset(item.text() for item in node.key("languages").items()),
        mode=str(node.key("mode").one_of(("online", "onsite"))),
        available=frozenset(
            item.known(round_ids, "round") for item in node.key("available").items()
        ),
        gender=node.key("gender", None).one_of(("f", "m", None)),
        utc_offset_minutes=node.key("utc_offset_min", 0).number(),
        expertise=tuple(item.text() for item in node.key("expertise", []).items()),
    )


def _round(node: _Node, delegate_ids: set[str]) -> Round:
    _unique_ids(node.key("rooms"))
    rooms = tuple(_room(room, delegate_ids) for room in node.key("rooms").items())
    return Round(node.key("id").text(), rooms)


def _room(node: _Node, delegate_ids: set[str]) -> Room:
    return Room(
        id=node.key("id").text(),
        topic=node.key("topic").text(),
        minimum=_optional_number(node.key("min", None)),
        maximum=_optional_number(node.key("max", None)),
        languages=frozenset(item.text() for item in node.key("languages").items()),
        mode=str(node.key("mode").one_of(("online", "onsite", "hybrid"))),
        facilitator=_optional_delegate(node.key("facilitator", None), delegate_ids),
        rapporteur=_optional_delegate(node.key("rapporteur", None), delegate_ids),
    )


def _optional_number(node: _Node) -> int | None:
    return None if node.value is None else node.number(least=0)


def _optional_delegate(node: _Node, delegate_ids: set[str]) -> str | None:
    return None if node.value is None else node.known(delegate_ids, "delegate")


def _costs(node: _Node) -> Costs:
    usual = Costs()
    rank = tuple(item.number(least=0) for item in node.key("rank", usual.rank).items())
    for item, earlier, later in zip(
        node.key("rank", usual.rank).items()[1:], rank, rank[1:], strict=False
    ):
        if later < earlier:
            item.fail("must not be below the cost of the choice before it")
    return Costs(
        rank=rank,
        unranked=node.key("unranked", usual.unranked).number(least=0),
        bad_from_rank=node.key("bad_from_rank", usual.bad_from_rank).number(least=1),
    )


def _preferences(node: _Node, delegate_ids: set[str], costs: Costs) -> dict[str, tuple[str, ...]]:
    preferences: dict[str, tuple[str, ...]] = {}
    for delegate_id, ranked in node.members():
        if delegate_id not in delegate_ids:
            ranked.fail(f"names no delegate: {delegate_id}")
        seen: list[str] = []
        for position, item in enumerate(ranked.items()):
            if item.text() in seen:
                item.fail(f"is ranked twice: {item.value}")
            if position >= len(costs.rank):
                item.fail(f"has no cost: costs.rank ends at choice {len(costs.rank)}")
            seen.append(item.value)
        preferences[delegate_id] = tuple(seen)
    return preferences


def _rule(node: _Node, delegate_ids: set[str], room_ids: dict[str, set[str]]) -> Rule:
    identifier = node.key("id").text()
    if identifier.partition(":")[1] and identifier.partition(":")[0] in RESERVED_PREFIXES:
        node.key("id").fail("begins like the id of an implicit rule")
    kind = KINDS[node.key("type").one_of(tuple(KINDS))]
    if kind == "topic_once":
        return Rule(identifier, kind)
    nodes = node.key("delegates").items()
    people = tuple(item.known(delegate_ids, "delegate") for item in nodes)
    for index, item in enumerate(nodes):
        if item.value in people[:index]:
            item.fail(f"is there twice: {item.value}")
    if kind in ("together", "apart"):
        if len(people) < 2:
            node.key("delegates").fail("must name at least two delegates")
        return Rule(identifier, kind, people)
    if not people:
        node.key("delegates").fail("must name a delegate")
    round_id = node.key("round").known(room_ids, "round")
    room_id = node.key("room").known(room_ids[round_id], f"room of round {round_id}")
    return Rule(identifier, kind, people, round_id, room_id)


def _assignment(node: _Node) -> Assignment:
    return {
        round_id: {delegate_id: placed.text() for delegate_id, placed in placements.members()}
        for round_id, placements in node.members()
    }
