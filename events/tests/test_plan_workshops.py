"""Series and workshops: planning, editing, moving, the mandate."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from i18nfield.strings import LazyI18nString

from events.actions.workshops import (
    EndsBeforeStartError,
    SeriesExistsError,
    WorkshopExistsError,
    create_series,
    edit_series,
    edit_workshop,
    plan_workshop,
    remove_mandate,
    set_mandate,
)
from events.actions.writing import WorkshopFrozenError
from events.facts import mandate_sentence
from events.models import Mandate, Workshop, WorkshopSeries
from events.signals import workshop_rescheduled
from events.tests.worlds import (
    FIRST_DAY,
    actions_on_record,
    at,
    english,
    make_person,
    make_series,
    make_session,
    make_workshop,
    make_zone,
)
from workshop_portal.audit.models import Entry

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": FIRST_DAY, "ends_on": FIRST_DAY, "time_zone": "Asia/Bangkok"}


def test_a_series_gets_its_address_from_its_title() -> None:
    series = create_series(title="Training Management, Asia/Pacific", by=make_person())
    assert (series.slug, str(series.title)) == (
        "training-management-asiapacific",
        "Training Management, Asia/Pacific",
    )
    assert actions_on_record() == ["events.series_created"]


@pytest.mark.parametrize("title", ["培训管理", "new", "🙂"])
def test_a_series_has_an_address_whatever_its_title(title: str) -> None:
    assert create_series(title=title, by=None).slug not in {"", "new"}


def test_a_second_series_of_the_same_title_is_refused() -> None:
    create_series(title="Training", by=None)
    with pytest.raises(SeriesExistsError):
        create_series(title="training", by=None)
    assert WorkshopSeries.objects.count() == 1


def test_editing_a_series_makes_its_public_pages_new() -> None:
    workshop = make_workshop()
    edit_series(series=workshop.series, title="Other", by=make_person())
    workshop.refresh_from_db()
    assert (str(workshop.series.title), workshop.version) == ("Other", 2)
    edit_series(series=workshop.series, title="Other", by=make_person())
    assert actions_on_record() == ["events.series_edited"]


def test_a_workshop_is_a_draft_with_the_next_number() -> None:
    series, by = make_series(), make_person()
    first = plan_workshop(series=series, by=by, title="Training", **DAYS)
    second = plan_workshop(
        series=series, by=by, title="Training", **(DAYS | {"starts_on": date(2022, 5, 20)})
    )
    assert (first.number, second.number, first.status) == (1, 2, "draft")
    assert (first.slug, second.slug) == ("training-2022", "training-2022-2")
    assert actions_on_record() == ["events.workshop_planned"] * 2


def test_the_same_workshop_sent_twice_is_one() -> None:
    series = make_series()
    plan_workshop(series=series, by=None, title="Training", **DAYS)
    with pytest.raises(WorkshopExistsError):
        plan_workshop(series=series, by=None, title="Training", **DAYS)
    assert Workshop.objects.count() == 1


def test_a_workshop_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(EndsBeforeStartError):
        plan_workshop(
            series=make_series(),
            by=None,
            title="Training",
            **(DAYS | {"ends_on": FIRST_DAY - timedelta(days=1)}),
        )
    assert (Workshop.objects.count(), actions_on_record()) == (0, [])


def test_an_edit_records_what_changed_and_makes_the_public_page_new() -> None:
    workshop = edit_workshop(workshop=make_workshop(venue=""), venue="Hall", by=make_person())
    assert (workshop.venue, workshop.version) == ("Hall", 2)
    assert Entry.objects.get().changes == {"venue": ["", "Hall"]}


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    workshop = edit_workshop(workshop=make_workshop(), format="online", by=make_person())
    assert (workshop.version, actions_on_record()) == (1, [])


def test_an_english_text_keeps_the_other_languages() -> None:
    workshop = make_workshop(title=LazyI18nString({"en": "Training", "fr": "Formation"}))
    edited = edit_workshop(workshop=workshop, title="Learning", by=make_person())
    edited.refresh_from_db()
    assert edited.title.data == {"en": "Learning", "fr": "Formation"}


def test_a_new_first_day_moves_agenda_and_deadline_and_says_how_far() -> None:
    heard: list[timedelta] = []

    def hear(shift: timedelta, **_rest: Any) -> None:
        heard.append(shift)

    workshop = make_workshop(status="nominations_open", nominations_close_at=at(9, day=-2))
    session = make_session(workshop)
    workshop_rescheduled.connect(hear)
    try:
        edited = edit_workshop(
            workshop=workshop,
            by=make_person(),
            starts_on=FIRST_DAY + timedelta(days=7),
            ends_on=FIRST_DAY + timedelta(days=9),
        )
    finally:
        workshop_rescheduled.disconnect(hear)
    session.refresh_from_db()
    assert heard == [timedelta(days=7)]
    assert (session.starts_at, session.ends_at) == (at(9, day=7), at(10, day=7))
    assert session.revision == 1
    assert edited.nominations_close_at == at(9, day=5)
    assert actions_on_record() == ["events.workshop_edited"]


def test_another_zone_keeps_the_hours_on_the_clock() -> None:
    workshop = make_workshop()
    session = make_session(workshop)
    edit_workshop(workshop=workshop, time_zone=make_zone("Asia/Tokyo"), by=make_person())
    session.refresh_from_db()
    assert session.starts_at.astimezone(make_zone("Asia/Tokyo")).hour == 9
    assert session.starts_at == at(7)


def test_moved_over_a_change_to_summer_time_the_hours_stay() -> None:
    zone = make_zone("Pacific/Auckland")
    workshop = make_workshop(time_zone=zone, starts_on=date(2026, 9, 24), ends_on=date(2026, 9, 25))
    session = make_session(
        workshop, starts_at=at(9, workshop=workshop), ends_at=at(10, workshop=workshop)
    )
    edit_workshop(
        workshop=workshop,
        by=make_person(),
        starts_on=date(2026, 9, 28),
        ends_on=date(2026, 9, 29),
    )
    session.refresh_from_db()
    assert session.starts_at.astimezone(zone).hour == 9
    assert session.starts_at.utcoffset() == timedelta(0)
    assert session.starts_at.hour == 20


def test_a_cancelled_workshop_is_changed_by_nobody() -> None:
    workshop = make_workshop(status="cancelled")
    with pytest.raises(WorkshopFrozenError):
        edit_workshop(workshop=workshop, venue="Hall", by=make_person())
    with pytest.raises(WorkshopFrozenError):
        set_mandate(workshop=workshop, meeting="A meeting", by=make_person())


def test_the_mandate_is_written_changed_and_taken_back() -> None:
    workshop, by = make_workshop(), make_person()
    set_mandate(workshop=workshop, meeting="18th Heads Meeting", by=by)
    mandate = set_mandate(
        workshop=workshop, meeting="19th Heads Meeting", decided_in="October 2021", by=by
    )
    assert mandate_sentence(mandate) == (
        "In response to the decision of the 19th Heads Meeting, October 2021"
    )
    remove_mandate(workshop=workshop, by=by)
    remove_mandate(workshop=workshop, by=by)
    workshop.refresh_from_db()
    assert (Mandate.objects.count(), workshop.version) == (0, 4)
    assert actions_on_record() == [
        "events.mandate_set",
        "events.mandate_set",
        "events.mandate_removed",
    ]


def test_a_failure_in_the_last_step_leaves_nothing_behind() -> None:
    workshop = make_workshop()
    session = make_session(workshop)
    with (
        patch("events.actions.workshops.send_workshop_rescheduled", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        edit_workshop(workshop=workshop, by=make_person(), starts_on=FIRST_DAY + timedelta(days=1))
    workshop.refresh_from_db()
    session.refresh_from_db()
    assert (workshop.starts_on, workshop.version) == (FIRST_DAY, 1)
    assert (session.starts_at, session.revision, actions_on_record()) == (at(9), 0, [])


def test_a_title_that_looks_like_data_stays_a_title() -> None:
    workshop = edit_workshop(workshop=make_workshop(), title='{"en": 5}', by=make_person())
    workshop.refresh_from_db()
    assert workshop.title == english('{"en": 5}')
