"""What the board posts."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from breakouts.instances.boarding import Shown
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
    other: Any = forms.ModelChoiceField(
        queryset=Registration.objects.none(), to_field_name="public_id", required=False
    )
    """With whom the one chosen changes places; nobody is chosen where to then."""

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
        where.required = moves and not self.data.get("other")
        other: Any = self.fields["other"]
        other.queryset = people

    def clean_other(self) -> Registration | None:
        other: Registration | None = self.cleaned_data["other"]
        if other is not None and len(self.cleaned_data.get("p", ())) != 1:
            raise forms.ValidationError(_("One person changes places with another."))
        return other

    def refusal(self) -> str:
        """The first thing that is wrong, in words."""
        errors = [
            str(error) for name in ("p", "to", "other") for error in self.errors.get(name, [])
        ]
        return errors[0] if errors else str(_("The board has changed. Look at it again."))


class TargetForm(forms.Form):
    """Of whom the board is asked where they could go; the plan and revision that the page showed, where it says them."""

    plan = forms.IntegerField(min_value=1, required=False)
    revision = forms.IntegerField(min_value=0, required=False)
    p: Any = forms.ModelMultipleChoiceField(
        queryset=Registration.objects.none(), to_field_name="public_id"
    )
    group: Any = forms.ModelChoiceField(
        queryset=Group.objects.none(), to_field_name="ordinal", required=False
    )
    """Where somebody is sought who changes places with them."""

    def __init__(
        self,
        *args: Any,
        people: QuerySet[Registration],
        groups: QuerySet[Group],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["p"]
        who.queryset = people
        where: Any = self.fields["group"]
        where.queryset = groups

    def refusal(self) -> str:
        words = _("Choose at least one person.") if "p" in self.errors else _("Choose a group.")
        return str(words)


def shown_in(request: HttpRequest) -> Shown:
    """What the board shows to whoever posts from it or asks for a menu: by the form, its address, the page under it."""
    htmx = getattr(request, "htmx", None)
    under = QueryDict(urlsplit(htmx.current_url or "").query if htmx else "", mutable=True)
    for data in (request.GET, request.POST):
        under.update(data)
    return replace(ShownForm(under).chosen(), at="")


class ShownForm(forms.Form):
    """What of a large board is looked at: part of a name, groups that are open."""

    q = forms.CharField(max_length=80, required=False, label=_("Person or administration"))

    def chosen(self) -> Shown:
        self.full_clean()
        numbers = self.data.getlist("open") if isinstance(self.data, QueryDict) else []
        return Shown(
            words=self.cleaned_data.get("q", ""),
            at=str(self.data.get("at", "")),
            groups=frozenset(int(each) for each in numbers if each.isdecimal() and len(each) < 6),
        )


class SeedForm(forms.Form):
    """The number of the draw: where the search begins. The same one gives the same groups."""

    seed = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    def chosen(self) -> int | None:
        return self.cleaned_data.get("seed") if self.is_valid() else None
