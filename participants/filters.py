"""The filters of the review queue and the tracker. Their state is the URL; exports read the same one."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from participants.models import Delegation, Registration
from participants.queries.delegations import State

ORDERS = {
    "change": ("-changed_at", "-pk"),
    "administration": ("delegation__administration__name", "user__family_name", "pk"),
    "name": ("user__family_name", "user__given_name", "pk"),
}


class RegistrationFilter(django_filters.FilterSet):
    """Name or address, state, administration, role, and the order."""

    q = django_filters.CharFilter(label=_("Name or address"), method="find", max_length=200)
    status = django_filters.ChoiceFilter(choices=Registration.Status.choices, label=_("State"))
    administration = django_filters.ChoiceFilter(
        field_name="delegation__administration__code", choices=(), label=_("Administration")
    )
    role = django_filters.ChoiceFilter(choices=Registration.Role.choices, label=_("Takes part as"))
    sort = django_filters.ChoiceFilter(
        choices=[
            ("change", _("Last change")),
            ("administration", _("Administration")),
            ("name", _("Family name")),
        ],
        label=_("Sort by"),
        method="order",
        empty_label=None,
    )

    class Meta:
        model = Registration
        fields: list[str] = []

    def __init__(self, *args: Any, administrations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["administration"].choices = administrations
        self.form.fields["q"].widget.input_type = "search"

    def find(self, rows: QuerySet[Registration], _name: str, value: str) -> QuerySet[Registration]:
        """Each word somewhere in the names or the address."""
        for word in value.replace("\0", "").split()[:5]:
            rows = rows.filter(
                Q(user__family_name__icontains=word)
                | Q(user__given_name__icontains=word)
                | Q(user__name_in_own_script__icontains=word)
                | Q(user__email__icontains=word)
            )
        return rows

    def order(self, rows: QuerySet[Registration], _name: str, value: str) -> QuerySet[Registration]:
        return rows.order_by(*ORDERS[value])


# Delegations --------------------------------------------------------------------------------------


class DelegationFilter(django_filters.FilterSet):
    """The tracker by words and by how far an administration has come."""

    q = django_filters.CharFilter(label=_("Administration"), method="find", max_length=100)
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices)

    class Meta:
        model = Delegation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].widget.input_type = "search"

    def find(self, rows: QuerySet[Delegation], _name: str, value: str) -> QuerySet[Delegation]:
        for word in value.split()[:5]:
            rows = rows.filter(
                Q(administration__name__icontains=word)
                | Q(administration__official_name__icontains=word)
                | Q(administration__code__iexact=word)
            )
        return rows
