"""The organisers' overview of a workshop, its record, and what it took over from an earlier one."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.access import get_workshop_for
from events.models import Workshop
from events.queries import list_checks
from events.tabs import PANELS, STAGE_ORDER, STAGES, WAITING, list_recorded
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.accounts.models import User
from workshop_portal.audit.history import read_history
from workshop_portal.authorization import access
from workshop_portal.http import page


@access("events.view_workshop_board")
@require_safe
def workshop_overview(request: PersonRequest, slug: str) -> HttpResponseBase:
    workshop = get_workshop_for(request.user, slug=slug)
    waiting = _waiting(workshop, request.user)
    panels = [
        (panel, found)
        for panel in PANELS
        if (found := panel.find(workshop, request.user)) is not None
    ]
    stages = _rail(workshop)
    context = {
        "workshop": workshop,
        "stages": stages,
        "next": next((each for each in stages if each["state"] == "now" and each["url"]), None),
        "waiting": waiting,
        "checks": [] if workshop.is_ended else list_checks(workshop),
        "asides": [(p, found) for p, found in panels if p.place == "aside"],
        "panels": [(p, found) for p, found in panels if p.place == "main"],
        "tab": "overview",
        "days_away": (workshop.starts_on - timezone.now().astimezone(workshop.zone).date()).days,
    }
    return page(request, "events/workshop_overview.html", context)


@access("events.view_workshop_board")
@require_safe
def workshop_history(request: PersonRequest, slug: str) -> HttpResponseBase:
    """The record of the workshop and of all that belongs to it, the editions of its report too."""
    workshop = get_workshop_for(request.user, slug=slug)
    of = list_recorded(workshop, request.user)
    history = read_history(of=of, asked=request.GET, reader=request.user)
    context = {"workshop": workshop, "history": history, "page": history.page}
    return page(request, "events/workshop_history.html", context, partial="results")


@access("events.view_workshop_board")
@require_safe
def workshop_copied(request: PersonRequest, slug: str) -> HttpResponseBase:
    """What was taken over from the workshop before, and what was not."""
    workshop = get_workshop_for(request.user, slug=slug)
    there = [line for line in workshop.copied if line["count"]]
    taken = [line for line in there if line["taken"]]
    left = [line for line in there if not line["taken"]]
    context = {"workshop": workshop, "taken": taken, "left": left, "tab": "overview"}
    return page(request, "events/workshop_copied.html", context)


def _rail(workshop: Workshop) -> list[dict[str, Any]]:
    """The stages in their order: the first that is not done is where the workshop stands."""
    stages: list[dict[str, Any]] = []
    words = {"not started": _("Not started"), "started": _("Started"), "done": _("Done")}
    for name in STAGE_ORDER:
        if name not in STAGES:
            continue
        label, find = STAGES[name]
        stage = find(workshop)
        is_now = stage.state != "done" and all(each["state"] == "done" for each in stages)
        text = words[stage.state]
        if stage.summary:
            text = f"{text}, {stage.summary[:1].lower()}{stage.summary[1:]}"
        stages.append(
            {
                "name": label,
                "state": "done" if stage.state == "done" else "now" if is_now else "ahead",
                "text": text,
                "url": stage.action_url,
                "action": stage.action_label,
            }
        )
    return stages


def _waiting(workshop: Workshop, user: User) -> list[dict[str, Any]]:
    """What waits for the organisers; the first has the primary button of the page."""
    items = [item for find in WAITING for item in find([workshop], user).get(workshop.pk, ())]
    return [
        {
            "count": item.count,
            "title": item.title,
            "note": item.detail,
            "url": item.action_url,
            "action": item.action_label,
            "primary": index == 0,
        }
        for index, item in enumerate(items)
    ]
