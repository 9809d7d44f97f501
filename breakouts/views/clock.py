"""The clock of a round, the same on every page that shows it: how far it is, in seconds and in words."""

import math
from typing import Any

from django.utils import timezone

from breakouts.models import Round

LAST_SECONDS = 300


def clock(round: Round) -> dict[str, Any]:
    """Shape: `phase`: "" (no groups published, or closed), "waiting", "running", "last" (five minutes) or "over".

    While it runs also `left`: seconds until its end by the server's time, `clock`: the same as 24:40, and `total`:
    its minutes from start to end.
    """
    now = timezone.now()
    if round.status != Round.Status.PUBLISHED:
        return {"phase": ""}
    if round.started_at is None or round.ends_at is None:
        return {"phase": "waiting"}
    if not round.is_running(now):
        return {"phase": "over"}
    left = math.ceil((round.ends_at - now).total_seconds())
    return {
        "phase": "last" if left <= LAST_SECONDS else "running",
        "left": left,
        "clock": f"{left // 60}:{left % 60:02}",
        "total": math.ceil((round.ends_at - round.started_at).total_seconds() / 60),
    }
