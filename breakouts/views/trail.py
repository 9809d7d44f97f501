"""Where the pages of a round hang: "Break-outs", then the round."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from breakouts.instances.boarding import Shown
from breakouts.models import Round
from events.models import Workshop


def round_url(round: Round) -> str:
    return reverse("breakouts:round-detail", args=[round.workshop.slug, round.ordinal])


def steps_to(workshop: Workshop, round: Round | None = None) -> list[tuple[str, Any]]:
    """The steps between the workshop and a form, as `form_page` takes them."""
    steps: list[tuple[str, Any]] = [
        (reverse("breakouts:round-list", args=[workshop.slug]), _("Break-outs"))
    ]
    if round is not None:
        steps.append((round_url(round), round.title))
    return steps


def board_url(row: Round, shown: Shown) -> str:
    """The board as it was looked at."""
    url = reverse("breakouts:round-board", args=[row.workshop.slug, row.ordinal])
    return f"{url}?{shown.query}" if shown.query else url
