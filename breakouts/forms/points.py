"""Forms of points."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from breakouts.models import Point
from events.forms.fields import LaidOutForm, Words
from workshop_portal.administrations.models import Administration


class PointForm(LaidOutForm):
    """Kind, words, and who said it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Point.Kind.choices, widget=forms.RadioSelect
    )
    text = Words(label=gettext_lazy("In one sentence"), rows=2, max_length=2000)
    said_by: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Said by"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One administration or more; none for the whole group."),
    )

    def __init__(self, *args: Any, taggable: QuerySet[Administration], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("kind", Point.Kind.CHALLENGE)
        super().__init__(*args, **kwargs)
        field: Any = self.fields["said_by"]
        field.queryset = taggable


class NewPointForm(PointForm):
    """With the key by which a repeated request is known."""

    key = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4


class EditPointForm(PointForm):
    """With the version that the person saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
