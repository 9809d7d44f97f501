"""The time zones to choose from."""

from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms

from workshop_portal.zones import ZoneField, list_zones, zone_choices


class ZoneForm(forms.Form):
    zone = ZoneField(label="Zone")


def test_places_are_offered_once_and_no_alias() -> None:
    zones = list_zones()

    aliases = {"ROK", "W-SU", "Zulu", "localtime", "Asia/Calcutta", "Asia/Saigon", "Etc/UTC"}
    assert aliases.isdisjoint(zones)
    assert {"UTC", "Pacific/Fiji", "Asia/Phnom_Penh", "Asia/Ho_Chi_Minh"} <= set(zones)
    assert [name for name in zones if "/" not in name] == ["UTC"]


def test_each_is_shown_with_city_and_offset_in_the_order_of_cities() -> None:
    with time_machine.travel("2026-01-15"):
        choices = zone_choices()

    assert choices[:2] == [("", "Choose a time zone"), ("Africa/Abidjan", "Abidjan, UTC")]
    shown = dict(choices)
    assert [shown[name] for name in ("Pacific/Fiji", "Asia/Kolkata", "America/Bahia")] == [
        "Suva, UTC+12",
        "Kolkata, UTC+5:30",
        "Bahia, UTC−3",
    ]


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        ("Pacific/Fiji", ZoneInfo("Pacific/Fiji")),
        ("Asia/Calcutta", ZoneInfo("Asia/Calcutta")),
        ("Mars/Base", None),
        ("../../etc/passwd", None),
        ("", None),
    ],
)
def test_what_is_taken(value: str, taken: ZoneInfo | None) -> None:
    assert ZoneForm({"zone": value}).is_valid() is (taken is not None)
    form = ZoneForm({"zone": value})
    form.is_valid()
    assert form.cleaned_data.get("zone") == taken


def test_a_stored_alias_stays_chosen_and_nothing_is_preset() -> None:
    alias = str(ZoneForm(initial={"zone": ZoneInfo("Asia/Calcutta")})["zone"])
    assert '<option value="Asia/Calcutta" selected>Kolkata, UTC+5:30</option>' in alias
    assert '<option value="" selected>Choose a time zone</option>' in str(ZoneForm()["zone"])
