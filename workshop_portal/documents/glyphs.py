"""Which characters the fonts of the PDF can draw, and which of a text they cannot.

The fonts in `fonts/` are shipped. For Chinese, Japanese and Korean that is one face for all; where the system has
Noto's, which draw each language in its own forms, these come first. PDF/UA refuses a character without a glyph, so
it is replaced, and named with the file (`noting_replaced`).
"""

import struct
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from workshop_portal.documents.characters import clean_text

FONTS = Path(__file__).parent / "fonts"
SYSTEM_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/google-noto-serif-cjk-fonts",
    "/usr/local/share/fonts",
)
SCRIPTS = (
    "Arabic",
    "Bengali",
    "Devanagari",
    "Khmer",
    "Lao",
    "Myanmar",
    "Sinhala",
    "Symbols",
    "Symbols2",
    "Tamil",
    "Thaana",
    "Thai",
)
REGIONS = ("SC", "JP", "KR", "TC")
FAMILIES = (
    "Noto Serif",
    "Noto Sans",
    *(f"Noto Sans {script}" for script in SCRIPTS),
    "Noto Serif Tibetan",
    *(f"Noto {style} CJK {region}" for style in ("Serif", "Sans") for region in REGIONS),
    "Droid Sans Fallback",
)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_replaced: ContextVar[dict[str, None] | None] = ContextVar("replaced", default=None)


@lru_cache(maxsize=1)
def fonts() -> Any:
    """Return the fonts of this machine that a PDF may use; read once in a process."""
    import typst  # noqa: PLC0415 heavy library

    folders = [FONTS, *(Path(name) for name in SYSTEM_FOLDERS)]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders if folder.is_dir()],
    )


def families() -> frozenset[str]:
    return frozenset(fonts().families())


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Return every code point that some font of `FAMILIES` has a glyph for."""
    found: set[int] = set()
    for font in fonts().fonts():
        if font.path and font.family in FAMILIES:
            found |= _code_points(Path(font.path), font.index)
    return frozenset(found)


def undrawable(text: str) -> str:
    """Return the characters of `text` without a glyph, each once, in order."""
    known = drawable()
    return "".join(
        dict.fromkeys(
            char for char in clean_text(text) if ord(char) not in known and _needs_glyph(char)
        )
    )


def draw_safe(text: str) -> str:
    """Return `text` as a PDF can show it: what has no glyph becomes the replacement character."""
    cleaned = clean_text(text)
    missing = undrawable(cleaned)
    noted = _replaced.get()
    if noted is not None:
        noted.update(dict.fromkeys(missing))
    return cleaned.translate(dict.fromkeys(map(ord, missing), REPLACEMENT)) if missing else cleaned


@contextmanager
def noting_replaced() -> Iterator[dict[str, None]]:
    """While it lasts, what is replaced is gathered in what it yields, each character once, in order."""
    noted: dict[str, None] = {}
    token = _replaced.set(noted)
    try:
        yield noted
    finally:
        _replaced.reset(token)


def _needs_glyph(char: str) -> bool:
    return not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"}


def _code_points(path: Path, index: int) -> set[int]:
    """Read the cmap tables (formats 4 and 12) of a TrueType or OpenType font or collection."""
    data = path.read_bytes()
    offset = 0
    if data[:4] == b"ttcf":
        offset = struct.unpack_from(">I", data, 12 + 4 * index)[0]
    tables = struct.unpack_from(">H", data, offset + 4)[0]
    found: set[int] = set()
    for number in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, offset + 12 + 16 * number)
        if tag == b"cmap":
            for entry in range(struct.unpack_from(">H", data, start + 2)[0]):
                sub = start + struct.unpack_from(">I", data, start + 4 + 8 * entry + 4)[0]
                found |= _subtable(data, sub)
    return found


def _subtable(data: bytes, start: int) -> set[int]:
    found: set[int] = set()
    match struct.unpack_from(">H", data, start)[0]:
        case 4:
            count = struct.unpack_from(">H", data, start + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", data, start + 14)
            starts = struct.unpack_from(f">{count}H", data, start + 16 + 2 * count)
            for first, last in zip(starts, ends, strict=True):
                if first != 0xFFFF:
                    found.update(range(first, last + 1))
        case 12:
            groups = struct.unpack_from(">I", data, start + 12)[0]
            for group in range(groups):
                first, last = struct.unpack_from(">II", data, start + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found
