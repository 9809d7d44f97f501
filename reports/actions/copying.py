"""What the next workshop of a series takes over of the report: its outline, no text."""

from django.utils.translation import gettext as _

from events.tabs import Copied, Copy
from reports.models import Section
from reports.queries.editions import get_edition_of


def copy_outline(copy: Copy) -> list[Copied]:
    """The template of the report is the same for every edition; texts belong to theirs. Queries: 1."""
    edition = get_edition_of(copy.source)
    outline = [kind for kind in Section.Kind if kind != Section.Kind.FREE]
    return [
        Copied(
            what=_("Outline of the report"),
            count=len(outline),
            note=_("the same in every edition"),
        ),
        Copied(
            what=_("The report and its contributions"),
            count=int(edition is not None),
            taken=False,
            note=_("start a new edition once the workshop is planned"),
        ),
    ]
