"""The hour of the demo's first round: its clock, who came, what was announced, who called for help."""

from breakouts.actions import live, presence
from breakouts.models import Round
from breakouts.queries.plans import list_members
from workshop_portal.accounts.models import User
from workshop_portal.management.demo import texts


def hold_hour(held: Round, by: User) -> None:
    """All but the last member of each group came; group 1 got help, group 2 still waits; the clock has run."""
    held = live.start_round(round=held, minutes=held.minutes, by=by)
    groups = held.groups.select_related("round__workshop", "round__session")
    for group in groups.order_by("ordinal", "pk"):
        members = list_members(group=group)
        for member in members[:-1]:
            presence.note_presence(group=group, by=member.user)
        if group.ordinal in (1, 2):
            live.ask_for_help(group=group, by=members[0].user)
        if group.ordinal == 1:
            live.answer_help(group=group, by=by)
    live.send_announcement(round=held, text=texts.ANNOUNCEMENT, by=by)
    live.stop_round(round=held, by=by)
