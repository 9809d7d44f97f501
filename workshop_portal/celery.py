"""The Celery application. Beat sweeps what is due each minute; the rows themselves are the truth."""

import os
from pathlib import Path

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop_portal.settings")

app = Celery("workshop_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SWEEPS = (
    "mail.send_due",
    "documents.run_due",
    "participants.plan_due_reminders",
    "breakouts.assign_due",
    "reports.compile_due",
)
"""Tasks that beat sends each minute. Each finds its own work in the database."""

app.conf.beat_schedule = {
    name: {"task": name, "schedule": 60.0, "options": {"expires": 55}} for name in SWEEPS
}

if app.conf.broker_url and str(app.conf.broker_url).startswith("filesystem"):
    for _folder in ("data_folder_in", "data_folder_out", "control_folder"):
        Path(app.conf.broker_transport_options[_folder]).mkdir(parents=True, exist_ok=True)
