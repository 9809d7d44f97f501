"""Rankings: which topic a delegate would discuss first, second, third."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts import mails
from breakouts.actions.locks import lock_round
from breakouts.models import Preference, Round, Topic
from breakouts.queries.rounds import list_ranked_topics, list_to_ask
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal


class RankingClosedError(Refusal):
    """It is not open yet, or the deadline has passed."""

    message = _("The ranking is closed. Your last saved order counts.")


class NotRankableError(Refusal):
    """A topic twice, or one that no group works on, or a person of another workshop."""

    message = _("Rank each topic of this round once at most.")


def save_ranking(
    *,
    round: Round,
    registration: Registration,
    topics: Sequence[Topic],
    by: User,
) -> list[Preference]:
    """Keep one person's order, the best first; an empty one means that all are equal. See `save_rankings`."""
    return save_rankings(round=round, rankings={registration: topics}, by=by)


@transaction.atomic
def save_rankings(
    *,
    round: Round,
    rankings: Mapping[Registration, Sequence[Topic]],
    by: User,
) -> list[Preference]:
    """Keep the orders of many; each replaces what the person saved before.

    Locks: the round, so that nobody saves while the ranking closes. Raises: RankingClosedError,
    NotRankableError. Queries: 8 and one more for each 500 rows, whatever the number of people.
    """
    locked = lock_round(round)
    now = timezone.now()
    if not locked.is_ranking_open(now):
        raise RankingClosedError
    known = {topic.pk for topic in list_ranked_topics(round=locked)}
    coming = Registration.objects.taking_part().filter(workshop=locked.workshop_id)
    present = set(coming.filter(pk__in=[one.pk for one in rankings]).values_list("pk", flat=True))
    rows: list[Preference] = []
    entries = []
    for registration, topics in rankings.items():
        chosen = [topic.pk for topic in topics]
        if len(set(chosen)) != len(chosen) or not known.issuperset(chosen):
            raise NotRankableError
        if registration.pk not in present:
            raise NotRankableError
        rows += [
            Preference(
                round=locked, registration=registration, topic_id=topic, rank=rank, saved_at=now
            )
            for rank, topic in enumerate(chosen, start=1)
        ]
        entries.append(
            entry("breakouts.ranking_saved", by=by, target=registration, context=locked.workshop)
        )
    Preference.objects.filter(round=locked, registration__in=list(rankings)).delete()
    Preference.objects.bulk_create(rows, batch_size=500)
    record_many(entries)
    return rows


def ask_latecomers(*, registrations: Sequence[Registration], by: User) -> None:
    """Tell who begins to take part while a ranking of their workshop is open, as its opening told the others.

    Not who took over the ranking of somebody who left. Locks: the workshop's rounds, so that who opens a ranking at
    the same moment tells these people, or they are told here. Sends: "rank the topics".
    Queries: 1 where no ranking is open, else 3 for each open one.
    """
    # All of them: one whose ranking is being opened is not yet in that state when it is looked for.
    rounds = Round.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    workshops = {row.workshop_id for row in registrations}
    for held in rounds.filter(workshop__in=workshops).select_related("workshop"):
        ask_to_rank(locked=held, registrations=registrations, by=by)


def ask_to_rank(*, locked: Round, registrations: Sequence[Registration], by: User) -> None:
    """Tell those of the people who are to rank in the round now, have not, and were not told to.

    Sends: "rank the topics". Queries: none where its ranking is not open, else 2.
    """
    now = timezone.now()
    if not locked.is_ranking_open(now):
        return
    people = list_to_ask(round=locked).filter(pk__in=[row.pk for row in registrations])
    late = people.exclude(user__in=mails.told_to_rank(locked))
    queue_mails([mails.ranking_opened(person, locked, now) for person in late], by=by)
