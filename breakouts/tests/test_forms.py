"""Bad input into each form: an error at its place, the text kept, nothing changed, never a 500."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from breakouts.models import Round
from breakouts.tests.worlds import (
    BreakoutWorld,
    SignIn,
    make_group,
    make_point,
    make_role,
    make_round,
    make_topic,
    state,
)
from events.models import Session
from participants.models import Registration
from participants.tests.worlds import make_administration, make_delegation, make_registration
from workshop_portal.administrations.models import Administration
from workshop_portal.tests.hostile import (
    HARMLESS,
    HIDDEN,
    NOT_DATES,
    NOT_KEYS,
    NOT_LINKS,
    NOT_NUMBERS,
    NOT_TIMES,
    ONE_LINE,
    WRONG_CHOICE,
    at_once,
)

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A form with values that it takes, and its fields by kind."""

    name: str
    args: list[Any] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    wrong: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    good: Values = field(default_factory=dict)
    who: str = ""
    """Of the delegates; else the organiser."""

    def url(self, world: BreakoutWorld) -> str:
        args = ["here", *self.args]
        if self.name == "point-edit":
            args.append(world.one.points.order_by("pk")[0].public_id)
        if self.name == "theme-edit":
            args.append(world.first.themes.get().pk)
        return reverse(f"breakouts:{self.name}", args=args)


TOPIC = {"lines": {"title": 200}, "words": {"question": 2000}, "required": ["title"]}
THEME: dict[str, Any] = {"lines": {"title": 120, "key_words": 300}, "required": ["title"]}
ROUND: dict[str, Any] = {
    "lines": {"title": 200},
    "required": ["title", "minutes", "mode", "weighting"],
    "wrong": {
        "session": WRONG_CHOICE,
        "minutes": (*NOT_NUMBERS, "4", "481"),
        "mode": WRONG_CHOICE,
        "weighting": WRONG_CHOICE,
        "closes_on": NOT_DATES,
        "closes_at": NOT_TIMES,
    },
    "good": {
        "title": "New",
        "minutes": "45",
        "mode": "mix",
        "weighting": "topics_first",
        "closes_on": "2030-05-24",
        "closes_at": "09:00",
    },
}
GROUP: dict[str, Any] = {
    "lines": {"venue": 120},
    "required": ["topic", "format"],
    "wrong": {
        "topic": WRONG_CHOICE,
        "minimum": (*NOT_NUMBERS, "1001"),
        "maximum": (*NOT_NUMBERS, "0", "1001", "2"),  # 2 is less than at least
        "languages": (*WRONG_CHOICE, ["en", "xx"]),
        "format": WRONG_CHOICE,
        "join_url": NOT_LINKS,
        "backup_url": NOT_LINKS,
    },
    "good": {"topic": "1", "minimum": "3", "maximum": "9", "languages": ["en"], "format": "online"},
}
NEW_GROUPS: dict[str, Any] = {
    "lines": GROUP["lines"],
    "required": [*GROUP["required"], "count"],
    "wrong": GROUP["wrong"] | {"count": (*NOT_NUMBERS, "0", "21")},
    "good": GROUP["good"] | {"count": "2"},
}
POINT: dict[str, Any] = {
    "words": {"text": 2000},
    "required": ["kind", "text"],
    "wrong": {
        "kind": WRONG_CHOICE,
        "text": (" \n ",),
        "said_by": (*WRONG_CHOICE, ["FJ", "XX"], ["FJ", "\0"]),
    },
    "good": {
        "kind": "trend",
        "text": "Hybrid stays.",
        "said_by": ["FJ", "FJ", "JP"],
        "version": "1",
    },
    "who": "ana",
}

CASES = [
    Case(name="topic-add", good={"title": "New", "question": "Why?"}, **TOPIC),
    Case(name="topic-edit", args=[1], good={"title": "New", "question": "Why?"}, **TOPIC),
    Case(name="theme-add", args=[1], good={"title": "New", "key_words": "a, b"}, **THEME),
    Case(name="theme-edit", args=[1], good={"title": "New", "key_words": "a, b"}, **THEME),
    Case(name="round-add", **ROUND),
    Case(name="round-edit", args=[1], **ROUND),
    Case(name="group-add", args=[1], **NEW_GROUPS),
    Case(name="group-edit", args=[1, 1], **GROUP),
    Case(
        name="group-roles",
        args=[1, 1],
        wrong=dict.fromkeys(("facilitator", "rapporteur", "deputy"), (*WRONG_CHOICE, *NOT_KEYS)),
    ),
    Case(
        name="ranking-edit",
        args=[2],
        required=["choice_1"],
        wrong={"choice_1": (*WRONG_CHOICE, "3"), "choice_2": (*WRONG_CHOICE, "3", "1")},
        good={"choice_1": "1", "choice_2": "2"},
        who="ana",
    ),
    Case(name="point-add", args=[1, 1], **POINT),
    Case(name="point-edit", args=[1, 1], **POINT),
]


@pytest.fixture
def held(world: BreakoutWorld) -> BreakoutWorld:
    """Round 1 is published, with a point of Ana's in group 1; in round 2 the topics 1 and 2 are ranked; topic 3 is spare."""
    world.publish()
    make_point(world.one, world.user("ana"))
    ranked = make_round(world.here, status="ranking", topic_once=False)
    make_group(ranked, world.first)
    make_group(ranked, world.second)
    make_topic(world.here)
    world.first.themes.create(ordinal=1, title="Lines")
    return world


@dataclass
class Poster:
    world: BreakoutWorld
    sign_in: SignIn

    def __call__(self, case: Case, **changes: Any) -> HttpResponse:
        user = self.world.user(case.who) if case.who else self.world.organiser
        result: HttpResponse = self.sign_in(user).post(case.url(self.world), case.good | changes)
        return result


@pytest.fixture
def post(held: BreakoutWorld, sign_in: SignIn) -> Poster:
    return Poster(held, sign_in)


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_good_values_are_taken(case: Case, post: Poster) -> None:
    response = post(case)
    assert response.status_code == 302, response.content.decode()


@each_case
def test_nothing_at_all_is_no_error_of_the_server(case: Case, post: Poster) -> None:
    empty = dict.fromkeys(case.good, "")
    assert post(case, **empty).status_code == (422 if case.required else 302)


@pytest.mark.slow
@each_case
def test_bad_values_are_refused_at_their_field(case: Case, post: Poster) -> None:
    bad: dict[str, list[Any]] = {name: [] for name in (*case.lines, *case.words, *case.required)}
    for name, size in case.lines.items():
        bad[name] += [*ONE_LINE.values(), "x" * (size + 1)]
    for name, size in case.words.items():
        bad[name] += [*HIDDEN.values(), "x" * (size + 1)]
    for name in case.required:
        bad[name].append("")
    posts = [*at_once(bad)]
    posts += [{name: value} for name, values in case.wrong.items() for value in values]
    before = state()
    for values in posts:
        response = post(case, **values)
        text = response.content.decode()
        assert response.status_code == 422, values
        assert [name for name in values if f'id="id_{name}_error"' not in text] == [], values
        assert 'class="error-sum"' in text
        assert state() == before


@each_case
def test_text_stays_where_something_else_is_wrong(case: Case, post: Poster) -> None:
    fields = [*case.lines, *case.words]
    breaking = [name for name in case.wrong if name not in fields] or ["version"]
    if not fields or case.name.startswith(("topic", "theme")):
        return
    response = post(case, **dict.fromkeys(fields, "Kept & <b>"), **{breaking[0]: "nonsense"})
    assert response.status_code == 422
    assert response.content.decode().count("Kept &amp; &lt;b&gt;") >= len(fields)


@each_case
def test_harmless_text_is_stored_as_typed_and_shown_escaped(case: Case, post: Poster) -> None:
    fields = [*case.lines, *case.words]
    for value in HARMLESS.values() if fields else ():
        post.world.one.points.update(version=1)
        response = post(case, **dict.fromkeys(fields, value))
        assert response.status_code == 302, value
        user = post.world.user(case.who) if case.who else post.world.organiser
        page = post.sign_in(user).get(response["Location"].split("#")[0]).content.decode()
        assert "<script>alert" not in page
    assert not fields or "培训" in str(state())


@pytest.mark.parametrize("name", ["round-add", "round-edit"])
def test_a_day_without_an_hour_is_all_of_it_and_an_hour_asks_for_its_day(
    name: str, post: Poster
) -> None:
    case = next(case for case in CASES if case.name == name)

    response = post(case, closes_on="")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["closes_on"])

    assert post(case, closes_at="").status_code == 302
    row = Round.objects.get(title__icontains="New")
    assert row.ranking_closes_at is not None
    local = row.ranking_closes_at.astimezone(post.world.here.zone)
    assert f"{local:%Y-%m-%d %H:%M}" == "2030-05-24 23:59"


@pytest.mark.parametrize("name", ["round-add", "round-edit"])
def test_a_closing_after_the_round_begins_is_refused_at_its_day(name: str, post: Poster) -> None:
    begins = datetime(2030, 5, 23, 3, tzinfo=UTC)
    session = Session.objects.create(
        workshop=post.world.here,
        title="Break-out",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    case = next(case for case in CASES if case.name == name)
    before = state()

    response = post(case, session=str(session.public_id))

    assert (response.status_code, state()) == (422, before)
    assert list(response.context["form"].errors) == ["closes_on"]


def test_a_person_of_another_group_is_refused_on_top(post: Poster) -> None:
    ben = post.world.user("ben")
    make_role(post.world.two, ben)
    case = next(case for case in CASES if case.name == "group-roles")
    before = state()

    response = post(case, facilitator=str(ben.public_id))

    assert response.status_code == 422
    assert "is named for group 2 of this round already" in response.content.decode()
    assert state() == before


def test_a_deputy_who_reports_is_refused_at_the_field(post: Poster) -> None:
    ana = str(post.world.user("ana").public_id)
    case = next(case for case in CASES if case.name == "group-roles")
    before = state()

    response = post(case, rapporteur=ana, deputy=ana)

    assert (response.status_code, state()) == (422, before)
    assert list(response.context["form"].errors) == ["deputy"]


def test_only_administrations_that_take_part_are_offered_and_taken(post: Poster) -> None:
    """Invited, withdrawn or of another workshop is not enough; a point keeps whom it names."""
    world = post.world
    for code in ("AU", "NZ", "KI"):
        make_administration(code, name=f"Land of {code}")
    make_delegation(world.here, Administration.objects.get(code="AU"))
    gone = make_delegation(world.here, Administration.objects.get(code="NZ"))
    make_registration(gone, status=Registration.Status.WITHDRAWN)
    away = make_delegation(world.elsewhere, Administration.objects.get(code="KI"))
    make_registration(away, status=Registration.Status.CONFIRMED)
    add, edit = (next(c for c in CASES if c.name == name) for name in ("point-add", "point-edit"))
    ana = post.sign_in(world.user("ana"))

    shown = ana.get(reverse("breakouts:group-detail", args=["here", 1, 1])).context["form"]
    assert [code.value for code, _name in shown.fields["said_by"].choices] == ["FJ", "JP"]
    before = state()
    for code in ("AU", "NZ", "KI"):
        for case in (add, edit):
            response = post(case, said_by=[code])
            assert response.status_code == 422
            assert 'id="id_said_by_error"' in response.content.decode()
    assert state() == before

    point = world.one.points.get()
    point.administrations.set([gone.administration])
    assert post(edit, said_by=["NZ"]).status_code == 302
    assert list(point.administrations.all()) == [gone.administration]


def test_a_key_that_is_none_adds_no_point(post: Poster) -> None:
    case = next(case for case in CASES if case.name == "point-add")
    before = state()
    for key in NOT_KEYS:
        response = post(case, key=key)
        assert response.status_code == 422
        assert "Hybrid stays." in response.content.decode()
    assert state() == before


def test_a_version_that_is_none_changes_no_point(post: Poster) -> None:
    case = next(case for case in CASES if case.name == "point-edit")
    before = state()
    for version in ("", *NOT_NUMBERS):
        response = post(case, version=version)
        assert response.status_code in {409, 422}, version
        assert "Hybrid stays." in response.content.decode()
    assert state() == before


# The board: what it posts comes from buttons, so that it answers with words on the board ---------


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("p", ("", *NOT_KEYS)),
        ("to", ("", *WRONG_CHOICE, "locks")),
        ("plan", ("", *NOT_NUMBERS, "0")),
        ("revision", ("", *NOT_NUMBERS)),
    ],
)
def test_a_move_with_bad_values_is_refused_in_words(
    held: BreakoutWorld, sign_in: SignIn, name: str, values: tuple[str, ...]
) -> None:
    plan = held.round.plans.get()
    good = {"p": held.people["ana"].public_id, "to": "2", "plan": plan.pk, "revision": "0"}
    organiser, url = sign_in(held.organiser), reverse("breakouts:board-move", args=["here", 1])
    before = state()
    for value in values:
        response = organiser.post(url, good | {name: value}, follow=True)
        text = response.content.decode()
        assert response.status_code in {200, 404}, f"{name}: {value!r}"
        if response.status_code == 200:
            assert 'role="alert"' in text or 'class="note note-bad"' in text, f"{name}: {value!r}"
        assert state() == before


def test_a_person_of_another_workshop_and_a_plan_of_another_round_are_not_found(
    held: BreakoutWorld, sign_in: SignIn
) -> None:
    plan = held.round.plans.get()
    organiser, url = sign_in(held.organiser), reverse("breakouts:board-move", args=["here", 2])
    before = state()
    good = {"p": held.people["ana"].public_id, "to": "2", "plan": plan.pk, "revision": "0"}
    assert organiser.post(url, good).status_code == 404
    eve = good | {"p": held.people["eve"].public_id}
    first = reverse("breakouts:board-move", args=["here", 1])
    assert organiser.post(first, eve).status_code == 302
    assert state() == before


@pytest.mark.parametrize("name", ["plan", "revision"])
def test_publishing_with_bad_values_is_refused_in_words(
    held: BreakoutWorld, sign_in: SignIn, name: str
) -> None:
    organiser, url = sign_in(held.organiser), reverse("breakouts:round-publish", args=["here", 1])
    before = state()
    for value in ("", *NOT_NUMBERS):
        good = {"plan": held.round.plans.get().pk, "revision": "0"}
        response = organiser.post(url, good | {name: value}, follow=True)
        assert response.status_code == 200
        assert "A colleague changed the groups" in response.content.decode(), value
    assert state() == before


@pytest.mark.parametrize("value", ["\0", "9" * 30, "nonsense", "-1", "0", "<script>"])
def test_bad_values_in_addresses_are_no_error_of_the_server(
    held: BreakoutWorld, sign_in: SignIn, value: str
) -> None:
    organiser = sign_in(held.organiser)
    findings = reverse("breakouts:point-list", args=["here"])
    for query in ("topic", "kind", "group", "page"):
        for url in (findings, findings.rstrip("/") + ".csv"):
            assert organiser.get(url, {query: value}).status_code == 200
    board = reverse("breakouts:round-board", args=["here", 1])
    assert organiser.get(board, {"at": value}).status_code == 200
    group = reverse("breakouts:group-detail", args=["here", 1, 1])
    for query in ("added", "removed"):
        assert organiser.get(group, {query: value}).status_code == 200
