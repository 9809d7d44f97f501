"""The form with which a delegate ranks topics: one list a choice, which a phone opens as its own picker."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breakouts.instances.ordinals import name_choice
from breakouts.models import Topic
from events.forms.fields import LaidOutForm

MOST_CHOICES = 5


class RankingForm(LaidOutForm):
    """The first choice is asked for, the others are welcome."""

    submit = gettext_lazy("Save my ranking")

    def __init__(self, *args: Any, topics: Sequence[Topic], **kwargs: Any) -> None:
        self.topics = {str(topic.ordinal): topic for topic in topics}
        super().__init__(*args, **kwargs)
        words = [(key, str(topic.title)) for key, topic in self.topics.items()]
        self.names = [f"choice_{n}" for n in range(1, min(len(words), MOST_CHOICES) + 1)]
        for number, name in enumerate(self.names):
            empty = _("Choose a topic") if number == 0 else _("No further choice")
            self.fields[name] = forms.ChoiceField(
                label=name_choice(number + 1), choices=[("", empty), *words], required=number == 0
            )
        self.helper.layout.fields[:0] = self.names

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for name in self.names:
            value = cleaned.get(name)
            if value and value in seen:
                self.add_error(name, _("You chose this topic already. Choose another one."))
            seen.add(value or "")
        return cleaned

    def ranked(self) -> list[Topic]:
        """Best first; a gap closes up."""
        chosen = [self.cleaned_data.get(name) for name in self.names]
        return [self.topics[key] for key in chosen if key]

    @staticmethod
    def values_of(ranking: dict[int, int], topics: Sequence[Topic]) -> dict[str, str]:
        ordinals = {topic.pk: str(topic.ordinal) for topic in topics}
        return {
            f"choice_{rank}": ordinals[topic]
            for topic, rank in ranking.items()
            if topic in ordinals
        }
