"""What organisers do by hand on the board: move, exchange, take back, lock. One of two at once is told."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import (
    GroupGoneError,
    NotInRoundError,
    lock_group_of,
    lock_round,
)
from breakouts.models import Assignment, Group, Move, Plan, Round
from breakouts.queries.plans import get_latest_plan, next_version
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record
from workshop_portal.refusals import Refusal


class StalePlanError(Refusal):
    """A colleague moved somebody, or made a newer plan, since the board was shown."""

    message = _(
        "A colleague changed the groups in the meantime. Nothing was done: look at the board again."
    )


class NotOnBoardError(Refusal):
    """The person or the group does not belong to the plan."""

    message = _("Choose people and a group of this board.")


class LockedInPlaceError(Refusal):
    """Who is locked is unlocked first."""

    def __init__(self, person: Registration) -> None:
        super().__init__(person.pk)
        self.message = _("%(person)s is locked. Unlock first.") % {"person": person.user}


class AlreadyThereError(Refusal):
    """All of them sit in the group: that is no move."""

    def __init__(self, group: Group) -> None:
        super().__init__(group.pk)
        self.message = _("Nobody was moved: group %d is where they sit.") % group.ordinal


class UndoTooLateError(Refusal):
    """Ten minutes have passed, the move was taken back, or it went with its group."""

    message = _("This move can no longer be taken back. Move the person by hand.")


@transaction.atomic
def move_people(
    *,
    plan: Plan,
    registrations: Iterable[Registration],
    to: Group,
    revision: int | None = None,
    by: User,
) -> Move:
    """Put people into a group, all or none. A published plan stays as it is: a new draft takes the move.

    `revision` is the plan's as the person saw it. Who has no place yet gets one; who sits there is left out.
    Locks: the round. Raises: StalePlanError, NotOnBoardError, NotInRoundError, GroupGoneError, AlreadyThereError,
    LockedInPlaceError. Queries: the same for any number.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    people = {person.pk: person for person in registrations}
    if to.round_id != locked.pk:
        raise NotOnBoardError
    _guard_in_round(locked, people)
    lock_group_of(locked, to)
    seats = _seats_of(row, people)
    for key in [key for key, seat in seats.items() if seat.group_id == to.pk]:
        del people[key], seats[key]
    if not people:
        raise AlreadyThereError(to)
    _guard_unlocked(people, seats)
    if not row.is_draft:
        row = _copy(row, by)
        seats = _seats_of(row, people)
    came_from = {str(key): _place(seats[key]) if key in seats else None for key in people}
    _seat(row, people, to, seats)
    move = Move.objects.create(plan=row, group=to, came_from=came_from, moved_by=by)
    _record_move(move, "breakouts.people_moved", locked, plan, by)
    return move


@transaction.atomic
def exchange_people(
    *,
    plan: Plan,
    registration: Registration,
    other: Registration,
    revision: int | None = None,
    by: User,
) -> Move:
    """Two people change places: where every group is full, nobody else has to move. One act, taken back as one.

    A published plan stays as it is: a new draft takes it. Locks: the round. Raises: StalePlanError,
    NotOnBoardError where one of them has no place, NotInRoundError, AlreadyThereError, LockedInPlaceError.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    people = {registration.pk: registration, other.pk: other}
    seats = _seats_of(row, people)
    _guard_in_round(locked, people)
    if len(seats) < len(people):
        raise NotOnBoardError
    here, there = seats[registration.pk].group, seats[other.pk].group
    if here == there:
        raise AlreadyThereError(here)
    _guard_unlocked(people, seats)
    if not row.is_draft:
        row = _copy(row, by)
        seats = _seats_of(row, people)
    came_from = {str(key): _place(seats[key]) for key in people}
    came_from[str(other.pk)] = {**_place(seats[other.pk]), "to": here.pk}
    _seat(row, [registration.pk], there, {registration.pk: seats[registration.pk]})
    _seat(row, [other.pk], here, {other.pk: seats[other.pk]})
    move = Move.objects.create(plan=row, group=there, came_from=came_from, moved_by=by)
    _record_move(move, "breakouts.people_exchanged", locked, plan, by)
    return move


@transaction.atomic
def undo_move(*, move: Move, by: User) -> Plan:
    """Put people back where they sat, for the reasons they sat there: the inverse, for ten minutes.

    Raises: UndoTooLateError; StalePlanError where one of them was moved on or left since; LockedInPlaceError;
    GroupGoneError where one came from a group that was removed. Queries: the same for any number.
    """
    locked = lock_round(move.plan.round)
    row = lock_plan(move.plan, None)
    # Whoever removes the group to which people were moved removes the move with it.
    taken = Move.objects.select_for_update().filter(pk=move.pk).order_by("pk").first()
    now = timezone.now()
    if taken is None or not taken.can_be_undone(now) or not row.is_draft:
        raise UndoTooLateError
    seats = list(
        Assignment.objects.select_for_update(of=("self",))
        .filter(plan=row, registration__in=[int(key) for key in taken.came_from])
        .select_related("registration__user")
        .order_by("pk")
    )
    if len(seats) != len(taken.came_from) or any(
        seat.group_id != taken.group_of(seat.registration_id) for seat in seats
    ):
        raise StalePlanError
    _put_back(locked, taken, seats)
    taken.undone_at, taken.undone_by = now, by
    taken.save(update_fields=["undone_at", "undone_by"])
    _raise_revision(row)
    record(
        "breakouts.move_undone",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={
            **_turn(row, row),
            **{person: (now_in, was) for person, (was, now_in) in _ways(taken).items()},
        },
    )
    return row


@transaction.atomic
def set_lock(
    *,
    plan: Plan,
    registration: Registration,
    is_locked: bool,
    revision: int | None = None,
    by: User,
) -> Assignment:
    """Keep a person where they sit whenever the round is solved again, or let them go.

    Every later plan keeps the lock until somebody unlocks. A published plan stays as it is: a new draft takes it. Locks: the round.
    Raises: StalePlanError, NotOnBoardError.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    seat = _seat_in(row, registration)
    if seat.is_locked != is_locked:
        if not row.is_draft:
            row = _copy(row, by)
            seat = _seat_in(row, registration)
        seat.is_locked = is_locked
        seat.save(update_fields=["is_locked"])
        _raise_revision(row)
        record(
            "breakouts.person_locked" if is_locked else "breakouts.person_unlocked",
            by=by,
            target=locked,
            context=locked.workshop,
            changes={**_turn(plan, row), "registration": (None, registration)},
        )
    return seat


def lock_plan(plan: Plan, revision: int | None) -> Plan:
    """The plan as it is now; its round is locked. Raises: StalePlanError where it is not what was seen."""
    row = Plan.objects.select_for_update().get(pk=plan.pk)
    latest = get_latest_plan(round=row.round)
    is_stale = revision is not None and row.revision != revision
    if is_stale or latest is None or latest.pk != row.pk:
        raise StalePlanError
    return row


def _copy(published: Plan, by: User) -> Plan:
    """A draft that begins as the published plan."""
    draft = Plan.objects.create(
        round_id=published.round_id,
        version=next_version(round=published.round),
        created_by=by,
        seed=published.seed,
        moves=published.moves,
        input_digest=published.input_digest,
        figures=published.figures,
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                plan=draft,
                group_id=seat.group_id,
                registration_id=seat.registration_id,
                is_locked=seat.is_locked,
                reasons=seat.reasons,
            )
            for seat in published.assignments.order_by("pk")
        ],
        batch_size=500,
    )
    return draft


def _seats_of(plan: Plan, people: Iterable[int]) -> dict[int, Assignment]:
    """By registration id, locked. Who has no place is left out."""
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("group")
    found = rows.filter(plan=plan, registration__in=people)
    return {seat.registration_id: seat for seat in found.order_by("pk")}


def _seat_in(plan: Plan, registration: Registration) -> Assignment:
    rows = Assignment.objects.select_for_update().filter(plan=plan, registration=registration)
    seat = rows.order_by("pk").first()
    if seat is None:
        raise NotOnBoardError
    return seat


def _guard_in_round(locked: Round, people: dict[int, Registration]) -> None:
    """Raises: NotOnBoardError for nobody, or who does not take part; NotInRoundError. Queries: 1 where all are."""
    coming = Registration.objects.taking_part().filter(workshop=locked.workshop_id)
    present = coming.filter(pk__in=people).exclude(absences__round=locked)
    if people and present.count() == len(people):
        return
    absent = locked.absences.filter(registration__in=people).order_by("pk").first()
    if absent is not None:
        raise NotInRoundError(people[absent.registration_id].user)
    raise NotOnBoardError


def _guard_unlocked(people: dict[int, Registration], seats: dict[int, Assignment]) -> None:
    """Raises: LockedInPlaceError."""
    if locked_in := [people[key] for key, seat in seats.items() if seat.is_locked]:
        raise LockedInPlaceError(locked_in[0])


def _place(seat: Assignment) -> dict[str, Any]:
    """Where somebody sat and why, as `Move.came_from` keeps it."""
    return {"group": seat.group_id, "reasons": seat.reasons}


def _ways(move: Move) -> dict[str, tuple[int | None, int]]:
    """Of each person the group before and after, as the record keeps it."""
    return {
        f"registration {key}": (was and was["group"], move.group_of(int(key)))
        for key, was in move.came_from.items()
    }


def _seat(plan: Plan, people: Iterable[int], to: Group, seats: dict[int, Assignment]) -> None:
    by_hand = {"by_hand": True}
    moved = Assignment.objects.filter(pk__in=[seat.pk for seat in seats.values()])
    moved.update(group=to, reasons=by_hand)
    Assignment.objects.bulk_create(
        Assignment(plan=plan, registration_id=key, group=to, reasons=by_hand)
        for key in people
        if key not in seats
    )


def _put_back(locked: Round, move: Move, seats: list[Assignment]) -> None:
    """Each seat as it was before the move; who had none has none again."""
    for seat in seats:
        if seat.is_locked:
            raise LockedInPlaceError(seat.registration)
    back = [(seat, move.came_from[str(seat.registration_id)]) for seat in seats]
    there = set(locked.groups.values_list("pk", flat=True))
    if any(was and was["group"] not in there for _seat, was in back):
        raise GroupGoneError
    Assignment.objects.filter(pk__in=[seat.pk for seat, was in back if was is None]).delete()
    returned = []
    for seat, was in back:
        if was is not None:
            seat.group_id, seat.reasons = was["group"], was["reasons"]
            returned.append(seat)
    Assignment.objects.bulk_update(returned, ["group", "reasons"], batch_size=200)


def _turn(before: Plan, row: Plan) -> dict[str, tuple[int, int]]:
    """Which plan the act changed, and to which revision: by it the board says later what happened since."""
    return {
        "plan": (before.version, row.version),
        "revision": (row.revision - 1, row.revision),
    }


def _record_move(move: Move, action: str, locked: Round, plan: Plan, by: User) -> None:
    """Raise the plan's revision and record an act on the board; `plan`: what the board showed."""
    _raise_revision(move.plan)
    record(
        action,
        by=by,
        target=locked,
        context=locked.workshop,
        changes={**_turn(plan, move.plan), **_ways(move)},
    )


def _raise_revision(plan: Plan) -> None:
    plan.revision += 1
    plan.save(update_fields=["revision"])
