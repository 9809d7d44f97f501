"""The form of a merge."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from breakouts.models import Point

THIS, OTHER = "this", "other"


class OtherPointForm(forms.Form):
    """The other point of a pair."""

    other: Any = forms.ModelChoiceField(Point.objects.none(), to_field_name="public_id")

    def __init__(self, *args: Any, others: QuerySet[Point], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = others


class MergeForm(OtherPointForm):
    """And which of the two texts stands for both."""

    stands = forms.ChoiceField(choices=[(THIS, THIS), (OTHER, OTHER)])
