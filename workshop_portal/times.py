"""Times in words: how zones, distances and days are called, in the active language. The tags are in `portal`."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext

CITIES = {
    "Brunei": "Bandar Seri Begawan",
    "Calcutta": "Kolkata",
    "Efate": "Port Vila",
    "Fiji": "Suva",
    "Guadalcanal": "Honiara",
    "Maldives": "Malé",
    "Rarotonga": "Avarua",
    "Tongatapu": "Nuku’alofa",
}
"""Zones that the database names by an island or a country, or by an old name."""


def zone_words(zone: tzinfo, at: datetime) -> str:
    """A zone by its city with its offset at that time: "Suva, UTC+12"; UTC itself once."""
    name, distance_to_utc = city(zone), offset(zone, at)
    return name if name == distance_to_utc else f"{name}, {distance_to_utc}"


def city(zone: tzinfo) -> str:
    """The city that names a zone: Asia/Ho_Chi_Minh is Ho Chi Minh, Pacific/Fiji is Suva."""
    last = str(zone).rsplit("/", 1)[-1].replace("_", " ")
    return CITIES.get(last, last)


def offset(zone: tzinfo, at: datetime) -> str:
    """UTC, UTC+7, UTC+5:30."""
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def minute(at: datetime | None, zone: tzinfo | None = None) -> str:
    """A moment as it stands in a file, "2022-05-24 09:00": in `zone`, else the reader's."""
    return timezone.localtime(at, zone).strftime("%Y-%m-%d %H:%M") if at else ""


def distance(then: datetime, now: datetime) -> str:
    """How far a moment is away: minutes within the hour, hours within the day, then days of the calendar."""
    minutes = round((then - now).total_seconds() / 60)
    if minutes == 0:
        return gettext("now")
    if abs(minutes) < 60:
        return _ahead_or_ago(minutes, "minute")
    if abs(minutes) < 24 * 60:
        return _ahead_or_ago(int(minutes / 60), "hour")
    zone = timezone.get_current_timezone()
    return days_away((then.astimezone(zone).date() - now.astimezone(zone).date()).days)


def days_away(days: int) -> str:
    """A number of days in words: today, in 4 days, 2 days ago; far off in months and years."""
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if days in near:
        return near[days]
    if abs(days) < 90:
        return _ahead_or_ago(days, "day")
    if abs(days) < 730:
        return _ahead_or_ago(round(days / 30.44), "month")
    return _ahead_or_ago(int(days / 365.25), "year")


def _ahead_or_ago(count: int, unit: str) -> str:
    size = abs(count)
    words = {
        "minute": (
            ngettext("in {n} minute", "in {n} minutes", size),
            ngettext("{n} minute ago", "{n} minutes ago", size),
        ),
        "hour": (
            ngettext("in {n} hour", "in {n} hours", size),
            ngettext("{n} hour ago", "{n} hours ago", size),
        ),
        "day": (
            ngettext("in {n} day", "in {n} days", size),
            ngettext("{n} day ago", "{n} days ago", size),
        ),
        "month": (
            ngettext("in {n} month", "in {n} months", size),
            ngettext("{n} month ago", "{n} months ago", size),
        ),
        "year": (
            ngettext("in {n} year", "in {n} years", size),
            ngettext("{n} year ago", "{n} years ago", size),
        ),
    }
    return words[unit][0 if count > 0 else 1].format(n=size)


def day_formats(first: date, last: date) -> tuple[str, str]:
    """How a language writes two days of one span: the first says what the last does not say already."""
    whole = pgettext("date format", "j F Y")
    if first.year != last.year or first == last:
        return whole, whole
    if first.month != last.month:
        return pgettext("first day of some in one year", "j F"), pgettext("the last day", "j F Y")
    return pgettext("first day of some in a month", "j"), pgettext("last in a month", "j F Y")
