"""Reading a list of administrations: from a sheet to rows, with every problem at its line.

Pure: the registry itself is compared in `queries`, written in `actions.registry_imports`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workshop_portal.accounts.forms import UNSEEN
from workshop_portal.administrations.models import Administration
from workshop_portal.documents.uploads import Table

Row = dict[str, Any]
"""What one line says about one administration. Shape: {line, code, kind, name, ..., parent}."""

LARGEST_LIST = 2000
REQUIRED = ("code", "name", "official_name", "time_zone")
COLUMNS = {
    "code": "code",
    "name": "name",
    "administration": "official_name",
    "official_name": "official_name",
    "subregion": "sub_region",
    "sub_region": "sub_region",
    "time_zone": "time_zone",
    "regional_training_centre": "has_centre",
    "kind": "kind",
    "language": "language",
    "official_address": "official_address",
}
"""Name of a column, as the heading says it, to the field."""

HEADINGS = (
    "code",
    "name",
    "administration",
    "subregion",
    "time_zone",
    "regional_training_centre",
    "kind",
    "language",
    "official_address",
)
"""The columns of an exported list: it can be imported again."""

YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0", ""})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong, where. Line 1 is the heading; 0 stands for the file."""

    line: int
    column: str
    value: str
    message: str


@dataclass(kw_only=True)
class Reading:
    """A list as read. Rows are complete only when there is no problem."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    """Headings that mean nothing here."""


def read_registry(table: Table) -> Reading:
    """Read a sheet, all problems at once."""
    reading = Reading()
    columns = _read_heading(table.header, reading)
    if not reading.problems:
        _read_rows(table, columns, reading)
    headings = zip(columns, map(_shown, table.header), strict=True)
    named = {column: heading for column, heading in headings if column}
    reading.problems = [
        replace(each, column=named.get(each.column, each.column) if each.line > 1 else each.column)
        for each in reading.problems
    ]
    return reading


def _read_rows(table: Table, columns: Sequence[str], reading: Reading) -> None:
    """The lines under the heading. Problems name a column by its field."""
    if not table.rows:
        reading.problems.append(
            Problem(
                line=0,
                column="",
                value="",
                message=_("There is no administration under the heading."),
            )
        )
    for row in table.rows:
        reading.problems += [
            Problem(line=row.number, column="", value="", message=words) for words in row.problems
        ]
        reading.rows += _read_line(row.number, row.cells, columns, reading.problems)
    _find_repetitions(reading)
    reading.problems.sort(key=lambda problem: problem.line)


def hidden_or_harmful(text: str) -> str:
    """Why a name cannot be kept as it is, in words; empty when it can."""
    if any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in text):
        return _("There is a character that turns the direction of the text. Type the words again.")
    if re.search(f"[{UNSEEN}]", text) or any(
        unicodedata.category(char) in {"Cs", "Cn", "Co"} for char in text
    ):
        return _("There is a line break or a character that cannot be seen. Type the words again.")
    if "<" in text or ">" in text:
        return _("The signs < and > are not part of a name.")
    if text.startswith(("=", "+", "-", "@")):
        return _("A name cannot begin with %(sign)s.") % {"sign": text[0]}
    return ""


def refuse_harmful(text: str) -> None:
    """`hidden_or_harmful` as a validator. Raises: ValidationError."""
    problem = hidden_or_harmful(text)
    if problem:
        raise ValidationError(problem)


def _read_heading(line: Sequence[str], reading: Reading) -> list[str]:
    """The field of each column, empty for those without a meaning."""
    named = ["_".join(cell.strip().lower().replace("-", " ").split()) for cell in line]
    columns = [COLUMNS.get(name, "") for name in named]
    reading.unused = [
        _shown(cell)
        for cell, column in zip(line, columns, strict=True)
        if cell.strip() and not column
    ]
    for name in REQUIRED:
        if name not in columns:
            heading = "administration" if name == "official_name" else name
            message = _("The column “%(name)s” is missing.") % {"name": heading}
            reading.problems.append(Problem(line=1, column=heading, value="", message=message))
    for name in sorted({column for column in columns if column and columns.count(column) > 1}):
        message = _("The column is there twice.")
        reading.problems.append(Problem(line=1, column=name, value="", message=message))
    return columns


def _read_line(
    number: int, line: Sequence[str], columns: Sequence[str], problems: list[Problem]
) -> list[Row]:
    """The administration of a line, and its training centre. Appends what is wrong to `problems`."""
    found: list[tuple[str, str, str]] = []
    cells = {name: cell.strip() for name, cell in zip(columns, line, strict=True) if name}
    has_centre = cells.pop("has_centre", "").lower()
    row: Row = {"line": number, "parent": ""}
    for column, text in cells.items():
        value, message = _read_cell(column, text)
        if message:
            found.append((column, text, message))
        elif value is not None:
            row[column] = value
    rows = [row]
    if has_centre not in YES | NO:
        found.append(("regional_training_centre", has_centre, _("Say yes or no.")))
    elif has_centre in YES and not found:
        rows.append(_centre_of(row))
        found += _centre_problems(*rows)
    problems += [
        Problem(line=number, column=column, value=_shown(value), message=message)
        for column, value, message in found
    ]
    return rows if "code" in row else []


def _centre_problems(row: Row, centre: Row) -> list[tuple[str, str, str]]:
    found = [
        (column, centre[column], _field_problem(column, centre[column]))
        for column in ("code", "name", "official_name")
    ]
    if row.get("kind") == Administration.Kind.TRAINING_CENTRE:
        message = _("A training centre has none under it.")
        found.append(("regional_training_centre", "yes", message))
    return [each for each in found if each[2]]


def _centre_of(row: Row) -> Row:
    """The regional training centre under a Member: JP-RTC, "Japan, regional training centre"."""
    inherited: Row = {
        name: row[name] for name in ("line", "sub_region", "time_zone", "language") if name in row
    }
    return {
        **inherited,
        "code": f"{row['code']}-RTC",
        "kind": Administration.Kind.TRAINING_CENTRE.value,
        "name": f"{row['name']}, regional training centre",
        "official_name": f"{row['official_name']}, regional training centre",
        "parent": row["code"],
    }


def _read_cell(column: str, text: str) -> tuple[str | None, str]:
    """The value of a cell, None for "the file does not say"; and what is wrong with it."""
    if column in {"kind", "language"}:
        choices: Iterable[tuple[Any, Any]] = (
            Administration.Kind.choices if column == "kind" else settings.LANGUAGES
        )
        return _read_choice(text, choices)
    if not text:
        return (None, _("This cell is empty.")) if column in REQUIRED else (None, "")
    if column == "time_zone" and text not in available_timezones():
        return None, _("No time zone has this name. Zones are written as in Asia/Tokyo.")
    value = text.upper() if column == "code" else text
    return value, _field_problem(column, value)


def _read_choice(text: str, choices: Iterable[tuple[Any, Any]]) -> tuple[str | None, str]:
    """A choice by its value or by its words; "zh" is good enough for "zh-hans"."""
    if not text:
        return None, ""
    wanted = text.casefold()
    for value, label in choices:
        names = {str(value).casefold(), str(value).split("-", maxsplit=1)[0], str(label).casefold()}
        if wanted in names or wanted.replace(" ", "_") == value:
            return str(value), ""
    known = ", ".join(str(value) for value, _label in choices)
    return None, _("Unknown. Known are: %(known)s.") % {"known": known}


def _field_problem(column: str, value: str) -> str:
    """What the model's own validators say."""
    if column == "time_zone":
        return ""
    model_field = Administration._meta.get_field(column)
    message = hidden_or_harmful(value)
    if message:
        return message
    try:
        model_field.clean(value, None)  # type: ignore[union-attr]  # no relation among the columns
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _find_repetitions(reading: Reading) -> None:
    """The same code, or the same name of one kind, on two lines: both are told."""
    by_code: dict[str, list[int]] = {}
    by_name: dict[tuple[str, str], dict[str, int]] = {}
    for row in reading.rows:
        by_code.setdefault(row["code"], []).append(row["line"])
        if "name" in row:
            kind = row.get("kind", Administration.Kind.MEMBER.value)
            by_name.setdefault((row["name"].casefold(), kind), {})[row["code"]] = row["line"]
    twice = {code for code, lines in by_code.items() if len(lines) > 1}
    for code, lines in by_code.items():
        if code.removesuffix("-RTC") in twice - {code}:
            continue  # the centres of an administration told already
        reading.problems += _repeated(
            lines, "code", code, _("This code is also on line %(lines)s.")
        )
    for (name, _kind), lines_by_code in by_name.items():
        lines = list(lines_by_code.values())
        reading.problems += _repeated(
            lines, "name", name, _("This name is also on line %(lines)s.")
        )


def _repeated(lines: list[int], column: str, value: str, message: str) -> list[Problem]:
    if len(lines) == 1:
        return []
    return [
        Problem(
            line=line,
            column=column,
            value=_shown(value),
            message=message
            % {"lines": ", ".join(str(each) for each in lines if each != line) or line},
        )
        for line in lines
    ]


def _shown(text: str) -> str:
    """A value as a page can show it: short, and nothing hidden."""
    plain = "".join("�" if unicodedata.category(char)[0] == "C" else char for char in text[:60])
    return f"{plain}…" if len(text) > 60 else plain


def row_of(administration: Administration) -> Mapping[str, Any]:
    """What the registry says, in the form of a row."""
    return {name: str(getattr(administration, name)) for name in FIELDS} | {
        "parent": administration.parent.code if administration.parent else ""
    }


FIELDS = (
    "kind",
    "name",
    "official_name",
    "sub_region",
    "language",
    "time_zone",
    "official_address",
)
"""What an import can change, the parent apart."""
