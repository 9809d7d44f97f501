"""What counts most in a round: the solver's weights, and what they mean in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from breakouts.models import Round
from breakouts.solver.model import WEIGHTS, Weights

ALIKE = (0.67, 1.5)
"""Between these a step in the choices and a colleague too many weigh about the same."""


def weights_of(round: Round) -> Weights:
    return WEIGHTS[round.weighting]


def say_weighting(weighting: str) -> str:
    """What gives way where not everything is possible, then the solver's prices as a detail."""
    weights = WEIGHTS[weighting]
    ratio = weights.preference / weights.administration
    if ratio > ALIKE[1]:
        words = _(
            "Where topic and mixing collide, people get the topic they asked for and sit with colleagues."
        )
    elif ratio < ALIKE[0]:
        words = _(
            "Where topic and mixing collide, colleagues sit apart and somebody gets a topic further down the list."
        )
    else:
        words = _(
            "A better topic for one person and a colleague less in a group count about the same."
        )
    numbers = _(
        "In numbers: one step down in somebody’s choices counts as %(colleagues)s colleagues too many in a group, "
        "or as %(pairs)s pairs who meet again."
    ) % {
        "colleagues": _times(weights.preference, weights.administration),
        "pairs": _times(weights.preference, weights.repeats),
    }
    return f"{words} {numbers}"


def say_all_weightings() -> str:
    """For the form: what each choice means."""
    return _(
        "Not everybody can have the first choice and sit apart from colleagues. Topics first: choices count more than "
        "sitting apart. Balanced: both count about the same. Mixing first: to sit apart, and to meet new people, "
        "counts more than a choice."
    )


def _times(price: int, other: int) -> str:
    tenths = max(1, round(10 * price / other))
    return number_format(tenths / 10, decimal_pos=1 if tenths % 10 else 0)
