"""The order in which the demo is played, and the larger worlds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from events.actions.workshops import create_series
from events.models import Workshop
from workshop_portal.accounts.actions import get_or_create_person, grant_staff_role
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.management.demo import texts, workshops
from workshop_portal.management.demo.breakouts import hold_breakouts
from workshop_portal.management.demo.people import Cast
from workshop_portal.management.demo.report import write_report
from workshop_portal.management.personas import DEMO

AS_HELD = date(2022, 5, 24)
DAYS_AHEAD = 10


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What was played."""

    secretariat: User
    workshop: Workshop


def play(*, as_held: bool, say: Callable[[str], None]) -> Demo:
    """Play the demo into an empty database."""
    secretariat = appoint_secretariat()
    say("  administrations and their focal points")
    workshops.fill_registry(secretariat)
    office, wco = workshops.add_bodies(secretariat)
    cadre = workshops.Cadre(secretariat=secretariat, office=office, wco=wco, cast=Cast())
    codes = sorted(
        {*workshops.SIZES, *workshops.SIZES_2019, *workshops.SILENT, workshops.DECLINING}
    )
    workshops.name_contacts(codes, cadre, persona_of="FJ")
    series = create_series(
        by=secretariat,
        slug="training-management",
        title=texts.SERIES_TITLE,
        description=texts.SERIES_ABOUT,
    )
    say("  the workshop of 2019")
    earlier = workshops.hold_2019(series, cadre)
    say("  the workshop of 2022: agenda, invitations, nominations, review")
    workshop = workshops.plan_2022(series, first_day(as_held=as_held), cadre)
    workshops.invite_and_nominate(workshop, cadre)
    say("  the break-outs: rankings, groups, points")
    topics = hold_breakouts(workshop, secretariat)
    say("  the report: contributions, proposals, a compiled draft")
    write_report(earlier, workshop, topics, secretariat)
    return Demo(secretariat=secretariat, workshop=workshop)


def play_large(*, delegates: int, administrations: int, say: Callable[[str], None]) -> Demo:
    """A workshop of many administrations that nominate evenly; nobody is assigned to groups.

    Writes through the bulk actions: the queries grow with the administrations, not with the people.
    """
    secretariat = appoint_secretariat()
    office, wco = workshops.add_bodies(secretariat)
    cadre = workshops.Cadre(secretariat=secretariat, office=office, wco=wco, cast=Cast())
    series = create_series(by=secretariat, slug="large", title="Large demo series")
    say(f"  {administrations} administrations")
    codes = workshops.add_many_administrations(administrations, cadre)
    workshop = workshops.plan_2022(series, first_day(as_held=False), cadre)
    say(f"  {delegates} delegates")
    workshops.fill_large(workshop, codes, delegates, cadre)
    return Demo(secretariat=secretariat, workshop=workshop)


def first_day(*, as_held: bool) -> date:
    """24 May 2022, or in ten days."""
    return AS_HELD if as_held else timezone.localdate() + timedelta(days=DAYS_AHEAD)


def appoint_secretariat() -> User:
    user, _made = get_or_create_person(
        email=DEMO["secretariat"],
        by=None,
        given_name="Regional",
        family_name="Office (demo)",
        position="Programme manager",
        time_zone=str(workshops.ZONE),
        is_demo=True,
    )
    grant_staff_role(user=user, role=StaffRole.Role.SECRETARIAT, by=None)
    return user
