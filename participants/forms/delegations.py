"""Forms of the invitation round."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from participants.models import Delegation, SeatPolicy
from participants.queries.delegations import State
from workshop_portal.administrations.models import Administration

MOST_SEATS = 500
LONGEST_KEY = 18
"""Digits of the largest number that a key can be, less one."""


class AddDelegationsForm(forms.Form):
    """Which administrations come on the list."""

    administrations: Any = forms.ModelMultipleChoiceField(
        label=_("Administrations"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick"}),
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, addable: QuerySet[Administration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["administrations"].queryset = addable  # type: ignore[attr-defined]  # a ModelMultipleChoiceField


class DelegationsField(forms.ModelMultipleChoiceField[Delegation]):
    """Delegations by their keys. What is too long for a key names none, and never reaches the database."""

    def clean(self, value: Any) -> Any:
        if any(len(str(each)) > LONGEST_KEY for each in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return super().clean(value)


class InviteForm(forms.Form):
    """Which delegations are invited: those ticked, or all that were not yet."""

    delegation: Any = DelegationsField(
        queryset=Delegation.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("One of them is not on the list any more.")},
    )
    all = forms.BooleanField(required=False)

    def __init__(self, *args: Any, invitable: QuerySet[Delegation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitable = invitable
        self.fields["delegation"].queryset = invitable  # type: ignore[attr-defined]  # as above

    def chosen(self) -> list[Delegation]:
        """With who is in office. What was posted and is not in the scope is left out."""
        if not self.is_valid():
            return []
        if self.cleaned_data["all"]:
            return list(self.invitable.filter(Q(("state", State.NOT_INVITED))))
        return list(self.cleaned_data["delegation"])


class SeatPolicyForm(forms.Form):
    """How many seats an administration has by default."""

    seats = forms.IntegerField(
        label=_("Seats per administration"), min_value=0, max_value=MOST_SEATS
    )
    host_seats = forms.IntegerField(label=_("Seats of the host"), min_value=0, max_value=MOST_SEATS)
    online_extra_seats = forms.IntegerField(
        label=_("Extra seats when the workshop is online"), min_value=0, max_value=MOST_SEATS
    )
    apply = forms.BooleanField(
        label=_("Also for those on the list without a number of their own"),
        required=False,
        initial=True,
        help_text=_("Nobody loses a seat that is taken. Numbers given one by one stay."),
    )

    def __init__(self, *args: Any, policy: SeatPolicy, **kwargs: Any) -> None:
        names = ("seats", "host_seats", "online_extra_seats")
        kwargs.setdefault("initial", {name: getattr(policy, name) for name in names})
        super().__init__(*args, **kwargs)


class QuotaForm(forms.Form):
    """How many seats one delegation has."""

    quota = forms.IntegerField(label=_("Seats"), min_value=0, max_value=MOST_SEATS)


class RegretsForm(forms.Form):
    """Why nobody comes."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The secretariat reads it. A sentence is enough."),
    )
