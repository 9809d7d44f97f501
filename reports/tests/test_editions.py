"""Report series, editions and what is asked for as a file: what each verb stores and refuses."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from reports.actions.compilation import compile_now
from reports.actions.editions import (
    ContributionsOverError,
    EditionAdoptedError,
    EditionOfOtherSeriesError,
    SlugTakenError,
    create_report_series,
    edit_edition,
    start_edition,
)
from reports.actions.exports import NothingToExportError, request_edition_export
from reports.models import Edition, ReportSeries
from reports.tests.editions import EditionWorld, breaks, entries, nothing_changes, stored
from workshop_portal.audit.models import Entry
from workshop_portal.documents.models import ExportJob
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

CLOSES = datetime(2099, 6, 30, 12, tzinfo=UTC)
OVER = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def create(world: EditionWorld, slug: str = "atlas") -> ReportSeries:
    return create_report_series(title="Atlas of Training", slug=slug, by=world.by)


def start(world: EditionWorld, **fields: Any) -> Edition:
    values: dict[str, Any] = {
        "series": world.series,
        "workshop": world.people.elsewhere,
        "title": "Next",
        "based_on": world.edition,
        "contributions_close_at": CLOSES,
    }
    return start_edition(**(values | fields), by=world.by)


def edit(world: EditionWorld, **fields: Any) -> Edition:
    values: dict[str, Any] = {"title": "New title", "contributions_close_at": CLOSES}
    return edit_edition(edition=world.edition, **(values | fields), by=world.by)


@pytest.mark.parametrize("act", [create, start, edit])
def test_an_error_in_the_last_step_leaves_nothing_behind(
    world: EditionWorld, act: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.actions.editions.record", breaks)

    with nothing_changes(RuntimeError):
        act(world)


# Series -------------------------------------------------------------------------------------------


def test_a_report_has_a_title_and_an_address(world: EditionWorld) -> None:
    made = create(world)

    series = ReportSeries.objects.get(slug="atlas")
    assert (made, series.title) == (series, "Atlas of Training")
    assert entries() == [("reports.series_created", world.by.pk, str(series.pk), "", {})]
    assert OutgoingMail.objects.count() == 0


def test_an_address_belongs_to_one_report(world: EditionWorld) -> None:
    with nothing_changes(SlugTakenError):
        create(world, slug="good-practice")


# Editions -----------------------------------------------------------------------------------------


def test_the_next_edition_collects_contributions(world: EditionWorld) -> None:
    edition = Edition.objects.get(pk=start(world).pk)

    assert (edition.series, edition.number, edition.status) == (world.series, 23, "collecting")
    assert (edition.workshop, edition.title, edition.based_on, edition.contributions_close_at) == (
        world.people.elsewhere,
        "Next",
        world.edition,
        CLOSES,
    )
    assert (edition.compiled_at, edition.adopted_at, edition.adopted_by) == (None, None, None)
    context = str(world.people.elsewhere.pk)
    said = "reports.edition_started"
    assert entries() == [(said, world.by.pk, str(edition.pk), context, {})]
    assert OutgoingMail.objects.count() == 0


def test_the_first_edition_of_a_report_is_number_one(world: EditionWorld) -> None:
    series = ReportSeries.objects.create(slug="atlas", title="Atlas")

    edition = start(world, series=series, workshop=None, based_on=None)

    assert (edition.number, edition.workshop) == (1, None)


def test_it_carries_on_from_its_own_report_only(world: EditionWorld) -> None:
    series = ReportSeries.objects.create(slug="atlas", title="Atlas")

    with nothing_changes(EditionOfOtherSeriesError):
        start(world, series=series)


def test_title_and_end_are_changed_with_one_entry(world: EditionWorld) -> None:
    edit(world)

    world.edition.refresh_from_db()
    assert (world.edition.title, world.edition.contributions_close_at) == ("New title", CLOSES)
    changes = {
        "title": ["Training in the new normal", "New title"],
        "contributions_close_at": [None, CLOSES.isoformat()],
    }
    pk = str(world.edition.pk)
    assert entries() == [("reports.edition_changed", world.by.pk, pk, pk, changes)]


@pytest.mark.parametrize("act", [start, edit])
def test_contributions_do_not_close_in_the_past(
    world: EditionWorld, act: Callable[..., Any]
) -> None:
    with nothing_changes(ContributionsOverError):
        act(world, contributions_close_at=OVER)


def test_the_title_is_changed_after_contributions_closed(world: EditionWorld) -> None:
    Edition.objects.update(contributions_close_at=OVER)

    edit(world, contributions_close_at=OVER)

    world.edition.refresh_from_db()
    assert (world.edition.title, world.edition.contributions_close_at) == ("New title", OVER)


def test_the_same_values_leave_no_trace(world: EditionWorld) -> None:
    before = stored()

    edit(world, title=world.edition.title, contributions_close_at=None)

    assert stored() == before


def test_an_adopted_edition_is_not_edited(world: EditionWorld) -> None:
    Edition.objects.update(status="adopted")

    with nothing_changes(EditionAdoptedError):
        edit(world)


def test_its_states_go_one_way() -> None:
    status = Edition.Status
    assert Edition.TRANSITIONS == {
        status.COLLECTING: [status.DRAFT],
        status.DRAFT: [status.ADOPTED],
        status.ADOPTED: [],
    }


def test_compiling_makes_a_draft_with_one_entry(world: EditionWorld) -> None:
    """The edge from collecting to draft; compiling a draft again is no edge."""
    compile_now(edition=world.edition, by=world.by)
    world.add(kind="trend", title="More")
    compile_now(edition=world.edition, by=world.by)

    rows = Entry.objects.filter(action="reports.edition_compiled").order_by("pk")
    assert [row.changes.get("status") for row in rows] == [["collecting", "draft"], None]


def test_two_editions_do_not_share_a_number(world: EditionWorld) -> None:
    with (
        pytest.raises(IntegrityError, match=r"one_number_per_series|edition\.number"),
        transaction.atomic(),
    ):
        Edition.objects.create(series=world.series, number=22, title="Again")


# Files --------------------------------------------------------------------------------------------


def test_an_edition_without_text_is_no_file(world: EditionWorld) -> None:
    with nothing_changes(NothingToExportError):
        request_edition_export(edition=world.edition, format="pdf", by=world.by)

    assert ExportJob.objects.count() == 0


def test_a_format_that_is_not_offered_is_an_error_of_the_program(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    with nothing_changes(KeyError):
        request_edition_export(edition=world.edition, format="odt", by=world.by)

    assert ExportJob.objects.count() == 0


def test_a_second_click_joins_the_job_under_way(world: EditionWorld) -> None:
    compile_now(edition=world.edition, by=world.by)

    first = request_edition_export(edition=world.edition, format="pdf", by=world.by)
    second = request_edition_export(edition=world.edition, format="pdf", by=world.by)

    assert (first, ExportJob.objects.count()) == (second, 1)
    assert first.format == "pdf"
