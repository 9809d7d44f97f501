"""The time zones that a person can choose from, by their cities."""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop_portal.times import city, zone_words


@cache
def list_zones() -> tuple[str, ...]:
    """One name for each place, as the database lists them by country, and UTC; sorted, no aliases."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(sorted({fields[2] for fields in lines} & available_timezones() | {"UTC"}))


def zone_choices() -> list[tuple[str, str]]:
    """Each zone by its city with its offset of today, sorted by city; first the words that ask to choose."""
    now = timezone.now()
    named = (
        (city(zone), name, zone_words(zone, now))
        for name in list_zones()
        for zone in [ZoneInfo(name)]
    )
    ordered = sorted(named, key=lambda each: (_folded(each[0]), each[1]))
    return [("", _("Choose a time zone")), *((name, words) for _city, name, words in ordered)]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


class ZoneSelect(forms.Select):
    """Offers a stored name, too, that is not among the choices: an alias stays until somebody changes it."""

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        groups = super().optgroups(name, value, attrs)
        known = {str(code) for code, _words in self.choices}
        for each in map(str, value):
            if each not in known and each in available_timezones():
                words = zone_words(ZoneInfo(each), timezone.now())
                option = self.create_option(name, each, words, True, len(groups), attrs=attrs)
                groups.append((None, [option], len(groups)))
        return groups


class ZoneField(forms.TypedChoiceField):
    """A time zone. Any that the database knows is taken, those of `list_zones` are offered."""

    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=zone_choices, coerce=ZoneInfo, empty_value=None, **kwargs)

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if value and str(value) not in available_timezones():
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": value},
            )
