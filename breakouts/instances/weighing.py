"""What counts most in a round: the solver's weights, and what they mean in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from breakouts.models import Round
from breakouts.solver.model import WEIGHTS, Weights


def weights_of(round: Round) -> Weights:
    return WEIGHTS[round.weighting]


def say_weighting(weighting: str) -> str:
    """What one step down in somebody's wishes weighs against, as the solver has it."""
    weights = WEIGHTS[weighting]
    return _(
        "One person’s step from one wish to the next weighs as much as %(colleagues)s colleagues too many in a "
        "group, or as %(pairs)s pairs who meet again."
    ) % {
        "colleagues": _times(weights.preference, weights.administration),
        "pairs": _times(weights.preference, weights.repeats),
    }


def say_all_weightings() -> str:
    """For the form: each choice with its meaning."""
    first, balanced, mixing = (
        _times(WEIGHTS[name].preference, WEIGHTS[name].administration)
        for name in (
            Round.Weighting.TOPICS_FIRST,
            Round.Weighting.BALANCED,
            Round.Weighting.MIXING_FIRST,
        )
    )
    return _(
        "How many more people from one administration may share a group so that one person gets a better topic: "
        "%(first)s with topics first, %(balanced)s balanced, %(mixing)s with mixing first."
    ) % {"first": first, "balanced": balanced, "mixing": mixing}


def _times(price: int, other: int) -> str:
    tenths = max(1, round(10 * price / other))
    return number_format(tenths / 10, decimal_pos=1 if tenths % 10 else 0)
