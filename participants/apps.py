"""Registers `participants`."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from participants.audiences import Audience, ReminderMail
    from workshop_portal.mail.registry import MailTemplate


class ParticipantsConfig(AppConfig):
    name = "participants"

    def ready(self) -> None:
        from participants import naming
        from participants.queries.people import find_registrations
        from workshop_portal.accounts.involvements import add_involvements
        from workshop_portal.audit.presenters import describe

        describe(naming.KINDS, naming.FIELDS)
        add_involvements(find_registrations)
        _register_delegations()
        _register_registrations()
        _register_mail_plan()


def _register_delegations() -> None:
    """The invitation round: tab, stage, what waits, the mail with its letter, the sentences."""
    from events.tabs import (
        Tab,
        add_copier,
        add_follower,
        add_holder,
        add_stage,
        add_tab,
        add_waiting,
    )
    from participants import access, invitations, letters  # noqa: F401 rules are declared
    from participants.actions.copying import copy_seats
    from participants.actions.delegations import follow_workshop
    from participants.actions.seats import hold_people
    from workshop_portal.mail.registry import MailTemplate, register_template

    add_tab(
        Tab(
            name="delegations",
            label=_("Delegations"),
            url_name="participants:delegation-list",
            order=20,
        )
    )
    add_copier(copy_seats, order=20)
    add_holder(hold_people, order=20)
    add_follower(follow_workshop)
    add_stage("invite", _("Invite"), invitations.invite_stage)
    add_waiting(invitations.waiting_for_invitation)
    register_template(
        MailTemplate(
            name=invitations.TEMPLATE,
            title=_("Invitation to nominate, with letter and link"),
            placeholders=invitations.PLACEHOLDERS,
            build=invitations.build_invitation,
            secret=True,
            attach=letters.attach_letter,
        )
    )
    _present_delegations()


def _present_delegations() -> None:
    """The sentences of the record."""
    from workshop_portal.audit.presenters import present

    present(
        {
            "participants.delegation_listed": _("Put on the list"),
            "participants.delegation_removed": _("Taken off the list"),
            "participants.delegation_invited": _("Invited"),
            "participants.invitation_resent": _("Invited once more"),
            "participants.invitation_opened": _("Invitation opened"),
            "participants.invitation_declined": _("Invitation declined"),
            "participants.quota_set": _("Seats changed"),
            "participants.seat_policy_set": _("Usual number of seats set"),
        }
    )


def _register_registrations() -> None:
    """Nominations and registrations: tab, stage, what waits, mails, exports, the sentences of the record."""
    from events.access import AUDIENCES
    from events.models import Material
    from events.tabs import Panel, Tab, add_panel, add_stage, add_tab, add_waiting
    from participants import access, roster
    from workshop_portal.mail.registry import register_template

    add_tab(
        Tab(
            name="registrations",
            label=_("Registrations"),
            url_name="participants:registration-list",
            order=30,
        )
    )
    AUDIENCES[Material.Audience.PARTICIPANTS] = access.workshops_of_participant
    AUDIENCES[Material.Audience.FOCAL_POINTS] = access.workshops_of_focal_point
    add_stage("register", _("Register"), roster.register_stage)
    add_waiting(roster.waiting_to_review)
    add_panel(
        Panel(
            label=_("Who takes part"),
            template="participants/overview_panel.html",
            find=roster.participation_panel,
            order=30,
        )
    )
    _register_public()
    _register_roster()
    _present_registrations()
    for template in _registration_mails():
        register_template(template)


def _present_registrations() -> None:
    """The sentences of the record."""
    from workshop_portal.audit.presenters import mark_personal, present

    present(
        {
            "participants.registration_nominated": _("Nominated"),
            "participants.registration_put_on_waiting_list": _("Put on the waiting list"),
            "participants.registration_moved_up": _("Moved up from the waiting list"),
            "participants.registration_approved": _("Registration approved"),
            "participants.registration_declined": _("Registration declined"),
            "participants.registration_withdrawn": _("Registration withdrawn"),
            "participants.registration_replaced": _("Replaced by another person"),
            "participants.registration_took_seat": _("Took over a seat"),
            "participants.registration_address_corrected": _("Address corrected"),
            "participants.registration_link_sent": _("Personal link sent once more"),
            "participants.registration_confirmed": _("Confirmed by the delegate"),
            "participants.registration_profile_changed": _("Profile for the workshop changed"),
            "participants.consents_changed": _("Consents changed"),
        }
    )
    mark_personal("participants.registration", ["end_reason", "gender"])


def _register_public() -> None:
    """How one takes part, on the public page."""
    from events.tabs import add_public_action, add_public_parts
    from participants import facts

    add_public_parts(facts.how_to_take_part, order=20)
    add_public_action(facts.take_part_action, order=10)


def _register_roster() -> None:
    """The list of participants as a file."""
    from participants import roster
    from workshop_portal.documents.exports import register_export

    register_export(
        roster.EXPORT,
        title=_("List of participants"),
        run=roster.write_roster,
        may=roster.may_export_roster,
    )


def _registration_mails() -> "list[MailTemplate]":
    from participants import mails
    from workshop_portal.mail.registry import MailTemplate

    return [
        MailTemplate(
            name="participants/approved",
            title=_("You take part, with the personal link"),
            placeholders=(*mails.FACTS, "role", "link"),
            build=mails.build_approved,
            attach=mails.attach_invitation,
            secret=True,
        ),
        MailTemplate(
            name="participants/cancelled",
            title=_("You no longer take part"),
            placeholders=(*mails.FACTS, "replaced"),
            build=mails.build_cancelled,
            attach=mails.attach_cancellation,
        ),
        MailTemplate(
            name="participants/declined",
            title=_("A nomination is declined"),
            placeholders=(*mails.FACTS, "person", "reason", "delegation_url"),
            build=mails.build_declined,
        ),
        MailTemplate(
            name="participants/moved_up",
            title=_("Moved up from the waiting list"),
            placeholders=(*mails.FACTS, "person", "delegation_url"),
            build=mails.build_moved_up,
        ),
        MailTemplate(
            name="participants/nomination_receipt",
            title=_("Receipt of nominations"),
            placeholders=(
                *mails.FACTS,
                "reference",
                "nominated",
                "waiting",
                "letter",
                "delegation_url",
            ),
            build=mails.build_nomination_receipt,
        ),
    ]


# Mail plan ----------------------------------------------------------------------------------------


def _register_mail_plan() -> None:
    """The mail plan: tab, audiences, mails with the check before they go, what a move or end does."""
    from events.tabs import Tab, add_copier, add_tab, add_told
    from participants import receivers, reminders
    from participants.actions.mail_plan import copy_mail_plan
    from participants.audiences import add_audience, add_reminder_mail
    from participants.queries.news import NEW_DAYS
    from participants.queries.reminders import count_told
    from workshop_portal.audit.presenters import present
    from workshop_portal.mail.registry import register_still_due, register_template

    add_tab(Tab(name="mail", label=_("Mail"), url_name="participants:mail-plan", order=70))
    add_copier(copy_mail_plan, order=30)
    add_told(count_told)
    receivers.connect()
    for audience in _audiences():
        add_audience(audience)
    for mail in _reminder_mails():
        add_reminder_mail(mail)
        if not mail.is_manual:
            register_still_due(mail.kind, reminders.is_still_due)
    for kind in ("invitation", NEW_DAYS):
        register_still_due(kind, reminders.still_has_part)
    for template in _reminder_templates():
        register_template(template)
    present(
        {
            "participants.reminder_added": _("Mail added to the mail plan"),
            "participants.reminder_edited": _("Mail of the mail plan changed"),
            "participants.reminder_removed": _("Mail removed from the mail plan"),
            "participants.reminder_switched": _("Mail of the mail plan switched on or off"),
        }
    )


def _audiences() -> "list[Audience]":
    from participants.audiences import Audience
    from participants.queries import reminders as queries

    return [
        Audience(
            name="to_invite",
            label=_("administrations not invited yet"),
            find=queries.list_to_invite,
            includes=queries.includes_to_invite,
            size=queries.count_to_invite,
        ),
        Audience(
            name="nominations_missing",
            label=_("focal points who have not nominated"),
            find=queries.list_nominations_missing,
            includes=queries.includes_nominations_missing,
            size=queries.count_nominations_missing,
        ),
        Audience(
            name="focal_points",
            label=_("focal points of those invited"),
            find=queries.list_focal_points,
            includes=queries.includes_focal_points,
            size=queries.count_focal_points,
        ),
        Audience(
            name="profile_missing",
            label=_("people who have not confirmed"),
            find=queries.list_profile_missing,
            includes=queries.includes_profile_missing,
            size=queries.count_profile_missing,
        ),
        Audience(
            name="participants",
            label=_("everybody taking part"),
            find=queries.list_participants,
            includes=queries.includes_participants,
            size=queries.count_participants,
        ),
    ]


def _reminder_mails() -> "list[ReminderMail]":
    from participants.audiences import ReminderMail

    both = ("participants", "focal_points")
    known = [
        ("nominations", _("Nominations missing"), ("nominations_missing",)),
        ("profile", _("Profile missing"), ("profile_missing",)),
        ("agenda", _("Agenda"), both),
        ("join", _("Join link, with calendar file"), ("participants",)),
        ("thanks", _("Thanks"), both),
        ("follow_up", _("What became of it"), both),
    ]
    return [
        ReminderMail(
            template="participants/invitation",
            title=_("Invitation to nominate"),
            audiences=("to_invite",),
            by_hand="participants:delegation-list",
        ),
        *(
            ReminderMail(template=f"participants/reminder_{name}", title=title, audiences=to)
            for name, title, to in known
        ),
    ]


def _reminder_templates() -> "list[MailTemplate]":
    from participants import notices
    from workshop_portal.mail.registry import MailTemplate

    with_link = (*notices.FACTS, "link")
    builds = {
        "nominations": (notices.build_nominations, (*with_link, "seats", "closes_at"), None),
        "profile": (notices.build_profile, with_link, None),
        "agenda": (notices.build_notice, with_link, None),
        "join": (notices.build_notice, with_link, notices.attach_calendar),
        "thanks": (notices.build_notice, with_link, None),
        "follow_up": (notices.build_notice, with_link, None),
    }
    titles = {mail.template: mail.title for mail in _reminder_mails()}
    return [
        *(
            MailTemplate(
                name=f"participants/reminder_{name}",
                title=titles[f"participants/reminder_{name}"],
                placeholders=placeholders,
                build=build,
                attach=attach,
                secret=True,
            )
            for name, (build, placeholders, attach) in builds.items()
        ),
        MailTemplate(
            name="participants/new_days",
            title=_("New days of the workshop"),
            placeholders=(*with_link, "was", "has_calendar"),
            build=notices.build_new_days,
            attach=notices.attach_new_days,
            secret=True,
        ),
        MailTemplate(
            name="participants/workshop_cancelled",
            title=_("Workshop cancelled or postponed"),
            placeholders=(*notices.FACTS, "is_postponed", "reason", "has_calendar"),
            build=notices.build_workshop_cancelled,
            attach=notices.attach_workshop_cancelled,
        ),
    ]
