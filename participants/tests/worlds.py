"""Small worlds for the tests of this app: two workshops, two administrations, people on each side."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from i18nfield.strings import LazyI18nString

from events.models import TeamMember, Workshop, WorkshopSeries
from participants.models import Delegation, Registration
from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.models import Administration, FocalPoint

_numbers = count(1)


def make_person(email: str = "", **fields: Any) -> User:
    number = next(_numbers)
    names = {"given_name": "Ana", "family_name": f"Person{number}"}
    return User.objects.create_user(email or f"person{number}@customs.example", **(names | fields))


def make_administration(code: str = "FJ", **fields: Any) -> Administration:
    names = {"name": f"Land {code}", "official_name": f"Customs of {code}"}
    return Administration.objects.create(code=code, **(names | fields))


def make_workshop(slug: str = "online-2022", **fields: Any) -> Workshop:
    series, _made = WorkshopSeries.objects.get_or_create(
        slug="training", defaults={"title": LazyI18nString({"en": "Training Management"})}
    )
    now = timezone.now()
    values: dict[str, Any] = {
        "number": Workshop.objects.count() + 1,
        "title": LazyI18nString({"en": f"Workshop {slug}"}),
        "status": Workshop.Status.NOMINATIONS_OPEN,
        "starts_on": date.today() + timedelta(days=10),  # noqa: DTZ011 any day ahead
        "ends_on": date.today() + timedelta(days=12),  # noqa: DTZ011 as above
        "contact_email": "desk@rocb.example",
        "nominations_close_at": now + timedelta(days=5),
        "published_at": now,
        "published_by": fields.pop("by", None) or make_person(),
    }
    return Workshop.objects.create(series=series, slug=slug, **(values | fields))


def make_delegation(
    workshop: Workshop, administration: Administration, **fields: Any
) -> Delegation:
    by = fields.pop("by", None) or make_person()
    values: dict[str, Any] = {
        "status": Delegation.Status.INVITED,
        "invited_at": timezone.now(),
        "invited_by": by,
    }
    return Delegation.objects.create(
        workshop=workshop, administration=administration, **(values | fields)
    )


def make_registration(delegation: Delegation, **fields: Any) -> Registration:
    """A row as it would stand after the actions; seats are counted along."""
    now = timezone.now()
    by = fields.setdefault("nominated_by", None) or make_person()
    status = fields.get("status", Registration.Status.NOMINATED)
    values: dict[str, Any] = {"user": fields.pop("user", None) or make_person()}
    fields["nominated_by"] = by
    if status == Registration.Status.WAITING:
        values["waiting_since"] = now
    if status in Registration.TAKING_PART:
        values |= {"approved_at": now, "approved_by": by}
    if status == Registration.Status.CONFIRMED:
        values["confirmed_at"] = now
    if status in Registration.ENDED:
        values |= {"ended_at": now, "ended_by": by, "end_reason": "Why not"}
    row = Registration.objects.create(
        workshop=delegation.workshop, delegation=delegation, **(values | fields)
    )
    if status in Registration.SEATED:
        delegation.seats_taken += 1
        delegation.save(update_fields=["seats_taken"])
    return row


@dataclass
class World:
    """Workshop `here` with delegations `fiji` and `japan`, workshop `elsewhere`; one person of each kind."""

    secretariat: User = field(default_factory=lambda: make_person("secretariat@rocb.example"))
    organiser: User = field(default_factory=lambda: make_person("organiser@rocb.example"))
    stranger: User = field(default_factory=lambda: make_person("stranger@customs.example"))
    fiji_contact: User = field(default_factory=lambda: make_person("contact@fiji.example"))
    japan_contact: User = field(default_factory=lambda: make_person("contact@japan.example"))

    def __post_init__(self) -> None:
        StaffRole.objects.create(user=self.secretariat, role=StaffRole.Role.SECRETARIAT)
        self.here = make_workshop("here")
        self.elsewhere = make_workshop("elsewhere")
        TeamMember.objects.create(
            workshop=self.here, user=self.organiser, role=TeamMember.Role.ORGANISER
        )
        self.fj = make_administration("FJ", name="Fiji", time_zone="Pacific/Fiji")
        self.jp = make_administration("JP", name="Japan", time_zone="Asia/Tokyo")
        FocalPoint.objects.create(administration=self.fj, user=self.fiji_contact)
        FocalPoint.objects.create(administration=self.jp, user=self.japan_contact)
        self.fiji = make_delegation(self.here, self.fj, by=self.secretariat)
        self.japan = make_delegation(self.here, self.jp, by=self.secretariat)
        self.fiji_elsewhere = make_delegation(self.elsewhere, self.fj, by=self.secretariat)


def make_listed(world: World, code: str, *, contact: bool = True, **fields: Any) -> Delegation:
    """A delegation that waits for its invitation."""
    administration = make_administration(code, **fields)
    if contact:
        FocalPoint.objects.create(administration=administration, user=make_person())
    return Delegation.objects.create(workshop=world.here, administration=administration)
