"""Topics of a workshop."""

from django.db import transaction
from django.db.models import Max

from breakouts.models import Topic
from events.actions.writing import Text, in_languages, lock_workshop
from events.models import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record


@transaction.atomic
def add_topic(*, workshop: Workshop, title: Text, question: Text = "", by: User) -> Topic:
    """A question for break-out groups, after those that are there. Locks: the workshop."""
    workshop = lock_workshop(workshop)
    last = workshop.topics.aggregate(last=Max("ordinal"))["last"] or 0
    topic = Topic.objects.create(
        workshop=workshop,
        ordinal=last + 1,
        title=in_languages(title),
        question=in_languages(question),
    )
    record("breakouts.topic_added", by=by, target=topic, context=workshop)
    return topic
