"""Invented people. Each carries "(demo)" in the name and an address under demo.example."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, product

from participants.actions.nominations import Nominee
from participants.models import Registration
from workshop_portal.management.personas import DEMO

GIVEN = (
    "Alani", "Bo", "Chandra", "Dara", "Eka", "Farid", "Grace", "Hana", "Ilisapeci", "Jun",
    "Kiri", "Lakshmi", "Mele", "Nadia", "Ochir", "Pema", "Qiang", "Rosa", "Sione", "Thuy",
    "Umar", "Vani", "Wen", "Yuki", "Zaw",
)  # fmt: skip
FAMILY = (
    "Aung", "Bakar", "Chen", "Dorji", "Escobar", "Fonua", "Gurung", "Hoang", "Ibrahim", "Joshi",
    "Kim", "Lal", "Mendis", "Nakamura", "Otai", "Perera", "Qureshi", "Rana", "Sato", "Tan",
    "Uddin", "Vea", "Wong", "Yadav", "Zaman",
)  # fmt: skip
POSITIONS = (
    "Head of training", "Training officer", "Human resources officer", "E-learning lead",
    "Training policy officer", "Instructor", "Training centre manager",
)  # fmt: skip

Role = Registration.Role


def invent_names() -> Iterator[tuple[str, str]]:
    """Given and family name: 625 pairs, then the same with a number."""
    for round_number in count(1):
        suffix = "" if round_number == 1 else f" {round_number}"
        for shift in range(len(FAMILY)):
            for position, given in enumerate(GIVEN):
                family = FAMILY[(position + shift) % len(FAMILY)]
                yield given, f"{family}{suffix} (demo)"


class Cast:
    """Hands out one invented person after another; who was sent once leads the next delegation."""

    def __init__(self) -> None:
        self._names = invent_names()
        self._numbers = count(1)
        self._sent: dict[str, Nominee] = {}

    def person(self, code: str) -> Nominee:
        given, family = next(self._names)
        number = next(self._numbers)
        return Nominee(
            email=f"delegate{number}@{code.lower()}.demo.example",
            given_name=given,
            family_name=family,
            position=POSITIONS[number % len(POSITIONS)],
        )

    def delegation(self, code: str, size: int, *, persona: str = "") -> list[Nominee]:
        """So many people of one administration, head first; the second may be a persona's address."""
        people = [self._sent.get(code) or self.person(code)]
        people += [self.person(code) for _place in range(1, size)]
        if persona:
            people[1] = replace(people[1], email=DEMO[persona])
        self._sent[code] = people[0]
        return [replace(each, role=_role(place)) for place, each in enumerate(people)]


def _role(place: int) -> Role:
    return {0: Role.HEAD, 2: Role.PRESENTER}.get(place, Role.DELEGATE)


def many_codes(number: int) -> list[str]:
    """Codes for administrations of a large world: DA, DB, ... with a digit, never a real one."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pairs = (f"D{one}{two}" for one, two in product("123456789", letters))
    return [code for code, _n in zip(pairs, range(number), strict=False)]
