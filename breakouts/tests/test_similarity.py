"""Suggestions of points that say the same and of themes: planted ones are found, in the same order every time."""

import random
import string
from collections import Counter

import pytest

from breakouts import similarity
from breakouts.similarity import Pair, find_pairs, rank_like, suggest_themes

PLANTED = [
    (
        "A live session that runs well in the capital stops at the border post.",
        "Live sessions work in the capital but stop at border posts.",
    ),
    (
        "Two people for each live session: one teaches, one looks after the room.",
        "Trainers work in pairs: one teaches, one looks after the chat and the technology.",
    ),
    (
        "Connections of officers at remote posts carry no video for most of the day.",
        "At remote posts the connection is too weak for video.",
    ),
    (
        "Short units that work on a phone and can be downloaded.",
        "Lessons cut into short units, which can be downloaded to a phone.",
    ),
    (
        "A yearly needs survey of two pages that every head of post answers.",
        "Heads of posts answer a short survey of training needs each year.",
    ),
    (
        "Officers are called away from online training by daily work.",
        "Daily work interrupts officers during training online.",
    ),
    (
        "Material in one language reaches only a part of the officers.",
        "Training material exists in English only, so many officers cannot use it.",
    ),
    (
        "A mentor for each new officer during the first six months.",
        "New officers are given a mentor for half a year.",
    ),
    (
        "Results are measured months after the course, at the work place.",
        "Supervisors measure results at the workplace three months later.",
    ),
]
OTHERS = [
    "Budget for trainers is cut every year.",
    "Customs brokers ask to join the courses.",
    "Dogs need handlers who stay longer.",
    "Data analysts are hard to keep.",
    "A regional calendar of courses, shared by all centres.",
    "Simulations of cargo inspections with X-ray pictures.",
    "Leaders speak of training in each meeting.",
    "New entrants learn valuation by games.",
    "Women apply less often for courses abroad.",
    "Fewer examinations, more practice at the desk.",
    "Experts are lent between neighbours.",
    "Drones and scanners change what inspectors must know.",
]
TEXTS = [text for pair in PLANTED for text in pair] + OTHERS
TRUE = {(2 * place, 2 * place + 1) for place in range(len(PLANTED))}
THEMES = [
    "Connections bandwidth, video, remote posts",
    "People trainers, mentors, pairs",
    "Needs survey, competencies, gaps",
]


def places(pairs: list[Pair]) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in pairs]


def test_planted_paraphrases_are_found_and_nothing_else() -> None:
    """All but "one language" and "English only", which share hardly a word."""
    found = find_pairs(TEXTS)

    assert set(places(found)) == TRUE - {(12, 13)}
    assert [pair.score for pair in found] == sorted((pair.score for pair in found), reverse=True)


def test_the_answer_is_the_same_every_time() -> None:
    assert find_pairs(TEXTS) == find_pairs(list(TEXTS))
    shuffled = list(range(len(TEXTS)))
    random.Random(7).shuffle(shuffled)
    again = find_pairs([TEXTS[place] for place in shuffled])
    back = {tuple(sorted((shuffled[pair.first], shuffled[pair.second]))) for pair in again}
    assert back == set(places(find_pairs(TEXTS)))


def test_nobody_is_asked_again_about_two_that_differ() -> None:
    found = places(find_pairs(TEXTS, apart=[(0, 1), (7, 6)]))
    assert set(found) == TRUE - {(12, 13), (0, 1), (6, 7)}


def test_ten_pairs_at_most_the_best_first() -> None:
    words = ["alpha bravo charlie", "delta echo foxtrot", "golf hotel india", "juliett kilo lima"]
    texts = [f"{each} number {number}" for each in words for number in range(5)]
    assert len(find_pairs(texts)) == 10
    assert places(find_pairs(TEXTS, at_most=1)) == places(find_pairs(TEXTS))[:1]


def test_the_same_words_are_the_same_whatever_their_marks_and_however_many() -> None:
    texts = ["Hybrid stays!", "HYBRID\n stays", "Something else", *["hybrid, stays"] * 100]
    found = find_pairs(texts)
    assert places(found)[0] == (0, 1)
    assert {pair.score for pair in found} == {1.0}
    assert {pair.first for pair in found} == {0}


@pytest.mark.parametrize(
    "texts",
    [[], [""], ["", ""], ["!", "?!"], ["a"], ["a", "b"], ["\0", "\u202e"], ["🙂🙂🙂", "…"]],
)
def test_there_may_be_nothing_to_compare(texts: list[str]) -> None:
    assert find_pairs(texts) == []
    assert suggest_themes(texts, []) == [[] for _text in texts]
    assert suggest_themes(texts, ["", "Lines cable"]) == [[] for _text in texts]


def test_any_script_will_do() -> None:
    texts = [
        "边境站的网络连接太弱，无法观看视频",
        "边境站的网络连接太弱",
        "خط الاتصال ضعيف",
        "培训教师",
    ]
    assert places(find_pairs(texts)) == [(0, 1)]


def test_others_are_ranked_by_likeness() -> None:
    assert rank_like(TEXTS, 1)[0] == 0
    assert sorted(rank_like(TEXTS, 1)) == [place for place in range(len(TEXTS)) if place != 1]
    assert rank_like(["x", "", "y"], 1) == [0, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PLANTED[2][0], [0]),
        (PLANTED[7][0], [1]),
        ("A survey of gaps in competencies for remote posts.", [2, 0]),
        ("Dogs bark.", []),
    ],
)
def test_a_theme_is_suggested_by_its_words(text: str, expected: list[int]) -> None:
    assert suggest_themes([text], THEMES) == [expected]


def test_two_themes_at_most() -> None:
    text = "Remote posts have trainers, and a survey of needs."
    assert suggest_themes([text], THEMES) == [[0, 2]]
    assert suggest_themes([text], THEMES, at_most=3) == [[0, 2, 1]]


def test_long_and_many_points_cost_a_bounded_number_of_steps() -> None:
    """Units: runs that count, and pairs of them that are compared. Nobody can blow either up."""
    mixed = random.Random(3)
    texts = ["".join(mixed.choices(string.ascii_lowercase + " ", k=2000)) for _each in range(200)]
    texts += [f"the same words again and again {number}" * 60 for number in range(200)]

    vectors = similarity._vectors(texts)
    holders = Counter(run for vector in vectors for run in vector).values()
    compared = sum(number**2 for number in holders if number <= similarity.TOO_COMMON)

    assert max(map(len, vectors)) <= similarity.HEAVIEST
    assert compared <= len(texts) * similarity.HEAVIEST * similarity.TOO_COMMON
    assert find_pairs(texts)[:1] == find_pairs(list(texts))[:1]
