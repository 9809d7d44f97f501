"""Buttons over a list say how many are chosen, in languages with a space before the number and without."""

import re
from pathlib import Path

from django.template.loader import render_to_string
from playwright.sync_api import Page

PICK = Path(__file__).parents[2] / "static" / "js" / "pick.js"
LABELS = ["Approve %s", "Make %s contributions", "批准%s", "拒绝%s…", "Refuser\u00a0%s…"]
NONE = ["Approve", "Make contributions", "批准", "拒绝…", "Refuser…"]
TWO = ["Approve 2", "Make 2 contributions", "批准2", "拒绝2…", "Refuser\u00a02…"]


def bar() -> str:
    buttons = [{"label": label} for label in LABELS]
    return render_to_string("components/bulk.html", {"buttons": buttons})


def test_without_script_no_place_for_a_number_is_shown() -> None:
    found = re.findall(r"<button[^>]*>(.*?)</button>", bar())
    assert found == NONE


def test_the_number_stands_where_the_language_has_it(page: Page) -> None:
    boxes = '<input class="tick" type="checkbox">' * 2
    page.set_content(f"<form data-pick>{bar()}{boxes}</form>")
    page.add_script_tag(path=PICK)
    for box in page.locator(".tick").all():
        box.check()
    assert page.locator("button").all_text_contents() == TWO
    for box in page.locator(".tick").all():
        box.uncheck()
    assert page.locator("button").all_text_contents() == NONE
