"""Exports as jobs: joining, the right asked three times, progress, the file and its end."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workshop_portal.accounts.models import StaffRole, User
from workshop_portal.documents import actions, exports
from workshop_portal.documents.exports import ExportFile, Progress, register_export
from workshop_portal.documents.glyphs import draw_safe
from workshop_portal.documents.models import ExportJob
from workshop_portal.documents.tasks import run_due_exports

pytestmark = pytest.mark.django_db

ALLOWED: set[int] = set()
CONTENT = b"name;administration\r\nAna;FJ\r\n"


def write_list(job: ExportJob, progress: Progress) -> ExportFile:
    progress("Reading", 1, 2)
    if "gone" in job.params:
        raise ObjectDoesNotExist
    progress("Writing", 2, 2)
    draw_safe(job.params.get("text", ""))
    return ExportFile(name="the list.csv", content_type="text/csv", content=CONTENT)


def may_have_list(user: User, params: Mapping[str, Any]) -> bool:
    return user.pk in ALLOWED


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    register_export("tests.list", title="List", run=write_list, may=may_have_list)
    yield
    exports.KINDS.pop("tests.list")
    ALLOWED.clear()


def person(email: str, **fields: Any) -> User:
    user = User.objects.create_user(email, **fields)
    ALLOWED.add(user.pk)
    return user


@pytest.fixture
def requester() -> User:
    return person("ana@example.org")


@pytest.fixture
def secretary() -> User:
    user = person("staff@example.org")
    StaffRole.objects.create(user=user, role="secretariat")
    return user


def ask(user: User, **params: Any) -> ExportJob:
    return actions.request_export(
        kind="tests.list", format="csv", params={"edition": 1, **params}, by=user
    )


def make(user: User, **params: Any) -> ExportJob:
    job = ask(user, **params)
    run_due_exports()
    job.refresh_from_db()
    return job


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


class TestRequest:
    def test_a_second_click_joins_the_job(
        self, requester: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks() as wakes:
            first = ask(requester)
            assert ask(requester) == first
        assert len(wakes) == 1
        assert ask(requester, edition=2) != first

    def test_joins_nobody_elses(self, requester: User, secretary: User) -> None:
        assert ask(requester) != ask(secretary)

    def test_makes_a_new_one_when_the_last_has_ended(self, requester: User) -> None:
        first = make(requester)
        second = ask(requester)
        assert (first.status, second.status) == ("done", "planned")
        ExportJob.objects.filter(pk=first.pk).delete()
        assert ask(requester) != first

    def test_is_refused_without_the_right(self, requester: User) -> None:
        ALLOWED.clear()
        with pytest.raises(actions.ExportRefusedError):
            ask(requester)
        assert not ExportJob.objects.exists()

    def test_is_refused_for_a_kind_that_nobody_registered(self, requester: User) -> None:
        with pytest.raises(actions.ExportRefusedError):
            actions.request_export(kind="tests.none", format="csv", params={}, by=requester)


class TestRun:
    def test_keeps_the_file_and_its_digest(self, requester: User) -> None:
        job = make(requester)
        assert (job.status, job.file_name, job.content_type) == ("done", "the list.csv", "text/csv")
        assert (job.size, job.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        assert job.file.read() == CONTENT
        assert (job.progress_done, job.progress_total) == (2, 2)
        assert job.valid_until is not None
        assert timedelta(days=29) < job.valid_until - timezone.now() < timedelta(days=31)

    def test_one_a_round_and_asks_for_the_next(
        self, requester: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        ask(requester, edition=1)
        ask(requester, edition=2)
        with django_capture_on_commit_callbacks() as wakes:
            run_due_exports()
        assert len(wakes) == 1
        assert ExportJob.objects.filter(status="done").count() == 1

    @pytest.mark.parametrize("loss", ["right", "account"])
    def test_asks_for_the_right_again(self, requester: User, loss: str) -> None:
        job = ask(requester)
        if loss == "right":
            ALLOWED.clear()
        else:
            User.objects.filter(pk=requester.pk).update(is_active=False)
        run_due_exports()
        job.refresh_from_db()
        assert (job.status, job.last_error) == ("failed", "You may no longer have this file.")
        assert job.file.name == ""

    def test_ends_where_its_object_is_gone(self, requester: User) -> None:
        job = make(requester, gone=True)
        assert (job.status, job.last_error) == (
            "superseded",
            "What was to be exported no longer exists.",
        )

    def test_clears_files_away_after_their_time(self, requester: User) -> None:
        old, young = make(requester), make(requester, edition=2)
        storage, name = old.file.storage, old.file.name
        storage.save(f"exports/{old.public_id}/left-by-a-dead-worker.csv", young.file.file)
        ExportJob.objects.filter(pk=old.pk).update(valid_until=timezone.now() - timedelta(1))
        assert actions.expire_exports(now=timezone.now()) == 1
        old.refresh_from_db()
        assert (old.status, old.file.name, old.is_ready) == ("expired", "", False)
        assert not storage.exists(name)
        assert not storage.exists(f"exports/{old.public_id}")
        assert storage.exists(young.file.name)


class TestPages:
    def test_download(self, requester: User) -> None:
        job = make(requester)
        response = client_of(requester).get(
            reverse("documents:export-download", args=[job.public_id])
        )
        assert response.status_code == 200
        assert body(response) == CONTENT
        assert response.headers["Content-Disposition"] == 'attachment; filename="the list.csv"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "no-store" in response.headers["Cache-Control"]

    @pytest.mark.parametrize(
        ("who", "detail", "download"),
        [("requester", 200, 200), ("secretary", 200, 200), ("other", 404, 404)],
    )
    def test_who(
        self, requester: User, secretary: User, who: str, detail: int, download: int
    ) -> None:
        job = make(requester)
        people = {"requester": requester, "secretary": secretary, "other": person("b@example.org")}
        client = client_of(people[who])
        for name, status in (("export-detail", detail), ("export-download", download)):
            assert (
                client.get(reverse(f"documents:{name}", args=[job.public_id])).status_code == status
            )

    def test_nothing_to_people_not_signed_in(self, requester: User) -> None:
        job = make(requester)
        response = Client().get(reverse("documents:export-download", args=[job.public_id]))
        assert response.status_code == 302

    def test_no_file_once_the_right_has_gone(self, requester: User) -> None:
        job = make(requester)
        ALLOWED.clear()
        url = reverse("documents:export-download", args=[job.public_id])
        assert client_of(requester).get(url).status_code == 404

    def test_no_file_before_it_is_ready_or_after_its_time(self, requester: User) -> None:
        job = ask(requester)
        url = reverse("documents:export-download", args=[job.public_id])
        client = client_of(requester)
        assert client.get(url).status_code == 404
        run_due_exports()
        assert client.get(url).status_code == 200
        ExportJob.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
        assert client.get(url).status_code == 404

    def test_progress_asks_again_until_the_end(self, requester: User) -> None:
        job = ask(requester)
        url = reverse("documents:export-detail", args=[job.public_id])
        client = client_of(requester)
        part = client.get(url, headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert 'hx-trigger="every 2s"' in part.text
        assert "Waits for its turn" in part.text
        run_due_exports()
        part = client.get(url, headers={"HX-Request": "true"})
        assert "hx-trigger" not in part.text
        assert reverse("documents:export-download", args=[job.public_id]) in part.text
        assert "<html" in client.get(url).text

    def test_progress_in_words(self, requester: User) -> None:
        job = ask(requester)
        now = timezone.now()
        ExportJob.objects.update(
            status="running", claim="x", lease_until=now, step="Setting", progress_done=2, progress_total=7
        )  # fmt: skip
        page = client_of(requester).get(reverse("documents:export-detail", args=[job.public_id]))
        assert "Setting, 2 of 7" in page.text

    def test_repeats_what_failed(self, requester: User) -> None:
        job = ask(requester)
        now = timezone.now()
        ExportJob.objects.update(status="failed", finished_at=now, last_error="Disk full")
        client = client_of(requester)
        url = reverse("documents:export-repeat", args=[job.public_id])
        assert (
            "Disk full" in client.get(reverse("documents:export-detail", args=[job.public_id])).text
        )
        assert client.get(url).status_code == 405
        assert client.post(url).status_code == 302
        assert list(ExportJob.objects.order_by("pk").values_list("status", flat=True)) == [
            "failed",
            "planned",
        ]

    def test_repeating_is_the_requesters(self, requester: User, secretary: User) -> None:
        job = make(requester)
        url = reverse("documents:export-repeat", args=[job.public_id])
        assert client_of(secretary).post(url).status_code == 403
        assert client_of(person("b@example.org")).post(url).status_code == 404

    def test_repeating_without_the_right_says_so(self, requester: User) -> None:
        job = make(requester)
        ALLOWED.clear()
        url = reverse("documents:export-repeat", args=[job.public_id])
        answer = client_of(requester).post(url, follow=True)
        assert "You may no longer have this file." in answer.text
        assert ExportJob.objects.count() == 1

    @pytest.mark.parametrize("number", [1, 3])
    def test_list_holds_ones_own(
        self, requester: User, secretary: User, number: int, django_assert_num_queries: Any
    ) -> None:
        make(secretary)
        for edition in range(number):
            make(requester, edition=edition)
        client = client_of(requester)
        with django_assert_num_queries(4):  # session, person, count, rows
            page = client.get(reverse("documents:export-list"))
        assert page.text.count("the list.csv") == number

    def test_detail_queries(self, requester: User, django_assert_num_queries: Any) -> None:
        job = make(requester)
        client = client_of(requester)
        with django_assert_num_queries(3):  # session, person, job
            client.get(reverse("documents:export-detail", args=[job.public_id]))

    def test_empty_list(self, requester: User) -> None:
        assert "No downloads yet" in client_of(requester).get(reverse("documents:export-list")).text


class TestConstraints:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"status": "lost"}, "documents_exportjob_status_valid"),
            ({"claim": "x"}, "documents_exportjob_claimed_while_running"),
            ({"finished_at": timezone.now()}, "documents_exportjob_ended_at_a_time"),
            (
                {"status": "done", "finished_at": timezone.now()},
                "documents_exportjob_file_when_done",
            ),
            ({"file": "exports/x.csv"}, "documents_exportjob_file_when_done"),
            ({"progress_done": 2}, "documents_exportjob_progress_within_total"),
        ],
    )
    def test_hold(self, requester: User, fields: dict[str, Any], name: str) -> None:
        ask(requester)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ExportJob.objects.update(**fields)


def test_two_kinds_under_one_name_are_refused() -> None:
    register_export("tests.list", title="List", run=write_list, may=may_have_list)
    with pytest.raises(ValueError, match=r"tests\.list"):
        register_export("tests.list", title="Other", run=write_list, may=may_have_list)


class TestCharactersWithoutAGlyph:
    def test_are_named_with_the_file(self, requester: User, caplog: Any) -> None:
        job = make(requester, text="Ana \U00012000 and \U0001f600, \U00012000")
        said = "2 characters could not be drawn: \U00012000 (U+12000), \U0001f600 (U+1F600)"
        assert job.note == said
        assert "characters='U+12000 U+1F600'" in caplog.text
        client = client_of(requester)
        for page in ("documents:export-list", "documents:export-detail"):
            args = [job.public_id] if page.endswith("detail") else []
            assert said in client.get(reverse(page, args=args)).content.decode()

    def test_are_named_up_to_ten(self, requester: User) -> None:
        text = "".join(chr(0x12000 + number) for number in range(400))
        note = make(requester, text=text).note
        assert note.startswith("400 characters could not be drawn: ")
        assert (note.count("U+"), note[-2:]) == (10, " …")

    def test_none_leave_no_note(self, requester: User) -> None:
        assert make(requester, text="Ana 培训").note == ""
