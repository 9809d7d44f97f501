"""What a person has to do with administrations and workshops: each app registers what it knows.

    add_involvements(find_registrations)     # (people, by) -> [(key of the person, Involvement)]

`find` shows only what `by` may see, in the order in which it is to be read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workshop_portal.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Involvement:
    """One line about a person: under `place`, with its page and the state in word and shape."""

    place: Literal["administration", "workshop", "role"]
    text: str
    url: str = ""
    state: str = ""
    kind: str = "done"
    """The shape of the state (the tag `status`)."""


@dataclass(kw_only=True)
class Found:
    """A person with what is known of them."""

    person: User
    administrations: list[Involvement] = field(default_factory=list)
    workshops: list[Involvement] = field(default_factory=list)
    roles: list[Involvement] = field(default_factory=list)

    def add(self, line: Involvement) -> None:
        lists = {
            "administration": self.administrations,
            "workshop": self.workshops,
            "role": self.roles,
        }
        if line not in lists[line.place]:
            lists[line.place].append(line)


Find = Callable[[Sequence[User], User], Iterable[tuple[int, Involvement]]]
INVOLVEMENTS: list[Find] = []


def add_involvements(find: Find) -> None:
    INVOLVEMENTS.append(find)


def with_involvements(people: Sequence[User], *, by: User) -> list[Found]:
    """Each with all that the apps know. Queries: 1 for each app that registered, for any number of people."""
    found = {person.pk: Found(person=person) for person in people}
    if found:
        for find in INVOLVEMENTS:
            for key, line in find(people, by):
                found[key].add(line)
    return list(found.values())
