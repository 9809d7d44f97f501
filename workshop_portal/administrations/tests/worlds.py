"""Two administrations with their focal points, the secretariat, and a stranger."""

import io
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.administrations.imports import Reading, read_registry
from workshop_portal.administrations.models import Administration, FocalPoint
from workshop_portal.documents.uploads import read_table

_numbers = count(1)
HEAD = "code,name,administration,subregion,time_zone,regional_training_centre\n"


def make_person(email: str = "", **fields: Any) -> User:
    number = next(_numbers)
    names = {"given_name": "Ana", "family_name": f"Person{number}"}
    return User.objects.create_user(email or f"person{number}@customs.example", **(names | fields))


def make_administration(code: str, **fields: Any) -> Administration:
    values = {"name": f"Land {code}", "official_name": f"Customs of {code}"}
    return Administration.objects.create(code=code, **(values | fields))


def read(text: str, name: str = "list.csv") -> Reading:
    """A list as it would be read from an upload."""
    return read_registry(read_table(io.BytesIO(text.encode()), name))


@dataclass
class World:
    secretariat: User = field(default_factory=lambda: make_person("secretariat@rocb.example"))
    stranger: User = field(default_factory=lambda: make_person("stranger@customs.example"))
    fiji_contact: User = field(default_factory=lambda: make_person("contact@fiji.example"))
    japan_contact: User = field(default_factory=lambda: make_person("contact@japan.example"))

    def __post_init__(self) -> None:
        StaffRole.objects.create(user=self.secretariat, role=StaffRole.Role.SECRETARIAT)
        self.fiji = make_administration(
            "FJ",
            name="Fiji",
            official_name="Fiji Revenue and Customs Service",
            sub_region="Pacific",
        )
        self.japan = make_administration("JP", name="Japan", time_zone="Asia/Tokyo")
        self.fiji_term = FocalPoint.objects.create(
            administration=self.fiji, user=self.fiji_contact, granted_by=self.secretariat
        )
        self.japan_term = FocalPoint.objects.create(
            administration=self.japan, user=self.japan_contact, granted_by=self.secretariat
        )
