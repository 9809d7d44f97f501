"""The filter of a record. Its state is the URL."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop_portal.audit.models import Entry
from workshop_portal.audit.presenters import KINDS, PRESENTERS

FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
"""Nothing is on record outside these days."""


class RecordFilter(django_filters.FilterSet):
    """What happened (all acts on one kind of object, or one act), who did it, from which day to which day."""

    what = django_filters.ChoiceFilter(label=gettext_lazy("What"), choices=(), method="of_what")
    who = django_filters.ChoiceFilter(label=gettext_lazy("Who"), choices=(), method="by_whom")
    since = django_filters.DateFilter(
        label=gettext_lazy("From"), method="from_day", widget=forms.DateInput({"type": "date"})
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("To"), method="to_day", widget=forms.DateInput({"type": "date"})
    )

    class Meta:
        model = Entry
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        acts: Collection[tuple[str, str]],
        people: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        """`acts`: type and action of what the record holds. `people`: who acted, by id."""
        super().__init__(*args, **kwargs)
        self.form.fields["what"].choices = _grouped(acts)
        self.form.fields["who"].choices = sorted(people.items(), key=lambda each: each[1])

    def of_what(self, rows: QuerySet[Entry], _name: str, value: str) -> QuerySet[Entry]:
        field, _colon, name = value.partition(":")
        return rows.filter(**{"target_type" if field == "kind" else "action": name})

    def by_whom(self, rows: QuerySet[Entry], _name: str, value: str) -> QuerySet[Entry]:
        return rows.filter(actor_id=None if value == "system" else int(value))

    def from_day(self, rows: QuerySet[Entry], _name: str, value: date) -> QuerySet[Entry]:
        return rows.filter(at__gte=_midnight(value))

    def to_day(self, rows: QuerySet[Entry], _name: str, value: date) -> QuerySet[Entry]:
        return rows.filter(at__lt=_midnight(min(value, LAST) + timedelta(1)))


def _grouped(acts: Collection[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Acts under the kind of object that they change, first all of that kind."""
    kinds = {kind for kind, _action in acts}
    labels = {kind: str(KINDS[kind].label) if kind in KINDS else kind for kind in kinds}
    groups = []
    for kind in sorted(kinds, key=lambda each: labels[each]):
        own = [(f"act:{a}", str(PRESENTERS.get(a, a))) for k, a in acts if k == kind]
        everything = (f"kind:{kind}", _("%(kind)s: all") % {"kind": labels[kind]})
        groups.append((labels[kind], [everything, *sorted(own, key=lambda each: each[1])]))
    return groups


def _midnight(day: date) -> datetime:
    """The beginning of the day in the reader's zone. The ends of the calendar have none in UTC."""
    return timezone.make_aware(datetime.combine(max(min(day, LAST), FIRST), time.min))
