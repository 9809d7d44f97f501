"""Playing the break-outs of the demo: topics, rankings, a round with points reported back, one still ranked."""

from datetime import timedelta
from itertools import cycle, islice

from django.utils import timezone

from breakouts.actions import (
    groups,
    marking,
    merging,
    plans,
    points,
    rankings,
    rounds,
    seating_rules,
    themes,
)
from breakouts.models import Group, GroupRole, Plan, Point, Round, SeatingRule, Topic
from breakouts.queries.rounds import list_expected
from events.models import Session, Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.management.demo import texts
from workshop_portal.management.demo.live import hold_hour
from workshop_portal.management.personas import DEMO

Role = GroupRole.Role
GROUPS = 7
POINTS_EACH = 6
REPORTED_FROM = 3
"""Points of the groups before become contributions at once."""
MARKED = 3


def hold_breakouts(workshop: Workshop, by: User) -> list[Topic]:
    """Round 1 ranked, assigned, published and noted; round 2 open for ranking. Returns: the topics."""
    topics = [
        rounds.add_topic(workshop=workshop, title=each.title, question=each.question, by=by)
        for each in texts.TOPICS
    ]
    kind = Session.Kind.BREAKOUT
    sessions = workshop.sessions.filter(kind=kind).order_by("starts_at", "pk")
    first, second = (
        _plan_round(workshop, session, number, topics, by)
        for number, session in enumerate(sessions, 1)
    )
    people = list(Registration.objects.taking_part().filter(workshop=workshop).order_by("pk"))
    rounds.open_ranking(round=first, by=by)
    _rank(first, topics, people, by)
    rounds.close_ranking(round=first, by=by)
    _ask_for_seats(first, second, by)
    run = plans.run_assignment(plans.request_assignment(round=first, by=by))
    _note(plans.publish_plan(plan=_made_by(run.plan), by=by), by)
    hold_hour(first, by)
    _report_back(first, by)
    rounds.open_ranking(round=second, by=by)
    return topics


def _made_by(plan: Plan | None) -> Plan:
    """Raises: RuntimeError where the demo's own people cannot be placed."""
    if plan is None:
        raise RuntimeError("the demo's round cannot be assigned")
    return plan


def _plan_round(
    workshop: Workshop, session: Session, number: int, topics: list[Topic], by: User
) -> Round:
    closes_at = session.starts_at - timedelta(days=2)
    made = rounds.plan_round(
        workshop=workshop,
        title=f"Round {number}",
        session=session,
        ranking_closes_at=closes_at if closes_at > timezone.now() else None,
        by=by,
    )
    for place, topic in enumerate(islice(cycle(topics), GROUPS), 1):
        link = f"https://meet.example.org/round-{number}-group-{place}"
        groups.add_group(round=made, topic=topic, join_url=link, by=by)
    return made


def _rank(held: Round, topics: list[Topic], people: list[Registration], by: User) -> None:
    """Everybody but each tenth ranks, each with another first choice."""
    wishes = {
        person: [topics[(number * 3 + step) % len(topics)] for step in range(len(topics))]
        for number, person in enumerate(people)
        if number % 10
    }
    rankings.save_rankings(round=held, rankings=wishes, by=by)


def _ask_for_seats(first: Round, second: Round, by: User) -> None:
    """Two who sit apart in every round, two who sit together in the first, and one for a group of the second."""
    kinds = SeatingRule.Kind
    people = list(list_expected(workshop=first.workshop))
    one, other, third, fourth = islice({each.delegation_id: each for each in people}.values(), 4)
    seating_rules.add_pair_rule(
        round=first,
        kind=kinds.APART,
        first=one,
        second=other,
        is_for_every_round=True,
        note=texts.RULE_APART,
        by=by,
    )
    seating_rules.add_pair_rule(
        round=first,
        kind=kinds.TOGETHER,
        first=third,
        second=fourth,
        note=texts.RULE_TOGETHER,
        by=by,
    )
    seating_rules.add_place_rule(
        round=second,
        kind=kinds.PIN,
        person=third,
        group=second.groups.get(ordinal=2),
        note=texts.RULE_PIN,
        by=by,
    )


def _note(plan: Plan, by: User) -> None:
    """In each group one member facilitates, another notes points, tagged with a member's administration."""
    kinds = cycle(texts.POINTS)
    for group in Group.objects.filter(round=plan.round_id).order_by("ordinal", "pk"):
        seats = plan.assignments.filter(group=group).select_related(
            "registration__user", "registration__delegation__administration"
        )
        members = [seat.registration for seat in seats.order_by("pk")]
        persona = [each for each in members if each.user.email == DEMO["rapporteur"]]
        others = [each for each in members if each.user.email not in DEMO.values()]
        rapporteur, facilitator = [each.user for each in (persona + others)[:2]]
        named: dict[str, User | None] = {
            Role.RAPPORTEUR: rapporteur,
            Role.FACILITATOR: facilitator,
        }
        groups.name_group_roles(group=group, people=named, by=by)
        noted = []
        for number, kind in enumerate(islice(kinds, POINTS_EACH)):
            words = texts.POINTS[kind]
            administration = members[number % len(members)].delegation.administration
            noted.append(
                points.NewPoint(
                    kind=Point.Kind(kind),
                    text=f"{words[(group.ordinal + number) % len(words)]} (demo)",
                    administrations=[administration],
                )
            )
        points.add_points(group=group, points=noted, by=rapporteur)


def _report_back(held: Round, by: User) -> None:
    """Two themes of the third group's topic, some points marked, and one merged with another group's."""
    noted = list(
        Point.objects.filter(group__round=held, group__ordinal__gte=REPORTED_FROM)
        .select_related("group__topic")
        .order_by("group__ordinal", "ordinal", "pk")
    )
    topic = noted[0].group.topic
    headings = [
        themes.add_theme(topic=topic, title=title, key_words=words, by=by)
        for title, words in texts.THEMES
    ]
    themes.set_point_theme(point=noted[0], theme=headings[0], by=by)
    for point in noted[:MARKED]:
        marking.mark_point(point=point, by=by)
    one, other = _alike(noted)
    merging.merge_points(point=other, into=one, by=by)


def _alike(noted: list[Point]) -> tuple[Point, Point]:
    """Two points of two groups in the same words. Raises: RuntimeError where the demo's own texts hold none."""
    first: dict[str, Point] = {}
    for point in noted:
        there = first.setdefault(point.text, point)
        if there.group_id != point.group_id:
            return there, point
    raise RuntimeError("no two points of the demo are alike")
