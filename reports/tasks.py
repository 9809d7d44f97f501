"""The worker's entry: drafts that wait to be compiled."""

from celery import shared_task

from reports.actions.compilation import TASK, compile_edition
from reports.models import CompilationRun
from workshop_portal.leases import run_due


@shared_task(name=TASK)
def compile_due() -> None:
    run_due(CompilationRun, compile_edition, limit=1, then=TASK)
