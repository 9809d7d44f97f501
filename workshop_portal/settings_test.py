"""Settings of the test suite: the product's own, with mail in memory and tasks run where they are sent."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="workshop-portal-test-")
os.environ.setdefault("SITE_URL", "http://testserver")

from workshop_portal.settings import *  # noqa: F403, TID251 what django.conf reads is made here
from workshop_portal.settings import CACHES, DATABASES, ENV  # noqa: TID251 as above

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True  # without it an error in a task is swallowed
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = None
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES["limits"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "limits",
}
MEDIA_ROOT = Path(ENV.var) / "media"
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in the product: in memory all threads of a live server would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(ENV.var) / "test.sqlite3")}
