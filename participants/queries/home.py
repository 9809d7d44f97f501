"""What My workshop shows: the sessions with what is now and next, and what to take along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from events.models import Material, MaterialVersion, Session, Workshop
from participants.models import Registration
from participants.tabs import SessionDetail
from workshop_portal.accounts.models import User
from workshop_portal.authorization import scope

JOIN_OPENS = timedelta(minutes=15)
"""So long before a session its join button turns live."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One session as the person sees it. `state`: done, now, ahead."""

    session: Session
    detail: SessionDetail | None
    state: str

    @property
    def is_break(self) -> bool:
        return self.session.kind == Session.Kind.BREAK


@dataclass(frozen=True, kw_only=True)
class Day:
    """The sessions of one day of the person's own zone."""

    day: date
    items: list[Item]


@dataclass(frozen=True, kw_only=True)
class NowNext:
    """What counts at this moment: a session that runs, or the next one. Empty before there is an agenda."""

    session: Session | None
    is_running: bool
    join_url: str
    join_opens_at: datetime | None
    is_join_open: bool
    is_soon: bool
    """So near that its hour says when, without the day."""
    detail: SessionDetail | None


def list_own_sessions(workshop: Workshop) -> list[Session]:
    return list(workshop.sessions.order_by("starts_at", "ends_at", "pk"))


def list_own_materials(user: User, *, workshop: Workshop) -> QuerySet[MaterialVersion]:
    """The newest version of each document that the person may read. Queries: 1."""
    newer = MaterialVersion.objects.filter(
        material=OuterRef("material"), number__gt=OuterRef("number")
    )
    readable = scope(Material, "events.view_material", user).filter(
        session__workshop=workshop, removed_at__isnull=True
    )
    rows = MaterialVersion.objects.filter(~Exists(newer), material__in=readable.values("pk"))
    return rows.select_related("material").order_by("material__title", "pk")


def list_own_days(
    sessions: Sequence[Session],
    details: dict[int, SessionDetail],
    *,
    zone: ZoneInfo,
    now: datetime,
) -> list[Day]:
    """Parted by midnight of `zone`, which is the person's."""
    days: dict[date, list[Item]] = {}
    following = get_next_session(sessions, now)
    for session in sessions:
        state = "done" if session.ends_at <= now else "ahead"
        if session.starts_at <= now < session.ends_at or session == following:
            state = "now"
        item = Item(session=session, detail=details.get(session.pk), state=state)
        days.setdefault(session.starts_at.astimezone(zone).date(), []).append(item)
    return [Day(day=day, items=days[day]) for day in sorted(days)]


def get_now_next(
    registration: Registration,
    sessions: Sequence[Session],
    details: dict[int, SessionDetail],
    *,
    now: datetime,
) -> NowNext:
    """The session that runs, else the next one, and whether its join button is live."""
    running = [each for each in sessions if each.starts_at <= now < each.ends_at]
    following = get_next_session(sessions, now)
    session = running[-1] if running else following
    soon = following is not None and following.starts_at - JOIN_OPENS <= now
    if running and soon and running[-1].kind == Session.Kind.BREAK:
        session = following  # the break runs out: what comes after it is what counts
    detail = details.get(session.pk) if session else None
    url = _join_url(registration, session, detail)
    opens_at = session.starts_at - JOIN_OPENS if session and url else None
    return NowNext(
        session=session,
        is_running=session is not None and session.starts_at <= now,
        join_url=url,
        join_opens_at=opens_at,
        is_join_open=opens_at is not None and opens_at <= now,
        is_soon=session is not None and session.starts_at - now < timedelta(hours=18),
        detail=detail,
    )


def get_next_session(sessions: Sequence[Session], now: datetime) -> Session | None:
    """The next one that is no break, where none runs or a break does; None while another one runs."""
    running = [each for each in sessions if each.starts_at <= now < each.ends_at]
    if any(each.kind != Session.Kind.BREAK for each in running):
        return None
    coming = (each for each in sessions if each.starts_at > now)
    return next((each for each in coming if each.kind != Session.Kind.BREAK), None)


def _join_url(
    registration: Registration, session: Session | None, detail: SessionDetail | None
) -> str:
    """The group's link, else the session's, else the workshop's; none where the person is on site or waits."""
    if session is None or not registration.is_taking_part:
        return ""
    if registration.attending == Registration.Attends.ON_SITE:
        return ""
    own = detail.join_url or detail.url if detail else ""
    return own or session.join_url or registration.workshop.join_url
