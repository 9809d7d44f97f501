"""How the record calls editions and what they are made of."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.models import CompilationRun, Contribution, Edition, Section
from workshop_portal.audit.presenters import Field, Kind


def _title(row: Any) -> str:
    return str(row.title)


def _edition(row: Edition) -> str:
    return _("%(series)s, edition %(number)s") % {"series": row.series, "number": row.number}


def _page(url_name: str, edition: Edition, *args: Any) -> str:
    return reverse(url_name, args=[edition.series.slug, edition.number, *args])


def _contribution(row: Contribution) -> str:
    return f"{row.title}, {row.administration}" if row.administration else row.title


def _contribution_url(row: Contribution) -> str:
    return _page("reports:contribution-detail", row.edition, row.public_id)


def _section(row: Section) -> str:
    return row.heading


def _section_url(row: Section) -> str:
    """What was removed is listed on the page of its edition, from where it can be put back."""
    if row.removed_at or row.is_dropped:
        return _page("reports:edition-detail", row.edition)
    return _page("reports:section-detail", row.edition, row.pk)


def _run(row: CompilationRun) -> str:
    return _edition(row.edition)


KINDS = {
    "reports.reportseries": Kind(
        label=gettext_lazy("Report series"),
        name=_title,
        url=lambda _row: reverse("reports:report-list"),
    ),
    "reports.edition": Kind(
        label=gettext_lazy("Editions"),
        name=_edition,
        url=lambda row: _page("reports:edition-detail", row),
        related=("series",),
    ),
    "reports.contribution": Kind(
        label=gettext_lazy("Contributions"),
        name=_contribution,
        url=_contribution_url,
        related=("edition__series", "administration"),
    ),
    "reports.section": Kind(
        label=gettext_lazy("Sections of the report"),
        name=_section,
        url=_section_url,
        related=("edition__series",),
    ),
    "reports.proposal": Kind(
        label=gettext_lazy("Proposals"),
        name=_title,
        url=lambda row: _page("reports:proposal-list", row.edition),
        related=("edition__series",),
    ),
    "reports.compilationrun": Kind(
        label=gettext_lazy("Compilations"),
        name=_run,
        url=lambda row: _page("reports:compilation-detail", row.edition),
        related=("edition__series",),
    ),
}

FIELDS = {
    "reports.contribution.attribution": Field(label=gettext_lazy("named in the report")),
    "reports.contribution.topic": Field(label=gettext_lazy("topic")),
    "reports.contribution.point": Field(label=gettext_lazy("point")),
    "reports.edition.sections_written": Field(label=gettext_lazy("sections written")),
    "reports.edition.sections_kept": Field(label=gettext_lazy("sections kept")),
    "reports.edition.based_on": Field(label=gettext_lazy("based on")),
    "reports.edition.workshop": Field(label=gettext_lazy("workshop")),
}
