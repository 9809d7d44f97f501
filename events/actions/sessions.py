"""The agenda: adding, changing, moving and removing sessions."""

from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.actions.writing import Text, in_languages, lock_workshop, show_change, with_languages
from events.models import Session, Workshop
from events.tabs import list_session_uses
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal

SESSION_TEXTS = ("title", "description")
LONGEST = timedelta(hours=24)


class SessionDetails(TypedDict, total=False):
    """What is said of a session. To add one: title, kind and times at least."""

    kind: str
    title: Text
    description: Text
    starts_at: datetime
    ends_at: datetime
    format: str
    venue: str
    join_url: str


class SessionEndsBeforeStartError(Refusal):
    """It would end before it starts."""

    message = _("The session ends before it starts, or at the same minute.")


class SessionTooLongError(Refusal):
    """Longer than a day."""

    message = _("A session takes 24 hours at most.")


class SessionExistsError(Refusal):
    """The same title at the same time: the form was probably sent twice."""

    message = _("The agenda already has a session with this title at this time.")


class SessionInUseError(Refusal):
    """A break-out round takes place in it: removed, it would leave the round without its time."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.message = _(
            "The session stays on the agenda, because this takes place in it: {names}."
        ).format(names=", ".join(names))


@transaction.atomic
def add_session(*, workshop: Workshop, by: User, **details: Unpack[SessionDetails]) -> Session:
    """Raises: WorkshopFrozenError, SessionEndsBeforeStartError, SessionTooLongError, SessionExistsError."""
    workshop = lock_workshop(workshop)
    values = dict(details)
    for name in SESSION_TEXTS:
        values[name] = in_languages(values.get(name, ""))
    session = Session(workshop=workshop, **values)
    _check_times(session)
    for other in workshop.sessions.filter(starts_at=session.starts_at).order_by("pk"):
        if str(other.title) == str(session.title):
            raise SessionExistsError
    session.save(force_insert=True)
    show_change(workshop)
    record(
        "events.session_added",
        by=by,
        target=session,
        context=workshop,
        changes={"title": ("", session.title), "starts_at": (None, session.starts_at)},
    )
    return session


@transaction.atomic
def edit_session(*, session: Session, by: User, **details: Unpack[SessionDetails]) -> Session:
    """Raises: WorkshopFrozenError, SessionEndsBeforeStartError, SessionTooLongError."""
    workshop = lock_workshop(session.workshop)
    session = workshop.sessions.select_for_update().get(pk=session.pk)
    changes = changed(session, **with_languages(session, dict(details), SESSION_TEXTS))
    if not changes:
        return session
    _check_times(session)
    revise(session, *changes)
    show_change(workshop)
    record("events.session_edited", by=by, target=session, context=workshop, changes=changes)
    return session


@transaction.atomic
def move_session(
    *, session: Session, starts_at: datetime, by: User, with_following: bool = False
) -> list[Session]:
    """Start a session at another time and keep its length; those after it on its day may move along.

    Raises: WorkshopFrozenError. Returns: the sessions that moved.
    """
    workshop = lock_workshop(session.workshop)
    session = workshop.sessions.select_for_update().get(pk=session.pk)
    shift = starts_at - session.starts_at
    if not shift:
        return []
    day = session.starts_at.astimezone(workshop.zone).date()
    moving = [session]
    if with_following:
        later = workshop.sessions.filter(starts_at__gte=session.starts_at).exclude(pk=session.pk)
        moving += [
            other
            for other in later.order_by("starts_at", "pk")
            if other.starts_at.astimezone(workshop.zone).date() == day
        ]
    for each in moving:
        before = each.starts_at
        each.starts_at, each.ends_at = each.starts_at + shift, each.ends_at + shift
        revise(each, "starts_at", "ends_at")
        changes = {"starts_at": (before, each.starts_at)}
        record("events.session_moved", by=by, target=each, context=workshop, changes=changes)
    show_change(workshop)
    return moving


@transaction.atomic
def remove_session(*, session: Session, by: User) -> None:
    """Take a session off the agenda with its materials. Raises: WorkshopFrozenError, SessionInUseError."""
    workshop = lock_workshop(session.workshop)
    if uses := list_session_uses(session):
        raise SessionInUseError([use.name for use in uses])
    record(
        "events.session_removed",
        by=by,
        target=session,
        context=workshop,
        changes={"title": (session.title, ""), "starts_at": (session.starts_at, None)},
    )
    session.delete()
    show_change(workshop)


def revise(session: Session, *fields: str) -> None:
    """Save `fields` of a session whose workshop is locked, and raise its number for calendars."""
    session.revision += 1
    session.changed_at = timezone.now()
    session.save(update_fields=[*fields, "revision", "changed_at"])


def _check_times(session: Session) -> None:
    if session.ends_at <= session.starts_at:
        raise SessionEndsBeforeStartError
    if session.length > LONGEST:
        raise SessionTooLongError
