"""The world of the access matrix: one person of each kind, one object of each kind, every URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from breakouts.tests.worlds import BreakoutWorld, make_point
from events.models import Instrument, Material, MaterialVersion, Session, SessionSpeaker, Speaker
from participants.models import PlannedReminder
from reports.models import Contribution, Edition, Proposal, ReportSeries, Section, SectionRevision
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import FocalPoint
from workshop_portal.authorization import AccessMiddleware
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

UNKNOWN = UUID(int=0)
"""An id that nothing has."""


class AccessWorld(BreakoutWorld):
    """Objects in workshop `here` and its report; those of an administration are Fiji's."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.publish()
        self.point = make_point(self.one, self.user("ana"))
        self._hold_sessions()
        self._report()
        self.reminder = PlannedReminder.objects.create(
            workshop=self.here, template="participants/x", audience="participants", at=time(9)
        )
        self.mail = OutgoingMail.objects.create(
            key="x:1", template="participants/x", recipient=self.user("ana"), kind="x"
        )

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

    def _hold_sessions(self) -> None:
        starts_at = datetime.combine(self.here.starts_on, time(2), UTC)
        self.session = Session.objects.create(
            workshop=self.here,
            title="Opening",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
        )
        self.speaker = Speaker.objects.create(workshop=self.here, family_name="Hua")
        SessionSpeaker.objects.create(session=self.session, speaker=self.speaker)
        self.material = Material.objects.create(
            session=self.session, title="Slides", created_by=self.organiser
        )
        MaterialVersion.objects.create(
            material=self.material,
            number=1,
            file=ContentFile(b"text", "slides.txt"),
            name="slides.txt",
            content_type="text/plain",
            size=4,
            sha256="x",
            uploaded_by=self.organiser,
        )
        self.instrument = Instrument.objects.create(title="Guide")

    def _report(self) -> None:
        series = ReportSeries.objects.create(slug="report", title="Report")
        self.edition = Edition.objects.create(
            series=series, number=1, workshop=self.here, title="First", compiled_at=timezone.now()
        )
        self.contribution = Contribution.objects.create(
            edition=self.edition,
            administration=self.fj,
            kind="challenge",
            title="A challenge of Fiji",
            created_by=self.user("ana"),
        )
        self.section = Section.objects.create(
            edition=self.edition, ordinal=1, kind="foreword", heading="Foreword"
        )
        SectionRevision.objects.create(
            section=self.section, version=1, heading="Foreword", sha256="x", origin="compiled"
        )
        self.proposal = Proposal.objects.create(
            edition=self.edition, ordinal=1, title="Go on", text="x", created_by=self.organiser
        )

    def parameters(self, name: str, names: tuple[str, ...], *, slug: str) -> dict[str, Any]:
        """The values of a URL's parameters. `slug`: of the workshop, where it has one."""
        namespace = name.partition(":")[0]
        values: dict[str, Any] = {
            "slug": {"reports": "report"}.get(namespace, slug),
            "code": "FJ",
            "format": "pdf",
            "ordinal": 1,
            "number": 1,
            "topic": 1,
            "move": 1,
            "version": 1,
            "member": self.here.team.get().pk,
            "role": "organiser",
            "token": "unknown",
            "name": "unknown.eml",
            "role_id": StaffRole.objects.get().pk,
            "instrument": self.instrument.pk,
            "speaker": self.speaker.public_id,
            "reminder": self.reminder.pk,
            "section": self.section.pk,
            "proposal": self.proposal.pk,
            "public_id": self._public_id(name),
        }
        if name.startswith("events:series") or name == "reports:workshop-report":
            values["slug"] = "training" if "series" in name else slug
        return {each: values[each] for each in names}

    def _public_id(self, name: str) -> UUID:
        owners: dict[str, Any] = {
            "administrations:focal-point": FocalPoint.objects.get(administration=self.fj),
            "breakouts:point": self.point,
            "events:material": self.material,
            "events:version": self.material,
            "events:speaker": self.speaker,
            "events:": self.session,
            "mail:mail": self.mail,
            "participants:": self.people["ana"],
            "reports:contribution": self.contribution,
        }
        for prefix, owner in owners.items():
            if name.startswith(prefix):
                return UUID(str(owner.public_id))
        return UNKNOWN


def list_patterns() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every URL of ours: name with namespace, route, names of its parameters. Third-party ones are left out."""
    found = []

    def walk(patterns: list[Any], prefix: str, namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
            elif isinstance(pattern, URLPattern) and not pattern.callback.__module__.startswith(
                AccessMiddleware.THIRD_PARTY
            ):
                names = tuple(pattern.pattern.converters)
                found.append((f"{namespace}{pattern.name}", prefix + str(pattern.pattern), names))

    walk(get_resolver().url_patterns, "/", "")
    return sorted(found)


def list_cells() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Name, method, side and parameters of every row: own, and elsewhere for what lies in a workshop."""
    return [
        (name, method, side, names)
        for name, route, names in list_patterns()
        for side in (("own", "elsewhere") if "workshops/<slug" in route else ("own",))
        for method in ("GET", "POST")
    ]


def answer(world: AccessWorld, cell: tuple[str, str, str, tuple[str, ...]], role: str) -> str:
    """The status that a person gets, in words: `sign in` for the redirect there. Nothing is kept."""
    name, method, side, names = cell
    slug = "here" if side == "own" else "elsewhere"
    url = reverse(name, kwargs=world.parameters(name, names, slug=slug))
    client = Client(raise_request_exception=False)
    person = world.people_by_role[role]
    with _undone():
        if person is not None:
            client.force_login(person)
        response = client.get(url) if method == "GET" else client.post(url, {})
        leads_to = response.headers.get("Location", "")
        return "sign in" if leads_to.startswith("/accounts/login/") else str(response.status_code)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
