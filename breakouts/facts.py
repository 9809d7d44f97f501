"""How far the break-outs of a workshop are: for the rail, for what waits, for a person's own page."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.models import Group, GroupRole, Preference, Round
from breakouts.queries.plans import list_own_groups
from events.models import Workshop
from events.tabs import PublicPart, Stage, Waiting
from participants.models import Registration
from participants.tabs import HomeTask
from workshop_portal.accounts.models import User

Status = Round.Status


def assign_stage(workshop: Workshop) -> Stage:
    """Queries: 1."""
    rounds = list(workshop.rounds.order_by("ordinal", "pk"))
    url = reverse("breakouts:round-list", args=[workshop.slug])
    published = sum(row.status in (Status.PUBLISHED, Status.CLOSED) for row in rounds)
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
    """The days themselves. No queries."""
    today = timezone.now().astimezone(workshop.zone).date()
    if workshop.is_ended or today > workshop.ends_on:
        return Stage(state="done", summary=_("The workshop has taken place"))
    if today < workshop.starts_on:
        days = (workshop.starts_on - today).days
        words = ngettext("Begins in %(days)d day", "Begins in %(days)d days", days)
        return Stage(state="not started", summary=words % {"days": days})
    return Stage(state="started", summary=_("The workshop is running"))


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


def waiting_in_rounds(workshop: Workshop, _user: User) -> list[Waiting]:
    """Groups without a facilitator, and rankings past their deadline. Queries: 2."""
    if workshop.is_ended:
        return []
    held = GroupRole.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()),
        group=OuterRef("pk"),
        role=GroupRole.Role.FACILITATOR,
    )
    alone = (
        Group.objects.filter(~Exists(held), round__workshop=workshop)
        .exclude(round__status=Status.CLOSED)
        .select_related("round")
        .order_by("round__ordinal", "ordinal", "pk")
    )
    groups = list(alone)
    found = []
    if groups:
        args = [workshop.slug, groups[0].round.ordinal]
        words = ngettext("group without a facilitator", "groups without a facilitator", len(groups))
        found.append(
            Waiting(
                count=len(groups),
                title=words,
                detail=str(groups[0].round.title),
                action_label=_("Name one"),
                action_url=reverse("breakouts:round-detail", args=args),
            )
        )
    over = workshop.rounds.filter(status=Status.RANKING, ranking_closes_at__lte=timezone.now())
    found += [
        Waiting(
            count=1,
            title=_("round to assign"),
            detail=_("%(round)s: the ranking has ended") % {"round": row.title},
            action_label=_("Assign"),
            action_url=reverse("breakouts:round-detail", args=[workshop.slug, row.ordinal]),
        )
        for row in over.order_by("ordinal", "pk")
    ]
    return found


def ranking_tasks(registration: Registration, now: datetime) -> list[HomeTask]:
    """Ranking topics while it is open, as a task of the delegate. Queries: 1."""
    slug = registration.workshop.slug
    return [
        HomeTask(
            text=_("Say what you would like to discuss in round %(n)d") % {"n": each.ordinal},
            status=_("Saved") if each.is_answered else _("Open"),
            kind="done" if each.is_answered else "wait",
            url=reverse("breakouts:ranking-edit", args=[slug, each.ordinal]),
        )
        for each in _open_rankings(registration, now)
    ]


def public_themes(workshop: Workshop) -> list[PublicPart]:
    """What the groups work on, for everybody, once a round is published. Queries: 1."""
    shown = Round.objects.filter(workshop=workshop, status__in=(Status.PUBLISHED, Status.CLOSED))
    topics = workshop.topics.filter(
        Exists(Group.objects.filter(topic=OuterRef("pk"), round__in=shown))
    )
    items = [(topic.title, "") for topic in topics.order_by("ordinal", "pk")]
    title = ngettext("%(count)d theme", "%(count)d themes", len(items)) % {"count": len(items)}
    return [PublicPart(name="themes", title=title, items=items)] if items else []


def my_groups(registration: Registration, _now: datetime) -> dict[str, Any] | None:
    """For the delegate's own page: the groups by round. Rankings are among the tasks. Queries: 1."""
    groups = list_own_groups(registration.user, workshop=registration.workshop)
    return {"groups": groups} if groups else None


def _open_rankings(registration: Registration, now: datetime) -> list[Any]:
    """Rounds whose ranking is open. Shape: `is_answered`. Queries: 1."""
    answered = Preference.objects.filter(round=OuterRef("pk"), registration=registration)
    return list(
        Round.objects.filter(workshop=registration.workshop_id, status=Status.RANKING)
        .filter(Q(ranking_closes_at__isnull=True) | Q(ranking_closes_at__gt=now))
        .annotate(is_answered=Exists(answered))
        .order_by("ordinal", "pk")
    )
