"""Files that the browser loads: vendored ones unchanged, own script small, pages light."""

import hashlib
import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from workshop_portal.accounts.models import StaffRole, User

STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
VENDOR = STATIC / "vendor"


@pytest.fixture
def staff_client(client: Client) -> Client:
    person = User.objects.create_user("secretariat@rocb.example", given_name="Mali")
    StaffRole.objects.create(user=person, role=StaffRole.Role.SECRETARIAT)
    client.force_login(person)
    return client


def compressed(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


def loaded_by(page: str) -> list[str]:
    """The static files that a page names in its head, each once."""
    found = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    return sorted(set(found))


def weight(page: str) -> int:
    total = compressed(page.encode())
    for name in loaded_by(page):
        path = finders.find(name)
        assert isinstance(path, str), f"{name} is not there"
        content = Path(path).read_bytes()
        total += len(content) if name.endswith(".woff2") else compressed(content)
    return total


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    there = {
        folder.name: {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
        }
        for folder in VENDOR.iterdir()
        if folder.is_dir()
    }
    assert there == {name: entry["files"] for name, entry in manifest.items()}


def test_each_vendored_thing_has_its_version_and_licence() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    for name, entry in manifest.items():
        assert re.search(r"-[\d.]+$", name)
        assert "LICENSE" in entry["files"]
        assert entry["licence"] in {"MIT", "OFL-1.1"}


def test_stylesheets_name_only_files_that_are_there() -> None:
    # The manifest storage of production stops at the first that is missing.
    missing = []
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text()
        assert "sourceMappingURL" not in text
        named = re.findall(r'url\("?([^")]+)"?\)', text)
        files = [name for name in named if not name.startswith(("data:", "#"))]
        missing += [name for name in files if not (sheet.parent / name).exists()]
    assert missing == []


def test_stylesheets_are_short() -> None:
    lengths = {file.name: len(file.read_text().splitlines()) for file in (STATIC / "css").iterdir()}
    assert [name for name, length in lengths.items() if length > 400] == []


def test_own_script_stays_under_15_kb() -> None:
    files = sorted((STATIC / "js").rglob("*.js"))
    assert files
    assert sum(file.stat().st_size for file in files) < 15_000


def test_own_script_reaches_nothing_else() -> None:
    for file in (STATIC / "js").rglob("*.js"):
        text = file.read_text()
        assert not re.search(r"https?://|\beval\(|new Function|innerHTML|\bimport\b", text), (
            file.name
        )


def test_colours_are_tokens() -> None:
    """Outside the tokens a stylesheet names no colour, apart from the bar, which is dark in both themes."""
    for name in ("frame.css", "parts.css", "work.css", "public.css"):
        text = (STATIC / "css" / name).read_text()
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        text = re.sub(r":root \{.*?\n\}", "", text, count=1, flags=re.S)
        loose = [
            line.strip()
            for line in text.splitlines()
            if re.search(r"#[0-9a-fA-F]{3,6}\b", line)
            and not re.search(
                r"\.bar\b|\.bar-|\.btn-bar|--bs-btn-|@media print|--paper: #fff", line
            )
        ]
        assert loose == [], name


def test_templates_carry_no_inline_script_or_style() -> None:
    wrong = []
    for file in TEMPLATES.rglob("*.html"):
        if {"email", "documents"} & set(file.parts):  # mails and exported files stand alone
            continue
        text = re.sub(r"\{#.*?#\}", "", file.read_text())
        if re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"|javascript:", text):
            wrong.append(str(file.relative_to(TEMPLATES)))
    assert wrong == []


RAW_TIME = re.compile(
    r"\|\s*(?:date|time|naturaltime|naturalday|timesince|timeuntil)\b"
    r"|\{\{\s*[\w.]*\w(?<!based)_(?:at|on)\s*(?:\||\}\})"
)


def test_times_are_drawn_by_their_tags() -> None:
    """A raw date in a template says no zone: `when`, `day`, `deadline` and `ago` do.

    The context of a mail holds texts that `when_words` made.
    """
    folders = [TEMPLATES, *(p for p in Path(settings.BASE_DIR).glob("*/templates") if p.is_dir())]
    raw = [
        f"{file.relative_to(settings.BASE_DIR)}: {found.group()}"
        for folder in folders
        for file in sorted(folder.rglob("*.*"))
        if not {"components", "email"} & set(file.parts) and file.suffix in {".html", ".txt"}
        for found in RAW_TIME.finditer(file.read_text())
    ]
    assert raw == []


@pytest.mark.parametrize(
    "written",
    ["{{ x.starts_at|date:'H:i' }}", "{{ x.starts_at }}", "{{ w.starts_on }}", "{{ n|timesince }}"],
)
def test_the_search_for_raw_times_finds_them(written: str) -> None:
    assert RAW_TIME.search(written)


def test_the_public_frame_is_light() -> None:
    page = render_to_string("base_public.html", request=RequestFactory().get("/"))
    assert "<script" not in page
    assert weight(page) <= 30_000  # leaves 10 kB of the 40 to the words of the page


@pytest.mark.django_db
def test_the_sign_in_page_is_light(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "<script" not in page
    assert weight(page) <= 40_000


@pytest.mark.django_db
def test_signed_in_pages_are_light(staff_client: Client) -> None:
    page = staff_client.get("/styleguide/").content.decode()  # the longest there is
    assert weight(page) <= 75_000
    assert compressed(page.encode()) < 10_000
