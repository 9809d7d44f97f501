"""What happens to a person's place and roles in groups when the person no longer comes."""

from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from breakouts import mails
from breakouts.models import Assignment, GroupRole, Plan, Preference, Round
from breakouts.queries.rounds import list_roles
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.mail.actions import Mail, queue_mails


@transaction.atomic
def pass_on_seats(
    *, registration: Registration, replacement: Registration | None, by: User
) -> None:
    """Give the places to the successor, or free them: in the plans that hold and in the drafts on boards.

    Plans that were published before stay as they were. Locks: the workshop's rounds. Sends: "your group" to the
    successor, and "you facilitate" or "you report" for the roles in other published groups. Queries: the same for any number of rounds.
    """
    workshop = registration.workshop
    # Rounds, plans, seats: the order of every act on a board, so that two cannot wait for each other.
    list(Round.objects.select_for_update(no_key=True).filter(workshop=workshop).order_by("pk"))
    seats = held_seats(registration)
    keys = Assignment.objects.filter(pk__in=[seat.pk for seat in seats])
    told: list[Mail] = []
    known: set[int] = set()
    if replacement is None:
        keys.delete()
    else:
        keys.update(registration=replacement)
        for seat in seats:
            seat.registration = replacement
        held_now = [seat for seat in seats if seat.plan.is_current]
        told = [mails.group_published(seat, seat.plan, workshop) for seat in held_now]
        known = {seat.group_id for seat in held_now}
    plans = Plan.objects.filter(pk__in=[seat.plan_id for seat in seats])
    plans.update(revision=F("revision") + 1)
    # Their pages show who sits where, and show it to nobody who no longer takes part.
    held = Round.objects.filter(workshop=workshop, status__in=Round.HELD)
    held.update(live_sequence=F("live_sequence") + 1)
    entries = [_seat_entry(seat, registration, replacement, by) for seat in seats]
    passed_on, named = pass_on_roles(registration, replacement, by)
    entries += passed_on
    told += [mails.role_named(role, workshop) for role in named if role.group_id not in known]
    if replacement is not None:
        Preference.objects.filter(registration=registration).exclude(
            round__status=Round.Status.CLOSED
        ).update(registration=replacement)
    record_many(entries)
    queue_mails(told, by=by)


def held_seats(registration: Registration, **lookup: Any) -> list[Assignment]:
    """The person's places in the plans that hold and in the drafts on boards, locked."""
    newest = Plan.objects.filter(round=OuterRef("plan__round")).order_by("-version", "-pk")
    seats = (
        Assignment.objects.select_for_update(of=("self",))
        .filter(registration=registration, **lookup)
        .exclude(plan__round__status=Round.Status.CLOSED)
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .filter(Q(plan__is_current=True) | Q(plan__published_at__isnull=True, plan_id=F("newest")))
        .select_related("plan__round")
    )
    return list(seats.order_by("pk"))


def free_lost_seats(draft: Plan) -> None:
    """Take out whom the board does not show: who left the workshop, and resource persons without a role in the round.

    The round and the draft are locked. Queries: 1 where nobody left.
    """
    left = ~Q(registration__status__in=Registration.TAKING_PART)
    chairs = list_roles(group__round=draft.round_id).values("user")
    expert = Q(registration__role=Registration.Role.RESOURCE_PERSON)
    draft.assignments.filter(left | expert & ~Q(registration__user__in=chairs)).delete()


def _seat_entry(
    seat: Assignment, registration: Registration, replacement: Registration | None, by: User
) -> Entry:
    """The plan's revision was raised already; `seat` has it as it was."""
    return entry(
        "breakouts.seat_passed_on" if replacement else "breakouts.seat_freed",
        by=by,
        target=seat.plan.round,
        context=registration.workshop,
        changes={
            "plan": (seat.plan.version, seat.plan.version),
            "revision": (seat.plan.revision, seat.plan.revision + 1),
            "group": (seat.group_id, seat.group_id if replacement else None),
            "registration": (registration, replacement),
        },
    )


def pass_on_roles(
    registration: Registration, replacement: Registration | None, by: User, **lookup: Any
) -> tuple[list[Entry], list[GroupRole]]:
    """End the person's roles in groups, or give them to the successor; the rounds are locked.

    Returns: the entries, and the successor's roles in groups that are published.
    """
    now = timezone.now()
    held = (
        GroupRole.objects.current(now)
        .select_for_update(of=("self",))
        .filter(
            user=registration.user_id,
            group__round__workshop=registration.workshop_id,
            **lookup,
        )
        .exclude(group__round__status=Round.Status.CLOSED)
        .select_related("group__round")
        .order_by("pk")
    )
    roles, named = list(held), []
    GroupRole.objects.filter(pk__in=[role.pk for role in roles]).update(ends_at=now)
    if replacement is not None:
        named = GroupRole.objects.bulk_create(
            GroupRole(
                group=role.group,
                user=replacement.user,
                role=role.role,
                starts_at=now,
                granted_by=by,
            )
            for role in roles
        )
    entries = [
        entry(
            "breakouts.role_named" if replacement else "breakouts.role_ended",
            by=by,
            target=role.group,
            context=registration.workshop,
            changes={role.role: (registration.user, replacement and replacement.user)},
        )
        for role in roles
    ]
    return entries, [role for role in named if role.group.round.is_held]
