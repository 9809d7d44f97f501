"""Forms of the hour itself: minutes of the clock, and the line that all groups read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from events.forms.fields import Line

AT_MOST = 480


class MinutesForm(forms.Form):
    """How long the clock runs, or how much longer."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=1,
        max_value=AT_MOST,
    )


class AnnouncementForm(forms.Form):
    """One line."""

    text: Any = Line(
        label=gettext_lazy("What all groups read"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
