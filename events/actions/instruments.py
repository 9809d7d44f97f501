"""The library of instruments, and which of them a session introduces."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from events.actions.sessions import revise
from events.actions.writing import lock_workshop, show_change
from events.models import Instrument, Session, SessionInstrument, Workshop
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal


class InstrumentDetails(TypedDict, total=False):
    """What is said of an instrument. The title at least."""

    title: str
    year: int | None
    edition: str
    url: str
    is_active: bool


class InstrumentExistsError(Refusal):
    """The library has that title in that edition."""

    message = _("The library already has this title in this edition.")


class InstrumentInUseError(Refusal):
    """Some session introduces it, so that the record needs it."""

    message = _("A session introduces this instrument, so it stays on record. Stop offering it.")


class AlreadyIntroducedError(Refusal):
    """The session introduces it already."""

    message = _("This session already introduces this instrument.")


@transaction.atomic
def add_instrument(*, by: User, **details: Unpack[InstrumentDetails]) -> Instrument:
    """Raises: InstrumentExistsError."""
    instrument = Instrument(**details)
    if _same(instrument):
        raise InstrumentExistsError
    instrument.save(force_insert=True)
    record(
        "events.instrument_added",
        by=by,
        target=instrument,
        changes={"title": ("", instrument.title)},
    )
    return instrument


@transaction.atomic
def edit_instrument(
    *, instrument: Instrument, by: User, **details: Unpack[InstrumentDetails]
) -> Instrument:
    """Raises: InstrumentExistsError."""
    instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    changes = changed(instrument, **details)
    if not changes:
        return instrument
    if _same(instrument):
        raise InstrumentExistsError
    instrument.save(update_fields=list(changes))
    used = Workshop.objects.filter(sessions__session_instruments__instrument=instrument)
    for pk in sorted(set(used.values_list("pk", flat=True))):
        show_change(Workshop.objects.select_for_update().get(pk=pk))
    record("events.instrument_edited", by=by, target=instrument, changes=changes)
    return instrument


@transaction.atomic
def remove_instrument(*, instrument: Instrument, by: User) -> None:
    """Raises: InstrumentInUseError."""
    instrument = Instrument.objects.select_for_update().get(pk=instrument.pk)
    if instrument.session_instruments.exists():
        raise InstrumentInUseError
    changes = {"title": (instrument.title, "")}
    record("events.instrument_removed", by=by, target=instrument, changes=changes)
    instrument.delete()


@transaction.atomic
def attach_instrument(*, session: Session, instrument: Instrument, by: User) -> SessionInstrument:
    """Say that a session introduces an instrument. Raises: WorkshopFrozenError, AlreadyIntroducedError."""
    workshop = lock_workshop(session.workshop)
    session = workshop.sessions.select_for_update().get(pk=session.pk)
    if session.session_instruments.filter(instrument=instrument).exists():
        raise AlreadyIntroducedError
    last = session.session_instruments.aggregate(last=Max("ordinal"))["last"] or 0
    link = SessionInstrument.objects.create(
        session=session, instrument=instrument, ordinal=last + 1
    )
    revise(session)
    show_change(workshop)
    changes = {"instrument": ("", instrument.title)}
    record("events.instrument_attached", by=by, target=session, context=workshop, changes=changes)
    return link


@transaction.atomic
def detach_instrument(*, link: SessionInstrument, by: User) -> None:
    """Raises: WorkshopFrozenError."""
    session = link.session
    workshop = lock_workshop(session.workshop)
    changes = {"instrument": (link.instrument.title, "")}
    link.delete()
    revise(session)
    show_change(workshop)
    record("events.instrument_detached", by=by, target=session, context=workshop, changes=changes)


def _same(instrument: Instrument) -> bool:
    return (
        Instrument.objects.filter(
            title__iexact=instrument.title, edition__iexact=instrument.edition
        )
        .exclude(pk=instrument.pk)
        .exists()
    )
