"""First, second, third: the ways in which the rank of a topic is said."""

from django.utils.translation import gettext as _


def name_choice(rank: int) -> str:
    """As the label of a field; the ranking asks for five."""
    return {
        1: _("First choice"),
        2: _("Second choice"),
        3: _("Third choice"),
        4: _("Fourth choice"),
        5: _("Fifth choice"),
    }[rank]


def say_rank(rank: int) -> str:
    """As a sentence to the person."""
    words = {
        1: _("Your first choice."),
        2: _("Your second choice."),
        3: _("Your third choice."),
        4: _("Your fourth choice."),
        5: _("Your fifth choice."),
    }
    return words.get(rank) or _("Your choice number %d.") % rank


def say_ordinal(rank: int) -> str:
    """Inside a sentence."""
    words = {
        1: _("the first"),
        2: _("the second"),
        3: _("the third"),
        4: _("the fourth"),
        5: _("the fifth"),
    }
    return words.get(rank) or _("number %d") % rank


def mark_ordinal(rank: int) -> str:
    """As a mark beside a name; of the first choice there is none. 0: not ranked."""
    words = {0: _("unranked"), 1: "", 2: _("2nd"), 3: _("3rd"), 4: _("4th"), 5: _("5th")}
    return words.get(rank, str(rank))
