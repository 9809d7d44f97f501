"""Reading a list: what each line says, and every problem at its line."""

from pathlib import Path

import pytest

from workshop_portal.administrations.tests.worlds import HEAD, read

LIST = Path(__file__).parent.parent / "data" / "administrations_ap.csv"


def problems(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in read(text).problems]


def test_the_real_list_has_no_problem_and_centres_for_those_that_say_yes() -> None:
    reading = read(LIST.read_text())

    centres = [row for row in reading.rows if row["parent"]]
    assert (reading.problems, reading.unused, len(reading.rows)) == ([], [], 43)
    assert [row["code"] for row in centres] == [
        "CN-RTC", "FJ-RTC", "HK-RTC", "IN-RTC", "ID-RTC", "JP-RTC", "KR-RTC", "MY-RTC",
    ]  # fmt: skip


def test_a_line_and_its_training_centre() -> None:
    reading = read(HEAD + "JP,Japan,Customs and Tariff Bureau,Far East,Asia/Tokyo,yes\n")

    assert reading.rows == [
        {
            "line": 2,
            "parent": "",
            "code": "JP",
            "name": "Japan",
            "official_name": "Customs and Tariff Bureau",
            "sub_region": "Far East",
            "time_zone": "Asia/Tokyo",
        },
        {
            "line": 2,
            "parent": "JP",
            "code": "JP-RTC",
            "kind": "training_centre",
            "name": "Japan, regional training centre",
            "official_name": "Customs and Tariff Bureau, regional training centre",
            "sub_region": "Far East",
            "time_zone": "Asia/Tokyo",
        },
    ]


def test_optional_columns_by_value_or_words_and_in_any_order() -> None:
    reading = read(
        "Language;Kind;Time zone;Administration;Name;Code;Official address;Note\n"
        "zh;Observer;UTC;Office of X;X;x1;desk@x.example;keep\n"
    )

    assert reading.problems == []
    assert reading.unused == ["Note"]
    assert reading.rows == [
        {
            "line": 2,
            "parent": "",
            "language": "zh-hans",
            "kind": "observer",
            "time_zone": "UTC",
            "official_name": "Office of X",
            "name": "X",
            "code": "X1",
            "official_address": "desk@x.example",
        }
    ]


@pytest.mark.parametrize("code", ["zh", "zh-hans", "ZH-Hans", "Chinese"])
def test_chinese_by_each_of_its_codes(code: str) -> None:
    reading = read(f"code,name,administration,time_zone,language\nCN,China,X,UTC,{code}\n")
    assert ([row["language"] for row in reading.rows], reading.problems) == (["zh-hans"], [])


def test_a_problem_names_the_column_as_the_file_does() -> None:
    assert problems("Code,Name,Official name,Time zone,Note\nJP,Japan,,Mars,x\n") == [
        (2, "Official name"),
        (2, "Time zone"),
    ]


def test_missing_columns_are_told_at_once() -> None:
    assert problems("name,subregion\nJapan,Far East\n") == [
        (1, "code"),
        (1, "administration"),
        (1, "time_zone"),
    ]


def test_a_heading_alone_is_no_list() -> None:
    assert problems(HEAD) == [(0, "")]


def test_every_problem_stands_at_its_line() -> None:
    text = HEAD + (
        "AU,Australia,Australian Border Force,Pacific,Australia/Sidney,no\n"  # 2 zone
        "B!,Benin,Customs,Pacific,UTC,no\n"  # 3 code
        "TOOLONGFORACODE,Chad,Customs,Pacific,UTC,no\n"  # 4 code
        "DK,,,Pacific,UTC,perhaps\n"  # 5 name, administration, yes or no
        "FJ,Fiji,Customs,Pacific,UTC,no\n"  # 6 code again
        "FJ,Fidji,Customs,Pacific,UTC,no\n"  # 7
        "ABCDEFGHIJ,Ghana,Customs,Pacific,UTC,yes\n"  # 8 no room for the centre's code
        "XA,Hello,Customs,Pacific,UTC,no\n"  # 9 name again
        "XB,hello,Customs,Pacific,UTC,no\n"  # 10
    )
    assert problems(text) == [
        (2, "time_zone"),
        (3, "code"),
        (4, "code"),
        (5, "name"),
        (5, "administration"),
        (5, "regional_training_centre"),
        (6, "code"),
        (7, "code"),
        (8, "code"),
        (9, "name"),
        (10, "name"),
    ]


def test_a_code_given_twice_says_where_the_other_is_and_not_its_centre_too() -> None:
    text = HEAD + "JP,Japan,A,,UTC,yes\nKR,Korea,B,,UTC,no\nJP,Japan,C,,UTC,yes\n"

    assert [(p.line, p.column, p.message) for p in read(text).problems] == [
        (2, "code", "This code is also on line 4."),
        (4, "code", "This code is also on line 2."),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "+SUM(1)",
        "@x",
        "a\u202eb",
        "a\u2067b",
        "a\u200bb",
        "x" * 121,
        '"a\nb"',
        '"a\rb"',
        "a\x00b",
        "a\x07b",
    ],
)
def test_a_hostile_name_is_told_at_its_line(value: str) -> None:
    text = HEAD + f"JP,Japan,A,,UTC,no\nXX,{value},B,,UTC,no\n"

    assert {problem.line for problem in read(text).problems} == {3}


def test_a_hostile_value_in_each_other_column_is_told() -> None:
    text = (
        "code,name,administration,subregion,time_zone,kind,language,official_address\n"
        "=1,Good,<b>A</b>,=cmd,../../etc/passwd,king,klingon,a@b@c\n"
    )
    assert [column for _line, column in problems(text)] == [
        "code",
        "administration",
        "subregion",
        "time_zone",
        "kind",
        "language",
        "official_address",
    ]


def test_what_the_file_says_is_shown_short_and_without_hidden_signs() -> None:
    [problem] = read(HEAD + f"JP,Japan,A,,{'Z' * 80}\u202e,no\n").problems[-1:]

    assert problem.value == "Z" * 60 + "…"
    assert "\u202e" not in problem.value
