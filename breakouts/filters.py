"""The filters of the findings; their state is the URL."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from breakouts.models import Group, Point, Theme, Topic
from breakouts.queries.points import STANDING

NO_THEME = ("none", _("Without a theme"))
MERGED, ALL = "merged", "all"


class PointFilter(django_filters.FilterSet):
    """By topic, theme, kind, group, mark. Without a word about merged ones each point counts once."""

    topic = django_filters.ChoiceFilter(
        field_name="group__topic__ordinal", label=_("Topic"), empty_label=_("All topics")
    )
    theme = django_filters.ChoiceFilter(
        label=_("Theme"), empty_label=_("All themes"), method="of_theme"
    )
    kind = django_filters.ChoiceFilter(
        choices=Point.Kind.choices, label=_("Kind"), empty_label=_("All kinds")
    )
    group = django_filters.ChoiceFilter(
        label=_("Group"), empty_label=_("All groups"), method="of_group"
    )
    report = django_filters.ChoiceFilter(
        choices=[("yes", _("For the report")), ("no", _("Not marked"))],
        label=_("Report"),
        empty_label=_("All"),
        method="of_report",
    )
    merged = django_filters.ChoiceFilter(
        choices=[(ALL, _("Shown each, as noted")), (MERGED, _("Only these"))],
        label=_("Merged points"),
        empty_label=_("Shown once"),
        method="of_merged",
    )

    class Meta:
        model = Point
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        topics: Iterable[Topic],
        groups: Iterable[Group],
        themes: Iterable[Theme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["topic"].choices = [
            (str(topic.ordinal), str(topic.title)) for topic in topics
        ]
        self.form.fields["group"].choices = [
            (f"{group.round.ordinal}-{group.ordinal}", _group_name(group)) for group in groups
        ]
        self.form.fields["theme"].choices = [
            NO_THEME,
            *((str(theme.pk), f"{theme.topic.ordinal}. {theme.title}") for theme in themes),
        ]

    def filter_queryset(self, queryset: QuerySet[Point]) -> QuerySet[Point]:
        found: QuerySet[Point] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("merged") else found.filter(STANDING)

    def of_group(self, rows: QuerySet[Point], _name: str, value: str) -> QuerySet[Point]:
        round_number, _dash, number = value.partition("-")
        return rows.filter(group__round__ordinal=round_number, group__ordinal=number)

    def of_theme(self, rows: QuerySet[Point], _name: str, value: str) -> QuerySet[Point]:
        if value == NO_THEME[0]:
            return rows.filter(theme__isnull=True)
        return rows.filter(theme=int(value))

    def of_report(self, rows: QuerySet[Point], _name: str, value: str) -> QuerySet[Point]:
        return rows.filter(marked_at__isnull=value != "yes")

    def of_merged(self, rows: QuerySet[Point], _name: str, value: str) -> QuerySet[Point]:
        """Without a value the filter set asks for each point once."""
        merged = {"merged_into__isnull": False, "merged_into__removed_at__isnull": True}
        return rows.filter(**merged) if value == MERGED else rows


def _group_name(group: Group) -> str:
    return str(_("Round %(round)d, group %(number)d")) % {
        "round": group.round.ordinal,
        "number": group.ordinal,
    }
