"""Small instances for the solver's tests, made by a seeded generator of their own."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from breakouts.solver.model import Assignment, Instance, Room, Round, size_limits
from breakouts.solver.parse import parse_instance


def delegate(number: int, rounds: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"d{number}",
        "administration": "a1",
        "sub_region": "s1",
        "seniority": 1,
        "gender": None,
        "languages": ["en"],
        "utc_offset_min": 0,
        "expertise": [],
        "mode": "online",
        "available": [f"r{number + 1}" for number in range(rounds)],
    } | changes


def room(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"g{number}",
        "topic": f"t{number}",
        "min": None,
        "max": None,
        "languages": ["en"],
        "mode": "hybrid",
        "facilitator": None,
        "rapporteur": None,
    } | changes


def plain(people: int, rooms: int, rounds: int = 1) -> dict[str, Any]:
    """An instance in JSON form that asks for nothing but even sizes."""
    return {
        "schema": "breakout-instance/1",
        "delegates": [delegate(number, rounds) for number in range(people)],
        "rounds": [
            {"id": f"r{number + 1}", "rooms": [room(index) for index in range(rooms)]}
            for number in range(rounds)
        ],
        "preferences": {},
        "rules": [],
        "costs": {"rank": [0, 1, 2, 4, 5], "unranked": 7, "bad_from_rank": 4},
        "baseline": None,
    }


def rule(kind: str, *people: str, name: str = "", **changes: Any) -> dict[str, Any]:
    identifier = name or "-".join([kind, *people])
    return {"id": identifier, "type": kind, "delegates": list(people)} | changes


def instance(data: dict[str, Any]) -> Instance:
    return parse_instance(data)


def mixed(seed: int, people: int = 24, rooms: int = 4, rounds: int = 3) -> dict[str, Any]:
    """A workshop with wishes, two languages, facilitators, rules and a few absences."""
    chance = Random(seed)
    data = plain(people, rooms, rounds)
    for person in data["delegates"]:
        person["administration"] = f"a{chance.randrange(7)}"
        person["sub_region"] = f"s{chance.randrange(3)}"
        person["seniority"] = chance.randint(1, 3)
        person["languages"] = chance.choice([["en"], ["en"], ["en", "fr"], ["fr"]])
        if chance.random() < 0.1:
            person["available"].remove(chance.choice(person["available"]))
        if chance.random() < 0.85:
            data["preferences"][person["id"]] = chance.sample(
                [f"t{index}" for index in range(rooms)], min(3, rooms)
            )
    for number, one_round in enumerate(data["rounds"]):
        for index, one_room in enumerate(one_round["rooms"]):
            one_room["min"], one_room["max"] = people // rooms - 3, people // rooms + 3
            if index != number:
                one_room["languages"] = ["en", "fr"]
    able = [
        person["id"]
        for person in data["delegates"]
        if "en" in person["languages"] and len(person["available"]) == rounds
    ]
    chance.shuffle(able)
    leader, *others = able
    for number, one_round in enumerate(data["rounds"]):
        one_round["rooms"][number % rooms]["facilitator"] = leader
    data["rules"] = [
        rule("apart", *others[0:2]),
        rule("together", *others[2:4]),
        {"id": "once", "type": "topic_once"},
    ]
    return data


def tiny(seed: int, rooms: int = 2) -> dict[str, Any]:
    """Three to five people, two rounds, with rules that often collide."""
    chance = Random(seed)
    people = chance.randint(3, 5) if rooms == 2 else 4
    data = plain(people, rooms, 2)
    for person in data["delegates"]:
        person["languages"] = chance.choice([["en"], ["en"], ["en"], ["fr"], ["en", "fr"]])
        person["mode"] = chance.choice(["online"] * 8 + ["onsite"])
        if chance.random() < 0.1:
            person["available"] = ["r1"]
        if chance.random() < 0.8:
            data["preferences"][person["id"]] = chance.sample(["t0", "t1", "t2"], 2)
    ids = [person["id"] for person in data["delegates"]]
    for number, one_round in enumerate(data["rounds"]):
        for index, one_room in enumerate(one_round["rooms"]):
            one_room["topic"] = f"t{(index + number * chance.randrange(2)) % 3}"
            one_room["languages"] = chance.choice([["en"], ["en", "fr"]])
            one_room["mode"] = chance.choice(["hybrid"] * 6 + ["online", "onsite"])
            one_room["min"] = chance.choice([None, 0, 1, 2])
            one_room["max"] = chance.choice([None, 2, 3, people])
            one_room["facilitator"] = chance.choice([None] * 4 + [chance.choice(ids)])
    for number in range(chance.randrange(4)):
        kind = chance.choice(["together", "apart", "pin", "forbid"])
        if kind in ("together", "apart"):
            data["rules"].append(rule(kind, *chance.sample(ids, 2), name=f"rule{number}"))
        else:
            one_round = chance.choice(data["rounds"])
            data["rules"].append(
                rule(
                    kind,
                    chance.choice(ids),
                    name=f"rule{number}",
                    round=one_round["id"],
                    room=chance.choice(one_round["rooms"])["id"],
                )
            )
    if chance.random() < 0.5:
        data["rules"].append({"id": "once", "type": "topic_once"})
    return data


def every_assignment(example: Instance) -> list[Assignment]:
    """All ways to give each present delegate a room: only for tiny instances."""
    slots = [
        (one_round.id, person.id, [one_room.id for one_room in one_round.rooms])
        for one_round in example.rounds
        for person in example.present(one_round.id)
    ]
    answers = []
    for rooms in product(*(choices for _, _, choices in slots)):
        answer: Assignment = {one_round.id: {} for one_round in example.rounds}
        for (round_id, person_id, _), room_id in zip(slots, rooms, strict=True):
            answer[round_id][person_id] = room_id
        answers.append(answer)
    return answers


def seats(one_round: Round, present: int) -> int:
    """The greatest number of people that the round's groups take."""
    rooms: tuple[Room, ...] = one_round.rooms
    return sum(size_limits(one_room, present, len(rooms))[1] for one_room in rooms)
