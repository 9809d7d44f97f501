"""How the record calls topics, rounds, groups, points and the rules for seating."""

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts.models import Announcement, Group, GroupRole, Round, SeatingRule, Theme
from workshop_portal.audit.presenters import Field, Kind, language_name

SHOWN_OF_A_TEXT = 80


def _title(row: Any) -> str:
    return str(row.title)


def _text(row: Any) -> str:
    return Truncator(row.text).chars(SHOWN_OF_A_TEXT)


def _group(row: Group) -> str:
    return _("%(round)s, group %(number)s") % {"round": row.round.title, "number": row.ordinal}


def _rule(row: SeatingRule) -> str:
    people = [str(each.user) for each in (row.first, row.second) if each]
    return f"{row.get_kind_display()}: {', '.join(people)}"


def _round_url(row: Round) -> str:
    return reverse("breakouts:round-detail", args=[row.workshop.slug, row.ordinal])


def _overview_url(row: Announcement) -> str:
    return reverse("breakouts:round-overview", args=[row.round.workshop.slug, row.round.ordinal])


def _group_url(row: Group) -> str:
    slug = row.round.workshop.slug
    return reverse("breakouts:group-detail", args=[slug, row.round.ordinal, row.ordinal])


def _rule_url(row: SeatingRule) -> str:
    return _round_url(row.round) if row.round else _rounds_url(row)


def _rounds_url(row: Any) -> str:
    return reverse("breakouts:round-list", args=[row.workshop.slug])


def _theme_url(row: Theme) -> str:
    topic = row.topic
    return reverse("breakouts:theme-list", args=[topic.workshop.slug, topic.ordinal])


KINDS = {
    "breakouts.topic": Kind(
        label=gettext_lazy("Topics"), name=_title, url=_rounds_url, related=("workshop",)
    ),
    "breakouts.theme": Kind(
        label=gettext_lazy("Themes"), name=_title, url=_theme_url, related=("topic__workshop",)
    ),
    "breakouts.round": Kind(
        label=gettext_lazy("Rounds"), name=_title, url=_round_url, related=("workshop",)
    ),
    "breakouts.group": Kind(
        label=gettext_lazy("Groups"), name=_group, url=_group_url, related=("round__workshop",)
    ),
    "breakouts.point": Kind(
        label=gettext_lazy("Points"),
        name=_text,
        url=lambda row: _group_url(row.group),
        related=("group__round__workshop",),
    ),
    "breakouts.seatingrule": Kind(
        label=gettext_lazy("Rules for seating"),
        name=_rule,
        url=_rule_url,
        related=("workshop", "round__workshop", "first__user", "second__user"),
    ),
    "breakouts.announcement": Kind(
        label=gettext_lazy("Announcements"),
        name=lambda row: Truncator(row.words).chars(SHOWN_OF_A_TEXT),
        url=_overview_url,
        related=("round__workshop",),
    ),
    "breakouts.helprequest": Kind(
        label=gettext_lazy("Calls for help"),
        name=lambda row: _group(row.group),
        url=lambda row: _group_url(row.group),
        related=("group__round__workshop",),
    ),
}

FIELDS = {
    **{
        f"breakouts.group.{value}": Field(label=label, of="accounts.user")
        for value, label in GroupRole.Role.choices
    },
    "breakouts.group.places in drafts": Field(label=gettext_lazy("places in drafts")),
    "breakouts.group.topic": Field(label=gettext_lazy("topic")),
    "breakouts.group.languages": Field(show=language_name),
    "breakouts.round.plan": Field(label=gettext_lazy("plan")),
    "breakouts.round.revision": Field(label=gettext_lazy("changes on the board")),
    "breakouts.round.seed": Field(label=gettext_lazy("number of the draw")),
    "breakouts.round.group": Field(label=gettext_lazy("group"), of="breakouts.group"),
    "breakouts.round.registration": Field(
        label=gettext_lazy("person"), of="participants.registration"
    ),
    "breakouts.round.registration *": Field(
        label=gettext_lazy("person"), keyed="participants.registration", of="breakouts.group"
    ),
    "breakouts.round.session": Field(label=gettext_lazy("session")),
    "breakouts.seatingrule.first": Field(label=gettext_lazy("person")),
    "breakouts.seatingrule.second": Field(label=gettext_lazy("other person")),
    "breakouts.seatingrule.round": Field(label=gettext_lazy("round")),
    "breakouts.seatingrule.group": Field(label=gettext_lazy("group")),
    "breakouts.point.administrations": Field(label=gettext_lazy("said by")),
    "breakouts.point.theme": Field(label=gettext_lazy("theme")),
    "breakouts.point.theme_id": Field(label=gettext_lazy("theme")),
    "is_current": Field(label=gettext_lazy("in force")),
    "breakouts.point.merged_into": Field(label=gettext_lazy("merged into")),
    "breakouts.point.distinct_from": Field(
        label=gettext_lazy("not the same as"), of="breakouts.point"
    ),
}
