"""Points of break-out groups taken into an edition as contributions, with one act."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.models import Point
from breakouts.queries.points import ALSO, NAMED, list_sayers
from reports.actions.editions import lock_edition
from reports.models import Contribution, Edition
from workshop_portal.accounts.models import User
from workshop_portal.administrations.models import Administration
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.refusals import Refusal

TITLE_AT_MOST = 120
FIELD_OF_KIND = {
    Point.Kind.CHALLENGE: "challenge",
    Point.Kind.SOLUTION: "practice",
    Point.Kind.TREND: "background",
    Point.Kind.GOOD_PRACTICE: "practice",
}
"""The field of the template that a point's text goes to."""


class PointTakenError(Refusal):
    """Some of the points are used already; none was taken."""

    message = _("Nothing was made: some of these points are contributions already.")


class PointElsewhereError(Refusal):
    """Only points of the edition's own workshop that nobody removed or merged into another are taken."""

    message = _("Nothing was made: some of these points are no points of this workshop any more.")


@transaction.atomic
def take_points(*, edition: Edition, points: Iterable[Point], by: User) -> list[Contribution]:
    """Make contributions of points, all or none: one for each administration that said it, unnamed where none did.

    A point that stands for others counts once, with who said those; what is merged into another is not taken.

    They are submitted at once, since the group said them; the administration may take them back to correct
    them, or claim an unnamed one. Locks: the edition, the points.
    Raises: EditionAdoptedError, PointTakenError, PointElsewhereError. Queries: 9 for up to 30
    rows; SQLite takes more of them in parts.
    """
    edition = lock_edition(edition)
    wanted = {point.pk for point in points}
    found = _lock(wanted)
    if len(found) < len(wanted) or any(
        point.removed_at is not None
        or point.is_merged
        or point.group.round.workshop_id != edition.workshop_id
        for point in found
    ):
        raise PointElsewhereError
    same = Q(point__in=wanted) | Q(point__merged_into__in=wanted)
    if Contribution.objects.filter(same).exists():
        raise PointTakenError
    now = timezone.now()
    rows = [
        Contribution(
            edition=edition,
            administration=administration,
            topic=point.group.topic,
            kind=point.kind,
            status=Contribution.Status.SUBMITTED,
            title=title_of(point.text),
            point=point,
            is_entered=True,
            created_at=now,
            created_by=by,
            submitted_at=now,
            submitted_by=by,
            **{FIELD_OF_KIND[Point.Kind(point.kind)]: point.text},
        )
        for point in found
        for administration in _sayers(point)
    ]
    Contribution.objects.bulk_create(rows, batch_size=500)
    record_many(
        entry("reports.contribution_taken", by=by, target=row, context=edition, now=now)
        for row in rows
    )
    return rows


def title_of(text: str) -> str:
    """The point on one line; a long one is cut at a word and ends with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= TITLE_AT_MOST:
        return line
    cut = line[:TITLE_AT_MOST].rpartition(" ")[0] or line[: TITLE_AT_MOST - 1]
    return f"{cut}…"


def _sayers(point: Point) -> Sequence[Administration | None]:
    """Who said it, there or in a point merged into it; None where nobody is named."""
    return list_sayers(point) or [None]


def _lock(keys: set[int]) -> list[Point]:
    """The points in the order of their groups. Queries: 4."""
    locked = Point.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    list(locked.values_list("pk", flat=True))
    # Read after the wait for the locks: joined to them, what a point was merged into would be as before.
    points = Point.objects.select_related("group__round", "group__topic", "merged_into")
    rows = points.filter(pk__in=keys).prefetch_related(NAMED, ALSO).order_by("pk")
    return sorted(
        rows,
        key=lambda row: (row.group.round.ordinal, row.group.ordinal, row.ordinal, row.pk),
    )
