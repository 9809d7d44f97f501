"""The tags of every template: times, states, texts in several languages, drawings."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from i18nfield.strings import LazyI18nString

from workshop_portal.templatetags import portal
from workshop_portal.times import distance

SUVA, BANGKOK = ZoneInfo("Pacific/Fiji"), ZoneInfo("Asia/Bangkok")
NOW = datetime(2022, 5, 21, 3, 50, tzinfo=UTC)
ROUND = datetime(2022, 5, 25, 3, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_suva() -> Any:
    with time_machine.travel(NOW, tick=False), timezone.override(SUVA), translation.override("en"):
        yield


def draw(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def words(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)


def test_a_moment_shows_own_zone_then_the_workshops() -> None:
    assert draw("{% when at zone %}", at=ROUND, zone=BANGKOK) == (
        '<span class="when"><time datetime="2022-05-25T03:50Z"><b>Wed 25 May, 15:50 Suva</b></time> '
        "<span>(10:50 Bangkok)</span></span>"
    )


def test_a_zone_given_as_its_name_is_the_same() -> None:
    assert draw("{% when at zone %}", at=ROUND, zone="Asia/Bangkok") == draw(
        "{% when at zone %}", at=ROUND, zone=BANGKOK
    )


def test_one_zone_is_said_once() -> None:
    assert words(draw("{% when at zone %}", at=ROUND, zone=SUVA)) == "Wed 25 May, 15:50 Suva"
    assert words(draw("{% when at %}", at=ROUND)) == "Wed 25 May, 15:50 Suva"


def test_the_other_zone_says_its_day_where_it_differs() -> None:
    late = datetime(2022, 5, 24, 13, 30, tzinfo=UTC)
    shown = words(draw("{% when at zone %}", at=late, zone=BANGKOK))
    assert shown == "Wed 25 May, 01:30 Suva (Tue 24 May, 20:30 Bangkok)"


def test_a_moment_of_another_year_says_the_year() -> None:
    shown = words(draw("{% when at %}", at=ROUND.replace(year=2023)))
    assert shown == "Thu 25 May 2023, 15:50 Suva"


def test_a_span_and_short_forms() -> None:
    end = ROUND + timedelta(minutes=45)
    given = {"at": ROUND, "end": end, "zone": BANGKOK}
    assert words(draw("{% when at zone until=end form='clock' %}", **given)) == (
        "15:50 to 16:35 10:50 to 11:35"
    )
    assert words(draw("{% when at zone form='time' %}", **given)) == "15:50 Suva (10:50 Bangkok)"


def test_the_same_clock_is_said_once_with_both_cities() -> None:
    given = {"at": ROUND, "zone": BANGKOK, "end": ROUND + timedelta(hours=1)}
    with timezone.override(ZoneInfo("Asia/Ho_Chi_Minh")):
        shown = words(draw("{% when at zone until=end %}", **given))
        plain = draw("{% when_words at zone %}", **given)
    assert shown == "Wed 25 May, 10:50 to 11:50 Ho Chi Minh and Bangkok"
    assert plain == "Wed 25 May, 10:50 Ho Chi Minh and Bangkok"


def test_a_span_over_midnight_says_the_second_day() -> None:
    end = ROUND + timedelta(hours=12)
    assert words(draw("{% when at until=end %}", at=ROUND, end=end)) == (
        "Wed 25 May, 15:50 to Thu 26 May, 03:50 Suva"
    )


def test_words_for_mail_carry_no_markup() -> None:
    shown = draw("{% when_words at zone %}", at=ROUND, zone=BANGKOK)
    assert shown == "Wed 25 May, 15:50 Suva (10:50 Bangkok)"


@pytest.mark.parametrize("zone", ["Pacific/Fiji", "America/Los_Angeles", "UTC"])
def test_a_date_is_never_shifted(zone: str) -> None:
    with timezone.override(zone):
        assert draw("{% day on %}", on=date(2022, 5, 24)) == (
            '<time datetime="2022-05-24">24 May 2022</time>'
        )


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2022, 5, 24), date(2022, 5, 26), "24 to 26 May 2022"),
        (date(2022, 5, 30), date(2022, 6, 1), "30 May to 1 June 2022"),
        (date(2021, 12, 30), date(2022, 1, 2), "30 December 2021 to 2 January 2022"),
        (date(2022, 5, 24), date(2022, 5, 24), "24 May 2022"),
    ],
)
def test_days_from_and_to(first: date, last: date, shown: str) -> None:
    assert words(draw("{% day first until=last %}", first=first, last=last)) == shown


def test_a_moment_is_no_date_and_a_date_no_moment() -> None:
    with pytest.raises(TypeError):
        draw("{% day at %}", at=ROUND)
    with pytest.raises(TypeError):
        draw("{% when on %}", on=date(2022, 5, 24))


def test_nothing_is_shown_of_nothing() -> None:
    assert (
        draw("{% when x %}{% day x %}{% deadline x %}{% ago x %}{% when_words x %}", x=None) == ""
    )


def test_a_deadline_says_how_far_it_is() -> None:
    assert words(draw("{% deadline at zone %}", at=ROUND, zone=BANGKOK)) == (
        "Wed 25 May, 15:50 Suva (10:50 Bangkok), in 4 days"
    )
    assert words(draw("{% deadline on %}", on=date(2022, 5, 22))) == "22 May 2022, tomorrow"


def test_a_deadline_without_a_workshop_names_the_own_zone_alone() -> None:
    assert words(draw("{% deadline at nothing.zone %}", at=ROUND, nothing=None)) == (
        "Wed 25 May, 15:50 Suva, in 4 days"
    )


def test_a_date_as_deadline_is_counted_in_the_workshops_zone() -> None:
    with time_machine.travel(
        datetime(2022, 5, 21, 13, 0, tzinfo=UTC), tick=False
    ):  # the 22nd in Suva
        assert words(draw("{% deadline on %}", on=date(2022, 5, 22))) == "22 May 2022, today"
        shown = words(draw("{% deadline on zone %}", on=date(2022, 5, 22), zone=BANGKOK))
        assert shown == "22 May 2022, tomorrow"


@pytest.mark.parametrize(
    ("ahead", "shown"),
    [
        (timedelta(), "now"),
        (timedelta(minutes=12), "in 12 minutes"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(hours=5, minutes=30), "in 5 hours"),
        (timedelta(days=-1), "yesterday"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=150), "in 5 months"),
        (timedelta(days=-1500), "4 years ago"),
    ],
)
def test_distances(ahead: timedelta, shown: str) -> None:
    assert distance(NOW + ahead, NOW) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Bangkok", "Bangkok, UTC+7"),
        ("Asia/Kolkata", "Kolkata, UTC+5:30"),
        ("Asia/Ho_Chi_Minh", "Ho Chi Minh, UTC+7"),
        ("Pacific/Tongatapu", "Nuku’alofa, UTC+13"),
        ("America/Caracas", "Caracas, UTC−4"),
        ("UTC", "UTC"),
    ],
)
def test_zones_by_city_and_offset(zone: str, shown: str) -> None:
    assert draw("{% zone_name zone %}", zone=zone) == shown


def test_every_kind_of_status_has_a_shape() -> None:
    css = (settings.BASE_DIR / "static/css/parts.css").read_text()
    assert [kind for kind in portal.STATUS_KINDS if f".st-{kind}" not in css] == []
    with pytest.raises(ValueError, match="no status kind"):
        draw('{% status "Approved" "green" %}')


def test_words_are_escaped() -> None:
    assert (
        draw('{% status word "done" %}', word="<b>") == '<span class="st st-done">&lt;b&gt;</span>'
    )
    assert draw("{% translated text %}", text=LazyI18nString({"en": "<b>"})) == "&lt;b&gt;"
    assert draw("{% translated text paragraphs=True %}", text="<b>\n\nx") == (
        "<p>&lt;b&gt;</p>\n\n<p>x</p>"
    )


def test_a_text_in_the_readers_language_stands_alone() -> None:
    text = LazyI18nString({"en": "Guide", "fr": "Guide pratique"})
    assert draw("{% translated text %}", text=text) == "Guide"
    with translation.override("fr"):
        assert draw("{% translated text %}", text=text) == "Guide pratique"


def test_a_text_in_another_language_says_so() -> None:
    text = LazyI18nString({"zh-hans": "试讲"})
    assert draw("{% translated text %}", text=text) == (
        '<span class="fallback" data-want="EN">'
        "This text has no English version; shown in Simplified Chinese.</span>"
        '<span lang="zh-hans">试讲</span>'
    )
    assert draw("{% translated text quiet=True %}", text=text) == '<span lang="zh-hans">试讲</span>'


def test_the_site_language_is_preferred_to_others() -> None:
    text = LazyI18nString({"zh-hans": "试讲", "en": "Rehearsal"})
    with translation.override("fr"):
        assert '<span lang="en">Rehearsal</span>' in draw("{% translated text %}", text=text)


@pytest.mark.parametrize("text", ["", None, LazyI18nString({}), LazyI18nString({"en": ""})])
def test_an_empty_text_shows_nothing(text: Any) -> None:
    assert draw("{% translated text %}", text=text) == ""


@pytest.mark.parametrize(
    ("taken", "size", "kinds"),
    [
        (2, 3, ["in", "in", "free"]),
        (3, 2, ["in", "in", "over"]),
        (0, 1, ["free"]),
        (0, 0, ["free"]),
    ],
)
def test_beads(taken: int, size: int, kinds: list[str]) -> None:
    drawn = draw("{% beads taken size %}", taken=taken, size=size)
    assert re.findall(r'circle class="(\w+)"', drawn) == kinds


def test_bars_carry_their_numbers_twice_and_fit() -> None:
    rows = [("ASEAN", 7, 8), ("Australasia, Pacific", 3, 6)]
    drawn = draw("{% bars rows caption='By sub-region' this='2022' before='2019' %}", rows=rows)
    assert re.findall(r'<td class="end">(\d+)</td>', drawn) == ["7", "8", "3", "6"]
    assert re.findall(r"<text [^>]*>(\d+)</text>", drawn) == ["7", "8", "3", "6"]
    start = float(re.findall(r'class="axis" x1="([\d.]+)"', drawn)[0])
    assert max(start + float(wide) for wide in re.findall(r'width="([\d.]+)"', drawn)) <= 304 - 24


def test_bars_of_nothing() -> None:
    assert "<tbody></tbody>" in draw("{% bars rows %}", rows=[])
    assert draw("{% bars rows %}", rows=[("Delegates", 0)]).count('width="0.0"') == 1


def test_long_labels_of_bars_stand_above_them() -> None:
    rows = [("Implementation of a competency-based training strategy", 17), ("Other", 0)]
    drawn = draw("{% bars rows %}", rows=rows)
    assert 'width="-' not in drawn
    assert drawn.count("translate(0 18)") == 2


def test_labels_wider_than_the_picture_are_whole_in_the_table_only() -> None:
    label = "Implementation of a competency-based training programme"
    drawn = draw("{% bars rows %}", rows=[(label, 3)])
    assert drawn.count(label) == 1
    assert "Implementation of a competency-based tr…</text>" in drawn


@pytest.mark.parametrize("base", ["base.html", "base_public.html"])
def test_the_title_of_a_page_holds_no_tags(base: str, rf: RequestFactory) -> None:
    """Where a text falls back to another language it stands in a tag that says so."""
    source = (
        f"{{% extends '{base}' %}}{{% block title %}}<i lang='en'>A &amp; B</i>{{% endblock %}}"
    )
    request = rf.get("/")
    request.user = AnonymousUser()

    drawn = Template(source).render(RequestContext(request, {"user": request.user}))

    assert "<title>A &amp; B · Workshop Portal</title>" in drawn
