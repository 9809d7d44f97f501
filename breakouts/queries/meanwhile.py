"""What happened on a board since somebody saw it, by the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from breakouts.models import Plan, Round
from breakouts.queries.plans import get_places
from workshop_portal.audit.models import Entry
from workshop_portal.audit.queries import list_entries

READ = 500
"""Entries at most: of what lies further back only the outcome is told."""
PREFIX = "registration "
PASSED_ON = ("breakouts.seat_freed", "breakouts.seat_passed_on")
ACTIONS = tuple(
    f"breakouts.{name}"
    for name in (
        "people_moved",
        "people_exchanged",
        "move_undone",
        "person_locked",
        "person_unlocked",
        "seat_freed",
        "seat_passed_on",
        "absence_noted",
        "absence_ended",
        "plan_made",
        "plan_published",
    )
)


@dataclass(frozen=True, kw_only=True)
class Since:
    """What came after a revision of a plan."""

    seen: dict[int, int]
    """Registration id to group id, as the person saw it."""
    entries: list[Entry]
    """Oldest first."""

    def author_of(self, person: int) -> tuple[int | None, datetime | None]:
        """Who moved the person last, and when; of a new plan whoever asked for it."""
        for entry in reversed(self.entries):
            passed_on = entry.action in PASSED_ON and person in entry.changes["registration"]
            if f"{PREFIX}{person}" in entry.changes or passed_on:
                return entry.actor_id, entry.at
            if entry.action == "breakouts.plan_made":
                return entry.actor_id, entry.at
        return None, None


def find_since(*, round: Round, plan: Plan, revision: int) -> Since:
    """Reads the record back to the revision and undoes it on the plan's places. Queries: 2."""
    places = get_places(plan=plan)
    rows = list_entries(target=round).filter(action__in=ACTIONS, at__gte=plan.created_at)
    later = [each for each in rows.order_by("-pk")[:READ] if _is_later(each, plan, revision)]
    for entry in later:
        if _of(entry, "plan") == plan.version:
            _undo(entry, places)
    return Since(seen=places, entries=later[::-1])


def _is_later(entry: Entry, plan: Plan, revision: int) -> bool:
    version = _of(entry, "plan") or 0
    if version == plan.version and entry.action != "breakouts.plan_made":
        return (_of(entry, "revision") or 0) > revision
    return version > plan.version


def _of(entry: Entry, field: str) -> int | None:
    value: Any = entry.changes.get(field, [None, None])[1]
    return value if isinstance(value, int) else None


def _undo(entry: Entry, places: dict[int, int]) -> None:
    for field, (old, _new) in entry.changes.items():
        if field.startswith(PREFIX):
            _put(places, int(field.removeprefix(PREFIX)), old)
    if entry.action in PASSED_ON:
        left, came = entry.changes["registration"]
        places.pop(came, None)
        _put(places, left, entry.changes["group"][0])


def _put(places: dict[int, int], person: int, group: int | None) -> None:
    if group is None:
        places.pop(person, None)
    else:
        places[person] = group
