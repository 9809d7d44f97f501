"""What all actions of this package share: the lock of a round and the refusals of its state."""

from django.utils.translation import gettext_lazy as _

from breakouts.models import Group, Round, Topic
from events.actions.writing import WorkshopFrozenError
from events.models import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.refusals import Refusal


class RoundGoneError(Refusal):
    """A colleague removed the round."""

    message = _("This round was removed in the meantime: it is no longer there.")


class RoundClosedError(Refusal):
    """The round is over: its groups, places and points are the record."""

    message = _("This round is closed: nothing of it can be changed.")


class RoundStateError(Refusal):
    """The state of the round does not lead there."""

    message = _("The round is in another state by now. Load the page again.")


class NotInRoundError(Refusal):
    """Somebody said that the person is not in this round."""

    def __init__(self, person: User) -> None:
        super().__init__(person.pk)
        self.message = _(
            "%(person)s is not in this round. Say first that they are in it again."
        ) % {"person": person}


class GroupGoneError(Refusal):
    """A colleague removed the group."""

    message = _("This group was removed in the meantime. Load the page again.")


class TopicGoneError(Refusal):
    """A colleague removed the topic."""

    message = _("This topic was removed in the meantime. Load the page again.")


class ThemeGoneError(Refusal):
    """A colleague removed the theme."""

    message = _("This theme was removed in the meantime. Load the page again.")


class ForeignThemeError(Refusal):
    """A point stands under a theme of its group's topic."""

    message = _("Choose a theme of the group’s topic.")


def lock_round(round: Round, *, closed: bool = False) -> Round:
    """The row as it is now, with its workshop, locked. `closed` ones only where they are wanted.

    Raises: RoundGoneError, WorkshopFrozenError, RoundClosedError. Queries: 2.
    """
    rows = Round.objects.select_for_update(no_key=True).filter(pk=round.pk)
    locked = rows.order_by("pk").first()
    if locked is None:
        raise RoundGoneError
    # Read after the wait for the lock: joined to it, the workshop would be as it was before.
    locked.workshop = Workshop.objects.get(pk=locked.workshop_id)
    if locked.workshop.is_frozen:
        raise WorkshopFrozenError
    if locked.status == Round.Status.CLOSED and not closed:
        raise RoundClosedError
    return locked


def hold_rounds(workshop: Workshop) -> None:
    """Lock the workshop's rounds, then their groups: who freezes it waits for all that was begun there. Queries: 2."""
    rounds = Round.objects.select_for_update(no_key=True).filter(workshop=workshop)
    list(rounds.order_by("pk"))
    groups = Group.objects.select_for_update(of=("self",), no_key=True)
    list(groups.filter(round__workshop=workshop).order_by("pk"))


def save_as_news(locked: Round, *fields: str) -> None:
    """Save the fields under the next number of the round's sequence, by which its pages ask for news."""
    locked.live_sequence += 1
    locked.save(update_fields=[*fields, "live_sequence"])


def guard_transition(round: Round, status: Round.Status) -> None:
    """Raises: RoundStateError where the table of the model has no such edge."""
    if status not in Round.TRANSITIONS[Round.Status(round.status)]:
        raise RoundStateError


def lock_group_of(round: Round, group: Group) -> Group:
    """The group as it is now, locked; its round is locked. Raises: GroupGoneError."""
    row = round.groups.select_for_update().filter(pk=group.pk).order_by("pk").first()
    if row is None:
        raise GroupGoneError
    return row


def lock_topic_of(workshop: Workshop, topic: Topic) -> Topic:
    """The topic as it is now, locked, so that nobody removes it. Raises: TopicGoneError."""
    row = workshop.topics.select_for_update().filter(pk=topic.pk).order_by("pk").first()
    if row is None:
        raise TopicGoneError
    return row
