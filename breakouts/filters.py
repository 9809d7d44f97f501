"""The filters of the findings; their state is the URL."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from breakouts.models import Group, Point, Topic


class PointFilter(django_filters.FilterSet):
    """By topic, kind and group."""

    topic = django_filters.ChoiceFilter(
        field_name="group__topic__ordinal", label=_("Topic"), empty_label=_("All topics")
    )
    kind = django_filters.ChoiceFilter(
        choices=Point.Kind.choices, label=_("Kind"), empty_label=_("All kinds")
    )
    group = django_filters.ChoiceFilter(
        label=_("Group"), empty_label=_("All groups"), method="of_group"
    )

    class Meta:
        model = Point
        fields: list[str] = []

    def __init__(
        self, *args: Any, topics: Iterable[Topic], groups: Iterable[Group], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["topic"].choices = [
            (str(topic.ordinal), str(topic.title)) for topic in topics
        ]
        self.form.fields["group"].choices = [
            (f"{group.round.ordinal}-{group.ordinal}", _group_name(group)) for group in groups
        ]

    def of_group(self, rows: QuerySet[Point], _name: str, value: str) -> QuerySet[Point]:
        round_number, _dash, number = value.partition("-")
        return rows.filter(group__round__ordinal=round_number, group__ordinal=number)


def _group_name(group: Group) -> str:
    return str(_("Round %(round)d, group %(number)d")) % {
        "round": group.round.ordinal,
        "number": group.ordinal,
    }
