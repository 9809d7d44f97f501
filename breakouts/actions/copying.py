"""What the next workshop of a series takes over: topics, and the shape of the rounds with their groups."""

from datetime import datetime

from django.utils.translation import gettext as _

from breakouts.models import Group, Round, Topic
from events.tabs import Copied, Copy


def copy_breakouts(copy: Copy) -> list[Copied]:
    """Called inside the transaction that plans the next workshop. People, links and points are not taken over.

    Queries: 6, whatever the number of topics, rounds and groups.
    """
    topics = _copy_topics(copy)
    rounds = _copy_rounds(copy)
    groups = Group.objects.filter(round__in=rounds).order_by("round", "ordinal", "pk")
    Group.objects.bulk_create(
        Group(
            round=rounds[group.round_id],
            ordinal=group.ordinal,
            topic=topics[group.topic_id],
            minimum=group.minimum,
            maximum=group.maximum,
            languages=group.languages,
            format=group.format,
            venue=group.venue,
        )
        for group in groups
    )
    return [
        Copied(what=_("Topics of the break-outs"), count=len(topics)),
        Copied(what=_("Break-out rounds with their groups"), count=len(rounds)),
        Copied(
            what=_("Members of groups and what they noted"),
            count=0,
            taken=False,
            note=_("they belong to the workshop that was"),
        ),
    ]


def _copy_topics(copy: Copy) -> dict[int, Topic]:
    """The copies by the key of the original."""
    sources = list(copy.source.topics.order_by("ordinal", "pk"))
    made = Topic.objects.bulk_create(
        Topic(
            workshop=copy.target, ordinal=topic.ordinal, title=topic.title, question=topic.question
        )
        for topic in sources
    )
    return {source.pk: topic for source, topic in zip(sources, made, strict=True)}


def _copy_rounds(copy: Copy) -> dict[int, Round]:
    """The copies by the key of the original: being prepared, with their sessions and deadlines moved."""

    def moved(until: datetime | None) -> datetime | None:
        return copy.moved(until) if until else None

    sources = list(copy.source.rounds.order_by("ordinal", "pk"))
    made = Round.objects.bulk_create(
        Round(
            workshop=copy.target,
            ordinal=row.ordinal,
            title=row.title,
            session=copy.sessions.get(row.session_id) if row.session_id else None,
            minutes=row.minutes,
            mode=row.mode,
            weighting=row.weighting,
            topic_once=row.topic_once,
            ranking_closes_at=moved(row.ranking_closes_at),
        )
        for row in sources
    )
    return {source.pk: row for source, row in zip(sources, made, strict=True)}
