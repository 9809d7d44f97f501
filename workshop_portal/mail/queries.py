"""Reading the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from workshop_portal.leases import WorkStatus
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import CONTEXTS, TEMPLATES

GROUPS: dict[str, list[WorkStatus]] = {
    "held": [WorkStatus.HELD],
    "planned": [WorkStatus.PLANNED, WorkStatus.RUNNING],
    "sent": [WorkStatus.DONE],
    "failed": [WorkStatus.FAILED],
    "ended": [WorkStatus.SUPERSEDED, WorkStatus.EXPIRED, WorkStatus.DROPPED],
}
"""How the outbox groups the states of its mails."""


@dataclass(frozen=True, kw_only=True)
class HeldBatch:
    """Mails that wait together for their release."""

    batch: str
    template: str
    context_type: str
    context_id: str
    count: int
    first_due: datetime
    last_due: datetime

    @property
    def title(self) -> str:
        return title_of(self.template)

    @property
    def is_spread(self) -> bool:
        """Whether its mails go at different times."""
        return self.last_due - self.first_due >= timedelta(minutes=1)


def list_mails(
    mails: QuerySet[OutgoingMail], *, group: str = "", newest_due_first: bool = True
) -> QuerySet[OutgoingMail]:
    """Those of a group of states, by the time they are due: the latest first."""
    if group in GROUPS:
        mails = mails.filter(status__in=GROUPS[group])
    order = ("-due_at", "-pk") if newest_due_first else ("due_at", "pk")
    return mails.select_related("recipient").defer("body", "attachments").order_by(*order)


def count_groups(mails: QuerySet[OutgoingMail]) -> dict[str, int]:
    """Shape: {group: mails}, with every group."""
    counts = {name: Count("pk", filter=Q(status__in=statuses)) for name, statuses in GROUPS.items()}
    return mails.order_by().aggregate(**counts)


def list_held_batches(mails: QuerySet[OutgoingMail]) -> list[HeldBatch]:
    """The batches that wait, the earliest due first."""
    held = mails.filter(status=WorkStatus.HELD).order_by()
    rows = (
        held.values("batch", "template", "context_type", "context_id")
        .annotate(count=Count("pk"), first_due=Min("due_at"), last_due=Max("due_at"))
        .order_by("first_due", "batch", "template", "context_id")
    )
    return [HeldBatch(**row) for row in rows]


def name_contexts(rows: Iterable[OutgoingMail | HeldBatch]) -> dict[str, str]:
    """What the mails belong to, by `<type>:<id>`. Queries: 1 per type of object."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        if row.context_type in CONTEXTS:
            wanted.setdefault(row.context_type, set()).add(row.context_id)
    return {
        f"{kind}:{key}": str(name)
        for kind, keys in wanted.items()
        for key, name in CONTEXTS[kind](sorted(keys)).items()
    }


def title_of(template: str) -> str:
    """What the outbox calls a kind of mail."""
    known = TEMPLATES.get(template)
    return str(known.title) if known else _("A mail of an earlier version")
