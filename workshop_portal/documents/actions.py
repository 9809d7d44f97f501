"""Asking for exports, and clearing their files away."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from workshop_portal.accounts.models import User
from workshop_portal.documents.exports import may_have
from workshop_portal.documents.models import ExportJob
from workshop_portal.leases import ENDS, WorkStatus, wake

RUN_TASK = "documents.run_due"


class ExportRefusedError(PermissionDenied):
    """The person may not have that export. Left alone it is answered with 403."""

    def __str__(self) -> str:
        return gettext("You may no longer have this file.")


def request_export(*, kind: str, format: str, params: Mapping[str, Any], by: User) -> ExportJob:
    """Ask for a file. A second click joins the job that is under way. Raises: ExportRefusedError."""
    if not may_have(by, kind, params):
        raise ExportRefusedError
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:32]
    same = ExportJob.objects.filter(kind=kind, format=format, params_digest=digest, requested_by=by)
    with transaction.atomic():
        # Of two clicks at once both see the same last ended job, so the second finds the first's key.
        last = same.filter(status__in=ENDS).aggregate(last=Max("pk"))["last"] or 0
        job, is_new = ExportJob.objects.get_or_create(
            key=f"{kind}:{format}:{digest}:{by.pk}:{last}",
            defaults={
                "kind": kind,
                "format": format,
                "params": dict(params),
                "params_digest": digest,
                "requested_by": by,
            },
        )
        if is_new:
            wake(RUN_TASK)
    return job


def expire_exports(*, now: datetime) -> int:
    """Clear away the files that were kept long enough; their number."""
    old = ExportJob.objects.filter(status=WorkStatus.DONE, valid_until__lt=now).order_by("pk")
    expired = 0
    for job in old[:500]:
        kept = job.file.storage
        done = ExportJob.objects.filter(pk=job.pk, status=WorkStatus.DONE)
        expired += done.update(status=WorkStatus.EXPIRED, file="", sha256="", size=0)
        _clear(kept, f"exports/{job.public_id}")
    return expired


def _clear(storage: Storage, folder: str) -> None:
    """Remove all that lies under a job, also what a worker left that died before it could note the name."""
    if storage.exists(folder):
        for name in storage.listdir(folder)[1]:
            storage.delete(f"{folder}/{name}")
        storage.delete(folder)
