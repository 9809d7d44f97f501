"""The organisers' pages: who may open and do what, what they cost, and the whole of row 1 in the browser."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.models import (
    Session,
    SessionSpeaker,
    TeamMember,
    Workshop,
)
from events.tabs import STAGES, Panel, Stage, Waiting
from events.tests.worlds import (
    World,
    at,
    client_of,
    make_administration,
    make_instrument,
    make_material,
    make_person,
    make_secretariat,
    make_session,
    make_speaker,
    make_workshop,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_parts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upper apps count their own queries."""
    for name in ("WAITING", "PANELS"):
        monkeypatch.setattr(f"events.views.overview.{name}", [])
    monkeypatch.setattr("events.views.overview.STAGES", {"set_up": STAGES["set_up"]})
    monkeypatch.setattr("events.actions.copying.COPIERS", [])
    monkeypatch.setattr("events.tabs.USES", [])


@pytest.fixture
def world() -> World:
    return World()


# Who may ------------------------------------------------------------------------------------------

OF_WORKSHOP = [
    "workshop-overview",
    "workshop-copied",
    "workshop-history",
    "workshop-agenda",
    "session-new",
    "speaker-list",
    "speaker-new",
    "workshop-settings",
    "workshop-edit",
    "workshop-mandate",
    "organiser-list",
    "team-list",
    "workshop-nominations",
    "workshop-postpone",
    "workshop-cancel",
    "workshop-resume",
]
VERBS_OF_WORKSHOP = [
    "workshop-publish",
    "nominations-close",
    "workshop-start",
    "workshop-conclude",
    "workshop-archive",
    "mandate-remove",
    "team-add",
]
OF_SITE = ["series-new", "workshop-new", "instrument-list", "instrument-new"]


@pytest.mark.parametrize("name", OF_WORKSHOP)
def test_a_page_of_a_workshop_is_for_who_runs_it(world: World, name: str) -> None:
    found = {
        (who, slug): client_of(person).get(reverse(f"events:{name}", args=[slug])).status_code
        for who, person in (
            ("visitor", None),
            ("stranger", world.stranger),
            ("organiser", world.organiser),
            ("secretariat", world.secretariat),
        )
        for slug in ("here", "elsewhere", "nowhere")
    }
    assert found == {
        ("visitor", "here"): 302,
        ("visitor", "elsewhere"): 302,
        ("visitor", "nowhere"): 302,
        ("stranger", "here"): 404,
        ("stranger", "elsewhere"): 404,
        ("stranger", "nowhere"): 404,
        ("organiser", "here"): 200,
        ("organiser", "elsewhere"): 404,
        ("organiser", "nowhere"): 404,
        ("secretariat", "here"): 200,
        ("secretariat", "elsewhere"): 200,
        ("secretariat", "nowhere"): 404,
    }


@pytest.mark.parametrize("name", VERBS_OF_WORKSHOP)
def test_a_verb_is_a_post_of_who_may(world: World, name: str) -> None:
    url, foreign = (reverse(f"events:{name}", args=[slug]) for slug in ("here", "elsewhere"))
    assert client_of(world.secretariat).get(url).status_code == 405
    assert client_of(None).post(url).status_code == 302
    assert client_of(world.stranger).post(url).status_code == 404
    assert client_of(world.organiser).post(foreign).status_code == 404
    mine = client_of(world.organiser).post(url).status_code
    assert mine == (403 if name == "team-add" else 302)


@pytest.mark.parametrize("name", OF_SITE)
def test_series_and_library_are_the_secretariat_s(world: World, name: str) -> None:
    url = reverse(f"events:{name}")
    found = [
        client_of(person).get(url).status_code
        for person in (None, world.stranger, world.organiser, world.secretariat)
    ]
    assert found == [302, 403, 403, 200]


@pytest.mark.parametrize("name", ["series-edit", "workshop-next"])
def test_a_series_is_changed_by_the_secretariat(world: World, name: str) -> None:
    url = reverse(f"events:{name}", args=[world.here.series.slug])
    assert client_of(world.organiser).get(url).status_code == 403
    assert client_of(world.secretariat).get(url).status_code == 200


def of_session(world: World, session: Session) -> dict[str, str]:
    slug = session.workshop.slug
    speaker = make_speaker(session.workshop)
    SessionSpeaker.objects.create(session=session, speaker=speaker)
    instrument = make_instrument()
    session.session_instruments.create(instrument=instrument)
    material = make_material(session, world.secretariat, audience="participants")
    one = [slug, session.public_id]
    return {
        "GET session": reverse("events:session-detail", args=one),
        "GET edit": reverse("events:session-edit", args=one),
        "GET materials": reverse("events:material-list", args=one),
        "GET part": reverse("events:part-edit", args=[*one, speaker.public_id]),
        "GET speaker": reverse("events:speaker-edit", args=[slug, speaker.public_id]),
        "GET material": reverse("events:material-edit", args=[slug, material.public_id]),
        "GET version": reverse("events:version-new", args=[slug, material.public_id]),
        "POST move": reverse("events:session-move", args=one),
        "POST remove": reverse("events:session-remove", args=one),
        "POST add": reverse("events:part-add", args=one),
        "POST take": reverse("events:part-remove", args=[*one, speaker.public_id]),
        "POST attach": reverse("events:briefing-add", args=one),
        "POST detach": reverse("events:briefing-remove", args=[*one, instrument.pk]),
        "POST speaker": reverse("events:speaker-remove", args=[slug, speaker.public_id]),
        "POST away": reverse("events:material-remove", args=[slug, material.public_id]),
        "POST back": reverse("events:material-put-back", args=[slug, material.public_id]),
    }


def ask(client: Client, urls: dict[str, str]) -> dict[str, int]:
    return {
        name: (client.get(url) if name.startswith("GET") else client.post(url)).status_code
        for name, url in urls.items()
    }


def test_what_hangs_on_a_session_is_404_to_others(world: World) -> None:
    own, foreign = of_session(world, world.session), of_session(world, world.foreign_session)
    assert set(ask(client_of(world.stranger), own).values()) == {404}
    assert set(ask(client_of(world.organiser), foreign).values()) == {404}
    assert set(ask(client_of(None), own).values()) == {302}
    swapped = {name: url.replace("/here/", "/elsewhere/") for name, url in own.items()}
    assert set(ask(client_of(world.secretariat), swapped).values()) == {404}
    found = ask(client_of(world.organiser), own)
    assert {status for name, status in found.items() if name.startswith("GET")} == {200}
    assert {status for name, status in found.items() if name.startswith("POST")} <= {302, 422}


def test_verbs_on_a_session_are_posts(world: World) -> None:
    urls = of_session(world, world.session)
    client = client_of(world.secretariat)
    found = {name: client.get(url).status_code for name, url in urls.items() if "POST" in name}
    assert set(found.values()) == {405}


def test_lists_show_what_may_be_opened(world: World) -> None:
    url = reverse("events:workshop-list")
    found = {
        name: [w in client_of(person).get(url).content.decode() for w in ("/here/", "/elsewhere/")]
        for name, person in (
            ("visitor", None),
            ("organiser", world.organiser),
            ("secretariat", world.secretariat),
        )
    }
    assert found == {
        "visitor": [True, False],
        "organiser": [True, False],
        "secretariat": [True, True],
    }
    series = reverse("events:series-detail", args=[world.elsewhere.series.slug])
    assert "/elsewhere/" not in client_of(world.organiser).get(series).content.decode()
    assert "/elsewhere/" in client_of(world.secretariat).get(series).content.decode()


# What they cost -------------------------------------------------------------------------------------


def fill(workshop: Workshop, count: int) -> None:
    make_instrument()
    for number in range(count):
        session = make_session(workshop, starts_at=at(9 + number), ends_at=at(10 + number))
        speaker = make_speaker(workshop, administration=make_administration())
        SessionSpeaker.objects.create(session=session, speaker=speaker)
        session.session_instruments.create(instrument=make_instrument())
        make_material(session, make_person())
        workshop.organisers.create(administration=make_administration(), role="organiser")
        TeamMember.objects.create(workshop=workshop, user=make_person(), role="organiser")
        make_workshop(series=workshop.series)


COSTS = {
    "workshop-overview": 7,
    "workshop-agenda": 7,
    "workshop-settings": 6,
    "workshop-history": 9,
    "workshop-copied": 3,
    "speaker-list": 5,
    "organiser-list": 5,
    "team-list": 5,
    "workshop-list": 4,
    "instrument-list": 4,
    "series-detail": 4,
    "session-detail": 11,
    "material-list": 7,
    "workshop-calendar": 4,
    "agenda-table": 7,
    "speaker-table": 5,
    "instrument-table": 4,
    "history-table": 8,
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", COSTS)
def test_a_page_costs_the_same_for_one_row_and_three(
    name: str, count: int, django_assert_num_queries: Any
) -> None:
    workshop = make_workshop()
    fill(workshop, count)
    args: list[Any] = [workshop.slug]
    if name in {"session-detail", "material-list"}:
        args = [workshop.slug, workshop.sessions.order_by("pk")[0].public_id]
    elif name == "series-detail":
        args = [workshop.series.slug]
    elif name in {"workshop-list", "instrument-list", "instrument-table"}:
        args = []
    if name.endswith("-table"):
        args = [*args, "json"]
    client = client_of(make_secretariat())
    with django_assert_num_queries(COSTS[name]):
        assert client.get(reverse(f"events:{name}", args=args)).status_code == 200


# What they show -------------------------------------------------------------------------------------


def test_the_overview_shows_rail_waiting_and_panels_of_upper_apps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(state="not started", summary="", action_label="Invite", action_url="/invite/")
    waiting = Waiting(count=12, title="To review", detail="Oldest 3 days", action_label="Review", action_url="/r/")  # fmt: skip
    panel = Panel(
        label="Numbers", template="components/figures.html", find=lambda w, u: {"w": w}, order=1
    )
    hidden = Panel(label="Hidden", template="nowhere.html", find=lambda w, u: None, order=2)
    monkeypatch.setattr(
        "events.views.overview.STAGES",
        {"invite": ("Invite", lambda w: stage), "set_up": STAGES["set_up"]},
    )
    monkeypatch.setattr("events.views.overview.WAITING", [lambda w, u: {w[0].pk: [waiting]}])
    monkeypatch.setattr("events.views.overview.PANELS", [panel, hidden])
    page = client_of(world.organiser).get(reverse("events:workshop-overview", args=["here"]))
    text = page.content.decode()
    assert text.index("Set up") < text.index("Not started")
    assert '<a class="btn btn-primary" href="/r/">Review</a>' in text
    assert 'class="figures"' in text


def test_where_nothing_waits_the_overview_leads_to_the_next_step() -> None:
    make_workshop("draft", status=Workshop.Status.DRAFT, summary="")
    client = client_of(make_secretariat())

    page = client.get(reverse("events:workshop-overview", args=["draft"])).text

    details = reverse("events:workshop-edit", args=["draft"])
    assert f'<a class="btn btn-primary" href="{details}">Set up: Go on</a>' in page
    assert "The next step:" in page


def test_each_tab_is_there_and_the_current_one_is_marked(world: World) -> None:
    for name in ("overview", "agenda", "settings", "history"):
        url = reverse(f"events:workshop-{name}", args=["here"])
        text = client_of(world.organiser).get(url).content.decode()
        assert f'<li><a href="{url}" aria-current="page">' in text


def test_one_heading_and_at_most_one_primary_button(world: World) -> None:
    client = client_of(world.secretariat)
    urls = [reverse(f"events:{name}", args=["here"]) for name in OF_WORKSHOP]
    urls += [reverse(f"events:{name}") for name in [*OF_SITE, "workshop-list"]]
    for url in urls:
        text = client.get(url).content.decode()
        assert (text.count("<h1"), text.count("btn-primary") <= 1) == (1, True), url


def test_publishing_says_first_who_is_in_two_sessions_at_once() -> None:
    workshop = make_workshop("draft", status=Workshop.Status.DRAFT)
    speaker = make_speaker(workshop, given_name="Tong", family_name="Hua")
    for _number in range(2):
        session = make_session(workshop, starts_at=at(9), ends_at=at(10))
        SessionSpeaker.objects.create(session=session, speaker=speaker)
    client = client_of(make_secretariat())
    settings = reverse("events:workshop-settings", args=["draft"])
    publish = reverse("events:workshop-publish", args=["draft"])
    public = f'<a href="{reverse("events:workshop-detail", args=["draft"])}">'

    refused = client.post(publish, follow=True)

    workshop.refresh_from_db()
    assert (workshop.status, workshop.published_at) == (Workshop.Status.DRAFT, None)
    assert "Hua is in “" in refused.text
    assert ('name="despite"' in refused.text, public in refused.text) == (True, False)
    published = client.post(publish, {"despite": "1"}, follow=True)
    workshop.refresh_from_db()
    assert workshop.status == Workshop.Status.PUBLISHED
    assert ('name="despite"' in published.text, public in published.text) == (False, True)
    assert published.redirect_chain == [(settings, 302)]


@pytest.mark.parametrize("count", [1, 3])
def test_before_publishing_each_open_thing_leads_to_its_place(
    count: int, django_assert_num_queries: Any
) -> None:
    workshop = make_workshop(
        "draft", status=Workshop.Status.DRAFT, summary="", contact_email="", join_url=""
    )
    fill(workshop, count)
    client = client_of(make_secretariat())
    with django_assert_num_queries(11):
        page = client.get(reverse("events:workshop-settings", args=["draft"]))

    assert [(check.words, check.url_name) for check in page.context["open_checks"]] == [
        ("It says what it is about", "events:workshop-edit"),
        ("The mandate is there", "events:workshop-mandate"),
        ("There is a contact address", "events:workshop-edit"),
        ("Join link or venue is known", "events:workshop-edit"),
    ]
    mandate = reverse("events:workshop-mandate", args=["draft"])
    assert f'<a href="{mandate}">The mandate is there</a>' in page.text
    assert '<button class="btn btn-primary">Publish</button>' in page.text

    client.post(reverse("events:workshop-publish", args=["draft"]))

    workshop.refresh_from_db()
    assert workshop.status == Workshop.Status.PUBLISHED


def test_what_is_published_lists_nothing_open(world: World) -> None:
    page = client_of(world.organiser).get(reverse("events:workshop-settings", args=["here"]))

    assert page.context["open_checks"] == []
    assert "Before you publish" not in page.text
