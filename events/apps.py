"""Registers `events`."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events import (
            access,  # noqa: F401 rules register themselves
            facts,
            naming,
        )
        from events.tabs import Tab, add_stage, add_tab, add_waiting
        from workshop_portal.accounts.involvements import add_involvements
        from workshop_portal.audit.presenters import describe, mark_personal, present
        from workshop_portal.mail.registry import register_context

        for name, label, order in (
            ("overview", _("Overview"), 0),
            ("agenda", _("Agenda"), 10),
            ("settings", _("Settings"), 80),
            ("history", _("History"), 90),
        ):
            add_tab(Tab(name=name, label=label, url_name=f"events:workshop-{name}", order=order))
        add_stage("set_up", _("Set up"), _set_up)
        add_waiting(_waiting_to_open)
        mark_personal("events.speaker", ("given_name", "family_name", "title", "biography", "user"))
        mark_personal("events.session", ("speaker",))
        mark_personal("events.teammember", ("user",))
        mark_personal("events.workshop", ("contact_name", "contact_email"))
        present(SENTENCES)
        add_involvements(facts.find_team_roles)
        add_involvements(facts.find_speaking)
        describe(naming.KINDS, naming.FIELDS)
        register_context("events.workshop", _names)


def _names(ids: list[str]) -> dict[str, str]:
    """What the outbox calls a workshop. Queries: 1."""
    from events.models import Workshop

    rows = Workshop.objects.filter(pk__in=ids).order_by("pk")
    return {str(row.pk): row.name for row in rows}


def _waiting_to_open(workshops: Any, _user: Any) -> dict[int, list[Any]]:
    """After publishing: focal points cannot nominate before nominations are open."""
    from django.urls import reverse

    from events.tabs import Waiting

    return {
        each.pk: [
            Waiting(
                count=1,
                title=str(_("Nominations are not open yet")),
                detail=str(_("Administrations can be invited once they are.")),
                action_label=str(_("Open nominations")),
                action_url=reverse("events:workshop-nominations", args=[each.slug]),
            )
        ]
        for each in workshops
        if each.status == each.Status.PUBLISHED
    }


def _set_up(workshop: Any) -> Any:
    """The stage of the rail: how much of the checklist is done."""
    from django.urls import reverse

    from events.queries import list_checks
    from events.tabs import Stage

    checks = list_checks(workshop)
    done = sum(check.is_done for check in checks)
    is_done = done == len(checks) or workshop.status in {"running", "concluded", "archived"}
    missing = next((check for check in checks if not check.is_done), None)
    return Stage(
        state="done" if is_done else "started",
        summary=str(_("{done} of {all}")).format(done=done, all=len(checks)),
        action_label="" if is_done or missing is None else str(_("Go on")),
        action_url=""
        if is_done or missing is None
        else reverse(missing.url_name, args=[workshop.slug]),
    )


SENTENCES = {
    "events.series_created": _("Series made"),
    "events.series_edited": _("Series edited"),
    "events.workshop_planned": _("Workshop planned"),
    "events.next_workshop_planned": _("Planned as the next workshop of the series"),
    "events.workshop_edited": _("Details of the workshop edited"),
    "events.workshop_published": _("Workshop published"),
    "events.nominations_opened": _("Nominations opened"),
    "events.nominations_extended": _("Nominations extended"),
    "events.nominations_closed": _("Nominations closed"),
    "events.workshop_started": _("Workshop started"),
    "events.workshop_concluded": _("Workshop concluded"),
    "events.workshop_archived": _("Workshop put into the archive"),
    "events.workshop_postponed": _("Workshop postponed"),
    "events.workshop_cancelled": _("Workshop cancelled"),
    "events.workshop_removed_with_demo": _("Workshop removed with the demo"),
    "events.workshop_resumed": _("Postponed workshop given new days"),
    "events.mandate_set": _("Mandate written"),
    "events.mandate_removed": _("Mandate taken back"),
    "events.organiser_added": _("Organising body added"),
    "events.organiser_removed": _("Organising body taken off"),
    "events.team_member_appointed": _("Person appointed to the team"),
    "events.team_role_ended": _("Role on the team ended"),
    "events.session_added": _("Session added"),
    "events.session_edited": _("Session edited"),
    "events.session_moved": _("Session moved"),
    "events.session_removed": _("Session removed"),
    "events.speaker_added": _("Speaker added"),
    "events.speaker_edited": _("Speaker edited"),
    "events.speaker_removed": _("Speaker removed"),
    "events.speaker_assigned": _("Speaker given a part in a session"),
    "events.part_edited": _("Part of a speaker edited"),
    "events.speaker_unassigned": _("Speaker taken out of a session"),
    "events.material_uploaded": _("Material uploaded"),
    "events.material_version_added": _("New version of a material uploaded"),
    "events.material_edited": _("Material edited"),
    "events.material_removed": _("Material removed"),
    "events.material_put_back": _("Material put back"),
    "events.instrument_added": _("Instrument added to the library"),
    "events.instrument_edited": _("Instrument edited"),
    "events.instrument_removed": _("Instrument removed from the library"),
    "events.instrument_attached": _("Instrument introduced in a session"),
    "events.instrument_detached": _("Instrument no longer introduced in a session"),
}
"""What the record says of each action."""
