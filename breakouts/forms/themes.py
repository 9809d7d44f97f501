"""Forms of themes."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from breakouts.models import Theme
from events.forms.fields import Line, WatchedForm


class ThemeForm(WatchedForm):
    """A theme with the words by which it is suggested."""

    title = Line(label=gettext_lazy("Theme"), max_length=120)
    key_words = Line(
        label=gettext_lazy("Key words"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Separated by commas. By them the theme is suggested for a point; a person decides."
        ),
    )

    @staticmethod
    def values_of(theme: Theme) -> dict[str, Any]:
        return {"title": theme.title, "key_words": theme.key_words}


class ChosenThemeForm(forms.Form):
    """The theme of a point; empty for none."""

    theme: Any = forms.ModelChoiceField(Theme.objects.none(), required=False)

    def __init__(self, *args: Any, themes: QuerySet[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["theme"]
        field.queryset = themes
