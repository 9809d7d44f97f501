"""Rules about rounds, groups and points, and the loaders that views use."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from breakouts.models import (
    Announcement,
    Assignment,
    Group,
    GroupRole,
    Move,
    Plan,
    Point,
    Round,
    Theme,
    Topic,
)
from events.access import organised_workshops, runs
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.authorization import load, rule

Role = GroupRole.Role
VIEW_ROUNDS = "breakouts.view_rounds"
BY_OTHERS = {
    "breakouts.save_ranking": "breakouts.save_ranking",
    "breakouts.view_plenary": "breakouts.view_plenary",
    "breakouts.view_overview": "breakouts.view_overview",
    "breakouts.hold_round": "breakouts.view_overview",
}
"""Actions on rounds that not only organisers see, and by which rule it is seen then."""

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


@rule("breakouts.edit_plan", Plan)
def edit_plan(user: User) -> Q:
    """A version of the plan, as a board names it: moved on, or published."""
    return runs(user, "round__workshop")


@rule("breakouts.undo_move", Move)
def undo_move(user: User) -> Q:
    return runs(user, "plan__round__workshop")


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
    """The person's current roles in groups; all roles when none is named.

    Without those of who no longer comes: in closed rounds the row stays for the record and gives no right. Who never
    was registered, or was named after that ended, has the role as one of the team or a speaker.
    """
    own = Registration.objects.filter(user=user, workshop=OuterRef("group__round__workshop"))
    left = Exists(own.filter(ended_at__gte=OuterRef("starts_at"))) & ~Exists(own.active())
    current = GroupRole.objects.current(timezone.now()).filter(~left, user=user)
    return current.filter(role__in=roles) if roles else current


def _belongs(user: User, group: str) -> Q:
    """Who sits in the group by the published plan, who facilitates or reports for it. `group` leads to it."""
    seats, roles = seats_of(user).values("group"), roles_of(user).values("group")
    return Q((f"{group}__in", seats)) | Q((f"{group}__in", roles))


@rule("breakouts.view_group", Group)
@rule("breakouts.add_point", Group)
@rule("breakouts.call_for_help", Group)
def view_group(user: User) -> Q:
    """The organisers and who belongs to it: they see it, note points in it, ask for help and end the call."""
    own: Q = runs(user, "round__workshop")
    return own | _belongs(user, "pk")


@rule("breakouts.view_point", Point)
def view_point(user: User) -> Q:
    own: Q = runs(user, "group__round__workshop")
    return own | _belongs(user, "group")


@rule("breakouts.edit_any_point", Group)
def edit_any_point(user: User) -> Q:
    """Whatever the group noted: organisers, its rapporteur and deputy."""
    own: Q = runs(user, "round__workshop")
    return own | Q(pk__in=roles_of(user, Role.RAPPORTEUR, Role.DEPUTY).values("group"))


@rule("breakouts.edit_point", Point)
def edit_point(user: User) -> Q:
    """The rapporteur and the deputy any of the group's, members their own, organisers all."""
    own: Q = runs(user, "group__round__workshop")
    reported = roles_of(user, Role.RAPPORTEUR, Role.DEPUTY)
    written = Q(created_by=user) & _belongs(user, "group")
    return own | Q(group__in=reported.values("group")) | written


# The hour itself ----------------------------------------------------------------------------------


@rule("breakouts.sit_in_group", Group)
def sit_in_group(user: User) -> Q:
    """Whose presence counts: not an organiser who looks in."""
    return _belongs(user, "pk")


@rule("breakouts.view_overview", Round)
def view_overview(user: User) -> Q:
    """All groups at once: the organisers, and who facilitates one of them once they are published."""
    own: Q = runs(user, "workshop")
    held = Q(status__in=Round.HELD)
    return own | (held & Q(pk__in=roles_of(user, Role.FACILITATOR).values("group__round")))


@rule("breakouts.view_announcement", Announcement)
def view_announcement(user: User) -> Q:
    """Those of the rounds that the person sees all at once."""
    return Q(round__in=Round.objects.filter(view_overview(user)))


@rule("breakouts.withdraw_announcement", Announcement)
def withdraw_announcement(user: User) -> Q:
    return runs(user, "round__workshop")


@rule("breakouts.hold_round", Round)
def hold_round(user: User) -> Q:
    """Start, extend and stop the clock, send announcements."""
    return runs(user, "workshop")


# The plenary --------------------------------------------------------------------------------------


@rule("breakouts.view_plenary", Round)
def view_plenary(user: User) -> Q:
    """The organisers, and who facilitates or reports for one of its groups once they are published.

    Delegates see it in the room: the screen is shared.
    """
    own: Q = runs(user, "workshop")
    held = Q(status__in=Round.HELD)
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
    """The round as its organisers see it, or for an action that others may do, too. Raises: Http404."""
    rounds: QuerySet[Round] = Round.objects.select_related("workshop__series", "session")
    view = BY_OTHERS.get(to, "breakouts.view_round")
    return load(rounds, to, user, view=view, workshop__slug=slug, ordinal=ordinal)


def get_plan_for(user: User, *, slug: str, ordinal: int, plan: int) -> Plan:
    plans: QuerySet[Plan] = Plan.objects.select_related("round__workshop__series")
    action = "breakouts.edit_plan"
    place = {"round__workshop__slug": slug, "round__ordinal": ordinal, "pk": plan}
    return load(plans, action, user, view=action, **place)


def get_move_for(user: User, *, slug: str, ordinal: int, move: int) -> Move:
    moves: QuerySet[Move] = Move.objects.select_related("plan__round__workshop__series")
    action = "breakouts.undo_move"
    place = {"plan__round__workshop__slug": slug, "plan__round__ordinal": ordinal, "pk": move}
    return load(moves, action, user, view=action, **place)


def get_announcement_for(user: User, *, slug: str, ordinal: int, announcement: int) -> Announcement:
    """An announcement of a round. Raises: Http404; PermissionDenied to who only sees the overview."""
    sent: QuerySet[Announcement] = Announcement.objects.select_related("round__workshop__series")
    action, view = "breakouts.withdraw_announcement", "breakouts.view_announcement"
    place = {"round__workshop__slug": slug, "round__ordinal": ordinal, "pk": announcement}
    return load(sent, action, user, view=view, **place)


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


def get_group_after_move(user: User, *, slug: str, ordinal: int, number: int) -> Group:
    """Where who sat in this group by a plan published before sits now. Raises: Http404 to everybody else."""
    round = {"group__round__workshop__slug": slug, "group__round__ordinal": ordinal}
    before = Assignment.objects.filter(
        **round,
        group__ordinal=number,
        registration__user=user,
        plan__published_at__isnull=False,
    )
    seats = seats_of(user).filter(Exists(before), **round)
    seat = seats.select_related("group__round__workshop").order_by("pk").first()
    if seat is None:
        raise Http404
    return seat.group


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
