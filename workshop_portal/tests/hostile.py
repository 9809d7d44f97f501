"""Bad values for forms: what people slip into by accident and what attackers try. The tests of all apps use them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

HIDDEN = {
    "NUL": "a\0b",
    "turned around": "abc\u202edcba",
    "bell": "a\x07b",
}
"""Refused in each text: nobody sees them, or they turn the text around."""
ONE_LINE = {**HIDDEN, "CR and LF": "a\r\nBcc: x@x.example", "tab": "a\tb"}
"""Refused in each text of one line."""
HARMLESS = {
    "HTML": "<script>alert(1)</script>",
    "formula": "=HYPERLINK(0)",
    "quotes": "\"'`{{ 7*7 }}{% url %}",
    "data": '{"en": 1}',
    "scripts": "培训 تدريب प्रशिक्षण 🙂",
}
"""Taken as they are, and shown escaped."""
WRONG_CHOICE = ("nonsense", "0", "-1", "<b>", "\0", "9" * 30)
NOT_NUMBERS = ("x", "-1", "1.5", "\0", "9" * 30)
NOT_DATES = ("tomorrow", "2022-13-40", "0001-01-01", "99999-01-01", "24/24/2022", "\0")
NOT_TIMES = ("noon", "25:00", "9", "\0", "09:00+05:00")
NOT_ADDRESSES = (
    "nobody",
    "a@b",
    "a b@x.example",
    "a@x.example\r\nBcc: b@x.example",
    "\0@x.example",
    f"{'a' * 250}@x.example",
)
NOT_LINKS = ("javascript:alert(1)", "ftp://x.example", "data:text/html,x", "https://", "\0", "//")
NOT_KEYS = ("x", "\0", "9" * 40, "00000000-0000-0000-0000-00000000000g")
"""For the random ids in addresses and forms."""


def at_once(bad: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """The values in few posts: in each, every field that has one left gets its next. For fields judged alone."""
    for nth in range(max(map(len, bad.values()), default=0)):
        yield {name: values[nth] for name, values in bad.items() if nth < len(values)}
