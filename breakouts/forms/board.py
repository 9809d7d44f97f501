"""What the board posts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from breakouts.models import Group
from participants.models import Registration


class BoardForm(forms.Form):
    """People, where to, and the revision of the plan that the page showed."""

    plan = forms.IntegerField(min_value=1)
    revision = forms.IntegerField(min_value=0)
    p: Any = forms.ModelMultipleChoiceField(
        queryset=Registration.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("Choose at least one person.")},
    )
    to: Any = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        to_field_name="ordinal",
        required=False,
        error_messages={"required": _("Choose a group.")},
    )

    def __init__(
        self,
        *args: Any,
        people: QuerySet[Registration],
        groups: QuerySet[Group],
        moves: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["p"]
        who.queryset = people
        where: Any = self.fields["to"]
        where.queryset = groups
        where.required = moves

    def refusal(self) -> str:
        """The first thing that is wrong, in words."""
        errors = [str(error) for name in ("p", "to") for error in self.errors.get(name, [])]
        return errors[0] if errors else str(_("The board has changed. Look at it again."))


class SeedForm(forms.Form):
    """Which of the equally good beginnings the solver takes; the same one gives the same groups."""

    seed = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    def chosen(self) -> int:
        return (self.cleaned_data.get("seed") if self.is_valid() else None) or 1
