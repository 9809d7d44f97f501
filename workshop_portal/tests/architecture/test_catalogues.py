"""Every text of the code stands in each catalogue, translated; the compiled files are those of the sources."""

import gettext
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workshop_portal.tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow  # `./run check` runs it, too

LOCALE = Path("workshop_portal/locale")
LANGUAGES = ("fr", "zh_Hans")


@pytest.fixture(scope="module")
def tools() -> None:
    """The programs of gettext. In CI their absence is a failure."""
    if shutil.which("xgettext") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no gettext")
        pytest.skip("no gettext (Debian: apt install gettext)")


@pytest.fixture(scope="module")
def wanted(tools: None, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The keys of a catalogue that holds every text of the code."""
    copy = tmp_path_factory.mktemp("code") / "portal"
    _copy_code(copy)
    return collect(copy)


def collect(copy: Path) -> set[str]:
    """Return the keys of a catalogue made from nothing for the code in `copy`."""
    (copy / LOCALE).mkdir(parents=True)
    run = [sys.executable, "-m", "django", "makemessages", "--locale=fr", "--verbosity=0"]
    env = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "DJANGO_SETTINGS_MODULE": "workshop_portal.settings",
        "VAR_DIR": str(copy.parent),
    }
    subprocess.run(run, cwd=copy, env=env, check=True)
    source = copy / LOCALE / "fr" / "LC_MESSAGES" / "django.po"
    filled, compiled = source.with_suffix(".full.po"), source.with_suffix(".mo")
    subprocess.run(["msgen", "--output-file", filled, source], check=True)
    subprocess.run(["msgfmt", "--output-file", compiled, filled], check=True)
    return _names(compiled)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(wanted: set[str], language: str) -> None:
    """What fails here is mended by `./run messages` and a look at the empty and fuzzy lines of the catalogue."""
    assert _names(_catalogue(language, "mo")) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_its_source(
    tools: None, tmp_path: Path, language: str
) -> None:
    compiled = tmp_path / "django.mo"
    source = _catalogue(language, "po")
    subprocess.run(["msgfmt", "--check", "--output-file", compiled, source], check=True)
    assert _texts(_catalogue(language, "mo")) == _texts(compiled)


def test_a_new_text_is_found(tools: None, tmp_path: Path) -> None:
    copy = tmp_path / "portal"
    _copy_code(copy)
    (copy / "templates" / "new.html").write_text("{% translate 'Zebra crossing' %}")
    assert "Zebra crossing" in collect(copy)


def _catalogue(language: str, suffix: str) -> Path:
    return ROOT / LOCALE / language / "LC_MESSAGES" / f"django.{suffix}"


def _texts(compiled: Path) -> dict[tuple[str, int], str]:
    """Text (behind its context) and number of the plural form, to the translation."""
    with compiled.open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no public list
    return {key if isinstance(key, tuple) else (key, 0): entries[key] for key in entries if key}


def _names(compiled: Path) -> set[str]:
    return {text for text, _form in _texts(compiled)}


def _copy_code(copy: Path) -> None:
    for folder in (
        "workshop_portal",
        "events",
        "participants",
        "breakouts",
        "reports",
        "templates",
    ):
        ignore = shutil.ignore_patterns("tests", "locale", "__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
