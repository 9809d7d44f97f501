"""Workshops of any size in the form `breakout-instance/1`, the same on every machine.

Only integers of a splitmix64 generator decide, so that parameters and seed name an instance for good:
figures measured on it can be compared. `digest` tells whether two instances are the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar

Json = dict[str, Any]
Item = TypeVar("Item")

MASK = (1 << 64) - 1
USUAL: Json = {
    "n": 70,
    "admins": 20,
    "rooms": 7,
    "rounds": 3,
    "topics": 7,
    "sub_regions": 5,
    "slack": 1,
    "min_fill": 70,
    "non_english_permille": 80,
    "second_lang_rooms": 1,
    "no_pref_permille": 150,
    "prefs_len": 5,
    "absent_permille": 40,
    "onsite_permille": 0,
    "onsite_rooms_permille": 0,
    "delegate_facilitators": 3,
    "apart": 4,
    "together": 2,
    "corr_permille": 400,
    "same_rooms": True,
    "no_repeat_topic": True,
}
"""The parameters of S70: seventy delegates of twenty administrations, three rounds of seven groups."""


class Chance:
    """A splitmix64 generator; every draw is a fixed number of its steps."""

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def u64(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        return (self.u64() >> 11) % limit

    def happens(self, permille: int) -> bool:
        return self.below(1000) < permille

    def shuffle(self, items: list[Item]) -> list[Item]:
        for last in range(len(items) - 1, 0, -1):
            chosen = self.below(last + 1)
            items[last], items[chosen] = items[chosen], items[last]
        return items

    def weighted(self, weights: list[int]) -> int:
        drawn = self.below(sum(weights))
        for position, weight in enumerate(weights):
            drawn -= weight
            if drawn < 0:
                return position
        return len(weights) - 1


def generated(seed: int, **changes: Any) -> Json:
    """Return an instance in JSON form; `changes` are parameters that differ from `USUAL`."""
    return _Workshop(seed, USUAL | changes).instance()


def digest(instance: Json) -> str:
    text = json.dumps(instance, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class _Workshop:
    """One workshop in the making. The order of the draws is part of the form: see `instance`."""

    def __init__(self, seed: int, parameters: Json) -> None:
        self.seed = seed
        self.parameters = parameters
        self.chance = Chance(seed)
        self.people: int = parameters["n"]
        self.rooms: int = parameters["rooms"]
        self.rounds: int = parameters["rounds"]
        self.topics: int = parameters["topics"]
        self.preferences: dict[str, list[str]] = {}

    def instance(self) -> Json:
        delegates = self.delegates()
        rounds = [self.round(number) for number in range(self.rounds)]
        rules = self.rules(delegates, rounds)
        return {
            "schema": "breakout-instance/1",
            "generator": {"seed": self.seed, "params": self.parameters},
            "delegates": delegates,
            "rounds": rounds,
            "preferences": self.preferences,
            "rules": rules,
            "costs": {"rank": [0, 1, 2, 4, 5], "unranked": 7, "bad_from_rank": 4},
            "baseline": None,
        }

    def administrations(self) -> tuple[list[int], list[int], list[bool]]:
        """Uneven delegations: the sub-region, the size and whether French is spoken, of each."""
        count = self.parameters["admins"]
        regions = [number % self.parameters["sub_regions"] for number in range(count)]
        self.chance.shuffle(regions)
        weights = [1 + self.chance.below(6) for _ in range(count)]
        sizes = [1] * count
        for _ in range(self.people - count):
            sizes[self.chance.weighted(weights)] += 1
        needed = self.people * self.parameters["non_english_permille"] // 1000
        french = [False] * count
        speakers = 0
        for number in self.chance.shuffle(list(range(count))):
            if speakers >= needed:
                break
            french[number] = True
            speakers += sizes[number]
        return regions, sizes, french

    def delegates(self) -> list[Json]:
        regions, sizes, french = self.administrations()
        popularity = [int(1000 / (rank + 1) ** 0.8) for rank in range(self.topics)]
        favourites = [self.chance.weighted(popularity) for _ in sizes]
        delegates: list[Json] = []
        for number, size in enumerate(sizes):
            offset = -660 + 60 * self.chance.below(24)
            for _ in range(size):
                person = self.delegate(len(delegates), french=french[number])
                person["administration"] = f"a{number:03}"
                person["sub_region"] = f"s{regions[number]}"
                person["utc_offset_min"] = offset
                delegates.append(person)
                if not self.chance.happens(self.parameters["no_pref_permille"]):
                    self.preferences[person["id"]] = self.ranking(popularity, favourites[number])
        return delegates

    def delegate(self, number: int, *, french: bool) -> Json:
        seniority = 1 + self.chance.weighted([45, 35, 20])
        both = self.chance.happens(350 if french else 120)
        mode = "onsite" if self.chance.happens(self.parameters["onsite_permille"]) else "online"
        available = [f"r{position + 1}" for position in range(self.rounds)]
        if self.rounds > 1 and self.chance.happens(self.parameters["absent_permille"]):
            available.pop(self.chance.below(self.rounds))
        gender = ("f", "m", None)[self.chance.weighted([42, 48, 10])]
        return {
            "id": f"d{number:05}",
            "seniority": seniority,
            "gender": gender,
            "languages": ["en", "fr"] if both else ["fr"] if french else ["en"],
            "expertise": [f"t{self.chance.below(self.topics):02}"],
            "mode": mode,
            "available": available,
        }

    def ranking(self, popularity: list[int], favourite: int) -> list[str]:
        left = list(range(self.topics))
        ranked: list[int] = []
        while len(ranked) < min(self.parameters["prefs_len"], self.topics):
            if not ranked and self.chance.happens(self.parameters["corr_permille"]):
                topic = favourite
            else:
                topic = left[self.chance.weighted([popularity[each] for each in left])]
            left.remove(topic)
            ranked.append(topic)
        return [f"t{topic:02}" for topic in ranked]

    def round(self, number: int) -> Json:
        """Rooms of one size; topics are dealt in turn, rooms with French spread over the topics."""
        bilingual = self.parameters["second_lang_rooms"]
        every = max(1, self.rooms // max(1, bilingual))
        onsite = self.parameters["onsite_rooms_permille"]
        shift = 0 if self.parameters["same_rooms"] else number
        rooms = []
        for index in range(self.rooms):
            french = index // every < bilingual and index % every == number % every
            rooms.append(
                {
                    "id": f"r{number + 1}-{index:04}",
                    "topic": f"t{(index + shift) % self.topics:02}",
                    "min": self.people // self.rooms * self.parameters["min_fill"] // 100,
                    "max": -(-self.people // self.rooms) + self.parameters["slack"],
                    "languages": ["en", "fr"] if french else ["en"],
                    "mode": "onsite" if index * 7919 % 1000 < onsite else "hybrid",
                    "facilitator": None,
                    "rapporteur": None,
                }
            )
        return {"id": f"r{number + 1}", "rooms": rooms}

    def rules(self, delegates: list[Json], rounds: list[Json]) -> list[Json]:
        leaders = self.name_facilitators(delegates, rounds)
        small = self.people <= 2000
        pool = [one for one in delegates if not small or one["id"] not in leaders]
        named = {room["facilitator"] for one_round in rounds for room in one_round["rooms"]}
        free = [one for one in self.chance.shuffle(pool) if one["id"] not in named]
        rules: list[Json] = []
        for position in range(0, 2 * self.parameters["apart"], 2):
            rules.append(_pair("apart", len(rules), free[position : position + 2]))
        position = 2 * self.parameters["apart"]
        wanted = len(rules) + self.parameters["together"]
        while len(rules) < wanted and position + 1 < len(free):
            first, second = free[position : position + 2]
            position += 2
            here = len(first["available"]) == len(second["available"]) == self.rounds
            alike = first["languages"] == second["languages"] and first["mode"] == second["mode"]
            if here and alike:
                rules.append(_pair("together", len(rules), [first, second]))
        if self.parameters["no_repeat_topic"]:
            rules.append({"id": "no-topic-twice", "type": "topic_once"})
        return rules

    def name_facilitators(self, delegates: list[Json], rounds: list[Json]) -> set[str]:
        """Senior speakers of English who attend every round lead another room in each."""
        count = self.parameters["delegate_facilitators"]
        able = [
            one
            for one in delegates
            if "en" in one["languages"]
            and len(one["available"]) == self.rounds
            and one["seniority"] >= 2
        ]
        self.chance.shuffle(able)
        for number, leader in enumerate(able[: min(count, self.rooms)]):
            for shift, one_round in enumerate(rounds):
                room = one_round["rooms"][
                    (number * (self.rooms // max(1, count)) + shift) % self.rooms
                ]
                if room["mode"] != "onsite" or leader["mode"] == "onsite":
                    room["facilitator"] = leader["id"]
        return {leader["id"] for leader in able[:count]}


def _pair(kind: str, number: int, people: list[Json]) -> Json:
    return {"id": f"{kind}-{number}", "type": kind, "delegates": [one["id"] for one in people]}
