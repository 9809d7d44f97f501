"""Rules about workshops and what belongs to them, and the loaders that views use."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from events.models import TeamMember, Workshop
from workshop_portal.accounts.access import staff_only
from workshop_portal.accounts.models import User
from workshop_portal.authorization import EVERYBODY, Actor, load, rule, scope

Role = TeamMember.Role


def on_team(user: User, *roles: Role, now: datetime | None = None) -> QuerySet[TeamMember]:
    """The person's current roles on organising teams; all roles when none is named."""
    team = TeamMember.objects.current(now or timezone.now()).filter(user=user)
    return team.filter(role__in=roles) if roles else team


def organised_workshops(user: User) -> Q:
    """The workshops that the person runs: all for the secretariat, their own for an organiser.

    Upper apps write their rules with it: `Q(workshop__in=Workshop.objects.filter(organised_workshops(user)))`.
    """
    if user.is_secretariat:
        return EVERYBODY
    return Q(pk__in=on_team(user, Role.ORGANISER).values("workshop"))


def runs(user: User, prefix: str) -> Q:
    """The condition `organised_workshops` on rows that point at a workshop through `prefix`."""
    if user.is_secretariat:
        return EVERYBODY
    return Q(**{f"{prefix}__in": on_team(user, Role.ORGANISER).values("workshop")})


@rule("events.create_workshop")
def create_workshop(user: User) -> bool:
    return user.is_secretariat


@rule("events.manage_instruments")
def manage_instruments(user: User) -> bool:
    return user.is_secretariat


@rule("events.view_workshop_board", Workshop)
def view_workshop_board(user: User) -> Q:
    """The organisers' pages of a workshop: overview with its stages, settings, mail."""
    return organised_workshops(user)


@rule("events.edit_workshop", Workshop)
def edit_workshop(user: User) -> Q:
    return organised_workshops(user)


@rule("events.publish_workshop", Workshop)
def publish_workshop(user: User) -> Q:
    return organised_workshops(user)


@rule("events.appoint_organiser", Workshop)
def appoint_organiser(user: User) -> Q:
    return staff_only(user)


def get_workshop_for(user: Actor, *, slug: str, to: str = "events.view_workshop_board") -> Workshop:
    """The workshop as an organiser sees it. Raises: Http404 to everybody else; PermissionDenied."""
    workshops = Workshop.objects.select_related("series")
    return load(workshops, to, user, view="events.view_workshop_board", slug=slug)


def organised_by(user: Actor) -> QuerySet[Workshop]:
    """The workshops that the person runs, in no order."""
    return scope(Workshop, "events.view_workshop_board", user)


def get_public_workshop(*, slug: str) -> Workshop:
    """The workshop as everybody sees it; drafts are 404."""
    return get_object_or_404(Workshop.objects.published().select_related("series"), slug=slug)
