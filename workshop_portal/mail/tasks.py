"""The worker's entry: woken after a mail was queued, and by beat each minute."""

from celery import shared_task

from workshop_portal.mail.delivery import SEND_TASK, send_due


@shared_task(name=SEND_TASK)
def send_due_mails() -> None:
    send_due()
