"""Planning series and workshops, and changing what is said about them."""

from datetime import date, datetime, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from events.actions.writing import (
    Text,
    in_languages,
    lock_workshop,
    show_change,
    with_languages,
)
from events.models import Mandate, Session, Workshop, WorkshopSeries
from events.signals import send_workshop_rescheduled
from events.tabs import follow
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal

SERIES_TEXTS = ("title", "description")
WORKSHOP_TEXTS = ("title", "short_title", "summary", "travel_information")
RESERVED_SLUGS = frozenset({"new"})


class SeriesDetails(TypedDict, total=False):
    """What is said of a series."""

    title: Text
    description: Text


class WorkshopDetails(TypedDict, total=False):
    """What is said of a workshop. To plan one: title, days and zone at least."""

    title: Text
    short_title: Text
    summary: Text
    format: str
    starts_on: date
    ends_on: date
    time_zone: ZoneInfo | str
    venue: str
    travel_information: Text
    join_url: str
    backup_url: str
    contact_name: str
    contact_email: str
    is_demo: bool


class MandateDetails(TypedDict, total=False):
    """Why a workshop is held. `meeting` at least."""

    body: str
    meeting: str
    decided_on: date | None
    decided_in: str
    decision: Text


class SeriesExistsError(Refusal):
    """Another series has that title."""

    message = _("There is already a series with this title.")


class WorkshopExistsError(Refusal):
    """The series has a workshop of that title on that day: the form was probably sent twice."""

    message = _("This series already has a workshop with this title on this day.")


class EndsBeforeStartError(Refusal):
    """The last day comes before the first."""

    message = _("The last day comes before the first day.")


@transaction.atomic
def create_series(
    *, by: User | None, slug: str = "", **details: Unpack[SeriesDetails]
) -> WorkshopSeries:
    """A recurring event without workshops. Raises: SeriesExistsError."""
    title = in_languages(details["title"])
    slug = slug or slugify(str(title))[:70] or "series"
    if slug in RESERVED_SLUGS:
        slug = f"{slug}-series"
    if WorkshopSeries.objects.select_for_update().filter(slug=slug).exists():
        raise SeriesExistsError
    series = WorkshopSeries.objects.create(
        slug=slug, title=title, description=in_languages(details.get("description", ""))
    )
    record("events.series_created", by=by, target=series, changes={"title": ("", title)})
    return series


@transaction.atomic
def edit_series(
    *, series: WorkshopSeries, by: User, **details: Unpack[SeriesDetails]
) -> WorkshopSeries:
    series = WorkshopSeries.objects.select_for_update().get(pk=series.pk)
    changes = changed(series, **with_languages(series, dict(details), SERIES_TEXTS))
    if changes:
        series.save(update_fields=list(changes))
        record("events.series_edited", by=by, target=series, changes=changes)
        for workshop in series.workshops.select_for_update().order_by("number", "pk"):
            show_change(workshop)
    return series


@transaction.atomic
def plan_workshop(
    *,
    series: WorkshopSeries,
    by: User,
    slug: str = "",
    number: int | None = None,
    **details: Unpack[WorkshopDetails],
) -> Workshop:
    """A draft with the next number of the series. Raises: WorkshopExistsError, EndsBeforeStartError.

    Locks: the series, so that two drafts cannot get one number.
    """
    series = WorkshopSeries.objects.select_for_update().get(pk=series.pk)
    workshop = new_workshop(series=series, slug=slug, number=number, details=details)
    workshop.save(force_insert=True)
    record(
        "events.workshop_planned",
        by=by,
        target=workshop,
        changes={"title": ("", workshop.title), "starts_on": (None, workshop.starts_on)},
    )
    return workshop


def new_workshop(
    *, series: WorkshopSeries, slug: str, number: int | None, details: WorkshopDetails
) -> Workshop:
    """A draft of a locked series, not saved yet."""
    values = dict(details)
    for name in WORKSHOP_TEXTS:
        values[name] = in_languages(details.get(name, ""))
    workshop = Workshop(series=series, **values)
    if workshop.ends_on < workshop.starts_on:
        raise EndsBeforeStartError
    for other in series.workshops.filter(starts_on=workshop.starts_on).order_by("pk"):
        if str(other.title) == str(workshop.title):
            raise WorkshopExistsError
    last = series.workshops.aggregate(last=Max("number"))["last"] or 0
    workshop.number = number or last + 1
    workshop.slug = slug or _free_slug(workshop)
    return workshop


@transaction.atomic
def edit_workshop(*, workshop: Workshop, by: User, **details: Unpack[WorkshopDetails]) -> Workshop:
    """Change what is said of a workshop.

    A new first day moves agenda and deadline by as many days; a new zone keeps the hours on the clock.
    Raises: WorkshopFrozenError, EndsBeforeStartError. Sends: workshop_rescheduled.
    """
    workshop = lock_workshop(workshop)
    first_day, zone = workshop.starts_on, workshop.zone
    changes = changed(workshop, **with_languages(workshop, dict(details), WORKSHOP_TEXTS))
    if not changes:
        return workshop
    if workshop.ends_on < workshop.starts_on:
        raise EndsBeforeStartError
    shift = workshop.starts_on - first_day
    if shift or workshop.zone != zone:
        move_times(workshop, shift=shift, zone=zone)
    show_change(workshop, *changes, "nominations_close_at")
    record("events.workshop_edited", by=by, target=workshop, changes=changes)
    if "format" in changes:
        follow(workshop, by)
    if shift:
        send_workshop_rescheduled(workshop=workshop, by=by, shift=shift)
    return workshop


def move_times(workshop: Workshop, *, shift: timedelta, zone: ZoneInfo) -> None:
    """Move what has a time, so that clocks in the workshop's zone show the hour that they showed in `zone`."""

    def moved(at: datetime) -> datetime:
        local = at.astimezone(zone).replace(tzinfo=None) + shift
        return local.replace(tzinfo=workshop.zone)

    sessions = list(workshop.sessions.select_for_update().order_by("starts_at", "pk"))
    for session in sessions:
        session.starts_at, session.ends_at = moved(session.starts_at), moved(session.ends_at)
        session.revision += 1
        session.changed_at = timezone.now()
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "revision", "changed_at"])
    if workshop.nominations_close_at:
        workshop.nominations_close_at = moved(workshop.nominations_close_at)


@transaction.atomic
def set_mandate(*, workshop: Workshop, by: User, **details: Unpack[MandateDetails]) -> Mandate:
    """Say why the workshop is held. Raises: WorkshopFrozenError."""
    workshop = lock_workshop(workshop)
    mandate = Mandate.objects.filter(workshop=workshop).first() or Mandate(workshop=workshop)
    changes = changed(mandate, **with_languages(mandate, dict(details), ("decision",)))
    if changes or mandate.pk is None:
        mandate.save()
        show_change(workshop)
        record("events.mandate_set", by=by, target=mandate, context=workshop, changes=changes)
    return mandate


@transaction.atomic
def remove_mandate(*, workshop: Workshop, by: User) -> None:
    """Take back why the workshop is held, where it was wrong. Raises: WorkshopFrozenError."""
    workshop = lock_workshop(workshop)
    mandate = Mandate.objects.filter(workshop=workshop).first()
    if mandate is None:
        return
    record(
        "events.mandate_removed",
        by=by,
        target=mandate,
        context=workshop,
        changes={"meeting": (mandate.meeting, "")},
    )
    mandate.delete()
    show_change(workshop)


def _free_slug(workshop: Workshop) -> str:
    wanted = slugify(f"{str(workshop.short_title) or str(workshop.title)}")[:64].strip("-")
    year = str(workshop.starts_on.year)
    base = wanted or "workshop"
    if year not in base:
        base = f"{base}-{year}"
    taken = {
        *RESERVED_SLUGS,
        *Workshop.objects.filter(slug__startswith=base).values_list("slug", flat=True),
    }
    names = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
