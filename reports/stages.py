"""How far the report of a workshop is: the stage of the rail, what waits, the panel of My workshop."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Workshop
from events.tabs import Stage, Waiting
from participants.models import Registration
from reports.models import Contribution, Edition
from reports.queries.editions import (
    count_contributions,
    count_submitted,
    get_edition_of,
    list_newest_editions,
)
from workshop_portal.accounts.models import User

Status = Edition.Status


def report_stage(workshop: Workshop) -> Stage:
    edition = get_edition_of(workshop)
    url = reverse("reports:workshop-report", args=[workshop.slug])
    if edition is None:
        words = _("Start the report")
        return Stage(
            state="not started", summary=_("No edition yet"), action_label=words, action_url=url
        )
    counts = count_contributions(edition=edition)
    given = counts.get("submitted", 0) + counts.get("accepted", 0)
    summary = ngettext("%d contribution", "%d contributions", given) % given
    if edition.status == Status.ADOPTED:
        return Stage(state="done", summary=_("Adopted"), action_url=url)
    if edition.status == Status.DRAFT:
        summary = _("Draft of %s") % summary
    return Stage(state="started", summary=summary, action_label=_("Open"), action_url=url)


def waiting_for_review(workshops: Sequence[Workshop], _user: User) -> dict[int, list[Waiting]]:
    """Contributions that the secretariat has to read. Queries: 2."""
    newest = list_newest_editions(each.pk for each in workshops)
    counts = count_submitted(editions=newest.values())
    return {
        key: [_to_read(edition, counts[edition.pk])]
        for key, edition in newest.items()
        if edition.pk in counts and not edition.is_adopted
    }


def _to_read(edition: Edition, count: int) -> Waiting:
    url = reverse("reports:contribution-list", args=[edition.series.slug, edition.number])
    title = ngettext("contribution to read", "contributions to read", count)
    return Waiting(
        count=count,
        title=title,
        detail=_("Accept them, or send them back with a comment"),
        action_label=_("Read"),
        action_url=f"{url}?status=submitted",
    )


def find_home_panel(registration: Registration, now: datetime) -> Mapping[str, Any] | None:
    """The administration's contributions to the edition of the delegate's workshop. Queries: 1."""
    own = Q(contributions__administration=registration.delegation.administration_id)
    given = own & ~Q(contributions__status=Contribution.Status.WITHDRAWN)
    drafts = own & Q(contributions__status=Contribution.Status.DRAFT)
    editions = Edition.objects.filter(workshop=registration.workshop_id).annotate(
        total=Count("contributions", filter=given), drafts=Count("contributions", filter=drafts)
    )
    edition = editions.select_related("series").order_by("-number", "-pk").first()
    if edition is None:
        return None
    return {
        "edition": edition,
        "administration": registration.delegation.administration,
        "is_closed": edition.is_closed(now),
    }
