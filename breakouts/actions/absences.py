"""Who is not in a round: the place and the roles there fall free, and are given back."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from breakouts import mails
from breakouts.actions.locks import lock_round, save_as_news
from breakouts.actions.moves import NotOnBoardError
from breakouts.actions.rankings import ask_to_rank
from breakouts.actions.seats import held_seats, pass_on_roles
from breakouts.models import Absence, Assignment, GroupRole, Plan, Round
from breakouts.queries.plans import get_current_plan, get_latest_plan
from breakouts.queries.rounds import list_roles
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.leases import WorkStatus
from workshop_portal.mail.actions import Mail, queue_mails, supersede_mails
from workshop_portal.refusals import Refusal


class InRoundAgainError(Refusal):
    """A colleague said so already."""

    message = _("This person is in the round again already.")


@transaction.atomic
def note_absence(*, round: Round, registration: Registration, by: User) -> Absence:
    """Somebody who takes part in the workshop is not in this round: place and roles there fall free at once.

    In the plan that holds, too: nobody else is moved by it. Who is locked leaves as well. Said twice, it is one row.
    Locks: the round. Sends: "you are not in this round" to who was told of a group. Raises: NotOnBoardError where
    the person does not take part, RoundClosedError.
    """
    locked = lock_round(round)
    coming = Registration.objects.taking_part().filter(workshop=locked.workshop_id)
    if not coming.filter(pk=registration.pk).exists():
        raise NotOnBoardError
    known = locked.absences.filter(registration=registration).order_by("pk").first()
    if known is not None:
        return known
    seats = held_seats(registration, plan__round=locked)
    roles = {
        role.role: role.group_id
        for role in list_roles(group__round=locked, user=registration.user_id)
    }
    absence = Absence.objects.create(
        round=locked,
        registration=registration,
        noted_by=by,
        fell_free={"places": {str(s.plan_id): _kept(s) for s in seats}, "roles": roles},
    )
    Assignment.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
    _raise_revisions([seat.plan for seat in seats])
    save_as_news(locked)
    ended, _none = pass_on_roles(registration, None, by, group__round=locked)
    record_many([_entry("breakouts.absence_noted", absence, seats, by, is_back=False), *ended])
    was_told = any(seat.plan.is_current for seat in seats) or bool(roles)
    if locked.status == Round.Status.PUBLISHED and was_told:
        queue_mails([mails.absence_noted(absence, locked)], by=by)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User) -> list[Assignment]:
    """The person is in the round again, and gets back what still stands.

    That is the place in the plan that holds and in the draft on the board, and roles that nobody took. Returns: the
    places by plan, the newest last; none where newer groups were made since.
    Locks: the round. Sends: "your group" to who gets the place in a published plan back, else what the role is;
    neither where "you are not in this round" had not gone out, which then does not, and the mail of before holds;
    "rank the topics" where that is open and was not asked.
    Raises: InRoundAgainError, RoundClosedError.
    """
    locked = lock_round(absence.round)
    row = locked.absences.select_for_update(of=("self",)).select_related("registration__user")
    held = row.filter(pk=absence.pk).order_by("pk").first()
    if held is None:
        raise InRoundAgainError
    held.round = locked
    seats = _give_back_places(locked, held)
    entries = [_entry("breakouts.absence_ended", held, seats, by, is_back=True)]
    roles = _give_back_roles(locked, held, by)
    entries += [_role_entry(role, locked, by) for role in roles]
    _raise_revisions([seat.plan for seat in seats])
    save_as_news(locked)
    record_many(entries)
    heard = _has_heard(held, by)
    held.delete()
    queue_mails(_tell(locked, seats, roles, heard=heard), by=by)
    ask_to_rank(locked=locked, registrations=[held.registration], by=by)
    return seats


def _give_back_places(locked: Round, held: Absence) -> list[Assignment]:
    """In a draft made since, the group of the plan that holds."""
    if not held.registration.is_taking_part:
        return []
    places: dict[str, dict[str, Any]] = held.fell_free.get("places", {})
    groups = {group.pk: group for group in locked.groups.order_by("pk")}
    current, latest = get_current_plan(round=locked), get_latest_plan(round=locked)
    published = places.get(str(current.pk)) if current else None
    seats = []
    for plan in dict.fromkeys(plan for plan in (current, latest) if plan is not None):
        place = places.get(str(plan.pk)) or published
        if place is None or place["group"] not in groups:
            continue
        if plan.assignments.filter(registration=held.registration).exists():
            continue
        seats.append(
            Assignment(
                plan=plan,
                group=groups[place["group"]],
                registration=held.registration,
                is_locked=place["is_locked"],
                reasons=place["reasons"],
            )
        )
    return Assignment.objects.bulk_create(seats)


def _give_back_roles(locked: Round, held: Absence, by: User) -> list[GroupRole]:
    """Those that nobody has by now. Who got another role in the round meanwhile keeps that."""
    if not held.registration.is_taking_part:
        return []
    user, now = held.registration.user, timezone.now()
    open_roles = {(role.group_id, role.role): role for role in list_roles(group__round=locked)}
    if any(role.user_id == user.pk for role in open_roles.values()):
        return []
    groups = {group.pk: group for group in locked.groups.order_by("pk")}
    wanted: dict[str, int] = held.fell_free.get("roles", {})
    free = {
        role: groups[group]
        for role, group in wanted.items()
        if group in groups and (group, role) not in open_roles
    }
    return GroupRole.objects.bulk_create(
        GroupRole(group=group, user=user, role=role, starts_at=now, granted_by=by)
        for role, group in free.items()
    )


def _has_heard(held: Absence, by: User) -> bool:
    """Whether "you are not in this round" was sent. Where it still waits, it is not needed any more."""
    told = mails.absence_mails(held)
    supersede_mails(mails=told, reason=gettext_noop("The person is in the round again."), by=by)
    return told.filter(status__in=[WorkStatus.RUNNING, WorkStatus.DONE]).exists()


def _tell(
    locked: Round, seats: list[Assignment], roles: list[GroupRole], *, heard: bool
) -> list[Mail]:
    """The place, and roles in other groups. Who has not `heard` of the absence is told only what no mail tells."""
    held_now = [seat for seat in seats if seat.plan.is_current]
    told = [seat for seat in held_now if heard or not mails.is_group_told(seat)]
    now, known = timezone.now(), {seat.group_id for seat in told}
    mailed = [
        mails.group_published(seat, seat.plan, locked.workshop, again_at=now) for seat in told
    ]
    if locked.status != Round.Status.PUBLISHED:
        return mailed
    places = {seat.group_id for seat in held_now}
    return mailed + [
        mails.role_named(role, locked.workshop)
        for role in roles
        if role.group_id not in known
        and (heard or not mails.is_role_told(role, has_place=role.group_id in places))
    ]


def _role_entry(role: GroupRole, locked: Round, by: User) -> Entry:
    return entry(
        "breakouts.role_named",
        by=by,
        target=role.group,
        context=locked.workshop,
        changes={role.role: (None, role.user)},
    )


def _kept(seat: Assignment) -> dict[str, Any]:
    return {"group": seat.group_id, "reasons": seat.reasons, "is_locked": seat.is_locked}


def _raise_revisions(plans: list[Plan]) -> None:
    keys = [plan.pk for plan in plans]
    Plan.objects.filter(pk__in=keys).update(revision=F("revision") + 1)


def _entry(
    action: str, absence: Absence, seats: list[Assignment], by: User, *, is_back: bool
) -> Entry:
    """As the board reads it later: in which plan, the newest one, and from or to which group.

    `seats` have their plans as they were before the act.
    """
    registration, locked = absence.registration, absence.round
    changes: dict[str, tuple[Any, Any]] = {"registration": (None, registration)}
    if seats:
        seat = max(seats, key=lambda each: each.plan.version)
        way = (None, seat.group_id) if is_back else (seat.group_id, None)
        changes = {
            "plan": (seat.plan.version, seat.plan.version),
            "revision": (seat.plan.revision, seat.plan.revision + 1),
            f"registration {registration.pk}": way,
        }
    return entry(action, by=by, target=locked, context=locked.workshop, changes=changes)
