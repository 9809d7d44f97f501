"""Bad input into each form: an error at its place, the text kept, nothing changed, never a 500."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from breakouts.models import Point
from reports.models import Contribution, Edition, Section
from reports.tests.editions import EditionWorld, stored
from workshop_portal.tests.hostile import (
    HARMLESS,
    HIDDEN,
    NOT_DATES,
    NOT_KEYS,
    NOT_NUMBERS,
    ONE_LINE,
    WRONG_CHOICE,
    at_once,
)

pytestmark = pytest.mark.django_db

HIDDEN_FIELDS = ["version"]
"""Nobody types in them: what is wrong is said on top."""
PARTS = ["background", "challenge", "practice", "implementation", "results", "lessons"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A form with values that it takes, and its fields by kind."""

    name: str
    args: tuple[Any, ...] = ("good-practice", 22)
    lines: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    wrong: dict[str, tuple[str, ...]] = field(default_factory=dict)
    good: dict[str, Any] = field(default_factory=dict)

    def url(self) -> str:
        args = list(self.args)
        if self.name.startswith("section-e"):
            args.append(Section.objects.get().pk)
        if self.name.startswith("proposal-e"):
            args.append(Edition.objects.get().proposals.get().pk)
        if self.name in {"contribution-edit", "contribution-send-back"}:
            status = "draft" if self.name == "contribution-edit" else "accepted"
            args.append(Contribution.objects.get(title="Mine", status=status).public_id)
        return reverse(f"reports:{self.name}", args=args)


CONTRIBUTION: dict[str, Any] = {
    "lines": {"title": 200, "contact": 200},
    "words": dict.fromkeys(PARTS, 20_000),
    "required": ("title", "kind", "attribution"),
    "wrong": {
        "kind": WRONG_CHOICE,
        "attribution": WRONG_CHOICE,
        "topic": WRONG_CHOICE,
        "version": NOT_NUMBERS,
    },
    "good": {"title": "Coaching", "kind": "trend", "attribution": "named", "version": "1"},
}
CASES = [
    Case(
        name="series-new",
        args=(),
        lines={"title": 200},
        required=("title", "slug"),
        wrong={"slug": ("a b", "ä", "x" * 81, "a/b", "\0", "new", "NEW", "good-practice")},
        good={"title": "Atlas", "slug": "atlas"},
    ),
    Case(
        name="edition-new",
        args=("good-practice",),
        lines={"title": 200},
        required=("title",),
        wrong={
            "workshop": WRONG_CHOICE,
            "based_on": WRONG_CHOICE,
            "closes_on": (*NOT_DATES, "2025-01-01"),
        },
        good={"title": "Next", "workshop": "here"},
    ),
    Case(
        name="edition-edit",
        lines={"title": 200},
        required=("title",),
        wrong={"closes_on": (*NOT_DATES, "2025-01-01")},
        good={"title": "Next", "closes_on": "2099-06-30"},
    ),
    Case(name="section-new", lines={"heading": 200}, required=("heading",), good={"heading": "H"}),
    Case(
        name="section-edit",
        lines={"heading": 200},
        words={"text": 200_000},
        required=("heading", "version"),
        wrong={"version": NOT_NUMBERS},
        good={"heading": "H", "text": "T", "version": "1"},
    ),
    Case(
        name="proposal-new",
        lines={"title": 200},
        words={"text": 5000},
        required=("title", "text"),
        good={"title": "Meet", "text": "T"},
    ),
    Case(
        name="proposal-edit",
        lines={"title": 200},
        words={"text": 5000},
        required=("title", "text"),
        good={"title": "Meet", "text": "T"},
    ),
    Case(
        name="contribution-new",
        **{
            **CONTRIBUTION,
            "required": (*CONTRIBUTION["required"], "administration"),
            "wrong": CONTRIBUTION["wrong"] | {"administration": (*WRONG_CHOICE, "TH")},
            "good": CONTRIBUTION["good"] | {"administration": "FJ"},
        },
    ),
    Case(name="contribution-edit", **CONTRIBUTION),
    Case(
        name="contribution-send-back",
        words={"comment": 2000},
        required=("comment",),
        wrong={"comment": ("   ", "\n\n", "\u200b")},
        good={"comment": "Name the year."},
    ),
]


@pytest.fixture
def world() -> EditionWorld:
    world = EditionWorld()
    Section.objects.create(edition=world.edition, ordinal=1, kind="free", heading="Own", text="T")
    world.add(kind="trend", title="Mine", status="draft", is_entered=True)
    world.add(kind="trend", title="Mine")
    return world


@pytest.fixture
def client(world: EditionWorld) -> Client:
    client = Client()
    client.force_login(world.by)
    return client


def refused(client: Client, url: str, values: dict[str, Any], *names: str) -> None:
    before = stored()
    response = client.post(url, values)
    text = response.content.decode()
    assert response.status_code == 422, f"{names}: {values!r}"
    for name in names:
        at_its_field = 'class="error-sum"' if name in HIDDEN_FIELDS else f'id="id_{name}_error"'
        assert at_its_field in text, f"{name}: {values.get(name)!r}"
    assert stored() == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_good_values_are_taken(case: Case, client: Client) -> None:
    response = client.post(case.url(), case.good)
    assert response.status_code == 302, response.content.decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_at_all_is_refused_at_each_required_field(case: Case, client: Client) -> None:
    before = stored()
    response = client.post(case.url(), {})
    text = response.content.decode()
    assert response.status_code == 422
    shown = [name for name in case.required if name not in HIDDEN_FIELDS]
    assert [name for name in shown if f'id="id_{name}_error"' not in text] == []
    assert stored() == before


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_values_are_refused_at_their_field(case: Case, client: Client) -> None:
    bad: dict[str, list[Any]] = {name: [] for name in (*case.lines, *case.words, *case.required)}
    for name, size in case.lines.items():
        bad[name] += [*ONE_LINE.values(), "x" * (size + 1)]
    for name, size in case.words.items():
        bad[name] += [*HIDDEN.values(), "x" * (size + 1)]
    for name in case.required:
        bad[name].append("")
    for values in at_once(bad):
        refused(client, case.url(), case.good | values, *values)
    for name, alone in case.wrong.items():
        for value in alone:
            refused(client, case.url(), {**case.good, name: value}, name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_text_stays_where_something_else_is_wrong(case: Case, client: Client) -> None:
    fields = [*case.lines, *case.words]
    wrong = [name for name in (*case.wrong, *case.required) if name not in fields]
    breaking = wrong[0] if wrong else fields[0]
    broken = "Kept & <b> \0" if breaking in fields else case.wrong[breaking][0]
    values = case.good | dict.fromkeys(fields, "Kept & <b>") | {breaking: broken}

    response = client.post(case.url(), values)

    assert response.status_code == 422
    assert response.content.decode().count("Kept &amp; &lt;b&gt;") >= len(fields)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_text_is_taken_as_it_is_and_shown_escaped(
    case: Case, value: str, client: Client
) -> None:
    fields = [*case.lines, *case.words]

    response = client.post(case.url(), case.good | dict.fromkeys(fields, value))

    assert response.status_code == 302
    assert all(value in str(list(stored().values())) or "\\" in repr(value) for _name in fields)
    for address in (response["Location"], "/reports/good-practice/editions/22/"):
        assert "<script>alert" not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("series-new", "slug"),
        ("edition-new", "title"),
        ("section-new", "heading"),
        ("proposal-new", "title"),
        ("contribution-new", "title"),
    ],
)
def test_sent_twice_it_is_done_once(name: str, at: str, client: Client) -> None:
    case = next(case for case in CASES if case.name == name)
    url = case.url()
    assert client.post(url, case.good).status_code == 302
    refused(client, url, case.good, at)


MORE_FIELDS = {
    "status": "adopted",
    "slug": "stolen",
    "number": "77",
    "adopted_at": "2022-01-01",
    "compiled_at": "2022-01-01",
    "series": "1",
    "edition": "1",
    "id": "1",
    "public_id": "x",
    "created_by": "1",
    "submitted_by": "1",
    "is_edited": "",
    "is_demo": "on",
    "point": "1",
}


@pytest.mark.parametrize("name", ["edition-edit", "section-edit", "contribution-edit"])
def test_only_the_listed_fields_change(name: str, client: Client, world: EditionWorld) -> None:
    case = next(case for case in CASES if case.name == name)

    assert client.post(case.url(), MORE_FIELDS | case.good).status_code == 302

    edition = Edition.objects.get()
    assert (edition.status, edition.number, edition.adopted_at) == ("collecting", 22, None)
    row = Contribution.objects.get(status="draft")
    assert (row.administration, row.is_demo, row.point, row.submitted_by) == (
        world.japan,
        False,
        None,
        None,
    )


# Forms that are one button -------------------------------------------------------------------------


def test_ticked_rows_that_are_not_in_the_list_change_nothing(
    client: Client, world: EditionWorld
) -> None:
    foreign = Edition.objects.create(series=world.series, number=30, title="Other")
    other = world.add(edition=foreign, kind="trend", title="Other", status="submitted")
    mine = world.add(kind="trend", title="Good", status="submitted")
    url = reverse("reports:contribution-accept-many", args=["good-practice", 22])
    before = stored()

    for bad in (*NOT_KEYS, other.public_id, ""):
        response = client.post(url, {"chosen": [str(mine.public_id), str(bad)]}, follow=True)
        assert response.status_code == 200
        words = response.content.decode()
        assert "One of the chosen is not in the list any more. Look again." in words, repr(bad)
    response = client.post(url, {}, follow=True)
    assert "Choose at least one contribution." in response.content.decode()
    assert stored() == before


def test_ticked_points_that_are_not_in_the_list_make_nothing(
    client: Client, world: EditionWorld
) -> None:
    good = Point.objects.create(
        group=world.group, kind="trend", text="Good", ordinal=2, created_by=world.by
    )
    url = reverse("reports:point-take", args=["good-practice", 22])
    before = stored()

    for bad in (*NOT_KEYS, world.point.public_id, ""):
        response = client.post(url, {"chosen": [str(good.public_id), str(bad)]}, follow=True)
        words = response.content.decode()
        assert "One of the chosen is not in the list any more. Look again." in words, repr(bad)
    response = client.post(url, {}, follow=True)
    assert "Choose at least one point." in response.content.decode()
    assert stored() == before


@pytest.mark.parametrize("value", ["", *WRONG_CHOICE, "FJ", "<script>alert(1)</script>"])
def test_a_claim_for_somebody_else_changes_nothing(world: EditionWorld, value: str) -> None:
    client = Client()
    client.force_login(world.people.japan_contact)
    url = reverse(
        "reports:contribution-claim", args=["good-practice", 22, world.from_point.public_id]
    )
    before = stored()

    response = client.post(url, {"administration": value}, follow=True)

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert stored() == before


@pytest.mark.parametrize("value", [*NOT_NUMBERS, "", "77", "1;drop"])
def test_versions_that_never_were_are_not_found(client: Client, value: str) -> None:
    section = Section.objects.get()
    url = reverse("reports:revision-compare", args=["good-practice", 22, section.pk])

    assert client.get(url, {"old": value}).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "contribution-list",
        "contribution-table csv",
        "contribution-table xlsx",
        "contribution-table json",
        "point-list",
    ],
)
@pytest.mark.parametrize("value", [*WRONG_CHOICE, *HIDDEN.values(), "x" * 500])
def test_filters_take_anything(client: Client, name: str, value: str) -> None:
    name, *format = name.split()
    url = reverse(f"reports:{name}", args=["good-practice", 22, *format])
    names = ("q", "administration", "topic", "kind", "status", "page")

    assert client.get(url, dict.fromkeys(names, value)).status_code == 200
