"""What must never be stored, each violated on purpose."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import (
    Instrument,
    Material,
    MaterialVersion,
    Organiser,
    Session,
    SessionInstrument,
    SessionSpeaker,
    TeamMember,
    Workshop,
)
from events.tests.worlds import (
    FIRST_DAY,
    at,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db


def twice(make: Callable[[], Any]) -> None:
    make()
    make()


def two_numbers() -> None:
    first = make_workshop(number=1)
    make_workshop(series=first.series, number=1)


def two_organisers() -> None:
    workshop, body = make_workshop(), make_administration()
    twice(lambda: Organiser.objects.create(workshop=workshop, administration=body, role="host"))


def two_roles() -> None:
    workshop, person = make_workshop(), make_person()
    twice(lambda: TeamMember.objects.create(workshop=workshop, user=person, role="organiser"))


def two_parts() -> None:
    session = make_session(make_workshop())
    speaker = make_speaker(session.workshop)
    twice(lambda: SessionSpeaker.objects.create(session=session, speaker=speaker))


def two_briefings() -> None:
    session, instrument = make_session(make_workshop()), make_instrument()
    twice(lambda: SessionInstrument.objects.create(session=session, instrument=instrument))


def two_versions() -> None:
    material = make_material(make_session(make_workshop()), make_person())
    version = material.versions.get()
    version.pk = None
    version.save(force_insert=True)


def changed(model: Any, row: Any, **values: Any) -> None:
    model.objects.filter(pk=row.pk).update(**values)


def part_with_role() -> None:
    session = make_session(make_workshop())
    SessionSpeaker.objects.create(
        session=session, speaker=make_speaker(session.workshop), role="king"
    )


def material() -> Material:
    return make_material(make_session(make_workshop()), make_person())


VIOLATIONS: dict[str, Callable[[], Any]] = {
    "events_workshop_one_number_per_series": two_numbers,
    "events_workshop_ends_after_start": lambda: make_workshop(
        ends_on=FIRST_DAY - timedelta(days=1)
    ),
    "events_workshop_published_at_with_by": lambda: make_workshop(
        status="cancelled", published_by=None
    ),
    "events_workshop_published_unless_draft": lambda: make_workshop(
        status="running", published_at=None, published_by=None
    ),
    "events_workshop_draft_is_not_published": lambda: make_workshop(
        status="draft", published_at=timezone.now(), published_by=make_person()
    ),
    "events_workshop_status_valid": lambda: make_workshop(status="sleeping"),
    "events_workshop_format_valid": lambda: make_workshop(format="dream"),
    "events_organiser_one_role_per_body": two_organisers,
    "events_organiser_role_valid": lambda: Organiser.objects.create(
        workshop=make_workshop(), administration=make_administration(), role="king"
    ),
    "events_teammember_one_open_role_per_person": two_roles,
    "events_teammember_ends_after_start": lambda: TeamMember.objects.create(
        workshop=make_workshop(),
        user=make_person(),
        role="organiser",
        ends_at=timezone.now() - timedelta(days=1),
    ),
    "events_teammember_role_valid": lambda: TeamMember.objects.create(
        workshop=make_workshop(), user=make_person(), role="king"
    ),
    "events_session_ends_after_start": lambda: make_session(make_workshop(), ends_at=at(9)),
    "events_session_kind_valid": lambda: make_session(make_workshop(), kind="nap"),
    "events_session_format_valid": lambda: make_session(make_workshop(), format="dream"),
    "events_sessionspeaker_once_per_session": two_parts,
    "events_sessionspeaker_role_valid": part_with_role,
    "events_material_audience_valid": lambda: changed(Material, material(), audience="cats"),
    "events_material_removed_at_with_by": lambda: changed(
        Material, material(), removed_at=timezone.now()
    ),
    "events_materialversion_one_number_per_material": two_versions,
    "events_instrument_one_title_per_edition": lambda: twice(
        lambda: Instrument.objects.create(title="Guide", edition="1")
    ),
    "events_sessioninstrument_once_per_session": two_briefings,
}

COLUMNS = {
    "events_workshop_one_number_per_series": "events_workshop.series_id, events_workshop.number",
    "events_organiser_one_role_per_body": "events_organiser.workshop_id",
    "events_teammember_one_open_role_per_person": "events_teammember.workshop_id",
    "events_sessionspeaker_once_per_session": "events_sessionspeaker.session_id",
    "events_materialversion_one_number_per_material": "events_materialversion.material_id",
    "events_instrument_one_title_per_edition": "events_instrument.title",
    "events_sessioninstrument_once_per_session": "events_sessioninstrument.session_id",
}
"""SQLite names the columns of a unique constraint in place of its name."""


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses(name: str) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        VIOLATIONS[name]()
    said = str(refusal.value)
    assert name in said or COLUMNS.get(name, name) in said


def test_every_constraint_of_the_app_is_violated_here() -> None:
    models = [Workshop, Organiser, TeamMember, Session, SessionSpeaker, Material,
              MaterialVersion, Instrument, SessionInstrument]  # fmt: skip
    names = {constraint.name for model in models for constraint in model._meta.constraints}
    assert names == set(VIOLATIONS)
