"""The list of contributions as its exports write it: the filtered screen, with the whole texts."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from reports.actions.contributions import TEMPLATE
from reports.models import Contribution


def contribution_header() -> list[str]:
    return [
        _("Administration"),
        _("Title"),
        _("Kind"),
        _("Topic"),
        _("State"),
        _("How it is shown"),
        *(_label(name) for name in TEMPLATE),
        _("Round"),
        _("Group"),
        _("Submitted"),
        _("By"),
    ]


def contribution_rows(rows: Iterable[Contribution]) -> Iterator[list[object]]:
    """Times in the reader's zone."""
    for row in rows:
        group = row.point.group if row.point else None
        submitted = localtime(row.submitted_at) if row.submitted_at else None
        yield [
            row.administration.name if row.administration else "",
            row.title,
            row.get_kind_display(),
            str(row.topic.title) if row.topic else "",
            row.get_status_display(),
            row.get_attribution_display(),
            *(getattr(row, name) for name in TEMPLATE),
            group.round.ordinal if group else "",
            group.ordinal if group else "",
            submitted.strftime("%Y-%m-%d %H:%M") if submitted else "",
            str(row.submitted_by) if row.submitted_by else "",
        ]


def _label(name: str) -> str:
    field: Any = Contribution._meta.get_field(name)
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]
