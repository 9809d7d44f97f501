"""The filters of the contributions of an edition. Their state is the URL; exports read the same one."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from breakouts.models import Topic
from reports.models import Contribution
from workshop_portal.administrations.models import Administration


class ContributionFilter(django_filters.FilterSet):
    """Words, administration, topic, kind, state."""

    q = django_filters.CharFilter(label=_("Words"), method="find", max_length=100)
    administration = django_filters.ModelChoiceFilter(
        queryset=Administration.objects.none(), to_field_name="code", label=_("Administration")
    )
    topic = django_filters.ModelChoiceFilter(
        queryset=Topic.objects.none(), to_field_name="ordinal", label=_("Topic")
    )
    kind = django_filters.ChoiceFilter(choices=Contribution.Kind.choices, label=_("Kind"))
    status = django_filters.ChoiceFilter(choices=Contribution.Status.choices, label=_("State"))

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(
        self,
        *args: Any,
        administrations: QuerySet[Administration],
        topics: QuerySet[Topic],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filters["administration"].queryset = administrations
        self.filters["topic"].queryset = topics
        self.form.fields["topic"].label_from_instance = lambda row: str(row.title)
        self.form.fields["q"].widget.input_type = "search"

    def find(self, rows: QuerySet[Contribution], _name: str, value: str) -> QuerySet[Contribution]:
        """Each word somewhere in the title, the texts or the administration's name."""
        for word in value.replace("\0", "").split()[:5]:
            rows = rows.filter(
                Q(title__icontains=word)
                | Q(administration__name__icontains=word)
                | Q(background__icontains=word)
                | Q(challenge__icontains=word)
                | Q(practice__icontains=word)
                | Q(implementation__icontains=word)
                | Q(results__icontains=word)
                | Q(lessons__icontains=word)
            )
        return rows
