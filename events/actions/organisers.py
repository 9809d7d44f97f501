"""By whom a workshop is held: bodies in their roles, and the people of the organising team."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.actions.writing import lock_workshop, show_change
from events.models import Organiser, TeamMember, Workshop
from events.tabs import follow
from workshop_portal.accounts.actions import get_or_create_person
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import record
from workshop_portal.refusals import Refusal


class OrganiserExistsError(Refusal):
    """The body has that role already."""

    message = _("This body already has this role.")


class AlreadyOnTeamError(Refusal):
    """The person has that role already."""

    message = _("This person already has this role.")


class RoleEndedError(Refusal):
    """The role has ended before."""

    message = _("This role has already ended.")


@transaction.atomic
def add_organiser(
    *, workshop: Workshop, administration: Administration, role: str, by: User
) -> Organiser:
    """Raises: WorkshopFrozenError, OrganiserExistsError."""
    workshop = lock_workshop(workshop)
    if workshop.organisers.filter(administration=administration, role=role).exists():
        raise OrganiserExistsError
    last = workshop.organisers.aggregate(last=Max("ordinal"))["last"] or 0
    organiser = Organiser.objects.create(
        workshop=workshop, administration=administration, role=role, ordinal=last + 1
    )
    show_change(workshop)
    changes = {"administration": ("", administration.name), "role": ("", role)}
    record("events.organiser_added", by=by, target=organiser, context=workshop, changes=changes)
    if role == Organiser.Role.HOST:
        follow(workshop, by)
    return organiser


@transaction.atomic
def remove_organiser(*, organiser: Organiser, by: User) -> None:
    """Raises: WorkshopFrozenError."""
    workshop = lock_workshop(organiser.workshop)
    body = organiser.administration.name
    changes = {"administration": (body, ""), "role": (organiser.role, "")}
    record("events.organiser_removed", by=by, target=organiser, context=workshop, changes=changes)
    role = organiser.role
    organiser.delete()
    show_change(workshop)
    if role == Organiser.Role.HOST:
        follow(workshop, by)


@transaction.atomic
def appoint_team_member(
    *,
    workshop: Workshop,
    email: str,
    role: str,
    by: User | None,
    given_name: str = "",
    family_name: str = "",
) -> TeamMember:
    """Give a person a role in organising a workshop, from now on; an unknown address gets an account.

    Raises: WorkshopFrozenError, AlreadyOnTeamError.
    """
    workshop = lock_workshop(workshop)
    person, _made = get_or_create_person(
        email=email,
        by=by,
        given_name=given_name,
        family_name=family_name,
        time_zone=workshop.time_zone,
        is_demo=workshop.is_demo,
    )
    if workshop.team.filter(user=person, role=role, ends_at=None).exists():
        raise AlreadyOnTeamError
    member = TeamMember.objects.create(workshop=workshop, user=person, role=role, granted_by=by)
    changes = {"user": ("", str(person)), "role": ("", role)}
    record("events.team_member_appointed", by=by, target=member, context=workshop, changes=changes)
    return member


@transaction.atomic
def end_team_role(*, member: TeamMember, by: User, now: datetime | None = None) -> TeamMember:
    """End a role at once; the row stays. Raises: RoleEndedError."""
    member = (
        TeamMember.objects.select_for_update(of=("self",))
        .select_related("workshop", "user")
        .get(pk=member.pk)
    )
    if member.ends_at is not None:
        raise RoleEndedError
    member.ends_at = now or timezone.now()
    member.save(update_fields=["ends_at"])
    changes = {"user": (str(member.user), ""), "ends_at": (None, member.ends_at)}
    record("events.team_role_ended", by=by, target=member, context=member.workshop, changes=changes)
    return member
