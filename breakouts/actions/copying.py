"""What the next workshop of a series takes over: topics, and the shape of the rounds with their groups."""

from django.utils.translation import gettext as _

from breakouts.models import Group, Round, Topic
from events.tabs import Copied, Copy


def copy_breakouts(copy: Copy) -> list[Copied]:
    """Called inside the transaction that plans the next workshop. People, links and points are not taken over."""
    topics: dict[int, Topic] = {}
    for topic in copy.source.topics.order_by("ordinal", "pk"):
        topics[topic.pk] = Topic.objects.create(
            workshop=copy.target, ordinal=topic.ordinal, title=topic.title, question=topic.question
        )
    rounds = 0
    for row in copy.source.rounds.order_by("ordinal", "pk"):
        rounds += 1
        until = row.ranking_closes_at
        planned = Round.objects.create(
            workshop=copy.target,
            ordinal=row.ordinal,
            title=row.title,
            session=copy.sessions.get(row.session_id) if row.session_id else None,
            minutes=row.minutes,
            mode=row.mode,
            ranking_closes_at=copy.moved(until) if until else None,
        )
        Group.objects.bulk_create(
            Group(
                round=planned,
                ordinal=group.ordinal,
                topic=topics[group.topic_id],
                minimum=group.minimum,
                maximum=group.maximum,
                languages=group.languages,
                format=group.format,
                venue=group.venue,
            )
            for group in row.groups.order_by("ordinal", "pk")
        )
    return [
        Copied(what=_("Topics of the break-outs"), count=len(topics)),
        Copied(what=_("Break-out rounds with their groups"), count=rounds),
        Copied(
            what=_("Members of groups and what they noted"),
            count=0,
            taken=False,
            note=_("they belong to the workshop that was"),
        ),
    ]
