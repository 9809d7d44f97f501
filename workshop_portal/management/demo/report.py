"""Playing the report of the demo: an earlier edition, contributions, proposals, a compiled draft."""

from django.utils import timezone

from breakouts.models import Point, Topic
from events.models import Workshop
from participants.models import Registration
from reports.actions.compilation import compile_now
from reports.actions.contributions import Draft, submit_contribution, write_contribution
from reports.actions.editions import add_proposal, create_report_series, start_edition
from reports.actions.points import take_points
from reports.models import Edition
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.management.demo import texts


def write_report(earlier: Workshop, workshop: Workshop, topics: list[Topic], by: User) -> Edition:
    """The edition of the workshop as a draft, after the one of the workshop before."""
    series = create_report_series(
        title="Regional Good Practice Report on training management",
        slug="good-practice-report",
        by=by,
    )
    first = start_edition(
        series=series, workshop=earlier, title="Good Practice Report, first edition", by=by
    )
    edition = start_edition(
        series=series,
        workshop=workshop,
        title="Good Practice Report on training management",
        based_on=first,
        by=by,
    )
    _contribute(edition, topics)
    noted = Point.objects.filter(group__round__workshop=workshop, group__ordinal__lte=2)
    take_points(edition=edition, points=noted.order_by("pk"), by=by)
    for title, text in texts.PROPOSALS:
        add_proposal(edition=edition, title=title, text=text, by=by)
    compile_now(edition=edition, by=by)
    return edition


def _contribute(edition: Edition, topics: list[Topic]) -> None:
    """The head of each delegation gives a finding and a practice, all marked as demo text."""
    heads = (
        Registration.objects.taking_part()
        .filter(workshop=edition.workshop, role=Registration.Role.HEAD)
        .select_related("user", "delegation__administration")
        .order_by("delegation__administration__name", "pk")
    )
    kinds = ("challenge", "solution", "trend")
    for number, head in enumerate(heads):
        topic = topics[number % len(topics)]
        kind = kinds[number % len(kinds)]
        words = texts.POINTS[kind]
        finding = words[(number // len(kinds)) % len(words)]
        note = {"background": texts.DEMO_NOTE}
        _give(edition, head, topic, kind=kind, title=finding, values=note)
        title, *parts = texts.PRACTICES[number % len(texts.PRACTICES)]
        fields = dict(zip(("challenge", "practice", "results", "lessons"), parts, strict=True))
        _give(edition, head, topic, kind="good_practice", title=title, values=note | fields)


def _give(
    edition: Edition,
    head: Registration,
    topic: Topic,
    *,
    kind: str,
    title: str,
    values: dict[str, str],
) -> None:
    draft = Draft(
        administration=head.delegation.administration,
        kind=kind,
        topic=topic,
        title=title,
        values=values,
        is_demo=True,
    )
    contribution = write_contribution(edition=edition, draft=draft, by=head.user)
    submit_contribution(contribution=contribution, by=_speaker_of(head))


def _speaker_of(head: Registration) -> User:
    """Who submits for the administration: its focal point."""
    terms = FocalPoint.objects.current(timezone.now()).select_related("user")
    term = terms.filter(administration=head.delegation.administration).order_by("pk").first()
    return term.user if term else head.user
