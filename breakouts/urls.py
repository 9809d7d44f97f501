"""The URL table of break-outs."""

from django.urls import path

from breakouts.views import (
    absences,
    board,
    exports,
    findings,
    groups,
    live,
    placements,
    plenary,
    points,
    publishing,
    rankings,
    record,
    repair,
    reporting,
    rounds,
    seating_rules,
    targets,
    themes,
)

app_name = "breakouts"

WORKSHOP = "workshops/<slug:slug>/"
BREAKOUTS = f"{WORKSHOP}breakouts/"
TOPIC = f"{BREAKOUTS}topics/<int:topic>/"
ROUND = f"{BREAKOUTS}<int:ordinal>/"
BOARD = f"{ROUND}board/"
PERSON = f"{ROUND}people/<uuid:public_id>/"
GROUP = f"{ROUND}groups/<int:number>/"
PLENARY = f"{ROUND}plenary/"
OVERVIEW = f"{ROUND}overview/"
ANNOUNCEMENTS = f"{ROUND}announcements/"
THEMES = f"{TOPIC}themes/"
RULES = f"{ROUND}seating-rules/"
POINT = f"{GROUP}points/<uuid:public_id>/"
FINDINGS = f"{WORKSHOP}findings"

urlpatterns = [
    # Topics and rounds
    path(BREAKOUTS, rounds.round_list, name="round-list"),
    path(f"{BREAKOUTS}topics/add/", rounds.topic_add, name="topic-add"),
    path(f"{TOPIC}edit/", rounds.topic_edit, name="topic-edit"),
    path(f"{TOPIC}remove/", rounds.topic_remove, name="topic-remove"),
    path(THEMES, themes.theme_list, name="theme-list"),
    path(f"{THEMES}add/", themes.theme_add, name="theme-add"),
    path(f"{THEMES}<int:theme>/edit/", themes.theme_edit, name="theme-edit"),
    path(f"{THEMES}<int:theme>/up/", themes.theme_up, name="theme-up"),
    path(f"{THEMES}<int:theme>/down/", themes.theme_down, name="theme-down"),
    path(f"{THEMES}<int:theme>/remove/", themes.theme_remove, name="theme-remove"),
    path(f"{BREAKOUTS}add/", rounds.round_add, name="round-add"),
    path(ROUND, rounds.round_detail, name="round-detail"),
    path(f"{ROUND}edit/", rounds.round_edit, name="round-edit"),
    path(f"{ROUND}remove/", rounds.round_remove, name="round-remove"),
    path(f"{ROUND}open-ranking/", rounds.ranking_open, name="ranking-open"),
    path(f"{ROUND}close-ranking/", rounds.ranking_close, name="ranking-close"),
    path(f"{ROUND}close/", rounds.round_close, name="round-close"),
    path(f"{ROUND}progress/", rounds.round_progress, name="round-progress"),
    path(f"{ROUND}ranking/", rankings.ranking_edit, name="ranking-edit"),
    # Rules for seating
    path(f"{RULES}pairs/add/", seating_rules.pair_rule_add, name="pair-rule-add"),
    path(f"{RULES}places/add/", seating_rules.place_rule_add, name="place-rule-add"),
    path(f"{RULES}put-back/", seating_rules.seating_rule_put_back, name="seating-rule-put-back"),
    path(
        f"{RULES}<int:rule>/remove/", seating_rules.seating_rule_remove, name="seating-rule-remove"
    ),
    # Who sits where
    path(f"{ROUND}assign/", board.round_assign, name="round-assign"),
    path(f"{ROUND}publish/", publishing.round_publish, name="round-publish"),
    path(f"{ROUND}repair/", repair.round_repair, name="round-repair"),
    path(PERSON, placements.placement_detail, name="placement-detail"),
    path(f"{PERSON}note-absence/", absences.absence_note, name="absence-note"),
    path(f"{PERSON}end-absence/", absences.absence_end, name="absence-end"),
    path(BOARD, board.round_board, name="round-board"),
    path(f"{BOARD}compare/", repair.round_compare, name="round-compare"),
    path(f"{BOARD}targets/", targets.board_targets, name="board-targets"),
    path(f"{BOARD}move/", board.board_move, name="board-move"),
    path(f"{BOARD}moves/<int:move>/undo/", board.board_undo, name="board-undo"),
    # Groups
    path(f"{ROUND}groups/add/", groups.group_add, name="group-add"),
    path(f"{GROUP}edit/", groups.group_edit, name="group-edit"),
    path(f"{GROUP}remove/", groups.group_remove, name="group-remove"),
    path(f"{GROUP}roles/", groups.group_roles, name="group-roles"),
    # A group's own page
    path(GROUP, points.group_detail, name="group-detail"),
    path(f"{GROUP}points/", points.point_poll, name="point-poll"),
    path(f"{GROUP}points/add/", points.point_add, name="point-add"),
    path(f"{POINT}edit/", points.point_edit, name="point-edit"),
    path(f"{POINT}up/", points.point_up, name="point-up"),
    path(f"{POINT}down/", points.point_down, name="point-down"),
    path(f"{POINT}remove/", points.point_remove, name="point-remove"),
    path(f"{POINT}restore/", points.point_restore, name="point-restore"),
    path(f"{GROUP}help/ask/", live.help_ask, name="help-ask"),
    path(f"{GROUP}help/answer/", live.help_answer, name="help-answer"),
    # All groups at once
    path(OVERVIEW, live.round_overview, name="round-overview"),
    path(f"{OVERVIEW}groups/", live.overview_poll, name="overview-poll"),
    path(f"{ROUND}start/", live.round_start, name="round-start"),
    path(f"{ROUND}start/undo/", live.round_start_undo, name="round-start-undo"),
    path(f"{ROUND}extend/", live.round_extend, name="round-extend"),
    path(f"{ROUND}stop/", live.round_stop, name="round-stop"),
    path(f"{ANNOUNCEMENTS}send/", live.announcement_send, name="announcement-send"),
    path(
        f"{ANNOUNCEMENTS}<int:announcement>/withdraw/",
        live.announcement_withdraw,
        name="announcement-withdraw",
    ),
    # Files of a round
    path(f"{ROUND}zoom.csv", exports.zoom_export, name="zoom-export"),
    path(f"{ROUND}groups.<str:format>", exports.place_table, name="place-table"),
    path(f"{ROUND}sheets/", exports.sheet_list, name="sheet-list"),
    path(f"{ROUND}sheets/export/", exports.sheet_export, name="sheet-export"),
    path(f"{ROUND}record/", record.presence_list, name="presence-list"),
    path(f"{ROUND}record.<str:format>", record.presence_table, name="presence-table"),
    # The plenary
    path(PLENARY, plenary.round_plenary, name="round-plenary"),
    path(f"{PLENARY}<int:number>/", plenary.group_plenary, name="group-plenary"),
    path(f"{PLENARY}<int:number>/points/", plenary.plenary_poll, name="plenary-poll"),
    path(f"{POINT}mark/", reporting.point_mark, name="point-mark"),
    path(f"{POINT}unmark/", reporting.point_unmark, name="point-unmark"),
    path(f"{POINT}theme/", reporting.point_theme, name="point-theme"),
    path(f"{POINT}merge/", reporting.point_merge, name="point-merge"),
    path(f"{POINT}split/", reporting.point_split, name="point-split"),
    path(f"{POINT}distinct/", reporting.point_distinct, name="point-distinct"),
    # Findings
    path(f"{FINDINGS}/", findings.point_list, name="point-list"),
    path(f"{FINDINGS}.<str:format>", findings.point_table, name="point-table"),
]
