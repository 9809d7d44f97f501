"""Two wordings beside each other: lines first, then the words of lines that changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS_AT_MOST = 2_000
"""Longer passages are shown as removed and added whole: comparing takes time by the square."""

KEPT_IN_SIGHT = 4
"""Lines before and after a change."""
FOLDED_FROM = 8
"""Fewer lines that are the same are shown as they are."""


@dataclass(frozen=True, kw_only=True)
class Change:
    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Lines that are the same in both, between those that stay in sight for their neighbours' sake."""

    text: str
    paragraphs: int
    kind: Literal["folded"] = "folded"


def fold(changes: Sequence[Change]) -> list[Change | Fold]:
    """The same with long passages that did not change folded; all of it where nothing did."""
    if len(changes) < 2:
        return list(changes)
    found: list[Change | Fold] = []
    last = len(changes) - 1
    for place, change in enumerate(changes):
        lines = change.text.splitlines(keepends=True)
        start = 0 if place == 0 else KEPT_IN_SIGHT
        end = len(lines) - (0 if place == last else KEPT_IN_SIGHT)
        if change.kind != "same" or end - start < FOLDED_FROM:
            found.append(change)
            continue
        middle = "".join(lines[start:end])
        parts = (lines[:start], lines[end:])
        before, after = (Change(kind="same", text="".join(part)) for part in parts)
        paragraphs = sum(bool(line.strip()) for line in lines[start:end])
        found += [before, Fold(text=middle, paragraphs=paragraphs), after]
    return [each for each in found if each.text]


def compare(old: str, new: str) -> list[Change]:
    """What to take away from `old` and to add to get `new`. Joined in order, nothing is lost."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return _joined(_by_lines(before, after))


def _by_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for gone, come in _passages(before, after):
        if gone == come:
            yield Change(kind="same", text="".join(gone))
            continue
        words, others = _words("".join(gone)), _words("".join(come))
        if max(len(words), len(others)) > WORDS_AT_MOST:
            yield from _replaced(gone, come)
            continue
        for old, new in _passages(words, others):
            if old == new:
                yield Change(kind="same", text="".join(old))
            else:
                yield from _replaced(old, new)


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    if old:
        yield Change(kind="removed", text="".join(old))
    if new:
        yield Change(kind="added", text="".join(new))


def _passages(
    before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) > WORDS_AT_MOST)
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield before[i1:i2], after[j1:j2]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _joined(changes: Iterator[Change]) -> list[Change]:
    found: list[Change] = []
    for change in changes:
        if found and found[-1].kind == change.kind:
            found[-1] = Change(kind=change.kind, text=found[-1].text + change.text)
        else:
            found.append(change)
    return found
