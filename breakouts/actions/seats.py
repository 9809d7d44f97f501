"""What happens to a person's place and roles in groups when the person no longer comes."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from breakouts import mails
from breakouts.models import Assignment, GroupRole, Plan, Preference, Round
from breakouts.queries.plans import get_latest_plan
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.mail.actions import queue_mails


@transaction.atomic
def pass_on_seats(
    *, registration: Registration, replacement: Registration | None, by: User
) -> None:
    """Give the places to the successor, or free them: in the plans that hold and in the drafts on boards.

    Plans that were published before stay as they were. Locks: the workshop's rounds. Sends: "your group" to the successor.
    """
    workshop = registration.workshop
    entries: list[Entry] = []
    # Rounds, plans, seats: the order of every act on a board, so that two cannot wait for each other.
    list(Round.objects.select_for_update().filter(workshop=workshop).order_by("pk"))
    seats = (
        Assignment.objects.select_for_update(of=("self",))
        .filter(registration=registration)
        .exclude(plan__round__status="closed")
        .select_related("plan__round", "group")
        .order_by("pk")
    )
    told = []
    for seat in [row for row in seats if _holds(row.plan)]:
        if replacement is None:
            seat.delete()
            action = "breakouts.seat_freed"
        else:
            seat.registration = replacement
            seat.save(update_fields=["registration"])
            action = "breakouts.seat_passed_on"
            if seat.plan.is_current:
                told.append(mails.group_published(seat, seat.plan, workshop))
        Plan.objects.filter(pk=seat.plan_id).update(revision=F("revision") + 1)
        entries.append(
            entry(
                action,
                by=by,
                target=seat.plan.round,
                context=workshop,
                changes={"registration": (registration, replacement)},
            )
        )
    entries += _pass_on_roles(registration, replacement, by)
    if replacement is not None:
        Preference.objects.filter(registration=registration).exclude(round__status="closed").update(
            registration=replacement
        )
    record_many(entries)
    queue_mails(told, by=by)


def _holds(plan: Plan) -> bool:
    latest = get_latest_plan(round=plan.round)
    return plan.is_current or (plan.is_draft and latest is not None and latest.pk == plan.pk)


def _pass_on_roles(
    registration: Registration, replacement: Registration | None, by: User
) -> list[Entry]:
    now = timezone.now()
    held = (
        GroupRole.objects.select_for_update(of=("self",))
        .filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            user=registration.user_id,
            group__round__workshop=registration.workshop_id,
        )
        .exclude(group__round__status="closed")
        .select_related("group")
        .order_by("pk")
    )
    entries = []
    for role in held:
        role.ends_at = now
        role.save(update_fields=["ends_at"])
        if replacement is not None:
            GroupRole.objects.create(
                group=role.group,
                user_id=replacement.user_id,
                role=role.role,
                starts_at=now,
                granted_by=by,
            )
        entries.append(
            entry(
                "breakouts.role_named" if replacement else "breakouts.role_ended",
                by=by,
                target=role.group,
                context=registration.workshop,
                changes={role.role: (registration.user, replacement and replacement.user)},
            )
        )
    return entries
