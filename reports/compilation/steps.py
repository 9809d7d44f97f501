"""How far a compilation is, in words."""

from typing import Any

from django.utils.translation import gettext as _

from reports.models import CompilationRun
from workshop_portal.leases import WorkStatus


def steps_of(run: CompilationRun) -> list[dict[str, Any]]:
    """The run as a line of steps, for the component `progress`."""
    words = [
        _("Asked for"),
        _("Reading the contributions and the facts of the workshop"),
        _("Writing the sections"),
        _("Storing the draft"),
        _("Ready"),
    ]
    if run.status == WorkStatus.DONE:
        return [{"text": text, "state": "done"} for text in words]
    place = 0 if run.status == WorkStatus.PLANNED else min(run.progress_done, 2) + 1
    return [
        {
            "text": text,
            "state": "done" if index < place else "now" if index == place else "ahead",
            "note": _("Waits for its turn") if index == place == 0 else "",
        }
        for index, text in enumerate(words)
    ]
