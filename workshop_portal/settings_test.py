"""Settings of the test suite: the product's own, with mail in memory and tasks run where they are sent."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="workshop-portal-test-"))
os.environ.setdefault("SITE_URL", "http://testserver")

from workshop_portal.settings import *  # noqa: E402, F403
from workshop_portal.settings import CACHES, ENV  # noqa: E402

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True  # without it an error in a task is swallowed
CELERY_BROKER_URL = "memory://"
CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES["limits"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}
MEDIA_ROOT = Path(ENV.var) / "media"
WHITENOISE_AUTOREFRESH = True
