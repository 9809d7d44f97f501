"""What a draft may say: before the workshop has ended nobody took part, and a first edition updates nothing."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import SessionInstrument
from participants.models import Consent
from reports.compilation import compile_sections, gather_facts
from reports.models import Edition, Section, SectionRevision
from reports.tests.editions import EditionWorld
from reports.writers.export import read_document, snapshot
from reports.writers.reading import plain_words

pytestmark = pytest.mark.django_db


def drafted(world: EditionWorld) -> dict[str, str]:
    edition = Edition.objects.select_related("series", "workshop").get(pk=world.edition.pk)
    return {each.kind: each.text for each in compile_sections(gather_facts(edition))}


def move(world: EditionWorld, days: int, **fields: Any) -> None:
    """The workshop ends so many days from today."""
    last = timezone.now().astimezone(world.workshop.zone).date() + dt.timedelta(days=days)
    fields |= {"starts_on": last, "ends_on": last}
    type(world.workshop).objects.filter(pk=world.workshop.pk).update(**fields)


def test_before_the_end_people_are_registered_and_afterwards_took_part() -> None:
    world = EditionWorld()
    for days, fields in ((7, {}), (0, {})):
        move(world, days, **fields)
        texts = drafted(world)
        assert "took part" not in "\n".join(texts.values())
        assert texts["participation"].startswith(
            "Registered so far: 3 delegates from 2 administrations."
        )
        assert "are registered for the workshop of" in texts["summary"]
        assert "It is prepared for the *Regional Workshop" in texts["foreword"]
        assert "**Administrations that are registered**" in texts["participants"]
    for days, fields in ((-1, {}), (7, {"status": "concluded"})):
        move(world, days, **fields)
        texts = drafted(world)
        assert texts["participation"].startswith("3 delegates from 2 administrations took part.")
        assert "registered" not in "\n".join(texts.values())


def test_nothing_is_told_as_past_that_lies_ahead() -> None:
    world = EditionWorld()
    said = (
        "In “Opening remarks”, Mr. Norikazu Kuramoto, Head of ROCB A/P stressed: New competencies"
    )
    ahead = {
        "summary": "1 proposal to the participants:",
        "instruments": "The following instruments and tools will be introduced at the workshop.",
        "proposals": "The following is proposed to the participants.",
    }
    behind = {
        "summary": "1 proposal was put to the participants:",
        "instruments": "The following instruments and tools were introduced at the workshop.",
        "proposals": "The following was put to the participants.",
    }
    for days, told in ((7, ahead), (-1, behind)):
        move(world, days)
        texts = drafted(world)
        assert {kind: words in texts[kind] for kind, words in told.items()} == dict.fromkeys(
            told, True
        )
        assert (said in texts["foreword"]) is (days < 0)

    world.edition.proposals.all().delete()
    SessionInstrument.objects.all().delete()
    for days, words in (
        (7, ("No proposal has been made yet.", "No instrument is on the agenda.")),
        (-1, ("No proposal was put to the participants.", "No instrument was introduced.")),
    ):
        move(world, days)
        texts = drafted(world)
        assert (texts["proposals"], texts["instruments"]) == words


def test_who_is_not_named_is_more_only_beside_others() -> None:
    world = EditionWorld()
    assert drafted(world)["participants"].endswith(
        "2 more delegates took part and are not named here."
    )
    Consent.objects.all().delete()
    assert drafted(world)["participants"].endswith("No delegate has agreed to be named here.")


@pytest.mark.parametrize(
    ("number", "does"), [(1, "brings together good practices"), (2, "updates the good practices")]
)
def test_only_a_later_edition_updates(number: int, does: str) -> None:
    world = EditionWorld()
    Edition.objects.filter(pk=world.edition.pk).update(number=number)
    assert f"and {does} of the region." in drafted(world)["foreword"]


def test_the_annex_is_in_the_order_of_the_names() -> None:
    world = EditionWorld()
    world.fiji.official_name, world.japan.official_name = "Zoll", "Aduana"
    world.fiji.save(update_fields=["official_name"])
    world.japan.save(update_fields=["official_name"])
    text = drafted(world)["participants"]
    assert text.index("| Fiji | Zoll |") < text.index("| Japan | Aduana |")


@pytest.mark.parametrize(
    ("title", "above"),
    [
        ("Training in the new normal", "Good Practice Report on Training Management No. 22"),
        ("Good practice report on training management", ""),
        ("Good Practice Report on Training Management, 22", ""),
    ],
)
def test_the_cover_names_the_report_once(title: str, above: str) -> None:
    world = EditionWorld()
    world.edition.title = title
    world.edition.save(update_fields=["title"])
    document = read_document(snapshot(world.edition))
    assert (document.title, document.series, document.subtitle) == (title, above, "")


# Comparing ----------------------------------------------------------------------------------------

MARKED = """# Challenges

**Time** is *short*:

- one
- two

*Source: Fiji*

**In figures**

| Who | How many |
| --- | ---: |
| Fiji | 3 |

> The decision"""


def test_words_are_read_without_their_marks() -> None:
    assert plain_words(MARKED) == (
        "Challenges\n\nTime is short:\n\n• one\n• two\n\nSource: Fiji\n\n"
        "In figures\nWho · How many\nFiji · 3\n\nThe decision"
    )


def test_two_versions_are_compared_in_plain_words(client: Client) -> None:
    world = EditionWorld()
    section = Section.objects.create(
        edition=world.edition, ordinal=1, kind="free", heading="H", text=MARKED, version=2
    )
    for version, text in ((1, MARKED.replace("| 3", "| 2")), (2, MARKED)):
        SectionRevision.objects.create(
            section=section, version=version, heading="H", text=text, sha256="", origin="edited"
        )
    client.force_login(world.by)
    url = reverse("reports:revision-compare", args=["good-practice", 22, section.pk])
    changes = client.get(url, {"old": 1}).context["changes"]
    assert [(each.kind, each.text) for each in changes if each.kind in ("removed", "added")] == [
        ("removed", "2"),
        ("added", "3"),
    ]
    assert not set("#*|>") & set("".join(each.text for each in changes))
