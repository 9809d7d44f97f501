"""Template tags of the whole site: times, states, texts in several languages, small drawings.

A built-in library: templates need no `load`. What a tag draws is shown at /styleguide/.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField, Select
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext, pgettext

from workshop_portal.times import (
    city,
    day_formats,
    days_away,
    distance,
    zone_words,
)

register = template.Library()

NOTHING = mark_safe("")

FORMATS = ("csv", "xlsx", "json")
"""Of the files of a list."""

STATUS_KINDS = ("done", "half", "wait", "late", "bad", "off", "live")
"""Done; begun; waits for somebody else; needs you; wrong; ended or not asked; now."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word: cal, doc, down, next, prev, lock."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag(takes_context=True)
def files(context: Any, url_name: str, *args: Any, of: Any = "") -> SafeString:
    """The list of this page as CSV, XLSX and JSON, filtered as the page is.

    `args`: those of the page's address; `of`: which list, for screen readers, where a page has several.
    """
    query = context["request"].GET.copy()
    query.pop("page", None)
    asked = f"?{query.urlencode()}" if query else ""
    unseen = format_html('<span class="visually-hidden"> {}</span>', of) if of else NOTHING
    links = [
        (reverse(url_name, args=[*args, each]) + asked, icon("down"), each.upper(), unseen)
        for each in FORMATS
    ]
    return format_html_join(" ", '<a class="with-icon" href="{}">{} {}{}</a>', links)


@register.simple_tag
def status(word: Any, kind: str) -> SafeString:
    """A state: its word and its shape. Raises: ValueError for a kind that has no shape."""
    if kind not in STATUS_KINDS:
        raise ValueError(f"no status kind {kind!r}")
    return format_html('<span class="st st-{}">{}</span>', kind, word)


@register.simple_tag
def small_field(field: BoundField) -> SafeString:
    """The control of a form field alone, small: for filters and bars."""
    kind = "form-select" if isinstance(field.field.widget, Select) else "form-control"
    return field.as_widget(attrs={"class": f"{kind} {kind}-sm"})


# Times ------------------------------------------------------------------------------------------


@register.simple_tag
def when(
    value: datetime | None,
    zone: ZoneInfo | str | None = None,
    until: datetime | None = None,
    form: str = "full",
) -> SafeString:
    """A moment in the reader's zone and beside it, quietly, in the workshop's.

    `form`: "full" with the day, "time" with the city only, "clock" bare where the head of the list names the cities.
    """
    if value is None:
        return NOTHING
    _refuse_date(value)
    own, other = _two_zones(zone)
    first = format_html(
        '<time datetime="{}"><b>{}</b></time>',
        value.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%MZ"),
        _moment(value, until, own, form),
    )
    if other is None:
        return format_html('<span class="when">{}</span>', first)
    if form == "clock":  # in columns, under the names of the cities
        second = _moment(value, until, other, form)
        return format_html('<span class="when">{} <span>{}</span></span>', first, second)
    shown = _beside(value, until, own, other, form)
    return format_html('<span class="when">{} <span>{}</span></span>', first, shown)


@register.simple_tag
def when_words(
    value: datetime | None, zone: ZoneInfo | str | None = None, until: datetime | None = None
) -> str:
    """The same without markup, for mail: "Wed 25 May, 15:50 Suva (10:50 Bangkok)"."""
    if value is None:
        return ""
    _refuse_date(value)
    own, other = _two_zones(zone)
    words = _moment(value, until, own, "full")
    if other is None:
        return words
    return f"{words} {_beside(value, until, own, other, 'full')}"


@register.simple_tag
def day(value: date | None, until: date | None = None, weekday: bool = False) -> SafeString:
    """A date without a time, never shifted; with `until` the days from one to the other."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime) or isinstance(until, datetime):
        raise TypeError("a moment has a zone: use the tag `when`")
    if until is None or until == value:
        whole = gettext("l j F Y") if weekday else day_formats(value, value)[1]
        return _day_tag(value, whole)
    formats = day_formats(value, until)
    return format_html(
        gettext("{} to {}"), _day_tag(value, formats[0]), _day_tag(until, formats[1])
    )


@register.simple_tag
def deadline(value: datetime | date | None, zone: ZoneInfo | str | None = None) -> SafeString:
    """The last moment for something, and how far away it is: "18 May, 23:59 Suva, in 4 days"."""
    if value is None:
        return NOTHING
    now = timezone.now()
    if isinstance(value, datetime):
        return format_html("{}, {}", when(value, zone), distance(value, now))
    today = now.astimezone(_zone(zone) or timezone.get_current_timezone()).date()
    return format_html("{}, {}", day(value), days_away((value - today).days))


@register.simple_tag
def ago(value: datetime | None) -> SafeString:
    """How long since or until, with the exact moment behind it for machines and for print."""
    if value is None:
        return NOTHING
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), distance(value, timezone.now())
    )


@register.simple_tag
def own_zone() -> str:
    """The reader's zone by its city with its offset, said once a page."""
    return zone_words(timezone.get_current_timezone(), timezone.now())


@register.simple_tag
def zone_name(zone: ZoneInfo | str) -> str:
    """Any zone by its city with its offset today."""
    found = _zone(zone)
    return zone_words(found, timezone.now()) if found else ""


def _refuse_date(value: Any) -> None:
    if not isinstance(value, datetime):
        raise TypeError("a date has no zone: use the tag `day`")


def _zone(zone: ZoneInfo | str | None) -> ZoneInfo | None:
    """None also for "": what a template makes of the zone of a workshop that there is not."""
    if not zone:
        return None
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))


def _two_zones(zone: ZoneInfo | str | None) -> tuple[tzinfo, tzinfo | None]:
    own = timezone.get_current_timezone()
    other = _zone(zone)
    return own, None if other is None or str(other) == str(own) else other


def _moment(value: datetime, until: datetime | None, zone: tzinfo, form: str) -> str:
    start = value.astimezone(zone)
    clock = date_format(start, "H:i")
    if until is not None:
        end = until.astimezone(zone)
        last = date_format(end, "H:i")
        if end.date() != start.date():
            last = f"{_short_day(end)}, {last}"
        clock = gettext("{start} to {end}").format(start=clock, end=last)
    if form == "clock":
        return clock
    words = f"{clock} {city(zone)}"
    return words if form == "time" else f"{_short_day(start)}, {words}"


def _beside(value: datetime, until: datetime | None, own: tzinfo, other: tzinfo, form: str) -> str:
    """The same time elsewhere: "(10:50 Bangkok)"; "and Bangkok" where its clocks show the same."""
    moments = [value] if until is None else [value, until]
    if all(
        each.astimezone(own).utcoffset() == each.astimezone(other).utcoffset() for each in moments
    ):
        return gettext("and {city}").format(city=city(other))
    same_day = value.astimezone(own).date() == value.astimezone(other).date()
    return f"({_moment(value, until, other, 'time' if form == 'full' and same_day else form)})"


def _short_day(value: datetime) -> str:
    this_year = value.year == timezone.now().astimezone(value.tzinfo).year
    if this_year:
        return date_format(value, pgettext("day in this year", "D j M"))
    return date_format(value, pgettext("day in another year", "D j M Y"))


def _day_tag(value: date, shown: str) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), date_format(value, shown)
    )


# Texts in several languages -----------------------------------------------------------------------


@register.simple_tag
def translated(text: Any, quiet: bool = False, paragraphs: bool = False) -> SafeString:
    """A text in the reader's language, or in another one with a line that says so.

    `quiet` leaves the line out (titles in lists keep only their `lang`); `paragraphs` keeps line breaks.
    """
    data = getattr(text, "data", text)
    if not isinstance(data, Mapping):
        return _shown("" if data is None else str(data), paragraphs=paragraphs)
    written = {str(code): str(value) for code, value in data.items() if value}
    if not written:
        return NOTHING
    wanted = get_language() or settings.LANGUAGE_CODE
    found = _language_found(written, wanted)
    body = _shown(written[found], paragraphs=paragraphs)
    if found.split("-")[0] == wanted.split("-")[0]:
        return body
    marked = format_html('<{0} lang="{1}">{2}</{0}>', "div" if paragraphs else "span", found, body)
    return marked if quiet else format_html("{}{}", fallback_line(wanted, found), marked)


@register.simple_tag(name="fallback")
def fallback_line(wanted: str, found: str) -> SafeString:
    """The sentence that says in which language a text is shown instead."""
    sentence = gettext("This text has no {wanted} version; shown in {found}.").format(
        wanted=gettext(get_language_info(wanted)["name_translated"]),
        found=gettext(get_language_info(found)["name_translated"]),
    )
    code = "中文" if wanted.startswith("zh") else wanted.split("-", maxsplit=1)[0].upper()
    return format_html('<span class="fallback" data-want="{}">{}</span>', code, sentence)


def _language_found(written: Mapping[str, str], wanted: str) -> str:
    base = wanted.split("-", maxsplit=1)[0]
    near = [code for code in written if code.split("-")[0] == base]
    order = [
        wanted,
        *near,
        settings.LANGUAGE_CODE,
        *(code for code, _ in settings.LANGUAGES),
        *written,
    ]
    return next(code for code in order if code in written)


def _shown(text: str, *, paragraphs: bool) -> SafeString:
    if paragraphs:
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 escaped by linebreaks
    return format_html("{}", text)


# Drawings -----------------------------------------------------------------------------------------


@register.simple_tag
def beads(taken: int, size: int) -> SafeString:
    """The fill of a group, one bead a place; surplus stands out. The number belongs beside it in words."""
    places = max(size, taken, 1)
    step = 130 / (places - 1) if places > 1 else 0
    kinds = [
        "in" if n < min(taken, size) else "over" if n < taken else "free" for n in range(places)
    ]
    circles = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="5" r="{}"/>',
        (
            (kind, round(5 + n * step, 1), "4" if places < 16 else "2.5")
            for n, kind in enumerate(kinds)
        ),
    )
    return format_html(
        '<svg class="beads" viewBox="0 0 140 10" preserveAspectRatio="xMinYMid meet" aria-hidden="true">'
        '<line x1="3" x2="137" y1="5" y2="5"/>{}</svg>',
        circles,
    )


LABELS_BESIDE = 190
"""Width of the labels, in units of the drawing of 304, up to which they stand beside their bars."""


@register.inclusion_tag("components/chart.html")
def bars(
    rows: Sequence[Sequence[Any]],
    caption: str = "",
    head: str = "",
    this: str = "",
    before: str = "",
) -> dict[str, Any]:
    """Horizontal bars with their numbers, and the table under them.

    `rows`: (label, number) or (label, number, number before). Six at most read well.
    """
    compared = bool(rows) and len(rows[0]) > 2
    top = max([1, *(max(row[1:]) for row in rows)])
    beside = 14 + max([0, *(len(str(row[0])) for row in rows)]) * 7.2
    shift = 0 if beside <= LABELS_BESIDE else 18  # long labels stand above their bars
    start = 0 if shift else beside
    height = (37 if compared else 26) + shift
    drawn = [
        {
            "label": row[0],
            "value": row[1],
            "before": row[2] if compared else None,
            "y": index * height,
            "width": round((276 - start) * row[1] / top, 1),
            "before_width": round((276 - start) * row[2] / top, 1) if compared else 0,
        }
        for index, row in enumerate(rows)
    ]
    return {
        "rows": drawn,
        "start": round(start, 1),
        "height": len(rows) * height,
        "shift": shift,
        "compared": compared,
        "caption": caption,
        "head": head,
        "this": this or gettext("Number"),
        "before": before,
    }
