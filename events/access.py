"""Rules about workshops and what belongs to them, and the loaders that views use."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from events.models import Material, Session, SessionSpeaker, Speaker, TeamMember, Workshop
from workshop_portal.accounts.access import staff_only
from workshop_portal.accounts.models import User
from workshop_portal.authorization import EVERYBODY, Actor, load, rule, scope

Role = TeamMember.Role

AUDIENCES: dict[str, Callable[[User], QuerySet[Any]]] = {}
"""Audience of materials to the workshops (their keys) in which a person belongs to it.

Who takes part and who nominates is known above only: `participants` fills it in `AppConfig.ready` for
`Material.Audience.PARTICIPANTS` and `FOCAL_POINTS`. Everybody is `PUBLIC`.
"""


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


@rule("events.create_series")
def create_series(user: User) -> bool:
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


@rule("events.edit_session", Session)
def edit_session(user: User) -> Q:
    return runs(user, "workshop")


@rule("events.edit_speaker", Speaker)
def edit_speaker(user: User) -> Q:
    return runs(user, "workshop")


@rule("events.upload_material", Session)
def upload_material(user: User) -> Q:
    """The organisers, and who speaks in the session."""
    own = SessionSpeaker.objects.filter(speaker__user=user)
    return runs(user, "workshop") | Q(pk__in=own.values("session"))


@rule("events.edit_material", Material)
def edit_material(user: User) -> Q:
    """The organisers, and who speaks in its session."""
    own = SessionSpeaker.objects.filter(speaker__user=user)
    return runs(user, "session__workshop") | Q(session__in=own.values("session"))


@rule("events.view_material", Material)
def view_material(user: Actor) -> Q:
    """Public ones of published workshops everybody; the others by the audiences, once published."""
    readable = Q(audience=Material.Audience.PUBLIC)
    if not user.is_authenticated:
        return readable & _shown()
    person = cast("User", user)
    readable |= Q(pk__in=_addressed_to(person))
    work: Q = edit_material(person) | Q(session__workshop__in=on_team(person).values("workshop"))
    return (readable & _shown()) | (work & Q(removed_at=None))


def _shown() -> Q:
    return Q(session__workshop__published_at__isnull=False, removed_at=None)


def _addressed_to(user: User) -> QuerySet[Any]:
    reached = Q(pk__in=[])
    for audience, workshops in AUDIENCES.items():
        reached |= Q(audience=audience, session__workshop__in=workshops(user))
    return Material.objects.filter(reached).values("pk")


def get_workshop_for(user: Actor, *, slug: str, to: str = "events.view_workshop_board") -> Workshop:
    """The workshop as an organiser sees it. Raises: Http404 to everybody else; PermissionDenied."""
    workshops = Workshop.objects.select_related("series")
    return load(workshops, to, user, view="events.view_workshop_board", slug=slug)


def organised_by(user: Actor) -> QuerySet[Workshop]:
    """The workshops that the person runs, in no order."""
    return scope(Workshop, "events.view_workshop_board", user)


def get_public_workshop(*, slug: str) -> Workshop:
    """The workshop as everybody sees it, with its series and mandate; drafts are 404."""
    workshops = Workshop.objects.published().select_related("series", "mandate")
    return get_object_or_404(workshops, slug=slug)


def get_session_for(
    user: Actor, *, slug: str, public_id: UUID, to: str = "events.edit_session"
) -> Session:
    """A session as who works on it sees it. Raises: Http404; PermissionDenied."""
    sessions = Session.objects.select_related("workshop__series").filter(workshop__slug=slug)
    return load(sessions, to, user, view="events.upload_material", public_id=public_id)


def get_asked_session(user: Actor, asked: str | None) -> Session | None:
    """The session for which something is made, as `?session=` names it; None where nothing is asked for.

    Raises: Http404 where the person does not edit that session, or it is none.
    """
    if not asked:
        return None
    try:
        public_id = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    sessions = scope(Session, "events.edit_session", user).select_related("workshop__series")
    return get_object_or_404(sessions, public_id=public_id)


def get_speaker_for(user: Actor, *, slug: str, public_id: UUID) -> Speaker:
    speakers = Speaker.objects.select_related("workshop__series", "user").filter(
        workshop__slug=slug
    )
    return load(
        speakers, "events.edit_speaker", user, view="events.edit_speaker", public_id=public_id
    )


def get_material_for(
    user: Actor, *, slug: str, public_id: UUID, to: str = "events.view_material"
) -> Material:
    """A material. Raises: Http404 to those whom it is not for, PermissionDenied.

    Removed ones are found by those who may put them back.
    """
    materials = Material.objects.select_related("session__workshop__series").filter(
        session__workshop__slug=slug
    )
    view = to if to == "events.edit_material" else "events.view_material"
    return load(materials, to, user, view=view, public_id=public_id)
