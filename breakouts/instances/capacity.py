"""Whether a round can be filled at all, before anybody asks for a plan."""

from dataclasses import dataclass, field

from breakouts.instances.building import Material, build_instance
from breakouts.instances.wording import Said, say_rules
from breakouts.solver.conflicts import InfeasibleError, find_conflict
from breakouts.solver.model import size_limits
from breakouts.solver.parse import parse_instance
from breakouts.solver.precheck import find_contradiction
from breakouts.solver.problem import build_problem

CHECKED_UP_TO = 300
"""People; larger rounds are checked by the run itself, in the background."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """People beside seats. `problems` is empty where the rules can hold."""

    people: int
    seats: int
    least: int
    problems: list[Said] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.problems


def check_capacity(material: Material) -> Capacity:
    """The solver's pre-check, in milliseconds. No queries."""
    instance = parse_instance(build_instance(material, with_past=False))
    people = len(material.people)
    rooms = instance.rounds[-1].rooms
    limits = [size_limits(room, people, len(rooms)) for room in rooms]
    problems: list[Said] = []
    if people and rooms and people <= CHECKED_UP_TO and find_contradiction(build_problem(instance)):
        try:
            ids = find_conflict(instance)
        except InfeasibleError as error:
            ids = error.conflict
        problems = say_rules(material, ids)
    return Capacity(
        people=people,
        seats=sum(upper for _lower, upper in limits),
        least=sum(lower for lower, _upper in limits),
        problems=problems,
    )
