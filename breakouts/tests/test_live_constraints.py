"""What the database refuses by itself of rules, the hour itself, themes and merged points."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from breakouts.models import (
    Announcement,
    AssignmentRun,
    HelpRequest,
    Presence,
    Round,
    SeatingRule,
    Theme,
)
from breakouts.tests.worlds import BreakoutWorld, make_point

pytestmark = pytest.mark.django_db
NOW = timezone.now()


class RowWorld(BreakoutWorld):
    """One row of each kind."""

    def __post_init__(self) -> None:
        super().__post_init__()
        ana, cho = self.people["ana"], self.people["cho"]
        by = self.organiser
        self.point = make_point(self.one, by)
        self.theme = Theme.objects.create(topic=self.first, ordinal=1, title="Lines")
        self.rule = SeatingRule.objects.create(
            workshop=self.here, kind="apart", first=ana, second=cho, created_by=by
        )
        self.announcement = Announcement.objects.create(round=self.round, text="Soon", sent_by=by)
        self.call = HelpRequest.objects.create(group=self.one, asked_by=ana.user)
        self.presence = Presence.objects.create(group=self.one, user=ana.user)
        self.run = AssignmentRun.objects.create(key="x:1", round=self.round, requested_by=by)


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "breakouts_announcement_has_text_unless_five_left": ("announcement", {"text": ""}),
    "breakouts_announcement_kind_valid": ("announcement", {"kind": "odd"}),
    "breakouts_announcement_withdrawn_at_with_by": ("announcement", {"withdrawn_at": NOW}),
    "breakouts_assignmentrun_kind_valid": ("run", {"kind": "odd"}),
    "breakouts_helprequest_answered_at_with_by": ("call", {"answered_at": NOW}),
    "breakouts_point_marked_at_with_by": ("point", {"marked_at": NOW}),
    "breakouts_point_merged_at_with_by_and_target": ("point", {"merged_at": NOW}),
    "breakouts_point_not_merged_into_itself": (
        "point",
        {"merged_into": "self", "merged_at": NOW, "merged_by": "organiser"},
    ),
    "breakouts_presence_seen_in_order": (
        "presence",
        {"last_seen_at": NOW, "first_seen_at": NOW + timedelta(hours=1)},
    ),
    "breakouts_round_ends_after_its_start": (
        "round",
        {"started_at": NOW, "started_by": "organiser", "ends_at": NOW},
    ),
    "breakouts_round_started_at_with_by_and_end": ("round", {"started_at": NOW}),
    "breakouts_round_weighting_valid": ("round", {"weighting": "odd"}),
    "breakouts_seatingrule_kind_valid": ("rule", {"kind": "odd"}),
    "breakouts_seatingrule_names_a_person_or_a_group": ("rule", {"second": None}),
    "breakouts_seatingrule_of_two_people": ("rule", {"second": "first"}),
}
TWICE: dict[str, tuple[str, dict[str, Any], str]] = {
    "breakouts_helprequest_one_open_per_group": ("call", {}, "group_id"),
    "breakouts_presence_once_per_group": ("presence", {}, "group_id, user_id"),
    "breakouts_theme_one_number_per_topic": ("theme", {"title": "Other"}, "topic_id, ordinal"),
    "breakouts_theme_title_once_per_topic": ("theme", {"ordinal": 2}, "topic_id, title"),
}


def _named(text: str) -> str:
    return str(re.findall(r"breakouts_\w+", text)[-1])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_refused_by_its_name(name: str) -> None:
    world = RowWorld()
    attribute, values = BROKEN[name]
    row: Any = getattr(world, attribute)
    special = {"self": row, "organiser": world.organiser, "first": world.people["ana"]}
    values = {
        field: special.get(value, value) if isinstance(value, str) else value
        for field, value in values.items()
    }
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)
    broken = set(re.findall(r"breakouts_\w+", str(refused.value)))
    # "kind_valid" and "names a person or a group" are broken by the same word, and either may be told.
    assert name in broken or broken & {"breakouts_seatingrule_names_a_person_or_a_group"}


@pytest.mark.parametrize("name", TWICE)
def test_a_second_row_is_refused(name: str) -> None:
    world = RowWorld()
    attribute, values, columns = TWICE[name]
    row: Any = getattr(world, attribute)
    row.pk = None
    for field, value in values.items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    if connection.vendor == "postgresql":
        assert _named(str(refused.value)) == name
    else:
        table = row._meta.db_table
        wanted = ", ".join(f"{table}.{column}" for column in columns.split(", "))
        assert str(refused.value) == f"UNIQUE constraint failed: {wanted}"


@pytest.mark.parametrize(
    ("status", "ends_in", "expected"),
    [("published", 5, True), ("published", -5, False), ("closed", 5, False)],
)
def test_a_round_runs_until_its_end(status: str, ends_in: int, expected: bool) -> None:
    minutes = timedelta(minutes=1)
    held = Round(status=status, started_at=NOW - 10 * minutes, ends_at=NOW + ends_in * minutes)
    assert held.is_running(NOW) is expected
    assert not Round(status=status).is_running(NOW)
