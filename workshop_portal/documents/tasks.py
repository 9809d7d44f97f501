"""The worker's entry, in the queue `exports`, which takes one at a time: a long report needs 900 MB."""

from celery import shared_task
from django.utils import timezone

from workshop_portal.documents.actions import RUN_TASK, expire_exports
from workshop_portal.documents.exports import run_export
from workshop_portal.documents.models import ExportJob
from workshop_portal.leases import run_due


@shared_task(name=RUN_TASK)
def run_due_exports() -> None:
    run_due(ExportJob, run_export, limit=1, then=RUN_TASK)
    expire_exports(now=timezone.now())
