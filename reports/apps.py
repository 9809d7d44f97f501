"""Registers `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports import access  # noqa: F401 declares the rules

        _register_compilation_and_exports()


def _register_compilation_and_exports() -> None:
    """The edition as a file, and the sentences of the record."""
    from reports.writers import may_export, write_edition
    from reports.writers.export import KIND
    from workshop_portal.audit.presenters import present
    from workshop_portal.documents.exports import register_export

    register_export(KIND, title=_("Regional report"), run=write_edition, may=may_export)
    present(
        {
            "reports.compilation_requested": _("Compilation asked for"),
            "reports.edition_compiled": _("Draft compiled"),
            "reports.series_created": _("Report series created"),
            "reports.edition_started": _("Edition started"),
            "reports.proposal_added": _("Proposal added"),
            "reports.contribution_written": _("Contribution written"),
            "reports.contribution_submitted": _("Contribution submitted"),
        }
    )
