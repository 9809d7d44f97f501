"""A break-out instance as typed values.

Pure data, no algorithm. The reader of the JSON form (`breakout-instance/1`) is `parse.py`; the
index form that the searches work on is `problem.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Assignment = dict[str, dict[str, str]]
"""Round id to delegate id to room id."""

RuleKind = Literal["together", "apart", "pin", "forbid", "topic_once"]


@dataclass(frozen=True, slots=True)
class Delegate:
    """A person to be seated. `available` holds the ids of the rounds that the person attends."""

    id: str
    administration: str
    sub_region: str
    seniority: int
    languages: frozenset[str]
    mode: str
    available: frozenset[str]
    gender: str | None = None
    utc_offset_minutes: int = 0
    expertise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """A group of one round. A limit of None means that the organiser set none (see `size_limits`)."""

    id: str
    topic: str
    minimum: int | None
    maximum: int | None
    languages: frozenset[str]
    mode: str
    facilitator: str | None = None
    rapporteur: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One break-out round with its groups."""

    id: str
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the organiser. `round` and `room` are set for pins and forbids alone."""

    id: str
    kind: RuleKind
    delegates: tuple[str, ...] = ()
    round: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a placement costs by its rank; from rank `bad_from_rank` on (1 = first) it is bad."""

    rank: tuple[int, ...] = (0, 1, 2, 4, 5)
    unranked: int = 7
    bad_from_rank: int = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """Price of one unit of each soft term, as integers.

    `change` is dearer than one overflow and at least one preference step, so that a published
    placement moves only where more than that is gained.
    """

    name: str
    preference: int
    administration: int
    spread: int
    repeats: int
    change: int


TOPICS_FIRST = Weights("topics_first", 1000, 400, 80, 50, 1000)
BALANCED = Weights("balanced", 200, 225, 60, 50, 300)
MIXING_FIRST = Weights("mixing_first", 100, 250, 60, 60, 300)
WEIGHTS = {weights.name: weights for weights in (TOPICS_FIRST, BALANCED, MIXING_FIRST)}


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything that the solver is told."""

    delegates: tuple[Delegate, ...]
    rounds: tuple[Round, ...]
    preferences: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    costs: Costs = field(default_factory=Costs)
    baseline: Assignment | None = None

    def present(self, round_id: str) -> list[Delegate]:
        """Return who attends the round, in the order of the instance."""
        return [delegate for delegate in self.delegates if round_id in delegate.available]


def size_limits(room: Room, present: int, rooms: int) -> tuple[int, int]:
    """Return the least and the greatest size of a group.

    Where the organiser sets none they are floor and ceiling of present / groups, so that sizes
    differ by at most one.
    """
    minimum = present // rooms if room.minimum is None else room.minimum
    maximum = -(-present // rooms) if room.maximum is None else room.maximum
    return minimum, maximum


def shares_language(delegate: Delegate, room: Room) -> bool:
    """Tell whether the delegate speaks one of the group's languages (H3)."""
    return not delegate.languages.isdisjoint(room.languages)


def fits_mode(delegate: Delegate, room: Room) -> bool:
    """Tell whether somebody online or on site can sit in the group (H4)."""
    return room.mode in ("hybrid", delegate.mode)


def chairs(room: Room) -> list[str]:
    """Return who must sit in the group because it is named for it (H7), each id once."""
    named = [person for person in (room.facilitator, room.rapporteur) if person is not None]
    return list(dict.fromkeys(named))


def facilitators(instance: Instance) -> frozenset[str]:
    """Return who facilitates any group: they may meet a topic twice (H8)."""
    return frozenset(
        room.facilitator
        for one_round in instance.rounds
        for room in one_round.rooms
        if room.facilitator is not None
    )


def preference_cost(instance: Instance, delegate_id: str, topic: str) -> tuple[int, int]:
    """Return (cost, rank) of a topic for a delegate; rank 0 is unranked.

    A delegate without an entry is indifferent: cost 0, rank 0.
    """
    ranked = instance.preferences.get(delegate_id)
    if ranked is None:
        return 0, 0
    if topic in ranked:
        position = ranked.index(topic)
        return instance.costs.rank[position], position + 1
    return instance.costs.unranked, 0


def is_bad(instance: Instance, delegate_id: str, topic: str) -> bool:
    """Tell whether the placement is at the delegate's 4th choice or worse (by `bad_from_rank`)."""
    if delegate_id not in instance.preferences:
        return False
    rank = preference_cost(instance, delegate_id, topic)[1]
    return rank == 0 or rank >= instance.costs.bad_from_rank
