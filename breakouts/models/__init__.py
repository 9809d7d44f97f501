"""Topics, rounds, groups, preferences, rules, runs and plans with their assignments, points, and the hour itself."""

from breakouts.models.live import Announcement, HelpRequest, Presence
from breakouts.models.plans import Absence, Assignment, AssignmentRun, Move, Plan
from breakouts.models.points import Point, Theme
from breakouts.models.rounds import Group, GroupRole, Preference, Round, Topic
from breakouts.models.rules import SeatingRule

__all__ = [
    "Absence",
    "Announcement",
    "Assignment",
    "AssignmentRun",
    "Group",
    "GroupRole",
    "HelpRequest",
    "Move",
    "Plan",
    "Point",
    "Preference",
    "Presence",
    "Round",
    "SeatingRule",
    "Theme",
    "Topic",
]
