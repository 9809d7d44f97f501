"""A small edition with everything a draft is made of, for the tests of compilation and exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from i18nfield.strings import LazyI18nString

from breakouts.models import Group, Point, Round, Topic
from events.models import (
    Instrument,
    Mandate,
    Organiser,
    Session,
    SessionInstrument,
    SessionSpeaker,
    Speaker,
)
from participants.models import Consent, Registration
from participants.tests.worlds import (
    World,
    make_administration,
    make_delegation,
    make_person,
    make_registration,
    make_workshop,
)
from reports.models import Contribution, Edition, Proposal, ReportSeries
from workshop_portal.audit.models import Entry
from workshop_portal.mail.models import OutgoingMail


def text(words: str) -> LazyI18nString:
    return LazyI18nString({"en": words})


@dataclass
class EditionWorld:
    """Edition 22 of "Good Practice Report", fed by the workshop of May 2022; that of 2019 lies before it.

    Delegates: two of Fiji (one agreed to be named), one of Japan (returning), none elsewhere.
    """

    people: World = field(default_factory=World)

    def __post_init__(self) -> None:
        world = self.people
        self.by = world.secretariat
        self.workshop = world.here
        self.fiji, self.japan = world.fj, world.jp
        self.fiji.sub_region, self.japan.sub_region = "Pacific", "Asia"
        self.fiji.official_name = "Fiji Revenue and Customs Service"
        self.japan.official_name = "Japan Customs"
        self.fiji.save(update_fields=["sub_region", "official_name"])
        self.japan.save(update_fields=["sub_region", "official_name"])
        self._held()
        self._agenda()
        self._took_part()
        self.series = ReportSeries.objects.create(
            slug="good-practice", title="Good Practice Report on Training Management"
        )
        self.edition = Edition.objects.create(
            series=self.series,
            number=22,
            workshop=self.workshop,
            title="Training in the new normal",
        )
        self._found()

    def _held(self) -> None:
        workshop = self.workshop
        workshop.title = text("Regional Workshop on Training Management")
        workshop.short_title = text("Online 2022")
        workshop.starts_on, workshop.ends_on = date(2022, 5, 24), date(2022, 5, 26)
        workshop.save(update_fields=["title", "short_title", "starts_on", "ends_on"])
        self.before = make_workshop(
            "rtc-japan",
            short_title=text("Japan 2019"),
            starts_on=date(2019, 3, 4),
            ends_on=date(2019, 3, 8),
            format="on_site",
            by=self.by,
        )
        office = make_administration("ROCB-AP", name="ROCB A/P", kind="regional_office")
        Organiser.objects.create(workshop=workshop, administration=office, role="organiser")
        Mandate.objects.create(
            workshop=workshop,
            meeting="19th A/P RTC Heads Meeting",
            decided_in="October 2021",
            decision=text("To hold a regional workshop on training management."),
        )

    def _agenda(self) -> None:
        def session(hour: int, title: str, kind: str) -> Session:
            return Session.objects.create(
                workshop=self.workshop,
                kind=kind,
                title=text(title),
                starts_at=datetime(2022, 5, 24, hour, tzinfo=UTC),
                ends_at=datetime(2022, 5, 24, hour, 45, tzinfo=UTC),
            )

        opening = session(2, "Opening remarks", "opening")
        briefing = session(3, "New instruments", "instrument_briefing")
        head = Speaker.objects.create(
            workshop=self.workshop,
            title="Mr.",
            given_name="Norikazu",
            family_name="Kuramoto",
            position="Head of ROCB A/P",
        )
        Speaker.objects.create(
            workshop=self.workshop,
            title="Dr.",
            given_name="Tong",
            family_name="Hua",
            accreditation="ACE, HRMD",
            is_resource_person=True,
        )
        SessionSpeaker.objects.create(
            session=opening, speaker=head, key_message=text("New competencies are needed.")
        )
        guide = Instrument.objects.create(
            title="Guide to Implementing Competency-Based HRM",
            year=2019,
            url="https://wco.example/g",
        )
        SessionInstrument.objects.create(session=briefing, instrument=guide)

    def _took_part(self) -> None:
        approved = Registration.Status.APPROVED
        japan = make_delegation(self.before, self.japan, by=self.by)
        third = make_administration("TH", name="Thailand", sub_region="Asia")
        returning = make_person(given_name="Rin", family_name="Tanaka")
        make_registration(japan, status=approved, user=returning, attends="on_site")
        make_registration(
            make_delegation(self.before, third, by=self.by), status=approved, attends="on_site"
        )
        make_registration(self.people.japan, status=approved, user=returning, role="head")
        named = make_registration(
            self.people.fiji,
            status=approved,
            user=make_person(given_name="Ana", family_name="Vula", position="Trainer"),
        )
        make_registration(
            self.people.fiji,
            status=Registration.Status.CONFIRMED,
            user=make_person(given_name="Hidden", family_name="Person"),
        )
        make_registration(self.people.fiji, user=make_person(family_name="Stillnominated"))
        Consent.objects.create(
            registration=named, purpose="public_list", text_version="1", language="en"
        )

    def _found(self) -> None:
        self.topic = Topic.objects.create(
            workshop=self.workshop,
            ordinal=1,
            title=text("Competency-based training"),
            question=text("What stands in the way?"),
        )
        round_ = Round.objects.create(workshop=self.workshop, ordinal=1, title=text("Round 1"))
        self.group = Group.objects.create(round=round_, ordinal=3, topic=self.topic)
        self.point = Point.objects.create(
            group=self.group, kind="challenge", text="Trainers lack time.", created_by=self.by
        )
        self.point.administrations.add(self.japan)
        self.from_point = self.add(
            kind="challenge",
            title="Trainers lack time.",
            challenge="Trainers lack time.",
            administration=None,
            point=self.point,
        )
        self.practice = self.add(
            kind="good_practice",
            title="Coaching by video",
            administration=self.fiji,
            background="Islands lie far apart.",
            practice="Coaches call once a week:\n\n- first the team\n- then each trainee",
            results="All stayed.",
            contact="training@fiji.example",
        )
        Proposal.objects.create(
            edition=self.edition,
            ordinal=1,
            title="Update the report",
            text="To update the Regional Good Practice Report.",
            created_by=self.by,
        )

    def add(self, **fields: Any) -> Contribution:
        """An accepted contribution, of Japan unless said otherwise; as its actions leave it in each state."""
        values: dict[str, Any] = {
            "edition": self.edition,
            "topic": self.topic,
            "status": Contribution.Status.ACCEPTED,
            "administration": self.japan,
            "created_by": self.by,
            "submitted_by": self.by,
            "submitted_at": datetime(2022, 5, 25, tzinfo=UTC),
        }
        if fields.get("status") == Contribution.Status.DRAFT:
            values |= {"submitted_by": None, "submitted_at": None}
        return Contribution.objects.create(**(values | fields))


# What is stored -----------------------------------------------------------------------------------


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of this app, of the record and of the outbox, with all fields."""
    kinds = [*apps.get_app_config("reports").get_models(), Entry, OutgoingMail]
    return {kind._meta.label: list(kind._default_manager.order_by("pk").values()) for kind in kinds}


@contextmanager
def nothing_changes(refusal: type[BaseException]) -> Iterator[None]:
    """What stands inside is refused, and no row of `stored` is another one afterwards."""
    before = stored()
    with pytest.raises(refusal):
        yield
    assert stored() == before


def entries() -> list[tuple[str, Any, str, str, dict[str, Any]]]:
    """The record: action, actor, target, context, changes."""
    rows = Entry.objects.order_by("pk")
    names = ("action", "actor_id", "target_id", "context_id", "changes")
    return list(rows.values_list(*names))


def breaks(*_args: Any, **_fields: Any) -> None:
    """Stands for a last step that fails."""
    raise RuntimeError
