"""Forms of points."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts.models import Point, Theme
from events.forms.fields import LaidOutForm, Words
from workshop_portal.administrations.models import Administration


class PointForm(LaidOutForm):
    """Kind, words, theme of the topic, and who said it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Point.Kind.choices, widget=forms.RadioSelect
    )
    text = Words(label=gettext_lazy("In one sentence"), rows=2, max_length=2000)
    said_by: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Said by"),
        queryset=Administration.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=gettext_lazy("One administration or more; none for the whole group."),
    )
    theme: Any = forms.TypedChoiceField(
        label=gettext_lazy("Theme"), required=False, empty_value=None
    )

    def __init__(
        self, *args: Any, taggable: QuerySet[Administration], themes: Sequence[Theme], **kwargs: Any
    ) -> None:
        """`themes`: those of the group's topic; without any the form does not ask."""
        kwargs.setdefault("initial", {}).setdefault("kind", Point.Kind.CHALLENGE)
        super().__init__(*args, **kwargs)
        said_by: Any = self.fields["said_by"]
        said_by.queryset = taggable
        theme: Any = self.fields["theme"]
        theme.choices = [("", _("No theme")), *((str(each.pk), each.title) for each in themes)]
        theme.coerce = {str(each.pk): each for each in themes}.__getitem__
        if not themes:
            del self.fields["theme"]


class NewPointForm(PointForm):
    """With the key by which a repeated request is known."""

    key = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4


class EditPointForm(PointForm):
    """With the version that the person saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
