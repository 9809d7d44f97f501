"""URLs of reports."""

from django.urls import path

from reports.views import (
    compilation,
    contributions,
    editions,
    exports,
    history,
    own,
    proposals,
    review,
    sections,
)

app_name = "reports"

COMPILATION_AND_EXPORTS = [
    path(
        "reports/<slug:slug>/editions/<int:number>/compilation/",
        compilation.compilation_detail,
        name="compilation-detail",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>/compile/",
        compilation.edition_compile,
        name="edition-compile",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>/exports/",
        exports.edition_exports,
        name="edition-exports",
    ),
    path(
        "reports/<slug:slug>/editions/<int:number>.<str:format>",
        exports.edition_export,
        name="edition-export",
    ),
]

EDITION = "reports/<slug:slug>/editions/<int:number>/"
SECTION = f"{EDITION}sections/<int:section>/"
VERSION = f"{SECTION}versions/<int:version>/"
PROPOSAL = f"{EDITION}proposals/<int:proposal>/"
CONTRIBUTION = f"{EDITION}contributions/<uuid:public_id>/"

EDITIONS = [
    path("reports/", editions.report_list, name="report-list"),
    path("reports/new/", editions.series_new, name="series-new"),
    path("reports/<slug:slug>/editions/new/", editions.edition_new, name="edition-new"),
    path("workshops/<slug:slug>/report/", editions.workshop_report, name="workshop-report"),
    path(EDITION, sections.edition_detail, name="edition-detail"),
    path(f"{EDITION}edit/", editions.edition_edit, name="edition-edit"),
    path(f"{EDITION}history/", history.edition_history, name="edition-history"),
    path(
        f"{EDITION}history.<str:format>",
        history.edition_history_table,
        name="edition-history-table",
    ),
]

SECTIONS = [
    path(f"{EDITION}sections/new/", sections.section_new, name="section-new"),
    path(SECTION, sections.section_detail, name="section-detail"),
    path(f"{SECTION}edit/", sections.section_edit, name="section-edit"),
    path(f"{SECTION}move/", sections.section_move, name="section-move"),
    path(f"{SECTION}remove/", sections.section_remove, name="section-remove"),
    path(f"{SECTION}put-back/", sections.section_put_back, name="section-put-back"),
    path(f"{SECTION}history/", history.section_history, name="section-history"),
    path(f"{SECTION}compare/", history.revision_compare, name="revision-compare"),
    path(VERSION, history.revision_detail, name="revision-detail"),
    path(f"{VERSION}restore/", history.revision_restore, name="revision-restore"),
]

PROPOSALS = [
    path(f"{EDITION}proposals/", proposals.proposal_list, name="proposal-list"),
    path(f"{EDITION}proposals/new/", proposals.proposal_new, name="proposal-new"),
    path(f"{PROPOSAL}edit/", proposals.proposal_edit, name="proposal-edit"),
    path(f"{PROPOSAL}move/", proposals.proposal_move, name="proposal-move"),
    path(f"{PROPOSAL}remove/", proposals.proposal_remove, name="proposal-remove"),
]

CONTRIBUTIONS = [
    path(f"{EDITION}contributions/", contributions.contribution_list, name="contribution-list"),
    path(
        f"{EDITION}contributions.<str:format>",
        contributions.contribution_table,
        name="contribution-table",
    ),
    path(f"{EDITION}contributions/mine/", own.contribution_mine, name="contribution-mine"),
    path(f"{EDITION}contributions/new/", contributions.contribution_new, name="contribution-new"),
    path(
        f"{EDITION}contributions/accept/",
        review.contribution_accept_many,
        name="contribution-accept-many",
    ),
    path(CONTRIBUTION, contributions.contribution_detail, name="contribution-detail"),
    path(f"{CONTRIBUTION}edit/", contributions.contribution_edit, name="contribution-edit"),
    path(f"{CONTRIBUTION}submit/", own.contribution_submit, name="contribution-submit"),
    path(f"{CONTRIBUTION}submitted/", own.contribution_submitted, name="contribution-submitted"),
    path(f"{CONTRIBUTION}take-back/", own.contribution_reopen, name="contribution-reopen"),
    path(f"{CONTRIBUTION}withdraw/", own.contribution_withdraw, name="contribution-withdraw"),
    path(f"{CONTRIBUTION}claim/", own.contribution_claim, name="contribution-claim"),
    path(f"{CONTRIBUTION}accept/", review.contribution_accept, name="contribution-accept"),
    path(f"{CONTRIBUTION}send-back/", review.contribution_send_back, name="contribution-send-back"),
    path(f"{EDITION}points/", review.point_list, name="point-list"),
    path(f"{EDITION}points/take/", review.point_take, name="point-take"),
]

urlpatterns = [
    *EDITIONS,
    *SECTIONS,
    *PROPOSALS,
    *CONTRIBUTIONS,
    *COMPILATION_AND_EXPORTS,
]
