"""What organisers do by hand on the board: move, take back, lock. One of two at once is told."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import GroupGoneError, lock_group_of, lock_round
from breakouts.models import Assignment, Group, Move, Plan, Round
from breakouts.queries.plans import get_latest_plan
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


class UndoTooLateError(Refusal):
    """Ten minutes have passed, or the move was taken back."""

    message = _("This move can no longer be taken back. Move the person by hand.")


def move_person(
    *,
    plan: Plan,
    registration: Registration,
    to: Group,
    revision: int | None = None,
    by: User,
) -> Move:
    """Move one; see `move_people`."""
    return move_people(plan=plan, registrations=[registration], to=to, revision=revision, by=by)


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

    `revision` is the plan's as the person saw it. Who has no place yet gets one. Locks: the round.
    Raises: StalePlanError, NotOnBoardError, GroupGoneError, LockedInPlaceError. Queries: the same for any number.
    """
    locked = lock_round(plan.round)
    row = lock_plan(plan, revision)
    people = {person.pk: person for person in registrations}
    coming = Registration.objects.taking_part().filter(workshop=locked.workshop_id)
    if not people or coming.filter(pk__in=people).count() != len(people):
        raise NotOnBoardError
    if to.round_id != locked.pk:
        raise NotOnBoardError
    lock_group_of(locked, to)
    if not row.is_draft:
        row = _copy(row, by)
    seats = {
        seat.registration_id: seat
        for seat in Assignment.objects.select_for_update()
        .filter(plan=row, registration__in=people)
        .order_by("pk")
    }
    for seat in seats.values():
        if seat.is_locked:
            raise LockedInPlaceError(people[seat.registration_id])
    came_from = {str(key): _place(seats.get(key)) for key in people}
    _seat(row, people, to, seats)
    move = Move.objects.create(plan=row, group=to, came_from=came_from, moved_by=by)
    _raise_revision(row)
    record(
        "breakouts.people_moved",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={
            f"registration {key}": (was and was["group"], to.pk) for key, was in came_from.items()
        },
    )
    return move


@transaction.atomic
def undo_move(*, move: Move, by: User) -> Plan:
    """Put people back where they sat, for the reasons they sat there: the inverse, for ten minutes.

    Raises: UndoTooLateError; StalePlanError where one of them was moved on or left since; LockedInPlaceError;
    GroupGoneError where one came from a group that was removed. Queries: the same for any number.
    """
    locked = lock_round(move.plan.round)
    row = lock_plan(move.plan, None)
    taken = Move.objects.select_for_update().get(pk=move.pk)
    now = timezone.now()
    if not taken.can_be_undone(now) or not row.is_draft:
        raise UndoTooLateError
    seats = list(
        Assignment.objects.select_for_update(of=("self",))
        .filter(plan=row, registration__in=[int(key) for key in taken.came_from])
        .select_related("registration__user")
        .order_by("pk")
    )
    if len(seats) != len(taken.came_from) or any(s.group_id != taken.group_id for s in seats):
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
            f"registration {key}": (taken.group_id, was and was["group"])
            for key, was in taken.came_from.items()
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
    """Keep a person where they sit when the round is solved again, or let them go.

    A lock is for the next run. A published plan stays as it is: a new draft takes the lock. Locks: the round.
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
            changes={"registration": (None, registration)},
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
    last: int = Plan.objects.filter(round=published.round_id).aggregate(last=Max("version"))["last"]
    draft = Plan.objects.create(
        round_id=published.round_id,
        version=last + 1,
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


def _seat_in(plan: Plan, registration: Registration) -> Assignment:
    rows = Assignment.objects.select_for_update().filter(plan=plan, registration=registration)
    seat = rows.order_by("pk").first()
    if seat is None:
        raise NotOnBoardError
    return seat


def _place(seat: Assignment | None) -> dict[str, Any] | None:
    """Where somebody sat and why, as `Move.came_from` keeps it."""
    return None if seat is None else {"group": seat.group_id, "reasons": seat.reasons}


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


def _raise_revision(plan: Plan) -> None:
    plan.revision += 1
    plan.save(update_fields=["revision"])
