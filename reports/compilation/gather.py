"""Reading what a draft is made of. The only part of the compilation that asks the database."""

from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q
from django.utils.formats import date_format
from django.utils.timezone import now as current_time
from django.utils.translation import gettext as _

from breakouts.models import Topic
from breakouts.queries.points import sources_by
from events.facts import dates_sentence, mandate_source, organised_by
from events.models import Mandate, Session, SessionInstrument, SessionSpeaker, Workshop
from participants.facts import Participation, get_participation
from participants.models import Consent, Registration
from reports.compilation.facts import (
    AdministrationFacts,
    ContributionFacts,
    DayFacts,
    EditionFacts,
    InstrumentFacts,
    PersonFacts,
    SessionFacts,
    TopicFacts,
    WorkshopFacts,
)
from reports.facts import source_of
from reports.models import Contribution, Edition, Section
from workshop_portal.administrations.models import Administration
from workshop_portal.times import zone_words

FIELDS = ("background", "challenge", "practice", "implementation", "results", "lessons")
"""Of the template of a contribution, in the order of the report."""
TAKEN = (Contribution.Status.SUBMITTED, Contribution.Status.ACCEPTED)
"""What the compilation takes: drafts are the administrations' own."""


def gather_facts(edition: Edition) -> EditionFacts:
    """Everything that the draft says, in the language in force. Queries: at most 21, however many rows."""
    workshop = edition.workshop
    contributions = tuple(_contributions(edition))
    kept, own = _written(edition)
    return EditionFacts(
        title=edition.title,
        series=edition.series.title,
        number=edition.number,
        workshop=_workshop(workshop) if workshop is not None else None,
        topics=tuple(_topics(edition, contributions)),
        contributions=contributions,
        proposals=tuple(edition.proposals.order_by("ordinal", "pk").values_list("title", "text")),
        waiting=tuple(_waiting(edition)),
        kept=kept,
        own=own,
    )


def _written(edition: Edition) -> tuple[dict[tuple[str, int | None], str], tuple[str, ...]]:
    """The sections that the compilation leaves as they are, and those that it does not know."""
    standing = Q(is_edited=True) | Q(removed_at__isnull=False, is_dropped=False)
    rows = list(edition.sections.filter(standing).order_by("ordinal", "pk"))
    free = Section.Kind.FREE
    kept = {
        (row.kind, row.topic_id): "" if row.removed_at else row.text
        for row in rows
        if row.kind != free
    }
    return kept, tuple(row.text for row in rows if row.kind == free and not row.removed_at)


# Contributions ------------------------------------------------------------------------------------


def _contributions(edition: Edition) -> list[ContributionFacts]:
    """Those that may be shown: "for the secretariat only" is left out here, and so everywhere.

    What several administrations said in one point is there once, with all their names.
    """
    rows = (
        edition.contributions.filter(status__in=TAKEN)
        .exclude(attribution=Contribution.Attribution.SECRETARIAT)
        .select_related("administration", "point__group__round")
        .prefetch_related(*sources_by("point"))
        .order_by("administration__name", "created_at", "pk")
    )
    alike: dict[Any, list[Contribution]] = {}
    for row in rows:
        alike.setdefault(_what_it_says(row), []).append(row)
    return [_contribution(same) for same in alike.values()]


def _what_it_says(row: Contribution) -> tuple[Any, ...]:
    """Equal for contributions of one point whose words nobody changed: they are one finding of several."""
    if row.point_id is None:
        return (row.pk,)
    contact = row.contact if row.attribution == Contribution.Attribution.NAMED else ""
    words = tuple(getattr(row, name) for name in FIELDS)
    return row.point_id, row.kind, row.topic_id, row.title, contact, words


def _contribution(rows: list[Contribution]) -> ContributionFacts:
    row = rows[0]
    named = [each for each in rows if each.attribution == Contribution.Attribution.NAMED]
    return ContributionFacts(
        pk=row.pk,
        also=tuple(each.pk for each in rows[1:]),
        kind=row.kind,
        topic=row.topic_id,
        title=row.title,
        fields=tuple(
            (name, _label(name), getattr(row, name))
            for name in FIELDS
            if getattr(row, name).strip()
        ),
        administrations=tuple(each.administration.name for each in named if each.administration),
        contact=row.contact if named else "",
        source=source_of(rows),
    )


def _label(name: str) -> str:
    field: Any = Contribution._meta.get_field(name)
    return str(field.verbose_name).capitalize()


def _topics(edition: Edition, contributions: tuple[ContributionFacts, ...]) -> list[TopicFacts]:
    """Those of the workshop, then others that contributions name, then what has none."""
    used = {each.topic for each in contributions if each.topic is not None}
    rows = Topic.objects.filter(Q(workshop=edition.workshop_id) | Q(pk__in=used))
    found = [
        TopicFacts(pk=row.pk, title=str(row.title), question=str(row.question))
        for row in sorted(
            rows.order_by("workshop", "ordinal", "pk"),
            key=lambda row: row.workshop_id != edition.workshop_id,
        )
    ]
    of_no_topic = [each for each in contributions if each.topic is None]
    if any(each.kind != Contribution.Kind.GOOD_PRACTICE for each in of_no_topic):
        found.append(TopicFacts(pk=None, title=_("Further findings")))
    return found


def _waiting(edition: Edition) -> list[str]:
    drafts = edition.contributions.filter(
        status=Contribution.Status.DRAFT, administration__isnull=False
    )
    names = drafts.order_by("administration__name").values_list("administration__name", flat=True)
    return list(dict.fromkeys(names))


# The workshop -------------------------------------------------------------------------------------


def _workshop(workshop: Workshop) -> WorkshopFacts:
    mandate = Mandate.objects.filter(workshop=workshop).order_by("pk").first()
    before = _previous(workshop)
    sessions = _sessions(workshop)
    organisers = workshop.organisers.select_related("administration").order_by("ordinal", "pk")
    speakers = workshop.speakers.filter(is_resource_person=True).order_by("ordinal", "pk")
    return WorkshopFacts(
        title=str(workshop.title),
        name=workshop.name,
        dates=dates_sentence(workshop.starts_on, workshop.ends_on),
        is_over=_is_over(workshop),
        format=str(workshop.get_format_display()),
        organised_by=organised_by(organisers),
        mandate=mandate_source(mandate) if mandate else "",
        decision=str(mandate.decision) if mandate else "",
        resource_persons=tuple(
            f"{each.full_name} ({each.accreditation})" if each.accreditation else each.full_name
            for each in speakers
        ),
        key_messages=tuple(_key_messages(sessions)),
        participation=get_participation(workshop),
        before=_participation_before(before),
        before_name=before.name if before else "",
        instruments=tuple(_instruments(sessions)),
        days=tuple(_days(sessions, workshop.zone)),
        zone=_zone_words(workshop),
        administrations=tuple(_administrations(workshop)),
        people=tuple(_people(workshop)),
        contact=workshop.contact_email,
    )


def _is_over(workshop: Workshop) -> bool:
    return workshop.is_ended or workshop.ends_on < current_time().astimezone(workshop.zone).date()


def _previous(workshop: Workshop) -> Workshop | None:
    """The workshop of the series that was held last before this one."""
    held = Workshop.objects.published().exclude(status=Workshop.Status.CANCELLED)
    earlier = held.filter(series=workshop.series_id, starts_on__lt=workshop.starts_on)
    return earlier.order_by("-starts_on", "-pk").first()


def _participation_before(before: Workshop | None) -> Participation | None:
    """None also where nobody is on record: a column of zeros would say that nobody came."""
    found = get_participation(before) if before else None
    return found if found and found.delegates else None


def _sessions(workshop: Workshop) -> list[Session]:
    """The agenda. Shape: `parts` with speakers, `briefings` with instruments. Queries: 3."""
    parts = SessionSpeaker.objects.select_related("speaker__administration")
    briefings = SessionInstrument.objects.select_related("instrument")
    return list(
        workshop.sessions.order_by("starts_at", "ends_at", "pk").prefetch_related(
            Prefetch("session_speakers", parts.order_by("ordinal", "pk"), to_attr="parts"),
            Prefetch(
                "session_instruments", briefings.order_by("ordinal", "pk"), to_attr="briefings"
            ),
        )
    )


def _key_messages(sessions: list[Session]) -> list[tuple[str, str, str]]:
    found = []
    for session in sessions:
        for part in session.parts:  # type: ignore[attr-defined]  # prefetched
            if message := str(part.key_message).strip():
                who = ", ".join(
                    word for word in (part.speaker.full_name, part.speaker.position) if word
                )
                found.append((str(session.title), who, message))
    return found


def _instruments(sessions: list[Session]) -> list[InstrumentFacts]:
    links: dict[int, tuple[SessionInstrument, list[str]]] = {}
    for session in sessions:
        for link in session.briefings:  # type: ignore[attr-defined]  # prefetched
            _first, titles = links.setdefault(link.instrument_id, (link, []))
            titles.append(str(session.title))
    return [
        InstrumentFacts(
            title=link.instrument.title,
            edition=link.instrument.edition,
            year=link.instrument.year,
            url=link.instrument.url,
            sessions=tuple(dict.fromkeys(titles)),
        )
        for link, titles in links.values()
    ]


def _days(sessions: list[Session], zone: ZoneInfo) -> list[DayFacts]:
    days: dict[date, list[SessionFacts]] = {}
    for session in sessions:
        starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
        people = [each.speaker.full_name for each in session.parts]  # type: ignore[attr-defined]  # prefetched
        days.setdefault(starts.date(), []).append(
            SessionFacts(
                time=f"{starts:%H:%M} \u2013 {ends:%H:%M}",
                title=str(session.title),
                people=", ".join(people),
            )
        )
    return [
        DayFacts(name=date_format(day, "l, j F Y"), sessions=tuple(found))
        for day, found in sorted(days.items())
    ]


def _zone_words(workshop: Workshop) -> str:
    """As the screen names it, by its offset on the first day."""
    noon = datetime.combine(workshop.starts_on, time(12), workshop.zone)
    return zone_words(workshop.zone, noon)


def _administrations(workshop: Workshop) -> list[AdministrationFacts]:
    seats = Q(
        delegations__workshop=workshop,
        delegations__registrations__status__in=Registration.TAKING_PART,
    ) & ~Q(delegations__registrations__role=Registration.Role.RESOURCE_PERSON)
    rows = Administration.objects.annotate(
        delegates=Count("delegations__registrations", filter=seats)
    )
    return [
        AdministrationFacts(
            code=row.code,
            name=row.name,
            official_name=row.official_name or row.name,
            delegates=row.delegates,
        )
        for row in rows.filter(delegates__gt=0).order_by("name", "pk")
    ]


def _people(workshop: Workshop) -> list[PersonFacts]:
    """Only who agrees to a published list. By name of the administration, its head first."""
    agreed = Consent.objects.filter(
        purpose=Consent.Purpose.PUBLIC_LIST, withdrawn_at__isnull=True, given_at__lte=current_time()
    )
    rows = (
        Registration.objects.taking_part()
        .filter(workshop=workshop, pk__in=agreed.values("registration"))
        .exclude(role=Registration.Role.RESOURCE_PERSON)
        .select_related("user", "delegation__administration")
        .order_by(
            "delegation__administration__name",
            "delegation__administration_id",
            "user__family_name",
            "user__given_name",
            "pk",
        )
    )
    head = Registration.Role.HEAD
    rows_in_order = [
        row
        for _administration, group in groupby(
            rows, key=lambda row: row.delegation.administration_id
        )
        for row in sorted(group, key=lambda row: row.role != head)
    ]
    return [
        PersonFacts(
            name=_person_name(row),
            position=row.user.position,
            administration=row.delegation.administration.name,
        )
        for row in rows_in_order
    ]


def _person_name(row: Registration) -> str:
    name = row.user.full_name or _("Name not given")
    if row.role in {Registration.Role.DELEGATE}:
        return name
    return f"{name} ({str(row.get_role_display()).lower()})"
