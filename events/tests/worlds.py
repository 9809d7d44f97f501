"""Small worlds for the tests of this app: a published workshop, a draft beside it, people on each side."""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.test import Client
from i18nfield.strings import LazyI18nString

from events.actions.materials import upload_material
from events.models import (
    Format,
    Instrument,
    Material,
    Session,
    Speaker,
    TeamMember,
    Workshop,
    WorkshopSeries,
)
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.models import Entry

_numbers = count(1)
FIRST_DAY = date(2022, 5, 24)
PDF = b"%PDF-1.7 words"


def english(text: str) -> LazyI18nString:
    return LazyI18nString({"en": text})


def make_person(email: str = "", **fields: Any) -> User:
    number = next(_numbers)
    names = {"given_name": "Ana", "family_name": f"Person{number}", "time_zone": "Asia/Bangkok"}
    return User.objects.create_user(email or f"person{number}@x.example", **(names | fields))


def make_secretariat() -> User:
    person = make_person()
    StaffRole.objects.create(user=person, role=StaffRole.Role.SECRETARIAT)
    return person


def make_administration(code: str = "", **fields: Any) -> Administration:
    code = code or f"A{next(_numbers)}"
    names = {"name": f"Land {code}", "official_name": f"Customs of {code}"}
    return Administration.objects.create(code=code, **(names | fields))


def make_series(slug: str = "") -> WorkshopSeries:
    slug = slug or f"series-{next(_numbers)}"
    return WorkshopSeries.objects.create(slug=slug, title=english(f"Series {slug}"))


def make_workshop(slug: str = "", **fields: Any) -> Workshop:
    """A workshop of three days in Bangkok: published, unless `status` is a draft's."""
    number = next(_numbers)
    status = fields.setdefault("status", Workshop.Status.PUBLISHED)
    values: dict[str, Any] = {
        "number": number,
        "title": english(f"Workshop {number}"),
        "starts_on": FIRST_DAY,
        "ends_on": FIRST_DAY + timedelta(days=2),
        "time_zone": "Asia/Bangkok",
        "format": Format.ONLINE,
        "contact_email": "desk@rocb.example",
    }
    if status != Workshop.Status.DRAFT:
        values |= {"published_at": datetime(2022, 1, 1, tzinfo=UTC), "published_by": make_person()}
    series = fields.pop("series", None) or make_series()
    return Workshop.objects.create(
        series=series, slug=slug or f"workshop-{number}", **(values | fields)
    )


def at(hour: int, minute: int = 0, *, day: int = 0, workshop: Workshop | None = None) -> datetime:
    """An hour on the clock of the workshop (Bangkok without one), `day` days after its first day."""
    first = workshop.starts_on if workshop else FIRST_DAY
    zone = workshop.zone if workshop else make_zone("Asia/Bangkok")
    on = first + timedelta(days=day)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=zone)


def make_zone(name: str) -> Any:
    return ZoneInfo(name)


def make_session(workshop: Workshop, **fields: Any) -> Session:
    values: dict[str, Any] = {
        "title": english(f"Session {next(_numbers)}"),
        "kind": Session.Kind.DISCUSSION,
        "starts_at": at(9),
        "ends_at": at(10),
    }
    return Session.objects.create(workshop=workshop, **(values | fields))


def make_speaker(workshop: Workshop, **fields: Any) -> Speaker:
    values: dict[str, Any] = {"given_name": "Hua", "family_name": f"Tong{next(_numbers)}"}
    return Speaker.objects.create(workshop=workshop, **(values | fields))


def make_instrument(**fields: Any) -> Instrument:
    return Instrument.objects.create(**({"title": f"Guide {next(_numbers)}"} | fields))


def make_material(session: Session, by: User, **fields: Any) -> Material:
    values: dict[str, Any] = {
        "title": f"Slides {next(_numbers)}",
        "language": "en",
        "audience": Material.Audience.PUBLIC,
        "file": ContentFile(PDF),
        "name": "slides.pdf",
    }
    return upload_material(session=session, by=by, **(values | fields))


def make_office_file(part: str, **entries: bytes) -> "ContentFile[bytes]":
    """A package as Word, PowerPoint and Excel write it, with `part` and other entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(part, "<document/>")
        for name, content in entries.items():
            package.writestr(name, content)
    return ContentFile(packed.getvalue())


def actions_on_record() -> list[str]:
    """The record's actions, oldest first."""
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@dataclass
class World:
    """Workshop `here`, which `organiser` runs, draft `elsewhere`, which only the secretariat runs."""

    secretariat: User = field(default_factory=make_secretariat)
    organiser: User = field(default_factory=make_person)
    stranger: User = field(default_factory=make_person)

    def __post_init__(self) -> None:
        self.here = make_workshop("here")
        self.elsewhere = make_workshop("elsewhere", status=Workshop.Status.DRAFT)
        TeamMember.objects.create(
            workshop=self.here, user=self.organiser, role=TeamMember.Role.ORGANISER
        )
        self.session = make_session(self.here)
        self.foreign_session = make_session(self.elsewhere)
