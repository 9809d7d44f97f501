"""What the database refuses by itself in break-outs, registrations and reports: each rule broken once."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, UniqueConstraint
from django.utils import timezone

from breakouts.models import AssignmentRun, Move, Preference
from participants.models import Consent
from reports.models import SectionSource
from workshop_portal.tests.access_world import AccessWorld

NOW = timezone.now()
Find = Callable[[AccessWorld], Model]


class ConstraintWorld(AccessWorld):
    """The world of the access matrix with one more row of each kind that it lacks."""

    def __post_init__(self) -> None:
        super().__post_init__()
        ana = self.people["ana"]
        self.plan = self.round.plans.get(is_current=True)
        self.seat = self.plan.assignments.get(registration=ana)
        self.role = self.one.roles.get()
        self.preference = Preference.objects.create(
            round=self.round, registration=ana, topic=self.first, rank=1
        )
        self.move = Move.objects.create(plan=self.plan, group=self.two, moved_by=self.organiser)
        self.run = AssignmentRun.objects.create(
            key="x:1", round=self.round, requested_by=self.organiser
        )
        self.consent = Consent.objects.create(
            registration=ana, purpose="recording", text_version="1", language="en"
        )
        own = self.own
        self.absence = own.note_absence()
        self.point, self.section, self.proposal = own.point, own.section, own.proposal
        self.contribution, self.edition = own.contribution, own.edition
        self.source = SectionSource.objects.create(
            section=self.section, contribution=self.contribution
        )
        self.revision = self.section.revisions.get()


BROKEN: dict[str, tuple[Find, dict[str, Any]]] = {
    "breakouts_assignmentrun_claimed_while_running": (lambda w: w.run, {"status": "running"}),
    "breakouts_assignmentrun_ended_at_a_time": (lambda w: w.run, {"status": "done"}),
    "breakouts_assignmentrun_status_valid": (lambda w: w.run, {"status": "odd"}),
    "breakouts_group_format_valid": (lambda w: w.one, {"format": "odd"}),
    "breakouts_group_minimum_within_maximum": (lambda w: w.one, {"minimum": 3, "maximum": 2}),
    "breakouts_grouprole_role_valid": (lambda w: w.role, {"role": "odd"}),
    "breakouts_move_undone_at_with_by": (lambda w: w.move, {"undone_at": NOW}),
    "breakouts_plan_current_is_published": (
        lambda w: w.plan,
        {"published_at": None, "published_by": None},
    ),
    "breakouts_plan_published_at_with_by": (lambda w: w.plan, {"published_by": None}),
    "breakouts_point_has_text": (lambda w: w.point, {"text": ""}),
    "breakouts_point_kind_valid": (lambda w: w.point, {"kind": "odd"}),
    "breakouts_point_removed_at_with_by": (lambda w: w.point, {"removed_at": NOW}),
    "breakouts_preference_rank_from_one": (lambda w: w.preference, {"rank": 0}),
    "breakouts_round_mode_valid": (lambda w: w.round, {"mode": "odd"}),
    "breakouts_round_status_valid": (lambda w: w.round, {"status": "odd"}),
    "participants_consent_purpose_valid": (lambda w: w.consent, {"purpose": "odd"}),
    "participants_registration_attends_valid": (lambda w: w.people["ana"], {"attends": "odd"}),
    "participants_registration_gender_valid": (lambda w: w.people["ana"], {"gender": "odd"}),
    "participants_registration_origin_valid": (lambda w: w.people["ana"], {"origin": "odd"}),
    "participants_registration_role_valid": (lambda w: w.people["ana"], {"role": "odd"}),
    "participants_registration_status_valid": (lambda w: w.people["ana"], {"status": "odd"}),
    "reports_contribution_attribution_valid": (lambda w: w.contribution, {"attribution": "odd"}),
    "reports_contribution_has_title": (lambda w: w.contribution, {"title": ""}),
    "reports_contribution_kind_valid": (lambda w: w.contribution, {"kind": "odd"}),
    "reports_contribution_sent_back_at_with_by": (lambda w: w.contribution, {"sent_back_at": NOW}),
    "reports_contribution_status_valid": (lambda w: w.contribution, {"status": "odd"}),
    "reports_contribution_submitted_at_with_by": (lambda w: w.contribution, {"submitted_at": NOW}),
    "reports_edition_adopted_at_with_by": (lambda w: w.edition, {"adopted_at": NOW}),
    "reports_edition_status_valid": (lambda w: w.edition, {"status": "odd"}),
    "reports_section_kind_valid": (lambda w: w.section, {"kind": "odd"}),
    "reports_section_dropped_is_removed": (lambda w: w.section, {"is_dropped": True}),
    "reports_section_removed_at_with_by": (lambda w: w.section, {"removed_at": NOW}),
    "reports_sectionrevision_origin_valid": (lambda w: w.revision, {"origin": "odd"}),
}
"""Rule of one row: the row, and what must not stand in it."""

TWICE: dict[str, tuple[Find, dict[str, Any]]] = {
    "breakouts_absence_once_per_round": (lambda w: w.absence, {}),
    "breakouts_assignment_one_group_per_person": (lambda w: w.seat, {}),
    "breakouts_group_one_number_per_round": (lambda w: w.one, {}),
    "breakouts_grouprole_one_open_per_role": (lambda w: w.role, {}),
    "breakouts_plan_one_current_per_round": (lambda w: w.plan, {"version": 9}),
    "breakouts_plan_one_version_per_round": (lambda w: w.plan, {"is_current": False}),
    "breakouts_preference_rank_once": (lambda w: w.preference, {"topic_id": "second"}),
    "breakouts_preference_topic_once": (lambda w: w.preference, {"rank": 2}),
    "breakouts_round_one_number_per_workshop": (lambda w: w.round, {}),
    "breakouts_topic_one_number_per_workshop": (lambda w: w.first, {}),
    "reports_contribution_one_per_point_and_administration": (
        lambda w: w.contribution,
        {"point_id": "point"},
    ),
    "reports_contribution_one_unnamed_per_point": (
        lambda w: w.contribution,
        {"point_id": "point", "administration_id": None},
    ),
    "reports_edition_one_number_per_series": (lambda w: w.edition, {}),
    "reports_proposal_one_number_per_edition": (lambda w: w.proposal, {}),
    "reports_section_one_number_per_edition": (lambda w: w.section, {}),
    "reports_sectionrevision_one_per_version": (lambda w: w.revision, {}),
    "reports_sectionsource_once": (lambda w: w.source, {}),
}
"""Rule of several rows: the row that must not stand there twice, and in what the second differs."""


@pytest.mark.django_db
def test_a_rule_of_one_row_holds() -> None:
    world = ConstraintWorld()
    held = {}
    for name, (find, values) in BROKEN.items():
        row = find(world)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**values)
        held[name] = re.search(rf"\b{name}\b", str(refused.value)) is not None
    assert held == dict.fromkeys(BROKEN, True)


@pytest.mark.django_db
def test_a_rule_of_several_rows_holds() -> None:
    """SQLite names the columns of a broken uniqueness, PostgreSQL the rule."""
    world = ConstraintWorld()
    held = {}
    for name, (find, values) in TWICE.items():
        known = {
            field: getattr(world, value).pk if isinstance(value, str) else value
            for field, value in values.items()
        }
        row = find(world)
        if "point_id" in known:
            type(row)._default_manager.filter(pk=row.pk).update(**known)
            row.refresh_from_db()
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            _again(row, **known)
        held[name] = _names(refused.value, row, name)
    assert held == dict.fromkeys(TWICE, True)


def _names(error: IntegrityError, row: Model, name: str) -> bool:
    """Whether the database refused because of that rule: by its name, or by exactly its columns."""
    if connection.vendor == "postgresql":
        return f'"{name}"' in str(error)
    rule = next(each for each in row._meta.constraints if each.name == name)
    assert isinstance(rule, UniqueConstraint)
    columns = [row._meta.get_field(field).column for field in rule.fields]
    table = row._meta.db_table
    return str(error) == "UNIQUE constraint failed: " + ", ".join(f"{table}.{c}" for c in columns)


def _again(row: Model, **values: Any) -> None:
    copy = type(row)._default_manager.get(pk=row.pk)
    copy.pk = None
    if hasattr(copy, "public_id"):
        copy.public_id = uuid.uuid4()
    for field, value in values.items():
        setattr(copy, field, value)
    copy.save(force_insert=True)
