"""Text of mails: people's own words made harmless, and times that name their zone."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from workshop_portal.times import city, offset

LONGEST_NAME = 80
LONGEST_SUBJECT = 200

_DIRECTION = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_DOT_IN_ADDRESS = re.compile(r"(?<=\w)\.(?=\w)")


def clean(text: str) -> str:
    """Without control characters, NUL and overrides of the writing direction; line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and sign not in _DIRECTION)
    )


def clean_values(value: Any) -> Any:
    """The same JSON with every text in it clean: PostgreSQL refuses NUL."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_values(item) for item in value]
    return value


def one_line(text: str, limit: int = LONGEST_SUBJECT) -> str:
    """On one line and cut, fit for a header."""
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1].rstrip()}…"


def own_words(text: str, limit: int = LONGEST_NAME) -> str:
    """A name or title that a person typed: one line, cut, and no mail program makes a link of it."""
    flat = one_line(text, limit).replace("://", ":\u2060/\u2060/").replace("@", "\u2060@\u2060")
    return _DOT_IN_ADDRESS.sub(".\u2060", flat)


def moment(at: datetime, other: ZoneInfo | str | None = None) -> str:
    """A time in the reader's zone and, where it differs, in another one, each named by city and offset.

    "Tuesday 24 May 2022, 09:00 Suva (UTC+12); 07:00 Brisbane (UTC+10)"
    """
    own = at.astimezone(timezone.get_current_timezone())
    words = f"{_day(own)}, {_clock(own)}"
    if other is None or str(other) == str(own.tzinfo):
        return words
    there = at.astimezone(ZoneInfo(str(other)))
    if there.utcoffset() == own.utcoffset():
        cities = gettext("{city} and {other}").format(
            city=city(timezone.get_current_timezone()), other=city(ZoneInfo(str(other)))
        )
        return f"{_day(own)}, {_clock(own, cities)}"
    second = _clock(there) if there.date() == own.date() else f"{_day(there)}, {_clock(there)}"
    return f"{words}; {second}"


def day(value: date) -> str:
    """A date without a time, never shifted."""
    return date_format(value, gettext("l j F Y"))


def _day(at: datetime) -> str:
    return date_format(at, gettext("l j F Y"))


def _clock(at: datetime, cities: str = "") -> str:
    zone = at.tzinfo or UTC
    named = cities or city(zone)
    clock = date_format(at, "H:i")
    return f"{clock} {named} ({offset(zone, at)})" if named != "UTC" else f"{clock} UTC"
