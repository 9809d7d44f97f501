"""Which rules collide: a set of ids that cannot hold together, with none to spare.

The pre-check says where to look. There a deletion filter drops ids in ever smaller chunks as long
as the rest is still refuted, first by the relaxations alone (milliseconds), then by the exact
decision. So a set that is called minimal has been seen to be feasible without each of its ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from breakouts.solver.model import Instance
from breakouts.solver.precheck import Contradiction, find_contradiction
from breakouts.solver.problem import build_problem, rule_ids
from breakouts.solver.search import Verdict, decide, find_seating


class InfeasibleError(Exception):
    """No assignment obeys all hard rules; `conflict` holds the ids that collide.

    `proven` is False where the exact search ended at its budget: then no assignment was found, and
    the set is what the search could not satisfy.
    """

    def __init__(self, conflict: list[str], *, proven: bool = True) -> None:
        super().__init__("rules in conflict: " + ", ".join(conflict))
        self.conflict = conflict
        self.proven = proven


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a rule id is about; None stands for any round or any delegate."""

    rounds: frozenset[str] | None
    delegates: frozenset[str] | None


def find_conflict(instance: Instance) -> list[str]:
    """Return ids of rules that cannot hold together, none to spare; empty when feasible.

    Raises: InfeasibleError (not proven) when the exact search ends at its budget.
    """
    contradiction = find_contradiction(build_problem(instance))
    if contradiction is not None and contradiction.ids:
        return list(contradiction.ids)
    if contradiction is None:
        verdict = decide(instance, build_problem(instance))[0]
        if verdict is Verdict.FEASIBLE:
            return []
        if verdict is Verdict.UNDECIDED:
            unmet = _shrink(rule_ids(instance), lambda ids: not _seated(instance, ids))
            raise InfeasibleError(unmet, proven=False)
        candidates = rule_ids(instance)
    else:
        candidates = [
            identifier
            for identifier in _candidates(instance, contradiction)
            if not identifier.startswith("seats:")
        ]
        if not _refuted(instance, candidates):
            candidates = rule_ids(instance)
        candidates = min(
            (_shrink(order, lambda ids: _refuted(instance, ids)) for order in _orders(candidates)),
            key=len,
        )
    return _shrink(candidates, lambda ids: _impossible(instance, ids))


def _refuted(instance: Instance, ids: list[str]) -> bool:
    return find_contradiction(build_problem(instance, frozenset(ids))) is not None


def _impossible(instance: Instance, ids: list[str]) -> bool:
    verdict = decide(instance, build_problem(instance, frozenset(ids)))[0]
    return verdict is Verdict.INFEASIBLE


def _seated(instance: Instance, ids: list[str]) -> bool:
    problem = build_problem(instance, frozenset(ids))
    return find_contradiction(problem) is None and bool(find_seating(instance, problem))


def _shrink(ids: list[str], collide: Callable[[list[str]], bool]) -> list[str]:
    """Return a part of `ids` that still collides and from which no single id can be dropped.

    `collide` must be monotone: more rules collide sooner.
    """
    kept = list(ids)
    chunk = max(1, len(kept) // 2)
    while True:
        position = 0
        while position < len(kept):
            rest = kept[:position] + kept[position + chunk :]
            if collide(rest):
                kept = rest
            else:
                position += chunk
        if chunk == 1:
            return kept
        chunk = max(1, min(chunk // 2, len(kept) // 2))


def _orders(ids: list[str]) -> list[list[str]]:
    """Return orders in which to drop ids: which conflict remains depends on it.

    First minima and personal needs, so that a maximum and the organiser's rules are blamed where
    they suffice; then personal needs alone; then as they come; then backwards.
    """
    minima = [identifier for identifier in ids if identifier.startswith("min:")]
    personal = [identifier for identifier in ids if identifier.startswith(("language:", "mode:"))]
    others = [name for name in ids if not name.startswith(("min:", "language:", "mode:"))]
    return [minima + personal + others, personal + others + minima, ids, ids[::-1]]


def _candidates(instance: Instance, contradiction: Contradiction) -> list[str]:
    """Return the ids of the rules about the contradiction's rounds and delegates."""
    rounds = contradiction.rounds
    delegates = contradiction.delegates
    round_ids = None if rounds is None else {instance.rounds[number].id for number in rounds}
    people = None if delegates is None else {instance.delegates[i].id for i in delegates}
    subjects = _subjects(instance)
    return [
        identifier
        for identifier in rule_ids(instance)
        if _meets(subjects[identifier].rounds, round_ids)
        and _meets(subjects[identifier].delegates, people)
    ]


def _meets(subject: frozenset[str] | None, wanted: set[str] | None) -> bool:
    return subject is None or wanted is None or not wanted.isdisjoint(subject)


def _subjects(instance: Instance) -> dict[str, _Subject]:
    """Return what each rule id is about."""
    subjects: dict[str, _Subject] = {}
    for one_round in instance.rounds:
        here = frozenset({one_round.id})
        subjects[f"seats:{one_round.id}"] = _Subject(here, None)
        for room in one_round.rooms:
            for kind in ("max", "min", "facilitator"):
                subjects[f"{kind}:{one_round.id}:{room.id}"] = _Subject(here, None)
        for delegate in instance.present(one_round.id):
            for kind in ("language", "mode"):
                subjects[f"{kind}:{delegate.id}:{one_round.id}"] = _Subject(
                    here, frozenset({delegate.id})
                )
    for rule in instance.rules:
        subjects[rule.id] = _Subject(
            frozenset({rule.round}) if rule.round else None, frozenset(rule.delegates) or None
        )
    return subjects
