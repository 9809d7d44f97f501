"""Forms of the review queue."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participants.models import Registration
from workshop_portal.documents.characters import clean_text

GONE = _("One of the chosen is not in your list any more. Look again.")


class ChosenForm(forms.Form):
    """The rows ticked in the queue, or everything that the filter shows; found only in the person's scope."""

    chosen = forms.ModelMultipleChoiceField(
        Registration.objects.none(),
        to_field_name="public_id",
        required=False,
        error_messages={"invalid_choice": GONE, "invalid_pk_value": GONE},
    )
    everything = forms.BooleanField(required=False)
    expected = forms.IntegerField(required=False, min_value=1, max_value=100_000)
    """How many the person was shown."""

    def __init__(
        self,
        *args: Any,
        reviewable: QuerySet[Registration],
        shown: QuerySet[Registration] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        self.fields["chosen"].queryset = reviewable  # type: ignore[attr-defined]  # the field above

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError where nobody is chosen, or others are shown by now."""
        cleaned = super().clean() or {}
        if cleaned.get("everything") and self.shown is not None:
            rows = list(self.shown)
            if len(rows) != cleaned.get("expected"):
                raise forms.ValidationError(_("The list has changed in the meantime. Look again."))
            cleaned["chosen"] = rows
        if not cleaned.get("chosen") and not self.errors:
            raise forms.ValidationError(_("Choose at least one person."))
        return cleaned

    @property
    def problem(self) -> str:
        """Of an invalid form: what to say."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class DeclineForm(forms.Form):
    """Why people are declined. Their focal points are told."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The focal point is told it, word for word."),
    )

    def clean_reason(self) -> str:
        return clean_text(str(self.cleaned_data["reason"]))
