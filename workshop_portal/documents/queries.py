"""Reading exports."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from workshop_portal.accounts.models import User
from workshop_portal.documents.exports import KINDS
from workshop_portal.documents.models import ExportJob
from workshop_portal.leases import WorkStatus


def list_own_exports(user: User) -> QuerySet[ExportJob]:
    """What a person asked for, the newest first."""
    return ExportJob.objects.filter(requested_by=user).order_by("-created_at", "-pk")


def title_of(job: ExportJob) -> str:
    """What the kind of export is called."""
    kind = KINDS.get(job.kind)
    return str(kind.title) if kind else _("An export of an earlier version")


def steps_of(job: ExportJob) -> list[dict[str, Any]]:
    """The job as a line of three steps, for the component `progress`."""
    order = [WorkStatus.PLANNED, WorkStatus.RUNNING, WorkStatus.DONE]
    reached = order.index(WorkStatus(job.status)) if job.status in order else len(order)
    done = job.status == WorkStatus.DONE
    return [
        _step(_("Asked for"), 0, reached, done, _("Waits for its turn")),
        _step(_("Being made"), 1, reached, done, _note(job)),
        _step(_("Ready"), 2, reached, done, ""),
    ]


def _step(text: str, place: int, reached: int, done: bool, note: str) -> dict[str, Any]:
    if done or place < reached:
        return {"text": text, "state": "done"}
    if place == reached:
        return {"text": text, "state": "now", "note": note}
    return {"text": text, "state": "ahead"}


def _note(job: ExportJob) -> str:
    if not job.progress_total:
        return job.step
    counted = _("{done} of {total}").format(done=job.progress_done, total=job.progress_total)
    return f"{job.step}, {counted}" if job.step else counted
