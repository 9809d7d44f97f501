"""The URL table of series, workshops and what belongs to them."""

from django.urls import path

from events.views import (
    agenda,
    exports,
    materials,
    overview,
    public,
    series,
    settings,
    speakers,
)

app_name = "events"

SERIES = "series/<slug:slug>/"
WORKSHOP = "workshops/<slug:slug>/"
SESSION = f"{WORKSHOP}sessions/<uuid:public_id>/"
SPEAKER = f"{WORKSHOP}speakers/<uuid:public_id>/"
MATERIAL = f"{WORKSHOP}materials/<uuid:public_id>/"
SETTINGS = f"{WORKSHOP}settings/"

urlpatterns = [
    path("series/new/", series.series_new, name="series-new"),
    path(SERIES, series.series_detail, name="series-detail"),
    path(f"{SERIES}edit/", series.series_edit, name="series-edit"),
    path(f"{SERIES}next/", series.workshop_next, name="workshop-next"),
    path("instruments/", speakers.instrument_list, name="instrument-list"),
    path("instruments.<str:format>", exports.instrument_table, name="instrument-table"),
    path("instruments/new/", speakers.instrument_new, name="instrument-new"),
    path("instruments/<int:instrument>/edit/", speakers.instrument_edit, name="instrument-edit"),
    path(
        "instruments/<int:instrument>/remove/", speakers.instrument_remove, name="instrument-remove"
    ),
    path("workshops/", series.workshop_list, name="workshop-list"),
    path("workshops/new/", series.workshop_new, name="workshop-new"),
    # What everybody sees
    path(WORKSHOP, public.workshop_detail, name="workshop-detail"),
    path(f"{WORKSHOP}agenda.ics", public.workshop_calendar, name="workshop-calendar"),
    path(f"{WORKSHOP}own-zone/", public.workshop_own_zone, name="workshop-own-zone"),
    # The organisers' pages
    path(f"{WORKSHOP}overview/", overview.workshop_overview, name="workshop-overview"),
    path(f"{WORKSHOP}copied/", overview.workshop_copied, name="workshop-copied"),
    path(f"{WORKSHOP}history/", overview.workshop_history, name="workshop-history"),
    path(f"{WORKSHOP}history.<str:format>", exports.history_table, name="history-table"),
    path(f"{WORKSHOP}agenda/", agenda.workshop_agenda, name="workshop-agenda"),
    path(f"{WORKSHOP}agenda.<str:format>", exports.agenda_table, name="agenda-table"),
    path(f"{WORKSHOP}sessions/new/", agenda.session_new, name="session-new"),
    path(SESSION, agenda.session_detail, name="session-detail"),
    path(f"{SESSION}edit/", agenda.session_edit, name="session-edit"),
    path(f"{SESSION}move/", agenda.session_move, name="session-move"),
    path(f"{SESSION}remove/", agenda.session_remove, name="session-remove"),
    path(f"{SESSION}speakers/add/", agenda.part_add, name="part-add"),
    path(f"{SESSION}speakers/<uuid:speaker>/edit/", agenda.part_edit, name="part-edit"),
    path(f"{SESSION}speakers/<uuid:speaker>/remove/", agenda.part_remove, name="part-remove"),
    path(f"{SESSION}instruments/add/", agenda.briefing_add, name="briefing-add"),
    path(
        f"{SESSION}instruments/<int:instrument>/remove/",
        agenda.briefing_remove,
        name="briefing-remove",
    ),
    path(f"{SESSION}materials/", materials.material_list, name="material-list"),
    path(MATERIAL, materials.material_file, name="material-file"),
    path(f"{MATERIAL}edit/", materials.material_edit, name="material-edit"),
    path(f"{MATERIAL}remove/", materials.material_remove, name="material-remove"),
    path(f"{MATERIAL}put-back/", materials.material_put_back, name="material-put-back"),
    path(f"{MATERIAL}versions/new/", materials.version_new, name="version-new"),
    path(f"{MATERIAL}versions/<int:number>/", materials.version_file, name="version-file"),
    path(f"{WORKSHOP}speakers/", speakers.speaker_list, name="speaker-list"),
    path(f"{WORKSHOP}speakers.<str:format>", exports.speaker_table, name="speaker-table"),
    path(f"{WORKSHOP}speakers/new/", speakers.speaker_new, name="speaker-new"),
    path(f"{SPEAKER}edit/", speakers.speaker_edit, name="speaker-edit"),
    path(f"{SPEAKER}remove/", speakers.speaker_remove, name="speaker-remove"),
    path(SETTINGS, settings.workshop_settings, name="workshop-settings"),
    path(f"{SETTINGS}details/", settings.workshop_edit, name="workshop-edit"),
    path(f"{SETTINGS}mandate/", settings.workshop_mandate, name="workshop-mandate"),
    path(f"{SETTINGS}mandate/remove/", settings.mandate_remove, name="mandate-remove"),
    path(f"{SETTINGS}organisers/", settings.organiser_list, name="organiser-list"),
    path(
        f"{SETTINGS}organisers/<str:code>/<slug:role>/remove/",
        settings.organiser_remove,
        name="organiser-remove",
    ),
    path(f"{SETTINGS}team/", settings.team_list, name="team-list"),
    path(f"{SETTINGS}team/add/", settings.team_add, name="team-add"),
    path(f"{SETTINGS}team/<int:member>/end/", settings.team_end, name="team-end"),
    # The steps of a workshop's life
    path(f"{WORKSHOP}publish/", settings.workshop_publish, name="workshop-publish"),
    path(f"{SETTINGS}nominations/", settings.workshop_nominations, name="workshop-nominations"),
    path(f"{SETTINGS}nominations/close/", settings.nominations_close, name="nominations-close"),
    path(f"{WORKSHOP}start/", settings.workshop_start, name="workshop-start"),
    path(f"{WORKSHOP}conclude/", settings.workshop_conclude, name="workshop-conclude"),
    path(f"{WORKSHOP}archive/", settings.workshop_archive, name="workshop-archive"),
    path(f"{WORKSHOP}postpone/", settings.workshop_postpone, name="workshop-postpone"),
    path(f"{WORKSHOP}cancel/", settings.workshop_cancel, name="workshop-cancel"),
    path(f"{WORKSHOP}resume/", settings.workshop_resume, name="workshop-resume"),
]
