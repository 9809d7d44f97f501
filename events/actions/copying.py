"""The next workshop of a series: what it takes over, and the list that says so."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.actions.workshops import WorkshopDetails, new_workshop
from events.actions.writing import Text
from events.models import Organiser, Session, SessionInstrument, Workshop, WorkshopSeries
from events.tabs import COPIERS, Copied, Copy
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record

TAKEN_OVER = (
    "title",
    "summary",
    "format",
    "time_zone",
    "venue",
    "contact_name",
    "contact_email",
)


@transaction.atomic
def plan_next_workshop(
    *,
    source: Workshop,
    starts_on: date,
    by: User,
    title: Text = "",
    short_title: Text = "",
    slug: str = "",
) -> Workshop:
    """A draft with the shape of an earlier workshop, every date moved by as many days; people stay behind.

    Upper apps take over their own parts through `events.tabs.add_copier`. What was taken over and what
    was not stands in `Workshop.copied`. Locks: the series. Raises: WorkshopExistsError.
    """
    series = WorkshopSeries.objects.select_for_update().get(pk=source.series_id)
    shift = starts_on - source.starts_on
    details: dict[str, Any] = {name: getattr(source, name) for name in TAKEN_OVER}
    details |= {"starts_on": starts_on, "ends_on": source.ends_on + shift}
    details |= {"short_title": short_title, "is_demo": source.is_demo}
    if title:
        details["title"] = title
    known: WorkshopDetails = details  # type: ignore[assignment]  # names as in TAKEN_OVER
    workshop = new_workshop(series=series, slug=slug, number=None, details=known)
    workshop.copied_from = source
    workshop.save(force_insert=True)
    copy = Copy(source=source, target=workshop, shift=shift, sessions={}, by=by)
    lines = [*_copy_own_parts(copy)]
    for _order, copier in COPIERS:
        lines += copier(copy)
    lines += _left_behind(source)
    workshop.copied = [
        {"what": str(line.what), "count": line.count, "taken": line.taken, "note": str(line.note)}
        for line in lines
    ]
    workshop.save(update_fields=["copied", "nominations_close_at"])
    record(
        "events.next_workshop_planned",
        by=by,
        target=workshop,
        changes={"copied_from": (None, source.pk), "starts_on": (source.starts_on, starts_on)},
    )
    return workshop


def _copy_own_parts(copy: Copy) -> list[Copied]:
    source, target = copy.source, copy.target
    if source.nominations_close_at:
        target.nominations_close_at = copy.moved(source.nominations_close_at)
    organisers = [
        Organiser(
            workshop=target,
            administration_id=each.administration_id,
            role=each.role,
            ordinal=each.ordinal,
        )
        for each in source.organisers.order_by("ordinal", "pk")
    ]
    Organiser.objects.bulk_create(organisers)
    for session in source.sessions.order_by("starts_at", "pk"):
        copy.sessions[session.pk] = Session(
            workshop=target,
            kind=session.kind,
            title=session.title,
            description=session.description,
            starts_at=copy.moved(session.starts_at),
            ends_at=copy.moved(session.ends_at),
            format=session.format,
            venue=session.venue,
        )
    Session.objects.bulk_create(copy.sessions.values())
    links = [
        SessionInstrument(
            session=copy.sessions[link.session_id],
            instrument_id=link.instrument_id,
            ordinal=link.ordinal,
        )
        for link in SessionInstrument.objects.filter(session__workshop=source).order_by("pk")
    ]
    SessionInstrument.objects.bulk_create(links)
    return [
        Copied(what=_("Texts, format, zone and contact"), count=len(TAKEN_OVER)),
        Copied(what=_("Organising bodies"), count=len(organisers)),
        Copied(
            what=_("Sessions"),
            count=len(copy.sessions),
            note=_("moved by {days} days, with the hours kept").format(days=copy.shift.days),
        ),
        Copied(what=_("Instruments of sessions"), count=len(links)),
    ]


def _left_behind(source: Workshop) -> list[Copied]:
    return [
        Copied(
            what=_("Mandate"),
            count=int(hasattr(source, "mandate")),
            taken=False,
            note=_("each workshop answers its own decision"),
        ),
        Copied(
            what=_("Speakers and their parts"),
            count=source.speakers.count(),
            taken=False,
            note=_("people are asked anew"),
        ),
        Copied(
            what=_("Organising team"),
            count=source.team.filter(ends_at=None).count(),
            taken=False,
            note=_("people are asked anew"),
        ),
        Copied(
            what=_("Materials"),
            count=source.sessions.filter(materials__removed_at=None, materials__isnull=False)
            .values("materials")
            .count(),
            taken=False,
            note=_("they belong to the sessions of then"),
        ),
        Copied(
            what=_("Join links"),
            count=sum(bool(url) for url in (source.join_url, source.backup_url)),
            taken=False,
            note=_("a new call has new links"),
        ),
    ]
