"""The world of the access matrix: one person of each kind, one object of each kind in two workshops."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.utils import timezone

from breakouts.models import Absence, Announcement, Move, Plan, Round, SeatingRule, Theme
from breakouts.tests.worlds import (
    BreakoutWorld,
    make_group,
    make_plan,
    make_point,
    make_round,
    make_topic,
)
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
)
from participants.models import PlannedReminder, Registration
from participants.roster import EXPORT
from participants.tests.worlds import make_administration, make_delegation, make_person
from reports.models import (
    Contribution,
    Edition,
    Proposal,
    ReportSeries,
    Section,
    SectionRevision,
)
from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration, FocalPoint, RegistryImport
from workshop_portal.documents.models import ExportJob
from workshop_portal.mail.models import OutgoingMail

ROLES = (
    "visitor",
    "stranger",
    "elsewhere_delegate",
    "delegate",
    "other_delegate",
    "focal_point",
    "other_focal_point",
    "organiser",
    "secretariat",
)
"""`delegate` (rapporteur of group 1) and `focal_point` are of Fiji, the `other_` ones of Japan, all in the
workshop `here`, which `organiser` runs. `elsewhere_delegate` takes part in another workshop for Fiji."""

MAIL_NAME = "20220524T020000000000-0a1b2c3d"


@dataclass(kw_only=True)
class Place:
    """A workshop and one object of each kind in it; those of an administration are of `person`'s.

    `number` is that of its topic, round, group, versions and edition: two places share none.
    """

    workshop: Workshop
    number: int
    person: Registration
    by: User
    body: Administration
    code: str = "FJ"
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self.person.letter_name = "letter.pdf"
        self.person.letter.save("letter.pdf", ContentFile(b"%PDF"), save=True)
        self._hold_sessions()
        self._organise()
        self._write_report()
        self._ask_for_export()

    def break_out(self) -> None:
        """Topic, round, group, a point, and a draft plan with a move in it."""
        topic = make_topic(self.workshop, ordinal=self.number)
        held = make_round(self.workshop, ordinal=self.number, status=Round.Status.RANKING)
        group = make_group(held, topic, ordinal=self.number)
        self.point = make_point(group, self.person.user)
        self.draft(make_plan(held, {group: [self.person]}, self.by))

    def draft(self, plan: Plan) -> None:
        seat = plan.assignments.select_related("group__topic", "group__round").earliest("pk")
        self.announcement = Announcement.objects.create(
            round=seat.group.round, text="Soon", sent_by=self.by
        )
        self.theme = Theme.objects.create(topic=seat.group.topic, ordinal=1, title="Lines")
        self.plan = plan
        self.rule = SeatingRule.objects.create(
            workshop=self.workshop,
            kind=SeatingRule.Kind.PIN,
            first=self.person,
            round=seat.group.round,
            group=seat.group,
            created_by=self.by,
        )
        self.move = Move.objects.create(
            plan=plan,
            group=seat.group,
            came_from={str(seat.registration_id): None},
            moved_by=self.by,
        )

    def note_absence(self) -> Absence:
        """`person` is not in the round: only where this is asked for, since they sit in it everywhere else."""
        row, _is_new = Absence.objects.get_or_create(
            round=self.plan.round, registration=self.person, defaults={"noted_by": self.by}
        )
        return row

    def _hold_sessions(self) -> None:
        starts_at = datetime.combine(self.workshop.starts_on, time(2), UTC)
        self.session = Session.objects.create(
            workshop=self.workshop,
            title="Opening",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
        self.speaker = Speaker.objects.create(workshop=self.workshop, family_name="Hua")
        SessionSpeaker.objects.create(session=self.session, speaker=self.speaker)
        self.instrument = Instrument.objects.create(title=f"Guide {self.number}")
        SessionInstrument.objects.create(session=self.session, instrument=self.instrument)
        self.material = Material.objects.create(
            session=self.session, title="Slides", created_by=self.by
        )
        MaterialVersion.objects.create(
            material=self.material,
            number=self.number,
            file=ContentFile(b"text", "slides.txt"),
            name="slides.txt",
            content_type="text/plain",
            size=4,
            sha256="x",
            uploaded_by=self.by,
        )

    def _organise(self) -> None:
        Organiser.objects.create(
            workshop=self.workshop, administration=self.body, role=Organiser.Role.ORGANISER
        )
        self.member = TeamMember.objects.create(
            workshop=self.workshop, user=make_person(), role=TeamMember.Role.RESOURCE_PERSON
        )
        self.reminder = PlannedReminder.objects.create(
            workshop=self.workshop,
            template="participants/reminder_agenda",
            audience="participants",
            at=time(9),
        )

    def _write_report(self) -> None:
        series = ReportSeries.objects.create(slug=f"report-{self.number}", title="Report")
        self.edition = Edition.objects.create(
            series=series,
            number=self.number,
            workshop=self.workshop,
            title="First",
            compiled_at=timezone.now(),
        )
        self.contribution = Contribution.objects.create(
            edition=self.edition,
            administration=self.person.delegation.administration,
            kind="challenge",
            title="A challenge of Fiji",
            created_by=self.person.user,
        )
        self.unnamed = Contribution.objects.create(
            edition=self.edition,
            kind="trend",
            title="A trend that nobody claimed",
            attribution=Contribution.Attribution.REGION,
            created_by=self.by,
        )
        self.section = Section.objects.create(
            edition=self.edition,
            ordinal=1,
            kind="foreword",
            heading="Foreword",
            version=self.number,
        )
        SectionRevision.objects.create(
            section=self.section,
            version=self.number,
            heading="Foreword",
            sha256="x",
            origin="compiled",
        )
        self.proposal = Proposal.objects.create(
            edition=self.edition, ordinal=1, title="Go on", text="x", created_by=self.by
        )

    def _ask_for_export(self) -> None:
        """The list of participants, asked for by who runs the workshop, and made."""
        now = timezone.now()
        self.export = ExportJob.objects.create(
            key=f"roster:{self.number}",
            kind=EXPORT,
            format="xlsx",
            params={"workshop": self.workshop.pk},
            requested_by=self.by,
            status=ExportJob.Status.DONE,
            file=ContentFile(b"names", "list.xlsx"),
            file_name="list.xlsx",
            sha256="x",
            valid_until=now + timedelta(days=1),
            finished_at=now,
        )


class AccessWorld(BreakoutWorld):
    """Places `there`: 1 in workshop `here`, 7 in `elsewhere`; and what lies in no workshop."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.vanuatu = make_administration("VU", name="Vanuatu")
        make_delegation(self.elsewhere, self.vanuatu, by=self.secretariat)
        runs_elsewhere = make_person("organiser@elsewhere.example")
        TeamMember.objects.create(
            workshop=self.elsewhere, user=runs_elsewhere, role=TeamMember.Role.ORGANISER
        )
        self.own = Place(
            workshop=self.here,
            number=1,
            person=self.people["ana"],
            by=self.organiser,
            body=self.fj,
        )
        self.other = Place(
            workshop=self.elsewhere,
            number=7,
            person=self.people["eve"],
            by=runs_elsewhere,
            body=self.vanuatu,
        )
        self._break_out()
        self._platform()

    def _break_out(self) -> None:
        self.publish()
        self.own.point = make_point(self.one, self.user("ana"))
        self.own.draft(make_plan(self.round, {self.one: [self.people["ana"]]}, self.organiser))
        self.other.break_out()

    def _platform(self) -> None:
        self.mail = OutgoingMail.objects.create(
            key="x:1",
            template="participants/x",
            recipient=self.user("ana"),
            kind="x",
            status=OutgoingMail.Status.HELD,
        )
        self.registry_import = RegistryImport.objects.create(
            file_name="members.csv", created_by=self.secretariat
        )
        self.link = create_link(
            user=self.user("ana"), path="/", valid_for=timedelta(days=1)
        ).rsplit("/", 2)[1]
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        mail = EmailMessage("Hello", "Hello", to=["ana@customs.example"])
        mail.attach("agenda.ics", "BEGIN:VCALENDAR", "text/calendar")
        mail.content_subtype = "html"
        (folder / f"{MAIL_NAME}.eml").write_bytes(mail.message().as_bytes())

    @property
    def people_by_role(self) -> dict[str, User | None]:
        return {
            "visitor": None,
            "stranger": self.stranger,
            "elsewhere_delegate": self.user("eve"),
            "delegate": self.user("ana"),
            "other_delegate": self.user("dai"),
            "focal_point": self.fiji_contact,
            "other_focal_point": self.japan_contact,
            "organiser": self.organiser,
            "secretariat": self.secretariat,
        }

    def parameters(self, name: str, names: tuple[str, ...], *, side: str) -> dict[str, Any]:
        """The values of a URL's parameters: of the own place, or of the one `elsewhere`."""
        place = self.own if side == "own" else self.other
        if name == "breakouts:absence-end":
            place.note_absence()
        number = place.number
        values: dict[str, Any] = {
            "slug": place.workshop.slug,
            "code": place.code,
            "format": "csv" if name.endswith("-table") else "pdf",
            "ordinal": number,
            "number": number,
            "topic": number,
            "theme": place.theme.pk,
            "rule": place.rule.pk,
            "version": number,
            "move": place.move.pk,
            "announcement": place.announcement.pk,
            "member": place.member.pk,
            "role": Organiser.Role.ORGANISER,
            "token": self.link if name.startswith("accounts:") else place.person.calendar_token,
            "name": MAIL_NAME,
            "role_id": StaffRole.objects.get().pk,
            "instrument": place.instrument.pk,
            "speaker": place.speaker.public_id,
            "reminder": place.reminder.pk,
            "section": place.section.pk,
            "proposal": place.proposal.pk,
            "public_id": self._public_id(name, place),
        }
        if name.startswith("reports:") and name != "reports:workshop-report":
            values["slug"] = place.edition.series.slug
        if name.startswith("events:series") or name == "events:workshop-next":
            values["slug"] = place.workshop.series.slug
        if name == "events:organiser-remove":
            values["code"] = place.body.code
        return {each: values[each] for each in names}

    def query(self, name: str, *, side: str) -> str:
        """What a URL needs behind its path to show something."""
        place = self.own if side == "own" else self.other
        return {
            "reports:revision-compare": f"?old={place.number}",
            "mail:held-detail": "?template=participants/x",
        }.get(name, "")

    def _public_id(self, name: str, place: Place) -> UUID | None:
        """The first prefix that fits. None: the URL has no such parameter."""
        owners: dict[str, Any] = {
            "administrations:import": self.registry_import,
            "administrations:": FocalPoint.objects.get(administration__code=place.code),
            "breakouts:placement": place.person,
            "breakouts:absence": place.person,
            "breakouts:": place.point,
            "documents:": place.export,
            "events:material-list": place.session,
            "events:material": place.material,
            "events:version": place.material,
            "events:speaker": place.speaker,
            "events:": place.session,
            "mail:": self.mail,
            "participants:": place.person,
            "reports:contribution-claim": place.unnamed,
            "reports:": place.contribution,
        }
        return next(
            (row.public_id for prefix, row in owners.items() if name.startswith(prefix)), None
        )
