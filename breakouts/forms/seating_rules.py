"""Forms of the rules for seating. People are found by typing a part of their name."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from breakouts.instances.ruling import line_of
from breakouts.models import Group, SeatingRule
from events.forms.fields import LaidOutForm, Line
from participants.models import Registration

Kind = SeatingRule.Kind
OFFERED_UP_TO = 400
"""People; with more of them the page suggests none, and the typed name is looked for all the same."""
NAMED_UP_TO = 5
THIS_ROUND, EVERY_ROUND = "this", "every"


class PersonBox(forms.TextInput):
    """A line with suggestions."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.offered: list[str] = []

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The line, and the list beside it."""
        shown = super().render(name, value, {**(attrs or {}), "list": f"{name}-offered"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', [(n,) for n in self.offered])
        return format_html('{}<datalist id="{}-offered">{}</datalist>', shown, name, options)


class PersonField(Line):
    """Somebody of the workshop: a name as it is suggested, an address, or a part that fits one person alone."""

    widget = PersonBox

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **kwargs)
        self.people: dict[str, Registration] = {}

    def offer(self, people: Iterable[Registration]) -> None:
        """From whom it chooses. Whoever shares name and administration with another one is told by the address."""
        self.people = {}
        for person in people:
            name = line_of(person)
            if name in self.people:
                name = f"{name}, {person.user.email}"
            self.people[name] = person
        widget: Any = self.widget
        widget.offered = sorted(self.people) if len(self.people) <= OFFERED_UP_TO else []

    def clean(self, value: Any) -> Any:
        words = " ".join(str(super().clean(value)).split()).casefold()
        if not words:
            return None
        exact = [
            person
            for name, person in self.people.items()
            if words in (name.casefold(), person.user.email.casefold())
        ]
        if len(exact) == 1:
            return exact[0]
        parts = words.replace(",", " ").split()
        found = [
            name
            for name, person in self.people.items()
            if all(part in f"{name} {person.user.email}".casefold() for part in parts)
        ]
        if len(found) == 1:
            return self.people[found[0]]
        raise ValidationError(_say_found(sorted(found)))


def _say_found(names: list[str]) -> str:
    if not names:
        return _("Nobody who sits in the groups has this name. Type a part of it.")
    more = len(names) - NAMED_UP_TO
    listed = "; ".join(names[:NAMED_UP_TO])
    if more <= 0:
        return _("Several people have this in their name: %(names)s. Type more of it.") % {
            "names": listed
        }
    words = ngettext(
        "Several people have this in their name: %(names)s, and %(more)d more. Type more of it.",
        "Several people have this in their name: %(names)s, and %(more)d more. Type more of it.",
        more,
    )
    return words % {"names": listed, "more": more}


class _RuleForm(LaidOutForm):
    """What both forms share: the person and why."""

    first = PersonField(
        label=gettext_lazy("Who"),
        help_text=gettext_lazy("Type a part of the name, the administration or the address."),
    )
    note = Line(
        label=gettext_lazy("Why"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For the organising team alone; delegates never see it."),
    )
    submit = gettext_lazy("Add the rule")

    def __init__(self, *args: Any, people: Iterable[Registration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = list(people)
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.offer(listed)


class PairRuleForm(_RuleForm):
    """Two people sit together or apart."""

    kind = forms.ChoiceField(
        label=gettext_lazy("They"),
        choices=[
            (Kind.APART.value, gettext_lazy("sit in different groups")),
            (Kind.TOGETHER.value, gettext_lazy("sit in one group")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.APART.value,
    )
    second = PersonField(label=gettext_lazy("And who"))
    rounds = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=[
            (THIS_ROUND, gettext_lazy("in this round")),
            (EVERY_ROUND, gettext_lazy("in every round of the workshop")),
        ],
        widget=forms.RadioSelect,
        initial=THIS_ROUND,
    )

    rows = ("first", "second", "kind", "rounds", "note")

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        cleaned = dict(self.cleaned_data)
        return {"is_for_every_round": cleaned.pop("rounds") == EVERY_ROUND, **cleaned}


class PlaceRuleForm(_RuleForm):
    """A person sits in a group of the round, or stays out of it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=[
            (Kind.PIN.value, gettext_lazy("sits in this group")),
            (Kind.FORBID.value, gettext_lazy("does not sit in this group")),
        ],
        widget=forms.RadioSelect,
        initial=Kind.PIN.value,
    )
    group: Any = forms.ModelChoiceField(
        label=gettext_lazy("Group"),
        queryset=Group.objects.none(),
        to_field_name="ordinal",
        empty_label=None,
    )

    rows = ("first", "kind", "group", "note")

    def __init__(self, *args: Any, groups: QuerySet[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        field.queryset = groups
        field.label_from_instance = lambda group: (
            _("Group %(number)d, %(topic)s")
            % {
                "number": group.ordinal,
                "topic": group.topic.title,
            }
        )

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        cleaned = dict(self.cleaned_data)
        return {"person": cleaned.pop("first"), **cleaned}
