"""Reading workshops, agendas and what is wrong with them. Lists order explicitly and end with `pk`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from events.access import organised_by
from events.models import (
    Instrument,
    Material,
    MaterialVersion,
    Organiser,
    Session,
    SessionInstrument,
    SessionSpeaker,
    Speaker,
    TeamMember,
    Workshop,
    WorkshopSeries,
)
from workshop_portal.authorization import Actor, scope

SPEAKING_KINDS = frozenset(
    {
        Session.Kind.OPENING,
        Session.Kind.INSTRUMENT_BRIEFING,
        Session.Kind.MEMBER_PRESENTATION,
        Session.Kind.RTC_PRESENTATION,
        Session.Kind.CLOSING,
    }
)
"""Sessions in which somebody has to speak."""


@dataclass(kw_only=True)
class AgendaDay:
    """One day of an agenda in the zone that it was asked for."""

    day: date
    sessions: list[Session]
    minutes: int = 0
    """Of all sessions but breaks."""
    pause_minutes: int = 0


@dataclass(frozen=True, kw_only=True)
class Clash:
    """One thing that is not right with an agenda. `kind`: speaker, overlap, nobody, outside."""

    kind: str
    words: str
    sessions: list[Session] = field(default_factory=list)


# Workshops ----------------------------------------------------------------------------------------


def list_workshops_for(user: Actor) -> QuerySet[Workshop]:
    """Published ones for everybody, for organisers their own drafts too. Shape: `is_mine`. Newest first."""
    workshops = Workshop.objects.published()
    if user.is_authenticated:
        mine = organised_by(user)
        workshops = Workshop.objects.filter(
            Q(published_at__isnull=False) | Q(pk__in=mine.values("pk"))
        ).annotate(is_mine=Exists(mine.filter(pk=OuterRef("pk"))))
    return workshops.select_related("series").order_by("-starts_on", "-pk")


def list_series() -> QuerySet[WorkshopSeries]:
    """Those of the secretariat's choice when it plans. Newest first. Shape: `has_workshop`."""
    held = Workshop.objects.filter(series=OuterRef("pk"))
    return WorkshopSeries.objects.annotate(has_workshop=Exists(held)).order_by("-created_at", "-pk")


def list_workshops_of_series(series: WorkshopSeries, user: Actor) -> QuerySet[Workshop]:
    """In the order in which they were held."""
    return list_workshops_for(user).filter(series=series).order_by("starts_on", "number", "pk")


def list_public_of_series(workshop: Workshop) -> QuerySet[Workshop]:
    """The published workshops of its series, as everybody sees them, in the order in which they were held."""
    published = Workshop.objects.published().exclude(status=Workshop.Status.CANCELLED)
    same = Q(pk=workshop.pk) | Q(pk__in=published.values("pk"))
    found = Workshop.objects.filter(same, series=workshop.series_id)
    return found.order_by("starts_on", "number", "pk")


def list_organisers(workshop: Workshop) -> QuerySet[Organiser]:
    return workshop.organisers.select_related("administration").order_by("ordinal", "pk")


def list_team(workshop: Workshop) -> QuerySet[TeamMember]:
    """Those who have a role now before those whose role has ended."""
    return workshop.team.select_related("user").order_by(
        F("ends_at").asc(nulls_first=True), "role", "user__family_name", "pk"
    )


# Agenda -------------------------------------------------------------------------------------------


def list_sessions(workshop: Workshop, *, user: Actor) -> list[Session]:
    """The sessions in their order. Shape: `parts`, `briefings`, `documents` that the person may read. Queries: 4."""
    ordered = workshop.sessions.order_by("starts_at", "ends_at", "pk")
    return list(ordered.prefetch_related(*_around_sessions(user)))


def get_session(session: Session, *, user: Actor) -> Session:
    """A session with all that `list_sessions` gives. Queries: 4."""
    return Session.objects.prefetch_related(*_around_sessions(user)).get(pk=session.pk)


def _around_sessions(user: Actor) -> list[Any]:
    parts = SessionSpeaker.objects.select_related("speaker__administration")
    briefings = SessionInstrument.objects.select_related("instrument")
    return [
        Prefetch("session_speakers", parts.order_by("ordinal", "pk"), to_attr="parts"),
        Prefetch("session_instruments", briefings.order_by("ordinal", "pk"), to_attr="briefings"),
        Prefetch("materials", list_materials(user), to_attr="documents"),
    ]


def list_materials(user: Actor) -> QuerySet[Material]:
    """Materials that the person may read. Shape: `number`, `file_name`, `size` of the newest version."""
    newest = MaterialVersion.objects.filter(material=OuterRef("pk")).order_by("-number", "-pk")
    return (
        scope(Material, "events.view_material", user)
        .annotate(
            number=Subquery(newest.values("number")[:1]),
            file_name=Subquery(newest.values("name")[:1]),
            size=Subquery(newest.values("size")[:1]),
        )
        .order_by("title", "pk")
    )


def days_of(sessions: Iterable[Session], zone: ZoneInfo) -> list[AgendaDay]:
    """The days of an agenda, parted by midnight of `zone`."""
    days: dict[date, AgendaDay] = {}
    for session in sessions:
        day = session.starts_at.astimezone(zone).date()
        found = days.setdefault(day, AgendaDay(day=day, sessions=[]))
        found.sessions.append(session)
        if session.is_break:
            found.pause_minutes += session.minutes
        else:
            found.minutes += session.minutes
    return [days[day] for day in sorted(days)]


def list_days(workshop: Workshop) -> list[date]:
    """The days of a workshop, first to last."""
    count = (workshop.ends_on - workshop.starts_on).days + 1
    return [workshop.starts_on + timedelta(days=n) for n in range(count)]


def get_next_start(workshop: Workshop, day: date) -> datetime | None:
    """When the last session of a day ends: where the form for a new one begins."""
    start = datetime(day.year, day.month, day.day, tzinfo=workshop.zone)
    after = workshop.sessions.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    last = after.order_by("-ends_at", "-pk").first()
    return last.ends_at.astimezone(workshop.zone) if last else None


def list_clashes(workshop: Workshop, sessions: Sequence[Session]) -> list[Clash]:
    """What is wrong with an agenda; `sessions` as `list_sessions` gives them. Queries: 0."""
    found = [*_double_booked(sessions), *_overlaps(sessions)]
    for session in sessions:
        if session.kind in SPEAKING_KINDS and not _parts(session):
            words = _("“{title}” needs a speaker.").format(title=session.title)
            found.append(Clash(kind="nobody", words=words, sessions=[session]))
        first = session.starts_at.astimezone(workshop.zone).date()
        last = (session.ends_at - timedelta(microseconds=1)).astimezone(workshop.zone).date()
        if first < workshop.starts_on or last > workshop.ends_on:
            words = _("“{title}” lies outside the days of the workshop.").format(
                title=session.title
            )
            found.append(Clash(kind="outside", words=words, sessions=[session]))
    return found


def _pairs(sessions: Sequence[Session]) -> Iterator[tuple[Session, Session]]:
    """Pairs of sessions that take place at the same time."""
    ordered = sorted(sessions, key=lambda each: (each.starts_at, each.pk))
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            if second.starts_at >= first.ends_at:
                break
            yield first, second


def _double_booked(sessions: Sequence[Session]) -> Iterator[Clash]:
    for first, second in _pairs(sessions):
        there = {_who(part.speaker) for part in _parts(first)}
        for part in _parts(second):
            if _who(part.speaker) in there:
                words = _("{name} is in “{first}” and “{second}” at the same time.").format(
                    name=part.speaker.full_name, first=first.title, second=second.title
                )
                yield Clash(kind="speaker", words=words, sessions=[first, second])


def _overlaps(sessions: Sequence[Session]) -> Iterator[Clash]:
    for first, second in _pairs(sessions):
        words = _("“{first}” and “{second}” overlap.").format(
            first=first.title, second=second.title
        )
        yield Clash(kind="overlap", words=words, sessions=[first, second])


def _who(speaker: Speaker) -> tuple[str, Any]:
    """One person, though listed twice."""
    if speaker.user_id is not None:
        return "user", speaker.user_id
    return "speaker", speaker.pk


def _parts(session: Session) -> list[SessionSpeaker]:
    parts: list[SessionSpeaker] = session.parts  # type: ignore[attr-defined]  # list_sessions
    return parts


def list_double_bookings(workshop: Workshop) -> list[str]:
    """Who is in two sessions at the same time, one sentence each. Queries: 2."""
    return [clash.words for clash in _double_booked(_list_with_parts(workshop))]


def _list_with_parts(workshop: Workshop) -> list[Session]:
    """The agenda with who speaks. Shape: `parts`. Queries: 2."""
    parts = SessionSpeaker.objects.select_related("speaker").order_by("ordinal", "pk")
    rows = workshop.sessions.order_by("starts_at", "pk")
    return list(rows.prefetch_related(Prefetch("session_speakers", parts, to_attr="parts")))


# Speakers, instruments ----------------------------------------------------------------------------


def list_speakers(workshop: Workshop) -> QuerySet[Speaker]:
    """Resource persons first. Shape: `parts` with their sessions."""
    parts = SessionSpeaker.objects.select_related("session").order_by("session__starts_at", "pk")
    return (
        workshop.speakers.select_related("administration")
        .prefetch_related(Prefetch("session_speakers", parts, to_attr="parts"))
        .order_by("-is_resource_person", "ordinal", "pk")
    )


def list_speaking(sessions: Iterable[Session]) -> list[Speaker]:
    """Who has a part in these sessions, each once: resource persons first, then in the order of the agenda."""
    found = {part.speaker_id: part.speaker for each in sessions for part in _parts(each)}
    return sorted(found.values(), key=lambda each: not each.is_resource_person)


def list_introduced(sessions: Iterable[Session]) -> list[Instrument]:
    """The instruments of an agenda, each once, in the order of the sessions."""
    found: dict[int, Instrument] = {}
    for session in sessions:
        briefings: list[SessionInstrument] = session.briefings  # type: ignore[attr-defined]  # list_sessions
        for link in briefings:
            found.setdefault(link.instrument_id, link.instrument)
    return list(found.values())


def list_instruments() -> QuerySet[Instrument]:
    """The library. Shape: `uses`, links with session and workshop, in their order."""
    uses = SessionInstrument.objects.select_related("session__workshop")
    return Instrument.objects.prefetch_related(
        Prefetch(
            "session_instruments",
            uses.order_by("session__workshop__starts_on", "pk"),
            to_attr="uses",
        )
    ).order_by("-is_active", "title", "-year", "pk")


def list_offered_instruments(session: Session) -> QuerySet[Instrument]:
    """What a session may still introduce."""
    there = session.session_instruments.values("instrument")
    return Instrument.objects.filter(is_active=True).exclude(pk__in=there).order_by("title", "pk")


def list_removed_materials(
    session: Session, now: datetime, undo_for: timedelta
) -> QuerySet[Material]:
    """Those that can still be put back, last removed first."""
    recent = session.materials.filter(removed_at__gt=now - undo_for)
    return recent.order_by("-removed_at", "-pk")


def list_session_materials(session: Session, user: Actor) -> QuerySet[Material]:
    """The materials of a session for those who look after them. Shape: `all_versions`, newest first."""
    versions = MaterialVersion.objects.select_related("uploaded_by").order_by("-number", "-pk")
    return (
        scope(Material, "events.edit_material", user)
        .filter(session=session, removed_at=None)
        .order_by("title", "pk")
        .prefetch_related(Prefetch("versions", versions, to_attr="all_versions"))
    )


def list_versions(material: Material) -> QuerySet[MaterialVersion]:
    """Newest first."""
    return material.versions.select_related("uploaded_by").order_by("-number", "-pk")


# Setting up ---------------------------------------------------------------------------------------


PUBLISHING = "events:workshop-settings"
"""Where a workshop is published."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a workshop needs before people are invited."""

    words: str
    is_done: bool
    url_name: str


def list_checks(workshop: Workshop) -> list[Check]:
    """What is done and what is missing; read once for each loaded row. Queries: 4."""
    known: list[Check] | None = workshop.__dict__.get("_checks")
    if known is not None:
        return known
    sessions = _list_with_parts(workshop)
    clashes = {clash.kind for clash in list_clashes(workshop, sessions)}
    place = (not workshop.has_online or workshop.join_url) and (
        not workshop.has_venue or workshop.venue
    )
    details, agenda = "events:workshop-edit", "events:workshop-agenda"
    found = [
        (_("It says what it is about"), bool(workshop.summary), details),
        (_("The mandate is there"), hasattr(workshop, "mandate"), "events:workshop-mandate"),
        (_("The organising body is named"), workshop.organisers.exists(), "events:organiser-list"),
        (_("There is a contact address"), bool(workshop.contact_email), details),
        (_("Join link or venue is known"), bool(place), details),
        (_("The agenda has sessions"), bool(sessions), agenda),
        (_("Each talk has a speaker"), bool(sessions) and "nobody" not in clashes, agenda),
        *([(_("Nothing clashes"), not clashes - {"nobody"}, agenda)] if sessions else []),
        (_("It is published"), workshop.is_public, PUBLISHING),
    ]
    checks = [Check(words=w, is_done=d, url_name=u) for w, d, u in found]
    workshop.__dict__["_checks"] = checks
    return checks


def list_open_checks(workshop: Workshop) -> list[Check]:
    """What is missing before it is published. Queries: those of `list_checks`."""
    checks = list_checks(workshop)
    return [each for each in checks if not each.is_done and each.url_name != PUBLISHING]


def get_settings_facts(workshop: Workshop) -> dict[str, Any]:
    """Mandate, bodies and team as the settings show them. Queries: 3."""
    return {
        "mandate": getattr(workshop, "mandate", None),
        "organisers": list(list_organisers(workshop)),
        "team": list(list_team(workshop).filter(ends_at=None)),
    }
