"""Rules about rounds, groups and points, and the loaders that views use."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from breakouts.models import Assignment, Group, GroupRole, Point, Round, Theme, Topic
from events.access import organised_workshops, runs
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import load, rule

Role = GroupRole.Role
VIEW_ROUNDS = "breakouts.view_rounds"

# Rounds and topics --------------------------------------------------------------------------------


@rule(VIEW_ROUNDS, Workshop)
def view_rounds(user: User) -> Q:
    """The organisers' pages: topics, rounds, their groups and plans."""
    return organised_workshops(user)


@rule("breakouts.plan_round", Workshop)
def plan_round(user: User) -> Q:
    """Add topics and rounds to a workshop."""
    return organised_workshops(user)


@rule("breakouts.view_findings", Workshop)
def view_findings(user: User) -> Q:
    """All points of a workshop, and their exports."""
    return organised_workshops(user)


@rule("breakouts.edit_topic", Topic)
def edit_topic(user: User) -> Q:
    return runs(user, "workshop")


@rule("breakouts.edit_theme", Theme)
def edit_theme(user: User) -> Q:
    return runs(user, "topic__workshop")


@rule("breakouts.view_round", Round)
def view_round(user: User) -> Q:
    return runs(user, "workshop")


@rule("breakouts.edit_round", Round)
def edit_round(user: User) -> Q:
    """The round itself, its groups, who facilitates, its ranking."""
    return runs(user, "workshop")


@rule("breakouts.assign_round", Round)
def assign_round(user: User) -> Q:
    """Ask the solver, move and lock people by hand."""
    return runs(user, "workshop")


@rule("breakouts.publish_plan", Round)
def publish_plan(user: User) -> Q:
    return runs(user, "workshop")


@rule("breakouts.edit_group", Group)
def edit_group(user: User) -> Q:
    return runs(user, "round__workshop")


@rule("breakouts.save_ranking", Round)
def save_ranking(user: User) -> Q:
    """Who takes part in the workshop, once the round is no draft."""
    own = Registration.objects.taking_part().filter(user=user)
    return Q(workshop__in=own.values("workshop")) & ~Q(status=Round.Status.DRAFT)


# Groups and points --------------------------------------------------------------------------------


def seats_of(user: User) -> QuerySet[Assignment]:
    """Where the person sits by the published plans."""
    return Assignment.objects.filter(
        plan__is_current=True,
        registration__user=user,
        registration__status__in=Registration.TAKING_PART,
    )


def roles_of(user: User, *roles: Role) -> QuerySet[GroupRole]:
    """The person's current roles in groups; all roles when none is named."""
    now = timezone.now()
    current = GroupRole.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), user=user, starts_at__lte=now
    )
    return current.filter(role__in=roles) if roles else current


@rule("breakouts.view_group", Group)
def view_group(user: User) -> Q:
    """The organisers, who sits in it by the published plan, who facilitates or reports for it."""
    own: Q = runs(user, "round__workshop")
    return own | Q(pk__in=seats_of(user).values("group")) | Q(pk__in=roles_of(user).values("group"))


@rule("breakouts.add_point", Group)
def add_point(user: User) -> Q:
    own: Q = view_group(user)
    return own


@rule("breakouts.view_point", Point)
def view_point(user: User) -> Q:
    own: Q = runs(user, "group__round__workshop")
    seats, roles = seats_of(user), roles_of(user)
    return own | Q(group__in=seats.values("group")) | Q(group__in=roles.values("group"))


@rule("breakouts.edit_point", Point)
def edit_point(user: User) -> Q:
    """The rapporteur and the deputy any of the group's, members their own, organisers all."""
    own: Q = runs(user, "group__round__workshop")
    reported = roles_of(user, Role.RAPPORTEUR, Role.DEPUTY)
    written = Q(created_by=user) & (
        Q(group__in=seats_of(user).values("group")) | Q(group__in=roles_of(user).values("group"))
    )
    return own | Q(group__in=reported.values("group")) | written


# The plenary --------------------------------------------------------------------------------------


@rule("breakouts.view_plenary", Round)
def view_plenary(user: User) -> Q:
    """The organisers, and who facilitates or reports for one of its groups once they are published.

    Delegates see it in the room: the screen is shared.
    """
    own: Q = runs(user, "workshop")
    held = Q(status__in=(Round.Status.PUBLISHED, Round.Status.CLOSED))
    return own | (held & Q(pk__in=roles_of(user).values("group__round")))


@rule("breakouts.hold_plenary", Round)
def hold_plenary(user: User) -> Q:
    """Who is shown the buttons of `report_point`."""
    return runs(user, "workshop")


@rule("breakouts.report_point", Point)
def report_point(user: User) -> Q:
    """Mark it for the report, merge it with another, put it under a theme."""
    return runs(user, "group__round__workshop")


# Loaders ------------------------------------------------------------------------------------------


def get_workshop_for_rounds(user: User, *, slug: str, to: str = VIEW_ROUNDS) -> Workshop:
    """Raises: Http404 to everybody who does not run the workshop."""
    workshops = Workshop.objects.select_related("series")
    return load(workshops, to, user, view=VIEW_ROUNDS, slug=slug)


def get_topic_for(user: User, *, slug: str, ordinal: int) -> Topic:
    topics: QuerySet[Topic] = Topic.objects.select_related("workshop__series")
    action = "breakouts.edit_topic"
    return load(topics, action, user, view=action, workshop__slug=slug, ordinal=ordinal)


def get_theme_for(user: User, *, slug: str, topic: int, theme: int) -> Theme:
    themes: QuerySet[Theme] = Theme.objects.select_related("topic__workshop__series")
    action = "breakouts.edit_theme"
    place = {"topic__workshop__slug": slug, "topic__ordinal": topic, "pk": theme}
    return load(themes, action, user, view=action, **place)


def get_round_for(
    user: User, *, slug: str, ordinal: int, to: str = "breakouts.view_round"
) -> Round:
    """The round as its organisers see it, as who takes part ranks its topics, as it is reported back. Raises: Http404."""
    rounds: QuerySet[Round] = Round.objects.select_related("workshop__series", "session")
    by_others = ("breakouts.save_ranking", "breakouts.view_plenary")
    view = to if to in by_others else "breakouts.view_round"
    return load(rounds, to, user, view=view, workshop__slug=slug, ordinal=ordinal)


def get_group_for(
    user: User, *, slug: str, ordinal: int, number: int, to: str = "breakouts.view_group"
) -> Group:
    """A group. Raises: Http404 to those who do not belong to it; PermissionDenied."""
    groups: QuerySet[Group] = Group.objects.select_related(
        "round__workshop__series", "round__session", "topic"
    )
    return load(
        groups,
        to,
        user,
        view="breakouts.view_group",
        round__workshop__slug=slug,
        round__ordinal=ordinal,
        ordinal=number,
    )


def get_point_for(
    user: User,
    *,
    slug: str,
    ordinal: int,
    number: int,
    public_id: UUID,
    to: str = "breakouts.edit_point",
) -> Point:
    """A point that the person may change. Raises: Http404; PermissionDenied where it is another's."""
    points: QuerySet[Point] = Point.objects.select_related(
        "group__round__workshop__series", "group__topic", "created_by"
    )
    return load(
        points,
        to,
        user,
        view="breakouts.view_point",
        group__round__workshop__slug=slug,
        group__round__ordinal=ordinal,
        group__ordinal=number,
        public_id=public_id,
    )
