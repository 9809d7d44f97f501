"""The product's worker with a lease and a sweep of seconds, for the test that kills it.

`celery -A workshop_portal.tests.short_lease_worker worker -B` runs it;
`python -m workshop_portal.tests.short_lease_worker NUMBER` plans that many reminders, twice.
"""

import sys
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings

from workshop_portal.celery import app

settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
django.setup()

from django.db import transaction  # noqa: E402 after setup

from workshop_portal.mail.actions import Mail, queue_mails  # noqa: E402 after setup
from workshop_portal.mail.models import OutgoingMail  # noqa: E402 after setup
from workshop_portal.mail.registry import MailTemplate, register_template  # noqa: E402 after setup

__all__ = ["app"]

OutgoingMail.LEASE = timedelta(seconds=3)
app.conf.beat_schedule = {
    "mail.send_due": {"task": "mail.send_due", "schedule": 1.0, "options": {"expires": 5}}
}
register_template(
    MailTemplate(
        name="tests/reminder",
        title="Reminder",
        placeholders=("number",),
        build=lambda params, _recipient, _language, _zone: {"number": params["number"]},
    )
)


def plan(number: int) -> None:
    mails = [
        Mail(
            key=f"reminder:{n}",
            template="tests/reminder",
            to=f"person{n}@example.org",
            params={"number": n},
        )
        for n in range(number)
    ]
    for _ in range(2):
        with transaction.atomic():
            queue_mails(mails, by=None)


if __name__ == "__main__":
    plan(int(sys.argv[1]))
