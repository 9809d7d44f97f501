"""The page of the compilation: the button, how far it is, what the draft lacks, and who may."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from breakouts.models import Topic
from reports.actions import compilation
from reports.actions.compilation import (
    EditionAdoptedError,
    compile_edition,
    compile_now,
    request_compilation,
)
from reports.actions.sections import remove_section, write_section
from reports.compilation.problems import WORDS, list_lacks
from reports.models import CompilationRun, Edition, Section
from reports.tests.editions import EditionWorld, text
from workshop_portal.accounts.models import User
from workshop_portal.leases import claim

pytestmark = pytest.mark.django_db

PAGE = "/reports/good-practice/editions/22/compilation/"
VERB = "/reports/good-practice/editions/22/compile/"


@pytest.fixture
def world() -> EditionWorld:
    return EditionWorld()


def section(world: EditionWorld, kind: str) -> Section:
    return world.edition.sections.get(kind=kind)


def test_a_run_that_is_tried_again_says_why(world: EditionWorld, client: Client) -> None:
    request_compilation(edition=world.edition, by=world.by)
    CompilationRun.objects.update(last_error="The disk is full.")
    client.force_login(world.by)

    assert "The disk is full. It is tried again." in client.get(PAGE).content.decode()


def test_the_button_asks_and_the_page_tells(
    world: EditionWorld, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(world.by)
    assert "Compile the draft" in client.get(PAGE).content.decode()
    assert client.get(VERB).status_code == 405

    answer = client.post(VERB)

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    part = client.get(PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert 'hx-get="' + PAGE in part
    assert part.strip().startswith('<section class="progress-job" id="run"')
    assert part.strip().endswith("</section>")
    compilation.run_due(CompilationRun, compile_edition)
    done = client.get(PAGE).content.decode()
    assert "11 sections have a new text." in done
    assert "Nothing stands under “Trends”." in done
    assert 'hx-get="' + PAGE not in done


def french(client: Client, user: User) -> str:
    user.language = "fr"
    user.save(update_fields=["language"])
    client.force_login(user)
    return client.get(PAGE).content.decode()


def test_what_the_draft_lacks_is_said_in_the_language_of_the_reader(
    world: EditionWorld, client: Client
) -> None:
    compile_now(edition=world.edition, by=world.by)
    with translation.override("fr"):
        words = translation.gettext("Nothing stands under “{heading}”.").format(heading="Trends")
        ready = translation.gettext("Ready")
    assert words != "Nothing stands under “Trends”."

    page = french(client, world.by)

    assert words in page
    assert f'<span class="st st-done">{ready}</span>' in page
    url = f"/reports/good-practice/editions/22/sections/{section(world, 'topic').pk}/"
    assert f'<a href="{url}">Competency-based training</a>' in page


@pytest.mark.parametrize(
    ("is_over", "nobody"),
    [(True, "Nobody is on record as taking part."), (False, "Nobody is registered yet.")],
)
def test_everything_that_can_be_missing_has_its_words(
    world: EditionWorld, is_over: bool, nobody: str
) -> None:
    bare = world.people.elsewhere
    if is_over:
        bare.starts_on = bare.ends_on = date(2022, 5, 24)
        bare.save(update_fields=["starts_on", "ends_on"])
    edition = Edition.objects.create(series=world.series, number=1, workshop=bare, title="XYZQ")
    topic = Topic.objects.create(workshop=bare, ordinal=1, title=text("People"), question=text(""))
    world.add(edition=edition, kind="trend", title="Begun", status="draft", topic=topic)

    run = compile_now(edition=edition, by=world.by)

    lacks = list_lacks(run, edition.sections.order_by("ordinal"))
    assert {problem["code"] for problem in run.problems} == set(WORDS) - (
        {"registered"} if is_over else {"participant"}
    )
    assert [(lack.section.heading, lack.words) for lack in lacks] == [
        ("Foreword", "No organiser is named."),
        ("Executive summary", "No contribution has been received."),
        ("Executive summary", "Japan has a draft that is not submitted."),
        ("Background and mandate", "The workshop has no mandate."),
        ("Participation", nobody),
        ("Instruments introduced", "No session introduces an instrument."),
        ("People", "Nothing stands under “Challenges”."),
        ("People", "Nothing stands under “Possible solutions”."),
        ("People", "Nothing stands under “Trends”."),
        ("Good practices by administration", "No good practice has been received."),
        ("Proposals", "There is no proposal."),
        ("Agenda", "The agenda has no session."),
        ("Abbreviations", "The abbreviation XYZQ is not explained."),
    ]


@pytest.mark.parametrize(
    ("added", "lacks"),
    [
        ("## Trends\n\nVideo grows.", False),
        ("### trends:\n\n- Video grows.", False),
        ("## Trends\n\n### Video\n\nIt grows.", False),
        ("Trends\n======\n\nVideo grows.", False),
        ("## Trends", True),
        ("### Trends\n\n## Video\n\nIt grows.", True),
        ("Trends: video grows.", True),
    ],
)
def test_what_was_written_under_a_heading_of_any_level_is_not_lacking(
    world: EditionWorld, client: Client, added: str, lacks: bool
) -> None:
    compile_now(edition=world.edition, by=world.by)
    topic = section(world, "topic")
    words = f"{topic.text}\n\n{added}"
    write_section(section=topic, heading=topic.heading, text=words, version=1, by=world.by)
    client.force_login(world.by)

    for _time in ("edited", "compiled again"):
        pages = [client.get(url).content.decode() for url in (PAGE, PAGE[: -len("compilation/")])]
        assert ["Nothing stands under “Trends”." in page for page in pages] == [lacks, lacks]
        assert "Nothing stands under “Possible solutions”." in pages[0]
        compile_now(edition=world.edition, by=world.by)


def test_a_section_that_was_removed_lacks_nothing(world: EditionWorld, client: Client) -> None:
    compile_now(edition=world.edition, by=world.by)
    client.force_login(world.by)
    assert "Nothing stands under" in client.get(PAGE).content.decode()

    remove_section(section=section(world, "topic"), by=world.by)

    assert "Nothing stands under" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("done", "now"),
    [
        (0, "Reading the contributions and the facts of the workshop"),
        (1, "Writing the sections"),
        (2, "Storing the draft"),
    ],
)
def test_how_far_it_is_is_said_in_the_language_of_the_reader(
    world: EditionWorld, client: Client, done: int, now: str
) -> None:
    run = request_compilation(edition=world.edition, by=world.by)
    claim(CompilationRun, run.pk)
    CompilationRun.objects.update(progress_done=done)
    with translation.override("fr"):
        words = translation.gettext(now)
    assert words != now

    page = french(client, world.by)

    here = re.search(r'<li class="now"[^>]*>(.*?)</li>', page, re.DOTALL)
    assert here is not None
    assert words in unescape(here[1])


def test_why_it_failed_is_said_in_the_language_of_the_reader(
    world: EditionWorld, client: Client
) -> None:
    request_compilation(edition=world.edition, by=world.by)
    Edition.objects.filter(pk=world.edition.pk).update(status="adopted")
    with translation.override("fr"):  # whatever language the worker speaks
        compilation.run_due(CompilationRun, compile_edition)
        words = str(EditionAdoptedError.message)

    assert CompilationRun.objects.get().last_error == (
        "This edition is adopted; its text does not change any more."
    )
    assert escape(words) in french(client, world.by)


@pytest.mark.parametrize("runs", [1, 3])
def test_queries_of_the_page(
    world: EditionWorld, client: Client, django_assert_num_queries: Any, runs: int
) -> None:
    for _number in range(runs):
        compile_now(edition=world.edition, by=world.by)
    client.force_login(world.by)

    with django_assert_num_queries(6):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("who", "seen", "verb"),
    [("by", 200, 302), ("organiser", 200, 302), ("stranger", 404, 404), ("fiji_contact", 404, 404)],
)
def test_who_may_compile(
    world: EditionWorld, client: Client, who: str, seen: int, verb: int
) -> None:
    client.force_login(world.by if who == "by" else getattr(world.people, who))

    assert client.get(PAGE).status_code == seen
    assert client.post(VERB).status_code == verb
    assert CompilationRun.objects.count() == (verb == 302)


def test_an_organiser_of_another_workshop_finds_nothing(
    world: EditionWorld, client: Client
) -> None:
    Edition.objects.filter(pk=world.edition.pk).update(workshop=world.people.elsewhere)
    client.force_login(world.people.organiser)

    assert client.get(PAGE).status_code == 404
    assert client.post(VERB).status_code == 404
