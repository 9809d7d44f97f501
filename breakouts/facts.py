"""How far the break-outs of a workshop are: for the rail, for what waits, for a person's own page."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from breakouts.models import Absence, Group, GroupRole, Preference, Round
from breakouts.queries.places import read_own_groups
from breakouts.queries.record import list_presence
from events.models import Session, Workshop
from events.tabs import PublicPart, Stage, Use, Waiting
from participants.models import Registration
from participants.tabs import HomeTask, SessionDetail, Sighting
from workshop_portal.accounts.models import User

Status = Round.Status


def assign_stage(workshop: Workshop) -> Stage:
    """Queries: 1."""
    rounds = list(workshop.rounds.order_by("ordinal", "pk"))
    url = reverse("breakouts:round-list", args=[workshop.slug])
    published = sum(row.is_held for row in rounds)
    if not rounds:
        return Stage(
            state="not started",
            summary=_("No break-out round planned"),
            action_label=_("Plan a round"),
            action_url=url,
        )
    words = ngettext(
        "%(done)d of %(count)d round published",
        "%(done)d of %(count)d rounds published",
        len(rounds),
    )
    return Stage(
        state="done" if published == len(rounds) else "started",
        summary=words % {"done": published, "count": len(rounds)},
        action_label=_("Groups"),
        action_url=url,
    )


def run_stage(workshop: Workshop) -> Stage:
    """The days themselves. Queries: 1 on these days, else none."""
    today = timezone.now().astimezone(workshop.zone).date()
    if workshop.is_ended or today > workshop.ends_on:
        summary = _("The workshop has taken place")
        return Stage(state="done", summary=summary, **_to_agenda(workshop))
    if today < workshop.starts_on:
        days = (workshop.starts_on - today).days
        words = ngettext("Begins in %(days)d day", "Begins in %(days)d days", days)
        summary = words % {"days": days}
        return Stage(state="not started", summary=summary, **_to_agenda(workshop))
    return Stage(state="started", summary=_("The workshop is running"), **_to_round(workshop))


def _to_round(workshop: Workshop) -> dict[str, str]:
    """To the round that runs, else to the next that has its groups, else to the agenda. Queries: 1."""
    now = timezone.now()
    rounds = list(workshop.rounds.filter(status=Status.PUBLISHED).order_by("ordinal", "pk"))
    if not rounds:
        return _to_agenda(workshop)
    found = next((each for each in rounds if each.is_running(now)), rounds[0])
    url = reverse("breakouts:round-overview", args=[workshop.slug, found.ordinal])
    return {"action_label": _("All groups at once"), "action_url": url}


def _to_agenda(workshop: Workshop) -> dict[str, str]:
    url = reverse("events:workshop-agenda", args=[workshop.slug])
    return {"action_label": _("Agenda"), "action_url": url}


def findings_stage(workshop: Workshop) -> Stage:
    """Queries: 1."""
    counts = Group.objects.filter(round__workshop=workshop).aggregate(
        points=Count("points", filter=Q(points__removed_at__isnull=True)),
        open=Count("pk", filter=~Q(round__status=Status.CLOSED), distinct=True),
    )
    number = counts["points"]
    words = ngettext("%(count)d point noted", "%(count)d points noted", number)
    state: Any = "not started" if not number else "started" if counts["open"] else "done"
    return Stage(
        state=state,
        summary=words % {"count": number},
        action_label=_("Findings"),
        action_url=reverse("breakouts:point-list", args=[workshop.slug]),
    )


def waiting_in_rounds(workshops: Sequence[Workshop], _user: User) -> dict[int, list[Waiting]]:
    """Groups without a facilitator, and rankings past their deadline. Queries: 2."""
    slugs = {each.pk: each.slug for each in workshops if not each.is_ended}
    found: dict[int, list[Waiting]] = {key: [] for key in slugs}
    held = GroupRole.objects.current(timezone.now()).filter(
        group=OuterRef("pk"), role=GroupRole.Role.FACILITATOR
    )
    alone = (
        Group.objects.filter(~Exists(held), round__workshop__in=slugs)
        .exclude(round__status=Status.CLOSED)
        .select_related("round")
        .order_by("round__workshop", "round__ordinal", "ordinal", "pk")
    )
    for held_in, of_it in groupby(alone, key=lambda group: group.round):
        groups = list(of_it)
        args = [slugs[held_in.workshop_id], held_in.ordinal]
        words = ngettext("group without a facilitator", "groups without a facilitator", len(groups))
        found[held_in.workshop_id].append(
            Waiting(
                count=len(groups),
                title=words,
                detail=str(held_in.title),
                action_label=ngettext("Name one", "Name them", len(groups)),
                action_url=reverse("breakouts:round-detail", args=args),
            )
        )
    over = Round.objects.filter(
        workshop__in=slugs, status=Status.RANKING, ranking_closes_at__lte=timezone.now()
    )
    for row in over.order_by("ordinal", "pk"):
        args = [slugs[row.workshop_id], row.ordinal]
        found[row.workshop_id].append(
            Waiting(
                count=1,
                title=_("round to assign"),
                detail=_("%(round)s: the ranking has ended") % {"round": row.title},
                action_label=_("Assign"),
                action_url=reverse("breakouts:round-detail", args=args),
            )
        )
    return found


def round_tasks(registration: Registration, now: datetime) -> list[HomeTask]:
    """What the rounds ask of a delegate: to rank topics, to facilitate or report for a group. Queries: 1.

    A resource person is not asked to rank. Where the person is not in a round, that stands here in its place.
    """
    slug = registration.workshop.slug
    rounds = _rounds_that_ask(registration, now)
    return [
        HomeTask(
            text=_("Say what you would like to discuss in round %(n)d") % {"n": each.ordinal},
            status=_("Saved") if each.is_answered else pgettext("something to do", "Open"),
            kind="done" if each.is_answered else "wait",
            url=reverse("breakouts:ranking-edit", args=[slug, each.ordinal]),
        )
        for each in rounds
        if each.is_asked and not each.is_absent
    ] + [
        _absence(each) if each.is_absent else _duty(each, slug)
        for each in rounds
        if each.is_absent or each.own_role
    ]


def _absence(held: Any) -> HomeTask:
    """Nothing is asked there: whoever does not know why, writes to the organisers."""
    return HomeTask(
        text=_("Round %(n)d: you are not in it") % {"n": held.ordinal},
        status=_("Noted by the organisers"),
        kind="off",
    )


def say_role(role: str) -> str:
    """What somebody does in a group, said to the person."""
    words = {
        GroupRole.Role.FACILITATOR: _("You facilitate this group."),
        GroupRole.Role.RAPPORTEUR: _("You report for this group."),
        GroupRole.Role.DEPUTY: _("You are deputy rapporteur of this group."),
    }
    return words[GroupRole.Role(role)]


def _duty(held: Any, slug: str) -> HomeTask:
    """The own role in a published round, done once it is closed."""
    words = {
        GroupRole.Role.FACILITATOR: _("Facilitate group %(group)d in round %(n)d"),
        GroupRole.Role.RAPPORTEUR: _("Note and report for group %(group)d in round %(n)d"),
        GroupRole.Role.DEPUTY: _("Stand in for the rapporteur of group %(group)d in round %(n)d"),
    }
    is_over = held.status == Status.CLOSED
    return HomeTask(
        text=words[held.own_role] % {"group": held.own_group, "n": held.ordinal},
        status=_("Done") if is_over else pgettext("something to do", "Open"),
        kind="done" if is_over else "wait",
        url=reverse("breakouts:group-detail", args=[slug, held.ordinal, held.own_group]),
    )


def own_groups_in(
    registration: Registration, sessions: Sequence[Session]
) -> dict[int, SessionDetail]:
    """The group in which the person sits, or has a role, during a session. Queries: 1, as `read_own_groups`; else 0.

    Of several rounds in one session the first that is not closed; once all are, who is in it is back in the call of all.
    """
    if not sessions:
        return {}
    ends = {session.pk: session.ends_at for session in sessions}
    now = timezone.now()
    found: dict[int, SessionDetail] = {}
    # The last one holds: closed rounds, then the others from the end.
    groups = sorted(read_own_groups(registration), key=lambda each: -each.round.ordinal)
    for group in sorted(groups, key=lambda each: each.round.status != Status.CLOSED):
        held = group.round
        if held.session_id is None or held.session_id not in ends:
            continue
        if held.status == Status.CLOSED and now < ends[held.session_id]:
            continue
        args = [registration.workshop.slug, held.ordinal, group.ordinal]
        found[held.session_id] = SessionDetail(
            text=_("Group %(n)s") % {"n": group.ordinal},
            url=reverse("breakouts:group-detail", args=args),
            join_url=group.join_url,
        )
    return found


def find_sightings(
    workshop: Workshop, registrations: Sequence[Registration]
) -> dict[int, list[Sighting]]:
    """Who was seen on a group's page, by round: for the page of a registration and for exports. Queries: 1 or 2."""
    only = {row.user_id for row in registrations} if len(registrations) == 1 else None
    keys = {row.pk for row in registrations}
    found: dict[int, list[Sighting]] = {}
    for seen in list_presence(workshop=workshop, users=only):
        if seen.registration is None or seen.registration.pk not in keys:
            continue
        numbers = {"round": seen.group.round.ordinal, "number": seen.group.ordinal}
        found.setdefault(seen.registration.pk, []).append(
            Sighting(
                part=_("Round %(round)d") % numbers,
                text=_("Round %(round)d, group %(number)d") % numbers,
                first_seen_at=seen.first_seen_at,
                last_seen_at=seen.last_seen_at,
                url=reverse(
                    "breakouts:presence-list", args=[workshop.slug, seen.group.round.ordinal]
                ),
            )
        )
    return found


def public_topics(workshop: Workshop) -> list[PublicPart]:
    """What the groups work on, for everybody, once a round is published. Queries: 1."""
    shown = Round.objects.filter(workshop=workshop, status__in=Round.HELD)
    topics = workshop.topics.filter(
        Exists(Group.objects.filter(topic=OuterRef("pk"), round__in=shown))
    )
    items = [(topic.title, "") for topic in topics.order_by("ordinal", "pk")]
    title = ngettext("%(count)d topic", "%(count)d topics", len(items)) % {"count": len(items)}
    return [PublicPart(name="topics", title=title, items=items)] if items else []


def rounds_in_session(session: Session) -> list[Use]:
    """The rounds that take place in an item of the agenda. Queries: 1."""
    rounds = Round.objects.filter(session=session).select_related("workshop")
    return [
        Use(
            name=_("Break-out “{title}”").format(title=row.title),
            url=reverse("breakouts:round-detail", args=[row.workshop.slug, row.ordinal]),
        )
        for row in rounds.order_by("ordinal", "pk")
    ]


def _rounds_that_ask(registration: Registration, now: datetime) -> list[Any]:
    """Rounds whose ranking is open or was answered, where the person has a role in a published group, or is not at all.

    Shape: `is_answered`, `is_asked` to rank, `is_absent`, `own_role` and `own_group` or None. Queries: 1.
    """
    roles = GroupRole.objects.current(now).filter(
        group__round=OuterRef("pk"), user=registration.user_id
    )
    absent = Absence.objects.filter(round=OuterRef("pk"), registration=registration)
    answered = Preference.objects.filter(round=OuterRef("pk"), registration=registration)
    before_end = Q(ranking_closes_at__isnull=True) | Q(ranking_closes_at__gt=now)
    asks = Q(is_answered=True)
    if registration.role != Registration.Role.RESOURCE_PERSON:
        asks |= Q(status=Status.RANKING) & before_end
    return list(
        Round.objects.filter(workshop=registration.workshop_id)
        .exclude(status=Status.DRAFT)
        .annotate(
            is_answered=Exists(answered),
            is_absent=Exists(absent),
            own_role=_if_published(roles.order_by("pk").values("role")[:1]),
            own_group=_if_published(roles.order_by("pk").values("group__ordinal")[:1]),
        )
        .annotate(is_asked=Case(When(asks, then=True), default=False))
        .filter(Q(is_asked=True) | Q(own_role__isnull=False) | Q(is_absent=True))
        .order_by("ordinal", "pk")
    )


def _if_published(found: Any) -> Case:
    """The value for rounds whose groups are published, else nothing."""
    return Case(When(status__in=Round.HELD, then=Subquery(found)))
