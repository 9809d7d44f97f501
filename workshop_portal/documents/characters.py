"""Which characters may stand in an exported file: none that a format refuses or that hide others."""

import re

# C0 and C1 controls but tab, line feed and carriage return; surrogates; non-characters (XML refuses them);
# bidirectional embeddings and overrides, which make text read differently from what it is.
# Isolates and marks (U+2066-2069, U+200E, U+200F) stay: right-to-left names need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)

FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a text begins that a spreadsheet takes for a formula; full-width signs count, too."""


def clean_text(text: str) -> str:
    """Return `text` without the characters that no writer may put into a file."""
    return _UNPRINTABLE.sub("", text)


def has_unprintable(text: str) -> bool:
    return _UNPRINTABLE.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: spaces, controls, zero-width characters."""
    return not any(char.isprintable() and not char.isspace() for char in text)
