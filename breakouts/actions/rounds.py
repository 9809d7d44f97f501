"""Topics of a workshop, its rounds and the life of a round. Groups are in `groups`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from i18nfield.strings import LazyI18nString

from breakouts import mails
from breakouts.actions.locks import (
    RoundStateError,
    guard_transition,
    lock_round,
    lock_topic_of,
    save_as_news,
)
from breakouts.actions.plans import RankingOpenError, RunUnderWayError
from breakouts.models import Point, Round, Topic
from breakouts.queries.rounds import list_to_ask
from events.actions.writing import Text, in_languages, lock_workshop
from events.models import Session, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.leases import ENDS
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Round.Status


class TopicInUseError(Refusal):
    """Groups work on it, or somebody wrote about it."""

    message = _("This topic is in use: groups or contributions name it.")


class TopicTakenError(Refusal):
    """Two topics of a workshop with one title could not be told apart."""

    message = _("This workshop has a topic of that title already.")


class RoundInUseError(Refusal):
    """Its groups were published, somebody ranked for it, or a point was noted in it."""

    message = _("This round has published groups, rankings or points, so it stays.")


class SessionGoneError(Refusal):
    """A colleague took the item off the agenda."""

    message = _("This session was removed in the meantime. Choose another one.")


class NoGroupsError(Refusal):
    """There is nothing to rank."""

    message = _("Add groups with at least two topics first: there is nothing to rank yet.")


class RankingInPastError(Refusal):
    """The ranking would close before it opens."""

    message = _("The ranking would close in the past. Choose a later time.")


class RankingAfterStartError(Refusal):
    """Groups are made by the rankings: these end before the groups meet."""

    message = _("The ranking would close after the round begins. Choose an earlier time.")


@transaction.atomic
def add_topic(*, workshop: Workshop, title: Text, question: Text = "", by: User) -> Topic:
    """A question for break-out groups, after those that are there. Locks: the workshop. Raises: TopicTakenError."""
    workshop = lock_workshop(workshop)
    title = in_languages(title)
    others = list(workshop.topics.order_by("ordinal", "pk"))
    _guard_title(title, others)
    topic = Topic.objects.create(
        workshop=workshop,
        ordinal=others[-1].ordinal + 1 if others else 1,
        title=title,
        question=in_languages(question),
    )
    record(
        "breakouts.topic_added",
        by=by,
        target=topic,
        context=workshop,
        changes={"title": ("", topic.title)},
    )
    return topic


@transaction.atomic
def edit_topic(*, topic: Topic, title: Text, question: Text, by: User) -> Topic:
    """Locks: the workshop, its rounds, the topic. Raises: TopicGoneError, TopicTakenError, WorkshopFrozenError."""
    workshop = lock_workshop(topic.workshop)
    # Who gives a group another topic holds its round, and then waits for the topic.
    list(Round.objects.select_for_update(no_key=True).filter(workshop=workshop).order_by("pk"))
    topic = lock_topic_of(workshop, topic)
    title = in_languages(title, topic.title)
    _guard_title(title, workshop.topics.exclude(pk=topic.pk).order_by("pk"))
    changes = changed(
        topic,
        title=title,
        question=in_languages(question, topic.question),
    )
    if changes:
        topic.save(update_fields=list(changes))
        used = Round.objects.filter(pk__in=topic.groups.values("round"))
        used.update(live_sequence=F("live_sequence") + 1)  # their pages show the question
        record("breakouts.topic_edited", by=by, target=topic, context=workshop, changes=changes)
    return topic


def _guard_title(title: LazyI18nString, others: Iterable[Topic]) -> None:
    """Case does not count, nor in which language it is. The workshop is locked. Raises: TopicTakenError."""
    words = _words_of(title)
    if any(words & _words_of(each.title) for each in others):
        raise TopicTakenError


def _words_of(title: LazyI18nString) -> set[str]:
    """As the field stores it: in one language, or by language."""
    data = title.data
    texts = data.values() if isinstance(data, dict) else [data]
    return {str(text).strip().casefold() for text in texts if text}


@transaction.atomic
def remove_topic(*, topic: Topic, by: User) -> None:
    """Raises: TopicInUseError where groups, rankings or contributions name it; TopicGoneError."""
    workshop = lock_workshop(topic.workshop)
    topic = lock_topic_of(workshop, topic)
    if topic.groups.exists():
        raise TopicInUseError
    record(
        "breakouts.topic_removed",
        by=by,
        target=topic,
        context=workshop,
        changes={"title": (topic.title, "")},
    )
    try:
        topic.delete()
    except ProtectedError as error:
        raise TopicInUseError from error


@transaction.atomic
def plan_round(
    *,
    workshop: Workshop,
    title: Text,
    minutes: int = 45,
    mode: str = Round.Mode.MIX,
    weighting: str = Round.Weighting.BALANCED,
    topic_once: bool = True,
    session: Session | None = None,
    ranking_closes_at: datetime | None = None,
    by: User,
) -> Round:
    """Add a round after those that are there. Locks: the workshop. Raises: SessionGoneError, RankingAfterStartError."""
    workshop = lock_workshop(workshop)
    _guard_session(workshop, session, ranking_closes_at)
    last = workshop.rounds.aggregate(last=Max("ordinal"))["last"] or 0
    planned = Round.objects.create(
        workshop=workshop,
        ordinal=last + 1,
        title=in_languages(title),
        minutes=minutes,
        mode=mode,
        weighting=weighting,
        topic_once=topic_once,
        session=session,
        ranking_closes_at=ranking_closes_at,
    )
    record(
        "breakouts.round_planned",
        by=by,
        target=planned,
        context=workshop,
        changes={"title": ("", planned.title)},
    )
    return planned


@transaction.atomic
def edit_round(
    *,
    round: Round,
    title: Text,
    minutes: int,
    mode: str,
    weighting: str,
    topic_once: bool,
    session: Session | None,
    ranking_closes_at: datetime | None,
    by: User,
) -> Round:
    """Locks: the workshop, the round.

    Raises: SessionGoneError, RankingAfterStartError, RoundGoneError, RoundClosedError, WorkshopFrozenError.
    """
    workshop = lock_workshop(round.workshop)
    locked = lock_round(round)
    _guard_session(workshop, session, ranking_closes_at)
    changes = changed(
        locked,
        title=in_languages(title, locked.title),
        minutes=minutes,
        mode=mode,
        weighting=weighting,
        topic_once=topic_once,
        session=session,
        ranking_closes_at=ranking_closes_at,
    )
    if changes:
        save_as_news(locked, *changes)
        record(
            "breakouts.round_edited", by=by, target=locked, context=locked.workshop, changes=changes
        )
    return locked


@transaction.atomic
def remove_round(*, round: Round, by: User) -> None:
    """With its groups, the rules for seating of this round alone, and drafts that nobody saw.

    Locks: the round. Raises: RoundInUseError where groups were published, somebody ranked or a point was noted;
    RankingOpenError, RunUnderWayError, RoundClosedError.
    """
    locked = lock_round(round)
    if locked.status == Status.RANKING:
        raise RankingOpenError
    if locked.runs.exclude(status__in=ENDS).exists():
        raise RunUnderWayError
    used = (
        locked.plans.filter(published_at__isnull=False),
        locked.preferences,
        Point.objects.filter(group__round=locked),
    )
    if any(rows.exists() for rows in used):
        raise RoundInUseError
    record(
        "breakouts.round_removed",
        by=by,
        target=locked,
        context=locked.workshop,
        changes={"title": (locked.title, "")},
    )
    locked.plans.all().delete()
    locked.delete()


@transaction.atomic
def open_ranking(
    *,
    round: Round,
    closes_at: datetime | None = None,
    by: User,
) -> Round:
    """Let delegates rank the topics until `closes_at`, or until somebody closes it.

    Sends: "rank the topics" to who is to sit in a group and has not ranked, as when it opens again.
    Raises: RoundStateError, NoGroupsError, RankingInPastError, RankingAfterStartError.
    Queries: the same for any number of people up to 500.
    """
    locked = lock_round(round)
    closes_at = closes_at or locked.ranking_closes_at
    guard_ranking(locked, closes_at)
    now = timezone.now()
    _enter(locked, Status.RANKING, "breakouts.ranking_opened", by, closes_at)
    people = list_to_ask(round=locked)
    queue_mails([mails.ranking_opened(person, locked, now) for person in people], by=by)
    return locked


def guard_ranking(round: Round, closes_at: datetime | None) -> None:
    """Whether it can open. Raises: RoundStateError, NoGroupsError, RankingInPastError, RankingAfterStartError."""
    guard_transition(round, Status.RANKING)
    if round.groups.order_by().values("topic").distinct().count() < 2:
        raise NoGroupsError
    if closes_at is not None and closes_at <= timezone.now():
        raise RankingInPastError
    if closes_at is not None and round.session and closes_at > round.session.starts_at:
        raise RankingAfterStartError


@transaction.atomic
def close_ranking(*, round: Round, by: User) -> Round:
    """Raises: RoundStateError where it is not open."""
    locked = lock_round(round)
    if locked.status != Status.RANKING:
        raise RoundStateError
    guard_transition(locked, Status.ASSIGNING)
    return _enter(
        locked, Status.ASSIGNING, "breakouts.ranking_closed", by, locked.ranking_closes_at
    )


@transaction.atomic
def close_round(*, round: Round, by: User) -> Round:
    """End it: what was noted stays as it is. Raises: RoundStateError."""
    locked = lock_round(round)
    guard_transition(locked, Status.CLOSED)
    # A point is added under the lock of its group: none may be on its way when the round ends.
    list(locked.groups.select_for_update().order_by("pk"))
    _enter(locked, Status.CLOSED, "breakouts.round_closed", by, locked.ranking_closes_at)
    return locked


def _guard_session(
    locked: Workshop, session: Session | None, ranking_closes_at: datetime | None
) -> None:
    """Whoever moves or removes a session holds the lock of the workshop. Queries: 0 or 1.

    Raises: SessionGoneError, RankingAfterStartError.
    """
    if session is None:
        return
    row = locked.sessions.filter(pk=session.pk).order_by("pk").first()
    if row is None:
        raise SessionGoneError
    if ranking_closes_at is not None and ranking_closes_at > row.starts_at:
        raise RankingAfterStartError


def _enter(locked: Round, status: Status, action: str, by: User, until: datetime | None) -> Round:
    changes = changed(locked, status=status, ranking_closes_at=until)
    locked.save(update_fields=list(changes))
    record(action, by=by, target=locked, context=locked.workshop, changes=changes)
    return locked
