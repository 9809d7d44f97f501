"""Forms of the review queue."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participants.models import Registration


class ChosenForm(forms.Form):
    """The rows ticked in the queue: only those that the person may act on are found."""

    chosen = forms.ModelMultipleChoiceField(
        Registration.objects.none(),
        to_field_name="public_id",
        error_messages={
            "required": _("Choose at least one person."),
            "invalid_choice": _("One of the chosen is not in your list any more. Look again."),
            "invalid_pk_value": _("One of the chosen is not in your list any more. Look again."),
        },
    )

    def __init__(self, *args: Any, reviewable: QuerySet[Registration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].queryset = reviewable  # type: ignore[attr-defined]  # the field above
