"""Registers `breakouts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "breakouts.topic_added": _("Topic added"),
    "breakouts.topic_edited": _("Topic changed"),
    "breakouts.topic_removed": _("Topic removed"),
    "breakouts.round_planned": _("Round planned"),
    "breakouts.round_edited": _("Round changed"),
    "breakouts.round_removed": _("Round removed"),
    "breakouts.round_closed": _("Round closed"),
    "breakouts.group_added": _("Group added"),
    "breakouts.group_edited": _("Group changed"),
    "breakouts.group_removed": _("Group removed"),
    "breakouts.role_named": _("Facilitator or rapporteur named"),
    "breakouts.role_ended": _("Facilitator or rapporteur released"),
    "breakouts.ranking_opened": _("Ranking of topics opened"),
    "breakouts.ranking_closed": _("Ranking of topics closed"),
    "breakouts.ranking_saved": _("Topics ranked"),
    "breakouts.seating_rule_added": _("Rule for seating added"),
    "breakouts.seating_rule_removed": _("Rule for seating removed"),
    "breakouts.assignment_requested": _("Assignment asked for"),
    "breakouts.repair_requested": _("Repair of the groups asked for"),
    "breakouts.plan_made": _("Plan of the groups made"),
    "breakouts.plan_published": _("Groups published"),
    "breakouts.people_moved": _("Moved to another group"),
    "breakouts.people_exchanged": _("Two people changed places"),
    "breakouts.move_undone": _("Move taken back"),
    "breakouts.person_locked": _("Locked in the group"),
    "breakouts.person_unlocked": _("Unlocked"),
    "breakouts.seat_freed": _("Place in a group freed"),
    "breakouts.seat_passed_on": _("Place in a group passed on"),
    "breakouts.absence_noted": _("Said that somebody is not in the round"),
    "breakouts.absence_ended": _("Somebody is in the round again"),
    "breakouts.point_added": _("Point noted"),
    "breakouts.point_edited": _("Point changed"),
    "breakouts.point_moved": _("Point moved in its list"),
    "breakouts.point_removed": _("Point removed"),
    "breakouts.point_restored": _("Point put back"),
    "breakouts.point_marked": _("Point marked for the report"),
    "breakouts.point_unmarked": _("Point no longer marked for the report"),
    "breakouts.points_merged": _("Point merged into one that says the same"),
    "breakouts.point_split": _("Merge of two points taken back"),
    "breakouts.points_distinct": _("Said of two points that they are not the same"),
    "breakouts.point_theme_set": _("Point put under a theme"),
    "breakouts.theme_added": _("Theme added"),
    "breakouts.theme_edited": _("Theme changed"),
    "breakouts.theme_moved": _("Theme moved in its list"),
    "breakouts.theme_removed": _("Theme removed"),
    "breakouts.round_started": _("Clock of the round started"),
    "breakouts.round_start_undone": _("Start of the clock taken back"),
    "breakouts.round_extended": _("Minutes added to the clock of the round"),
    "breakouts.round_stopped": _("Clock of the round stopped"),
    "breakouts.announcement_sent": _("Announcement sent to all groups"),
    "breakouts.announcement_withdrawn": _("Announcement taken back"),
    "breakouts.help_asked": _("Help asked for by a group"),
    "breakouts.help_answered": _("Call for help answered"),
}


class BreakoutsConfig(AppConfig):
    name = "breakouts"

    def ready(self) -> None:
        from breakouts import (
            access,  # noqa: F401 declares the rules
            mails,
            naming,
            receivers,
        )
        from workshop_portal.audit.presenters import describe, mark_personal, present
        from workshop_portal.mail.registry import register_template

        present(SENTENCES)
        describe(naming.KINDS, naming.FIELDS)
        mark_personal("breakouts.seatingrule", ["note"])
        for template in mails.templates():
            register_template(template)
        receivers.connect()
        _register_pages()
        _register_exports()


def _register_pages() -> None:
    """Tabs, stages of the rail, what waits, what the next workshop takes over, what is kept or locked with one."""
    from breakouts import facts
    from breakouts.actions.copying import copy_breakouts
    from breakouts.actions.locks import hold_rounds
    from breakouts.instances import reasons
    from events.tabs import (
        Tab,
        add_copier,
        add_holder,
        add_public_parts,
        add_session_uses,
        add_stage,
        add_tab,
        add_waiting,
    )
    from participants.tabs import (
        HomePanel,
        add_home_panel,
        add_home_tasks,
        add_session_details,
        add_sightings,
    )

    add_tab(Tab(name="breakouts", label=_("Break-outs"), url_name="breakouts:round-list", order=40))
    add_tab(Tab(name="findings", label=_("Findings"), url_name="breakouts:point-list", order=50))
    add_stage("assign", _("Assign"), facts.assign_stage)
    add_stage("run", _("Run"), facts.run_stage)
    add_stage("findings", _("Findings"), facts.findings_stage)
    add_waiting(facts.waiting_in_rounds)
    add_public_parts(facts.public_topics, order=10)
    add_session_uses(facts.rounds_in_session)
    add_copier(copy_breakouts, order=40)
    add_holder(hold_rounds, order=40)
    add_home_panel(
        HomePanel(
            label=_("My groups"),
            template="breakouts/panel.html",
            find=reasons.my_groups,
            order=10,
        )
    )
    add_home_tasks(facts.round_tasks)
    add_session_details(facts.own_groups_in)
    add_sightings(_("Seen in break-outs"), facts.find_sightings)


def _register_exports() -> None:
    """The group sheets as a file."""
    from breakouts.writers import sheets
    from workshop_portal.documents.exports import register_export

    register_export(
        sheets.EXPORT,
        title=_("Group sheets"),
        run=sheets.write_sheets,
        may=sheets.may_export_sheets,
        place=sheets.place_of_sheets,
    )
