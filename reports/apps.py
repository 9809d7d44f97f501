"""Registers `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports import (
            access,  # noqa: F401 declares the rules
            naming,
        )
        from workshop_portal.audit.presenters import describe

        describe(naming.KINDS, naming.FIELDS)
        _register_compilation_and_exports()
        _register_editions()
        _register_mails()


def _register_compilation_and_exports() -> None:
    """The edition as a file, and the sentences of the record."""
    from reports.writers import may_export, write_edition
    from reports.writers.export import KIND, place_of_edition
    from workshop_portal.audit.presenters import present
    from workshop_portal.documents.exports import register_export

    register_export(
        KIND,
        title=_("Regional report"),
        run=write_edition,
        may=may_export,
        place=place_of_edition,
    )
    present(
        {
            "reports.compilation_requested": _("Compilation asked for"),
            "reports.edition_compiled": _("Draft compiled"),
        }
    )


def _register_editions() -> None:
    """Contributions, sections, proposals: tab, stage, what waits, the panel, the sentences of the record."""
    from events.tabs import Tab, add_copier, add_record, add_stage, add_tab, add_waiting
    from participants.tabs import HomePanel, add_home_panel
    from reports import stages
    from reports.actions.copying import copy_outline
    from reports.queries.editions import list_editions_on_record
    from workshop_portal.audit.presenters import mark_personal, present

    add_tab(Tab(name="report", label=_("Report"), url_name="reports:workshop-report", order=60))
    add_copier(copy_outline, order=50)
    add_stage("report", _("Report"), stages.report_stage)
    add_waiting(stages.waiting_for_review)
    add_record(list_editions_on_record)
    add_home_panel(
        HomePanel(
            label=_("Contributions"),
            template="reports/home_panel.html",
            find=stages.find_home_panel,
            order=30,
        )
    )

    mark_personal("reports.contribution", ["contact"])
    present(
        {
            "reports.series_created": _("Report series created"),
            "reports.edition_started": _("Edition started"),
            "reports.edition_changed": _("Edition changed"),
            "reports.proposal_added": _("Proposal added"),
            "reports.proposal_edited": _("Proposal changed"),
            "reports.proposal_moved": _("Proposal moved"),
            "reports.proposal_removed": _("Proposal removed"),
            "reports.contribution_written": _("Contribution written"),
            "reports.contribution_edited": _("Contribution changed"),
            "reports.contribution_submitted": _("Contribution submitted"),
            "reports.contribution_accepted": _("Contribution accepted"),
            "reports.contribution_sent_back": _("Contribution sent back"),
            "reports.contribution_reopened": _("Contribution taken back as a draft"),
            "reports.contribution_withdrawn": _("Contribution withdrawn"),
            "reports.contribution_taken": _("Point taken over as a contribution"),
            "reports.contribution_claimed": _("Claimed by an administration"),
            "reports.section_added": _("Section added"),
            "reports.section_edited": _("Section edited"),
            "reports.section_restored": _("Earlier version of a section restored"),
            "reports.section_moved": _("Section moved"),
            "reports.section_removed": _("Section removed"),
            "reports.section_put_back": _("Section put back"),
        }
    )


def _register_mails() -> None:
    """Who has not contributed, for mail plans; a contribution that was sent back."""
    from participants.audiences import add_audience, add_reminder_mail
    from participants.reminders import USUAL_PLAN, is_still_due
    from reports import mails
    from workshop_portal.mail.registry import register_still_due, register_template

    add_audience(mails.AUDIENCE)
    add_reminder_mail(mails.REMINDER)
    USUAL_PLAN.append(mails.USUAL_ROW)
    register_still_due(mails.REMINDER.kind, is_still_due)
    for template in mails.templates():
        register_template(template)
