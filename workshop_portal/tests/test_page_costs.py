"""What each list and detail page of the platform asks of the database: the same number for one row and for three."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.tests.worlds import World, make_administration, make_person
from workshop_portal.accounts.models import StaffRole
from workshop_portal.administrations.models import FocalPoint, RegistryImport
from workshop_portal.audit.actions import record
from workshop_portal.documents.models import ExportJob
from workshop_portal.mail.models import OutgoingMail

AT_MOST = 15

COSTS = {
    "accounts:person-search": 7,
    "accounts:profile": 3,
    "accounts:staff": 6,
    "administrations:administration-detail": 8,
    "administrations:administration-edit": 4,
    "administrations:administration-list": 6,
    "administrations:administration-new": 3,
    "administrations:administration-table": 4,
    "administrations:focal-point-new": 4,
    "administrations:import-detail": 4,
    "administrations:import-list": 3,
    "documents:export-detail": 3,
    "documents:export-list": 4,
    "events:history-table": 7,
    "events:workshop-history": 8,
    "mail:held-detail": 6,
    "mail:mail-detail": 4,
    "mail:outbox": 7,
    "mail:outbox-table": 4,
}
"""Queries of a page as the secretariat sees it, signing in included."""


class PlatformWorld(World):
    """One row of each kind for `rows` = 1, three for 3; everything belongs to somebody else."""

    def grow(self, rows: int) -> None:
        for number in range(rows):
            by = make_person(f"somebody{number}@rocb.example", family_name="Somebody")
            StaffRole.objects.create(user=by, role=StaffRole.Role.TECHNICAL_ADMIN)
            FocalPoint.objects.create(
                administration=self.fj, user=by, kind=FocalPoint.Kind.DEPUTY, granted_by=by
            )
            centre = make_administration(f"C{number}", kind="training_centre", parent=self.fj)
            FocalPoint.objects.create(administration=centre, user=by)
            self._import(number, by)
            self._mail(number, by)
            self._export(number, by)
            record("events.workshop_changed", by=by, target=self.here, context=self.here)
            record("administrations.administration_changed", by=by, target=self.fj)
            record("accounts.profile_edited", by=by, target=by)

    def _import(self, number: int, by: Any) -> None:
        row = {"line": 2, "code": "XX", "kind": "member", "name": "X", "official_name": "X"}
        self.imported = RegistryImport.objects.create(
            file_name=f"{number}.csv",
            created_by=by,
            rows=[{**row, "code": f"X{n}"} for n in range(number + 1)],
        )

    def _mail(self, number: int, by: Any) -> None:
        self.mail = OutgoingMail.objects.create(
            key=f"x:{number}",
            kind="x",
            template="accounts/sign_in_link",
            recipient=make_person(),
            actor=by,
            status=OutgoingMail.Status.HELD,
            context_type="events.workshop",
            context_id=str(self.here.pk),
        )

    def _export(self, number: int, by: Any) -> None:
        now = timezone.now()
        self.export = ExportJob.objects.create(
            key=f"x:{number}",
            kind="participants.roster",
            format="xlsx",
            params={"workshop": self.here.pk},
            requested_by=self.secretariat,
            status=ExportJob.Status.DONE,
            file=ContentFile(b"x", "x.xlsx"),
            sha256="x",
            finished_at=now,
        )

    def url(self, name: str) -> str:
        ids = {
            "import-detail": [self.imported.public_id],
            "export-detail": [self.export.public_id],
            "mail-detail": [self.mail.public_id],
            "workshop-history": ["here"],
            "history-table": ["here", "csv"],
            "outbox-table": ["csv"],
            "administration-table": ["csv"],
            "administration-detail": ["FJ"],
            "administration-edit": ["FJ"],
            "focal-point-new": ["FJ"],
        }
        queries = {
            "person-search": "?q=somebody",
            "held-detail": "?template=accounts/sign_in_link&context_type=events.workshop"
            f"&context_id={self.here.pk}",
        }
        short = name.partition(":")[2]
        return reverse(name, args=ids.get(short, [])) + queries.get(short, "")


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_costs(rows: int) -> None:
    world = PlatformWorld()
    world.grow(rows)
    client = Client()
    client.force_login(world.secretariat)
    client.get(reverse("accounts:profile"))  # what the first page of a session asks once
    spent = {}
    for name in COSTS:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(world.url(name))
            b"".join(response)
        assert response.status_code == 200, name
        spent[name] = len(asked)
    assert spent == COSTS
    assert max(spent.values()) <= AT_MOST
