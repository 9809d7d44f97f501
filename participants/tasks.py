"""The worker's entries. Beat sends each minute; the rows of the mail plans are the truth."""

from celery import shared_task

from participants.actions.mail_plan import plan_due_reminders


@shared_task(name="participants.plan_due_reminders")
def plan_reminders() -> None:
    plan_due_reminders()
