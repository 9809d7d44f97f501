"""The lease mechanism, tried on outgoing mails and on exports: its two models of this layer."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.utils import timezone

from workshop_portal import leases
from workshop_portal.leases import (
    ClaimLostError,
    PermanentError,
    SupersededError,
    TemporaryError,
    run_due,
)
from workshop_portal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


def make_work(key: str = "reminder:1", **fields: Any) -> OutgoingMail:
    return OutgoingMail.objects.create(
        key=key, kind="reminder", template="x/y", to="a@example.org", **fields
    )


def nothing(_row: OutgoingMail) -> dict[str, Any]:
    return {"sent_at": timezone.now()}


def expire_lease(row: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class TestClaim:
    def test_takes_a_due_row_once(self) -> None:
        work = make_work()
        first = leases.claim(OutgoingMail, work.pk)
        assert first is not None
        assert (first.status, first.attempts, len(first.claim)) == ("running", 1, 32)
        assert leases.claim(OutgoingMail, work.pk) is None

    @pytest.mark.parametrize(
        "status", ["held", "done", "failed", "superseded", "expired", "dropped"]
    )
    def test_leaves_other_states_alone(self, status: str) -> None:
        now = timezone.now()
        work = make_work(
            status=status,
            finished_at=None if status == "held" else now,
            sent_at=now if status == "done" else None,
        )
        assert leases.claim(OutgoingMail, work.pk) is None

    def test_leaves_what_is_due_later(self) -> None:
        work = make_work(due_at=timezone.now() + timedelta(hours=1))
        assert leases.claim(OutgoingMail, work.pk) is None

    def test_takes_over_when_the_lease_has_ended(self) -> None:
        work = make_work()
        dead = leases.claim(OutgoingMail, work.pk)
        expire_lease(work)
        heir = leases.claim(OutgoingMail, work.pk)
        assert dead is not None
        assert heir is not None
        assert (heir.attempts, heir.claims_lost) == (2, 1)
        assert heir.claim != dead.claim


class TestHolder:
    def test_only_the_holder_finishes(self) -> None:
        work = make_work()
        stalled = leases.claim(OutgoingMail, work.pk)
        expire_lease(work)
        heir = leases.claim(OutgoingMail, work.pk)
        assert stalled is not None
        assert heir is not None
        assert not leases.finish(stalled, sent_at=timezone.now())
        assert not leases.fail(stalled, "late")
        assert leases.finish(heir, sent_at=timezone.now())
        work.refresh_from_db()
        assert (work.status, work.claim, work.last_error) == ("done", "", "")
        assert work.finished_at is not None

    def test_progress_renews_the_lease_and_stops_who_lost_it(self) -> None:
        work = make_work()
        stalled = leases.claim(OutgoingMail, work.pk)
        assert stalled is not None
        expire_lease(work)
        leases.report_progress(stalled, subject="half")
        work.refresh_from_db()
        assert work.subject == "half"
        assert work.lease_until is not None
        assert work.lease_until > timezone.now()
        expire_lease(work)
        leases.claim(OutgoingMail, work.pk)
        with pytest.raises(ClaimLostError):
            leases.report_progress(stalled, subject="more")


class TestRound:
    def test_does_what_is_due_oldest_first(self) -> None:
        now = timezone.now()
        make_work("reminder:new", due_at=now - timedelta(minutes=1))
        make_work("reminder:old", due_at=now - timedelta(minutes=2))
        make_work("reminder:later", due_at=now + timedelta(minutes=2))
        seen: list[str] = []

        def note(row: OutgoingMail) -> dict[str, Any]:
            seen.append(row.key)
            return nothing(row)

        assert run_due(OutgoingMail, note) == 2
        assert seen == ["reminder:old", "reminder:new"]

    @pytest.mark.parametrize(
        ("error", "status", "words"),
        [
            (PermanentError("No such box"), "failed", "No such box"),
            (SupersededError("Moved"), "superseded", "Moved"),
            (TemporaryError("Busy"), "planned", "Busy"),
            (
                ZeroDivisionError(),
                "planned",
                "An unexpected error; it is in the log of the server.",
            ),
            (SoftTimeLimitExceeded(), "planned", "It took too long."),
        ],
    )
    def test_what_work_raises_decides(self, error: Exception, status: str, words: str) -> None:
        work = make_work()

        def refuse(_row: OutgoingMail) -> None:
            raise error

        run_due(OutgoingMail, refuse)
        work.refresh_from_db()
        assert (work.status, work.last_error, work.claim) == (status, words, "")
        if status == "planned":
            assert work.due_at > timezone.now()

    def test_gives_up_after_its_attempts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(OutgoingMail, "MAX_ATTEMPTS", 3)
        monkeypatch.setattr(OutgoingMail, "BACK_OFF", timedelta(0))
        work = make_work()

        def refuse(_row: OutgoingMail) -> None:
            raise TemporaryError("Busy")

        statuses = []
        for _ in range(4):
            run_due(OutgoingMail, refuse)
            work.refresh_from_db()
            statuses.append((work.status, work.attempts))
        assert statuses == [("planned", 1), ("planned", 2), ("failed", 3), ("failed", 3)]

    def test_work_that_kills_its_worker_ends_after_three_claims_and_the_queue_goes_on(self) -> None:
        poison = make_work("reminder:poison", due_at=timezone.now() - timedelta(hours=1))
        healthy = make_work("reminder:healthy")
        for _ in range(3):
            assert leases.claim(OutgoingMail, poison.pk) is not None  # and the worker dies
            expire_lease(poison)
        run_due(OutgoingMail, nothing)
        poison.refresh_from_db()
        healthy.refresh_from_db()
        assert (poison.status, poison.attempts, poison.claims_lost) == ("failed", 3, 3)
        assert poison.last_error == "The worker stopped in the middle of it, several times."
        assert healthy.status == "done"

    def test_expires_what_came_too_late(self) -> None:
        work = make_work(valid_until=timezone.now() - timedelta(seconds=1))
        assert run_due(OutgoingMail, nothing) == 0
        work.refresh_from_db()
        assert work.status == "expired"

    def test_stops_where_all_rows_would_fail_alike(self) -> None:
        make_work("reminder:1")
        make_work("reminder:2")

        def refuse(_row: OutgoingMail) -> None:
            raise TemporaryError("No server", stop=True)

        assert run_due(OutgoingMail, refuse) == 1
        assert OutgoingMail.objects.filter(attempts=0).count() == 1

    def test_writes_nothing_where_the_claim_was_lost(self) -> None:
        work = make_work()

        def slow(row: OutgoingMail) -> dict[str, Any]:
            expire_lease(row)
            heir = leases.claim(OutgoingMail, row.pk)
            assert heir is not None
            return {**nothing(row), "subject": "of the slow one"}

        run_due(OutgoingMail, slow)
        work.refresh_from_db()
        assert (work.status, work.subject) == ("running", "")


def test_back_off_doubles_up_to_its_cap_with_jitter() -> None:
    work = make_work()
    seconds = [
        [leases.back_off(work, attempt).total_seconds() for _ in range(50)]
        for attempt in (1, 2, 3, 30)
    ]
    for spread, whole in zip(seconds, (60, 120, 240, 3600), strict=True):
        assert whole / 2 <= min(spread) < max(spread) <= whole


class TestConstraints:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"status": "lost"}, "mail_outgoingmail_status_valid"),
            ({"status": "running"}, "mail_outgoingmail_claimed_while_running"),
            ({"claim": "x"}, "mail_outgoingmail_claimed_while_running"),
            ({"status": "failed"}, "mail_outgoingmail_ended_at_a_time"),
            ({"finished_at": timezone.now()}, "mail_outgoingmail_ended_at_a_time"),
        ],
    )
    def test_hold(self, fields: dict[str, Any], name: str) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            make_work(**fields)

    def test_a_key_is_one_row(self) -> None:
        make_work("reminder:1")
        with pytest.raises(IntegrityError), transaction.atomic():
            make_work("reminder:1")


class TestWake:
    def test_runs_once_per_transaction_after_commit(
        self, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent: list[str] = []
        monkeypatch.setattr(leases, "_send", sent.append)
        leases.wake("mail.send_due")  # of a fixture, never run
        with django_capture_on_commit_callbacks(execute=True):
            leases.wake("mail.send_due")
            leases.wake("mail.send_due")
            leases.wake("documents.run_due")
            assert sent == []
        assert sent == ["mail.send_due", "documents.run_due"]
        with django_capture_on_commit_callbacks(execute=True):
            leases.wake("mail.send_due")
        assert sent == ["mail.send_due", "documents.run_due", "mail.send_due"]

    def test_a_broker_that_is_down_is_harmless(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refuse(**_options: Any) -> None:
            raise ConnectionRefusedError("down")

        monkeypatch.setitem(current_app.conf, "task_always_eager", False)
        monkeypatch.setattr(current_app, "connection_for_write", refuse)
        leases._send("mail.send_due")
        assert "wake-up not sent" in caplog.text
