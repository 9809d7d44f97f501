"""Exports as rows. What can be exported and by whom: `exports`, a registry that the upper apps fill."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import User
from workshop_portal.leases import LeasedWork, WorkStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


WORDS = {
    WorkStatus.HELD: (_("Waits"), "wait"),
    WorkStatus.PLANNED: (_("Waits for its turn"), "wait"),
    WorkStatus.RUNNING: (_("Being made"), "half"),
    WorkStatus.DONE: (_("Ready"), "done"),
    WorkStatus.FAILED: (_("Failed"), "bad"),
    WorkStatus.SUPERSEDED: (_("No longer possible"), "off"),
    WorkStatus.EXPIRED: (_("Cleared away"), "off"),
    WorkStatus.DROPPED: (_("Dropped"), "off"),
}
"""What a status is called for downloads, and its shape (the tag `status`)."""


def export_path(job: "ExportJob", name: str) -> str:
    """Under the job, then under the claim: a stalled worker overwrites nothing. Names tell nothing."""
    return (
        f"exports/{job.public_id}/{job.claim[:8]}-{uuid.uuid4().hex[:8]}.{name.rpartition('.')[2]}"
    )


class ExportJob(LeasedWork):
    """A file that a person asked for, in the making or ready for 30 days.

    The right to it is asked when it is requested, when it is made and at each download.
    """

    LEASE = timedelta(minutes=10)  # a report of 750 pages takes a minute in one go
    KEPT_FOR = timedelta(days=30)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    """A registered name, such as `reports.edition`."""
    format = models.CharField(max_length=10)
    params = models.JSONField(default=dict)
    """Ids and plain values that say what is exported."""
    params_digest = models.CharField(max_length=32)
    requested_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="export_jobs")
    step = models.CharField(max_length=200, blank=True)
    """What is being done now, in the requester's language."""
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to=export_path, max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=300, blank=True)
    """What is not as it was written, in the requester's language."""

    class Meta(LeasedWork.Meta):
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        constraints = [
            *LeasedWork.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(status="done") & ~models.Q(file="") & ~models.Q(sha256="")
                | ~models.Q(status="done") & models.Q(file=""),
                name="documents_exportjob_file_when_done",
            ),
            models.CheckConstraint(
                condition=models.Q(progress_done__lte=models.F("progress_total")),
                name="documents_exportjob_progress_within_total",
            ),
        ]
        indexes = [
            *LeasedWork.Meta.indexes,
            models.Index(fields=["requested_by", "-created_at"], name="documents_exportjob_person"),
        ]

    @property
    def status_word(self) -> "StrOrPromise":
        return WORDS[WorkStatus(self.status)][0]

    @property
    def status_kind(self) -> str:
        return WORDS[WorkStatus(self.status)][1]

    @property
    def is_ready(self) -> bool:
        """Whether its file can be had now."""
        kept = self.valid_until is None or self.valid_until > timezone.now()
        return self.status == WorkStatus.DONE and kept
