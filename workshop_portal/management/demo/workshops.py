"""Playing the workshops of the demo: series, agenda, invitations, nominations, review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from events.actions import instruments, life, organisers, sessions, speakers, workshops
from events.models import Organiser, Session, SessionSpeaker, TeamMember, Workshop, WorkshopSeries
from participants.actions import delegations, mail_plan, nominations, profiles, registrations
from participants.actions.invitations import decline_invitation, invite_delegations
from participants.models import Consent, Delegation, Registration
from workshop_portal.accounts.actions import get_or_create_person
from workshop_portal.accounts.models import User
from workshop_portal.administrations.actions.administrations import create_administration
from workshop_portal.administrations.actions.focal_points import name_focal_point
from workshop_portal.administrations.actions.registry_imports import save_import, show_import
from workshop_portal.administrations.imports import read_registry
from workshop_portal.administrations.models import Administration
from workshop_portal.administrations.queries import compare_rows, digest
from workshop_portal.documents.uploads import read_table
from workshop_portal.mail.actions import supersede_mails
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.management.demo import texts
from workshop_portal.management.demo.people import Cast, many_codes
from workshop_portal.management.personas import DEMO

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
REGISTRY = settings.BASE_DIR / "workshop_portal/administrations/data/administrations_ap.csv"

SIZES = {
    "AU": 4, "BD": 4, "BT": 4, "CN": 3, "FJ": 4, "HK": 5, "IN": 3, "ID": 4, "JP": 4, "KR": 3,
    "LA": 4, "MO": 4, "MY": 3, "MV": 4, "MN": 5, "NZ": 3, "PH": 4, "LK": 2, "TH": 4, "VN": 3,
}  # fmt: skip
"""Nominees of each administration: 74, of whom two stand on the waiting list."""

SILENT = ("KH", "PG", "SG", "TO")
DECLINING = "PW"
SIZES_2019 = dict.fromkeys(
    (
        "AU",
        "BD",
        "BT",
        "BN",
        "KH",
        "CN",
        "FJ",
        "HK",
        "IN",
        "ID",
        "IR",
        "KR",
        "LA",
        "MO",
        "MY",
        "MV",
    ),
    1,
) | dict.fromkeys(("MN", "MM", "NP", "NZ", "PH", "LK", "TH", "VN"), 2)
"""The workshop of 2019: 32 people of 24 Members."""

BATCH = 500
"""Registrations that one bulk action takes."""

REVIEWED, CONFIRMED = 70, 66
"""How many of 2022 are approved, and how many of these confirmed."""

GENDERS = ("woman", "man", "woman", "man", "")
"""What one after another gives when confirming; the last gives none."""


@dataclass(frozen=True, kw_only=True)
class Cadre:
    """Who plays the demo, and the bodies that organise it."""

    secretariat: User
    office: Administration
    wco: Administration
    cast: Cast


def fill_registry(secretariat: User) -> None:
    """The 35 administrations of the region with their training centres, by the same import as a user's."""
    with REGISTRY.open("rb") as file:
        table = read_table(file, REGISTRY.name)
    reading = read_registry(table)
    compared, _problems = compare_rows(reading.rows)
    shown = show_import(rows=reading.rows, file_name=REGISTRY.name, by=secretariat)
    save_import(registry_import=shown, expected=digest(compared), by=secretariat)


def add_bodies(secretariat: User) -> tuple[Administration, Administration]:
    """The regional office and the secretariat of the organisation."""
    office = create_administration(
        values={
            "code": "ROCB-AP",
            "kind": Administration.Kind.REGIONAL_OFFICE,
            "name": "ROCB A/P",
            "official_name": "Regional Office for Capacity Building, Asia/Pacific",
            "time_zone": str(ZONE),
        },
        by=secretariat,
    )
    wco = create_administration(
        values={
            "code": "WCO",
            "kind": Administration.Kind.PARTNER,
            "name": "WCO Secretariat",
            "official_name": "Secretariat of the World Customs Organization",
            "time_zone": "Europe/Brussels",
        },
        by=secretariat,
    )
    return office, wco


def name_contacts(codes: Sequence[str], cadre: Cadre, *, persona_of: str = "") -> None:
    """A focal point for each administration; the persona for one of them."""
    found = Administration.objects.in_bulk(codes, field_name="code")
    for code in codes:
        person = cadre.cast.person(code)
        email = (
            DEMO["focal point"]
            if code == persona_of
            else f"focal.point@{code.lower()}.demo.example"
        )
        user, _made = get_or_create_person(
            email=email,
            by=cadre.secretariat,
            given_name=person.given_name,
            family_name=person.family_name,
            position="Focal point",
            time_zone=str(found[code].time_zone),
            is_demo=True,
        )
        name_focal_point(administration=found[code], person=user, by=cadre.secretariat)


def hold_2019(series: WorkshopSeries, cadre: Cadre) -> Workshop:
    """The workshop at RTC Japan, concluded: the one that the next was copied from."""
    by = cadre.secretariat
    workshop = workshops.plan_workshop(
        series=series,
        by=by,
        slug="training-management-2019",
        title="Training Management, RTC Japan",
        short_title="Japan 2019",
        format="on_site",
        starts_on=date(2019, 3, 4),
        ends_on=date(2019, 3, 8),
        time_zone=ZoneInfo("Asia/Tokyo"),
        venue="RTC Japan, Kashiwa",
        contact_email=texts.CONTACT_EMAIL,
        is_demo=True,
    )
    japan = Administration.objects.get(code="JP-RTC")
    _name_organisers(workshop, cadre, host=japan)
    add_agenda(workshop, texts.AGENDA_2019, by)
    life.publish_workshop(workshop=workshop, by=by)
    life.open_nominations(workshop=workshop, closes_at=None, by=by)
    _fill(workshop, SIZES_2019, cadre)
    taking = registrations.approve_registrations(
        registrations=Registration.objects.filter(workshop=workshop), by=by
    )
    profiles.confirm_many(registrations=taking, by=by)
    life.close_nominations(workshop=workshop, by=by)
    life.start_workshop(workshop=workshop, by=by)
    life.conclude_workshop(workshop=workshop, by=by)
    supersede_mails(
        mails=OutgoingMail.objects.unfinished().order_by("pk"),
        reason="Of a workshop that was held before this record began.",
        by=by,
    )
    return workshop


def plan_2022(series: WorkshopSeries, starts_on: date, cadre: Cadre) -> Workshop:
    """The online workshop with mandate, organisers, agenda, speakers and instruments, published."""
    by = cadre.secretariat
    workshop = workshops.plan_workshop(
        series=series,
        by=by,
        slug="training-management-2022",
        title=texts.TITLE,
        short_title="Online 2022" if starts_on.year == 2022 else f"Online {starts_on.year}",
        summary=texts.SUMMARY,
        format="online",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2),
        time_zone=ZONE,
        join_url="https://meet.example.org/training-management",
        contact_name="WCO people development programme",
        contact_email=texts.CONTACT_EMAIL,
        is_demo=True,
    )
    workshops.set_mandate(
        workshop=workshop,
        by=by,
        body="Asia Pacific Regional Training Centers",
        meeting=texts.MEETING,
        decided_in=texts.MEETING_MONTH,
        decision=texts.DECISION,
    )
    _name_organisers(workshop, cadre)
    agenda = add_agenda(workshop, texts.AGENDA_2022, by)
    _add_speakers(workshop, agenda, cadre)
    for title in texts.INSTRUMENTS:
        instrument = instruments.add_instrument(by=by, title=title)
        instruments.attach_instrument(session=agenda[1], instrument=instrument, by=by)
    life.publish_workshop(workshop=workshop, by=by)
    opening = datetime.combine(starts_on, time(10), ZONE)
    closes_at = max(timezone.now() + timedelta(days=4), opening - timedelta(days=5))
    as_held = opening < timezone.now()
    return life.open_nominations(workshop=workshop, closes_at=None if as_held else closes_at, by=by)


def invite_and_nominate(workshop: Workshop, cadre: Cadre) -> None:
    """Invite 25, of whom 20 nominate 74, one declines and four stay silent; review all but two."""
    by = cadre.secretariat
    delegations.set_seat_policy(
        workshop=workshop, seats=3, host_seats=6, online_extra_seats=1, by=by
    )
    mail_plan.use_usual_plan(workshop=workshop, by=by)
    personas = {"FJ": "delegate", "MY": "rapporteur"}
    invited = _fill(workshop, SIZES, cadre, also=(*SILENT, DECLINING), personas=personas)
    focal_point = _contact(invited[DECLINING])
    decline_invitation(
        delegation=invited[DECLINING],
        reason="No officer can be spared in that week.",
        by=focal_point,
    )
    to_review = Registration.objects.filter(
        workshop=workshop, status=Registration.Status.NOMINATED
    ).order_by("pk")[:REVIEWED]
    approved = registrations.approve_registrations(registrations=list(to_review), by=by)
    _confirm(approved[:CONFIRMED])


def add_many_administrations(number: int, cadre: Cadre) -> list[str]:
    """So many invented administrations, each with its focal point."""
    codes = many_codes(number)
    zones = ("Asia/Bangkok", "Asia/Tokyo", "Pacific/Fiji", "Asia/Kolkata")
    for place, code in enumerate(codes):
        create_administration(
            values={
                "code": code,
                "kind": Administration.Kind.MEMBER,
                "name": f"Administration {code} (demo)",
                "official_name": f"Customs of {code} (demo)",
                "sub_region": f"Sub-region {place % 4 + 1}",
                "time_zone": zones[place % len(zones)],
            },
            by=cadre.secretariat,
            is_demo=True,
        )
    name_contacts(codes, cadre)
    return codes


def fill_large(workshop: Workshop, codes: list[str], people: int, cadre: Cadre) -> None:
    """Everybody is nominated, approved and confirmed, in batches."""
    by = cadre.secretariat
    sizes = {
        code: people // len(codes) + (place < people % len(codes))
        for place, code in enumerate(codes)
    }
    seats = max(sizes.values())
    delegations.set_seat_policy(
        workshop=workshop, seats=seats, host_seats=seats, online_extra_seats=0, by=by
    )
    _fill(workshop, sizes, cadre)
    rows = list(Registration.objects.filter(workshop=workshop).order_by("pk"))
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        approved = registrations.approve_registrations(registrations=batch, by=by)
        profiles.confirm_many(registrations=approved, by=by)


def _confirm(approved: Sequence[Registration]) -> None:
    """Each confirms by completing the own profile; most agree to be listed, and most give a gender."""
    for number, row in enumerate(approved):
        listed = {Consent.Purpose.PARTICIPANT_LIST} if number % 10 else set()
        person = {
            "title": row.user.title,
            "given_name": row.user.given_name,
            "family_name": row.user.family_name,
            "position": row.user.position,
            "language": "en",
            "time_zone": row.delegation.administration.time_zone,
        }
        profiles.confirm_registration(
            registration=row,
            profile=profiles.Profile(
                person=person,
                speaks=["en"],
                gender=GENDERS[number % len(GENDERS)],
                consents=frozenset(listed),
            ),
            by=row.user,
        )


def _fill(
    workshop: Workshop,
    sizes: dict[str, int],
    cadre: Cadre,
    *,
    also: Sequence[str] = (),
    personas: dict[str, str] | None = None,
) -> dict[str, Delegation]:
    """List and invite the administrations; the focal point of each nominates so many people."""
    by = cadre.secretariat
    chosen = Administration.objects.filter(code__in=[*sizes, *also]).order_by("code")
    listed = delegations.list_delegations(workshop=workshop, administrations=chosen, by=by)
    invite_delegations(delegations=listed, by=by)
    rows = Delegation.objects.filter(workshop=workshop).select_related("administration")
    found = {each.administration.code: each for each in rows.order_by("pk")}
    for code, size in sizes.items():
        people = cadre.cast.delegation(code, size, persona=(personas or {}).get(code, ""))
        nominations.nominate_many(delegation=found[code], people=people, by=_contact(found[code]))
    return found


def _contact(delegation: Delegation) -> User:
    terms = delegation.administration.focal_points.current(timezone.now())
    return terms.select_related("user").order_by("pk")[0].user


def _name_organisers(
    workshop: Workshop, cadre: Cadre, *, host: Administration | None = None
) -> None:
    roles = [(cadre.office, Organiser.Role.ORGANISER), (cadre.wco, Organiser.Role.CO_ORGANISER)]
    if host is not None:
        roles.append((host, Organiser.Role.HOST))
    for body, role in roles:
        organisers.add_organiser(
            workshop=workshop, administration=body, role=role, by=cadre.secretariat
        )


def add_agenda(workshop: Workshop, agenda: Sequence[texts.SessionText], by: User) -> list[Session]:
    """The sessions in their order, at hours of the workshop's zone."""
    made = []
    for each in agenda:
        day = workshop.starts_on + timedelta(days=each.day - 1)
        starts_at = datetime.combine(day, time.fromisoformat(each.start), workshop.zone)
        made.append(
            sessions.add_session(
                workshop=workshop,
                by=by,
                kind=each.kind,
                title=each.title,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=each.minutes),
            )
        )
    return made


def _add_speakers(workshop: Workshop, agenda: Sequence[Session], cadre: Cadre) -> None:
    by = cadre.secretariat
    organisers.appoint_team_member(
        workshop=workshop,
        email="resource.person@demo.example",
        role=TeamMember.Role.RESOURCE_PERSON,
        given_name="Resource",
        family_name="Person (demo)",
        by=by,
    )
    head = speakers.add_speaker(
        workshop=workshop,
        by=by,
        title="Mr.",
        given_name="Norikazu",
        family_name="Kuramoto",
        position="Head of ROCB A/P",
        administration=cadre.office,
    )
    expert = speakers.add_speaker(
        workshop=workshop,
        by=by,
        title="Dr.",
        given_name="Tong",
        family_name="Hua",
        position="Resource person",
        accreditation="WCO Accredited Customs Expert (ACE), HRMD",
        is_resource_person=True,
    )
    speaker = SessionSpeaker.Role.SPEAKER
    speakers.assign_speaker(
        session=agenda[0], speaker=head, role=speaker, key_message=texts.KEY_MESSAGE_OPENING, by=by
    )
    speakers.assign_speaker(session=agenda[1], speaker=expert, role=speaker, by=by)
    speakers.assign_speaker(session=agenda[-1], speaker=head, role=speaker, by=by)
    moderator = SessionSpeaker.Role.MODERATOR
    for session in agenda[3:]:
        if session.kind not in {Session.Kind.BREAK, Session.Kind.CLOSING}:
            speakers.assign_speaker(session=session, speaker=expert, role=moderator, by=by)
