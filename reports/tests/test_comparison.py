"""Two wordings beside each other: what changed is in sight, what did not is folded."""

import re

import pytest
from django.test import Client

from reports.actions.compilation import compile_now
from reports.actions.sections import write_section
from reports.models import Section
from reports.tests.editions import EditionWorld
from reports.writers.comparison import Change, Fold, compare, fold


def shown(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in compare(old, new)]


def test_lines_first_then_the_words_of_lines_that_changed() -> None:
    assert shown("One.\nTwo is here.\nThree.\n", "One.\nTwo was here.\nThree.\nFour.\n") == [
        ("same", "One.\nTwo "),
        ("removed", "is"),
        ("added", "was"),
        ("same", " here.\nThree.\n"),
        ("added", "Four.\n"),
    ]


@pytest.mark.parametrize(("old", "new"), [("", "New."), ("Old.", ""), ("A b c.", "A x c.\nD.")])
def test_nothing_is_lost(old: str, new: str) -> None:
    changes = compare(old, new)

    assert "".join(each.text for each in changes if each.kind != "added") == old
    assert "".join(each.text for each in changes if each.kind != "removed") == new


def lines(first: int, last: int) -> str:
    return "".join(f"Line {number}.\n" for number in range(first, last + 1))


def test_long_passages_that_did_not_change_are_folded_but_for_the_neighbours() -> None:
    old = lines(1, 60)
    new = old.replace("Line 30.", "Line thirty.")

    folded = fold(compare(old, new))

    assert folded == [
        Fold(text=lines(1, 26), paragraphs=26),
        Change(kind="same", text=f"{lines(27, 29)}Line "),
        Change(kind="removed", text="30."),
        Change(kind="added", text="thirty."),
        Change(kind="same", text=f"\n{lines(31, 33)}"),
        Fold(text=lines(34, 60), paragraphs=27),
    ]
    assert "".join(each.text for each in folded if each.kind != "added") == old


def test_little_is_not_folded_and_what_is_all_the_same_is_shown() -> None:
    old = lines(1, 9)
    changes = compare(old, old.replace("Line 5.", "Line five."))
    assert fold(changes) == changes
    assert fold(compare(lines(1, 60), lines(1, 60))) == [Change(kind="same", text=lines(1, 60))]


@pytest.mark.django_db
def test_the_page_folds_what_did_not_change(client: Client) -> None:
    world = EditionWorld()
    compile_now(edition=world.edition, by=world.by)
    section = Section.objects.get(kind="topic")
    many = "\n\n".join(f"Paragraph {number}." for number in range(40))
    for version, text in enumerate((many, many.replace("Paragraph 0.", "Paragraph zero.")), 1):
        write_section(section=section, heading="H", text=text, version=version, by=world.by)
        section.refresh_from_db()
    client.force_login(world.by)

    url = f"/reports/good-practice/editions/22/sections/{section.pk}/compare/?old=2&new=3"
    page = client.get(url).content.decode()

    folded = re.search(
        r'<details><summary class="label">(.*?)</summary>(.*?)</details>', page, re.DOTALL
    )
    assert folded is not None
    assert folded[1] == "38 paragraphs that did not change"
    assert "Paragraph 20." in folded[2]
    assert "Paragraph 1." not in folded[2]
    assert ">deleted: </span>0.</del>" in page
