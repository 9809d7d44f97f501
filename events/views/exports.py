"""The lists of a workshop and the library of instruments as files: CSV, XLSX, JSON."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events import tables
from events.access import get_workshop_for
from events.queries import list_instruments, list_sessions, list_speakers
from events.tabs import list_recorded
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.audit.history import read_whole_history
from workshop_portal.authorization import access, require
from workshop_portal.documents.spreadsheets import table_response


@access("events.view_workshop_board")
@require_safe
def agenda_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    """The sessions in their order, on the clock of the workshop."""
    workshop = get_workshop_for(request.user, slug=slug)
    rows = tables.agenda_rows(list_sessions(workshop, user=request.user), workshop)
    header = tables.agenda_header(workshop.zone)
    return table_response(format, f"agenda-{slug}", header, rows, title=_("Agenda"))


@access("events.view_workshop_board")
@require_safe
def speaker_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug)
    rows = tables.speaker_rows(list_speakers(workshop))
    return table_response(
        format, f"speakers-{slug}", tables.speaker_header(), rows, title=_("Speakers")
    )


@access("events.view_workshop_board")
@require_safe
def history_table(request: PersonRequest, slug: str, format: str) -> HttpResponseBase:
    """The entries of the filtered page, all pages of it."""
    workshop = get_workshop_for(request.user, slug=slug)
    of = list_recorded(workshop, request.user)
    lines = read_whole_history(of=of, asked=request.GET, reader=request.user)
    rows = tables.history_rows(lines)
    return table_response(
        format, f"history-{slug}", tables.history_header(), rows, title=_("History")
    )


@access("events.manage_instruments")
@require_safe
def instrument_table(request: PersonRequest, format: str) -> HttpResponseBase:
    require("events.manage_instruments", request.user)
    rows = tables.instrument_rows(list_instruments())
    return table_response(
        format, "instruments", tables.instrument_header(), rows, title=_("Instruments")
    )
