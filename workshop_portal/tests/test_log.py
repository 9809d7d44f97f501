"""An error leaves its traceback in the log, whether a view raised it or a task."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from types import ModuleType

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from participants.tests.worlds import make_person
from workshop_portal.authorization import access
from workshop_portal.documents.exports import KINDS, ExportFile, ExportKind, Progress
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.tasks import run_due_exports
from workshop_portal.urls import handler500, urlpatterns

SAID = "the line is thin"


@contextmanager
def as_logged() -> Iterator[StringIO]:
    """What a root handler writes in the format of the settings."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["plain"]["format"]))
    logging.getLogger().addHandler(handler)
    try:
        yield written
    finally:
        logging.getLogger().removeHandler(handler)


@access(public=True)
def failing_view(_request: HttpRequest) -> HttpResponse:
    raise ValueError(SAID)


class _Urls(ModuleType):
    urlpatterns = [*urlpatterns, path("fails/", failing_view)]
    handler500 = staticmethod(handler500)


@pytest.mark.django_db
def test_an_error_in_a_view() -> None:
    with as_logged() as written, override_settings(ROOT_URLCONF=_Urls("fails")):
        response = Client(raise_request_exception=False).get("/fails/")
    assert response.status_code == 500
    assert "Traceback (most recent call last)" in written.getvalue()
    assert "in failing_view" in written.getvalue()
    assert f"ValueError: {SAID}" in written.getvalue()


@pytest.mark.django_db
def test_an_error_in_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing_run(_job: ExportJob, _progress: Progress) -> ExportFile:
        raise ValueError(SAID)

    kind = ExportKind(
        name="tests.fails", title="x", run=failing_run, may=lambda _user, _params: True
    )
    monkeypatch.setitem(KINDS, kind.name, kind)
    ExportJob.objects.create(key="x", kind=kind.name, format="pdf", requested_by=make_person())
    with as_logged() as written:
        run_due_exports()
    assert "Traceback (most recent call last)" in written.getvalue()
    assert "in failing_run" in written.getvalue()
    assert f"ValueError: {SAID}" in written.getvalue()
