"""Filters of the registry; they live in the URL."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from workshop_portal.administrations.models import Administration
from workshop_portal.administrations.queries import list_sub_regions


class AdministrationFilter(django_filters.FilterSet):
    """By words, kind, sub-region, and whether somebody is in office."""

    q = django_filters.CharFilter(label=_("Name or code"), method="by_words", max_length=100)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Administration.Kind.choices)
    sub_region = django_filters.ChoiceFilter(
        label=_("Sub-region"), choices=lambda: [(name, name) for name in list_sub_regions()]
    )
    focal_point = django_filters.ChoiceFilter(
        label=_("Focal point"),
        choices=[("named", _("Named")), ("missing", _("None"))],
        method="by_focal_point",
    )
    use = django_filters.ChoiceFilter(
        label=_("In use"), choices=[("yes", _("Yes")), ("no", _("No"))], method="by_use"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].widget.input_type = "search"

    def by_words(
        self, rows: QuerySet[Administration], _name: str, words: str
    ) -> QuerySet[Administration]:
        for word in words.split()[:6]:
            rows = rows.filter(
                Q(name__icontains=word) | Q(official_name__icontains=word) | Q(code__iexact=word)
            )
        return rows

    def by_focal_point(
        self, rows: QuerySet[Administration], _name: str, wanted: str
    ) -> QuerySet[Administration]:
        return rows.filter(Q(("has_focal_point", wanted == "named")))

    def by_use(
        self, rows: QuerySet[Administration], _name: str, wanted: str
    ) -> QuerySet[Administration]:
        return rows.filter(is_active=wanted == "yes")
