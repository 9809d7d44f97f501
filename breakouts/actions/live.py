"""The hour itself: the clock of a round, announcements to all its groups, and calls for help.

One lock a round: its row carries the sequence that the pages of all its groups ask for changes by.
Who is there is noted in `presence`.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import lock_group_of, lock_round, save_as_news
from breakouts.models import Announcement, Group, HelpRequest, Point, Round
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class RoundNotPublishedError(Refusal):
    """Nobody sits in a group yet."""

    message = _("Publish the groups first: then the clock, announcements and calls for help begin.")


class RoundStartedError(Refusal):
    """The clock of a round begins once: after its end it is extended."""

    message = _("The clock was started already. Add minutes in place of starting it again.")


class RoundNotStartedError(Refusal):
    """There is no end that could be moved."""

    message = _("The clock was not started yet.")


class RoundOverError(Refusal):
    """The clock ran out, or somebody stopped it."""

    message = _("The clock does not run any more.")


class StartStaysError(Refusal):
    """Ten minutes have passed, or a group is at work."""

    message = _(
        "The start stays: ten minutes have passed since, or a group has noted a point. Stop the clock instead."
    )


class AnnouncementEmptyError(Refusal):
    """Without words it says nothing."""

    message = _("Write what the groups are to read.")


class AnnouncementGoneError(Refusal):
    """Somebody took it back."""

    message = _("This announcement was taken back already.")


class HelpAskedError(Refusal):
    """One call of a group is open at a time."""

    message = _("Your group asked for help already. The secretariat sees it.")


class HelpNotAskedError(Refusal):
    """No call of the group is open: nobody asked, or somebody was faster."""

    message = _("This call for help was answered already.")


@transaction.atomic
def start_round(*, round: Round, minutes: int, by: User) -> Round:
    """Start the clock of all groups. Locks: the round.

    Raises: RoundNotPublishedError, RoundStartedError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(round)
    if locked.started_at is not None:
        raise RoundStartedError
    now = timezone.now()
    changes = changed(locked, started_at=now, ends_at=now + timedelta(minutes=minutes))
    locked.started_by = by
    save_as_news(locked, "started_at", "started_by", "ends_at")
    record(
        "breakouts.round_started", by=by, target=locked, context=locked.workshop, changes=changes
    )
    return locked


@transaction.atomic
def undo_start(*, round: Round, by: User) -> Round:
    """Take the start of the clock back, as if it had not been: the inverse, for ten minutes, while nobody noted a point.

    Seating can be changed again, and people gather by the agenda. Locks: the round, its groups.
    Raises: RoundNotStartedError, StartStaysError, RoundNotPublishedError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(round)
    if locked.started_at is None:
        raise RoundNotStartedError
    # A point is added under the lock of its group: none may be on its way.
    groups = list(locked.groups.select_for_update().order_by("pk"))
    noted = Point.objects.filter(group__in=groups, created_at__gte=locked.started_at)
    if not locked.can_start_be_undone(timezone.now()) or noted.exists():
        raise StartStaysError
    _take_back_five_left(locked, by)
    changes = changed(locked, started_at=None, ends_at=None)
    locked.started_by = None
    save_as_news(locked, "started_at", "started_by", "ends_at")
    record(
        "breakouts.round_start_undone",
        by=by,
        target=locked,
        context=locked.workshop,
        changes=changes,
    )
    return locked


@transaction.atomic
def extend_round(*, round: Round, minutes: int, by: User) -> Round:
    """Add minutes to the clock; where it has run out, from now on. "Five minutes left." is taken back. Locks: the round.

    Raises: RoundNotPublishedError, RoundNotStartedError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(round)
    if locked.ends_at is None:
        raise RoundNotStartedError
    begin = max(locked.ends_at, timezone.now())
    _take_back_five_left(locked, by)
    return _move_end(locked, "breakouts.round_extended", begin + timedelta(minutes=minutes), by)


@transaction.atomic
def stop_round(*, round: Round, by: User) -> Round:
    """End the clock now; minutes can still be added. Locks: the round.

    Raises: RoundNotPublishedError, RoundNotStartedError, RoundOverError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(round)
    end = max(timezone.now(), _guard_running(locked) + timedelta(microseconds=1))
    return _move_end(locked, "breakouts.round_stopped", end, by)


@transaction.atomic
def send_announcement(*, round: Round, text: str, by: User) -> Announcement:
    """Show a line in all groups, in place of the one before. Locks: the round.

    Raises: AnnouncementEmptyError, RoundNotPublishedError, RoundClosedError, WorkshopFrozenError.
    """
    if not text.strip():
        raise AnnouncementEmptyError
    locked = lock_published(round)
    sent = Announcement.objects.create(round=locked, text=text.strip(), sent_by=by)
    save_as_news(locked)
    record(
        "breakouts.announcement_sent",
        by=by,
        target=sent,
        context=locked.workshop,
        changes={"text": ("", sent.text)},
    )
    return sent


@transaction.atomic
def announce_five_left(*, round: Round, by: User) -> Announcement:
    """Show "Five minutes left." in all groups, in each reader's language, until the clock is moved or over.

    Locks: the round. Raises: RoundNotPublishedError, RoundNotStartedError, RoundOverError, RoundClosedError,
    WorkshopFrozenError.
    """
    locked = lock_published(round)
    _guard_running(locked)
    kind = Announcement.Kind.FIVE_LEFT
    sent = Announcement.objects.create(round=locked, kind=kind, sent_by=by)
    save_as_news(locked)
    record(
        "breakouts.announcement_sent",
        by=by,
        target=sent,
        context=locked.workshop,
        changes={"kind": ("", kind)},
    )
    return sent


@transaction.atomic
def withdraw_announcement(*, announcement: Announcement, by: User) -> Announcement:
    """Take it off all pages; the one before does not come back. Locks: the round, then it.

    Raises: AnnouncementGoneError, RoundNotPublishedError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(announcement.round)
    row = locked.announcements.select_for_update().order_by("pk").get(pk=announcement.pk)
    if row.withdrawn_at is not None:
        raise AnnouncementGoneError
    _withdraw(locked, row, by)
    save_as_news(locked)
    return row


@transaction.atomic
def ask_for_help(*, group: Group, by: User) -> HelpRequest:
    """Call the secretariat into the group. Locks: the round, then the group.

    Two at once wait for each other, so that the second is told. Raises: HelpAskedError,
    RoundNotPublishedError, GroupGoneError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(group.round)
    group = lock_group_of(locked, group)
    if group.help_requests.filter(answered_at__isnull=True).exists():
        raise HelpAskedError
    call = HelpRequest.objects.create(group=group, asked_by=by)
    save_as_news(locked)
    record("breakouts.help_asked", by=by, target=call, context=locked.workshop)
    return call


@transaction.atomic
def answer_help(*, group: Group, by: User) -> HelpRequest:
    """End the open call of a group: somebody came, or the group needs nobody any more. Locks: the round, the call.

    Raises: HelpNotAskedError, RoundNotPublishedError, RoundClosedError, WorkshopFrozenError.
    """
    locked = lock_published(group.round)
    calls = HelpRequest.objects.select_for_update().filter(group=group, answered_at__isnull=True)
    call = calls.order_by("pk").first()
    if call is None:
        raise HelpNotAskedError
    call.answered_at, call.answered_by = timezone.now(), by
    call.save(update_fields=["answered_at", "answered_by"])
    save_as_news(locked)
    record("breakouts.help_answered", by=by, target=call, context=locked.workshop)
    return call


def lock_published(round: Round) -> Round:
    """The round as it is now, locked. Raises: RoundNotPublishedError, RoundClosedError, WorkshopFrozenError."""
    locked = lock_round(round)
    if locked.status != Round.Status.PUBLISHED:
        raise RoundNotPublishedError
    return locked


def _guard_running(locked: Round) -> datetime:
    """When its clock was started. Raises: RoundNotStartedError, RoundOverError."""
    if locked.started_at is None:
        raise RoundNotStartedError
    if not locked.is_running(timezone.now()):
        raise RoundOverError
    return locked.started_at


def _withdraw(locked: Round, row: Announcement, by: User) -> None:
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("breakouts.announcement_withdrawn", by=by, target=row, context=locked.workshop)


def _take_back_five_left(locked: Round, by: User) -> None:
    """It is no longer true, where it is what is announced."""
    last = locked.announcements.select_for_update().order_by("-sent_at", "-pk").first()
    if last is not None and last.kind == last.Kind.FIVE_LEFT and last.withdrawn_at is None:
        _withdraw(locked, last, by)


def _move_end(locked: Round, action: str, ends_at: object, by: User) -> Round:
    changes = changed(locked, ends_at=ends_at)
    save_as_news(locked, "ends_at")
    record(action, by=by, target=locked, context=locked.workshop, changes=changes)
    return locked
