"""The worker's entry: woken by Assign, and by beat each minute."""

from celery import shared_task

from breakouts.actions.plans import TASK, do_assignment
from breakouts.models import AssignmentRun
from workshop_portal.leases import run_due


@shared_task(name=TASK)
def assign_due() -> None:
    run_due(AssignmentRun, do_assignment, limit=1, then=TASK)
