"""A run of the solver in words."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from breakouts.instances.building import Material, digest_of
from breakouts.models import AssignmentRun
from workshop_portal.leases import WorkStatus


def is_news(run: AssignmentRun, material: Material) -> bool:
    """Whether the last run is worth a place on the page: under way, or nobody has acted on its end yet.

    Rules that could not all hold are acted on by any change of what the solver is told. No queries.
    """
    latest = material.latest
    if not run.is_ended:
        return True
    if run.conflict and digest_of(material) != run.conflict[0].get("digest"):
        return False
    if latest is None:
        return run.plan_id is None
    if run.plan_id is None:
        return run.created_at > latest.created_at
    return run.plan_id == latest.pk and latest.is_draft


def run_steps(run: AssignmentRun) -> list[dict[str, Any]]:
    """Its three steps for `components/progress.html`. Reads the round and its workshop."""
    seating = ngettext("Seating %(people)d person", "Seating %(people)d people", run.people) % {
        "people": run.people
    }
    done = run.status == WorkStatus.DONE
    failed = run.is_ended and not done
    args = [run.round.workshop.slug, run.round.ordinal]
    last = {"text": _("Groups ready to look at"), "state": "done" if done else "ahead"}
    if done:
        last |= _ready(run, args)
    if failed:
        last = {"text": _("No groups: %s") % run.reason, "state": "now"}
    note = _("%d %% of the search done") % run.percent if run.percent and not done else ""
    is_seating = run.people > 0 and not done and not failed
    return [
        {
            "text": _("Asked for"),
            "state": "done" if run.people or done else "now",
            "note": _("Draw %d") % run.seed if run.kind == AssignmentRun.Kind.ASSIGN else "",
        },
        {
            "text": seating if run.people else _("Seating people by the rules"),
            "state": "now" if is_seating else "done" if done or failed else "ahead",
            "note": note,
        },
        last,
    ]


def _ready(run: AssignmentRun, args: list[Any]) -> dict[str, str]:
    """What came of it, and where it is looked at."""
    if run.kind != AssignmentRun.Kind.REPAIR:
        return {"url": reverse("breakouts:round-board", args=args)}
    if run.plan_id is None:
        return {"text": _("Nothing to repair: everybody stays")}
    return {
        "text": _("Repaired: see who moves"),
        "url": reverse("breakouts:round-compare", args=args),
    }
