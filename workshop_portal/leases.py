"""Work that must not get lost: a row is the truth, a broker only wakes (docs/adr/0002-work-is-a-row.md).

A subclass of `LeasedWork` is written in the transaction that causes the work; `wake("app.task")` sends the
Celery message after commit, and beat sends the same each minute. The task calls `run_due(Model, work)`:

    class CompileRun(LeasedWork):            # its Meta, where it has one, extends LeasedWork.Meta
        LEASE = timedelta(minutes=10)        # longer than the longest stretch without report_progress()

    @shared_task(name="reports.compile_due")
    def compile_due() -> None:
        run_due(CompileRun, compile_edition, limit=1, then="reports.compile_due")

    def compile_edition(run: CompileRun) -> dict[str, Any] | None:
        report_progress(run, done=1)         # any own fields; renews the lease; stops who lost the claim
        return {"edition_id": 7}             # own fields, written in the same UPDATE that ends the work

(A `Meta` with own constraints or indexes repeats `*LeasedWork.Meta.constraints` and `.indexes`.)

What `work` raises decides what follows: `SupersededError` no longer wanted; `PermanentError` failed, for a
person to see; `TemporaryError` and any other exception: again after a back-off, `MAX_ATTEMPTS` in all. Work
whose worker died is claimed again when its lease ends, and ends as failed after the third such death.

A claim is a conditional UPDATE that must change exactly one row, and only the holder of its token can
finish: the same code holds on SQLite and PostgreSQL, and a stalled worker overwrites nothing.
"""

import random
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Self, TypeVar

import structlog
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

log = structlog.get_logger(__name__)


class WorkStatus(models.TextChoices):
    """Where a piece of work stands. `held` waits for a person; the last five are ends."""

    HELD = "held", _("Held")
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    SUPERSEDED = "superseded", _("No longer needed")
    EXPIRED = "expired", _("Expired")
    DROPPED = "dropped", _("Dropped")


ENDS = (
    WorkStatus.DONE,
    WorkStatus.FAILED,
    WorkStatus.SUPERSEDED,
    WorkStatus.EXPIRED,
    WorkStatus.DROPPED,
)


class TemporaryError(Exception):
    """It did not work now and may later. Its words are shown.

    `stop` ends the whole round: what failed is what all the other rows need too.
    """

    def __init__(self, reason: str, *, stop: bool = False) -> None:
        super().__init__(reason)
        self.stop = stop


class PermanentError(Exception):
    """It will not work until somebody changes something. Its words are shown."""


class SupersededError(Exception):
    """It is no longer wanted. Its words are shown."""


class ClaimLostError(Exception):
    """The lease ended and somebody else has the work, or it was taken back: stop, write nothing."""


class LeasedQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime) -> Self:
        """Free to be claimed: planned and due, or running with an ended lease."""
        return self.filter(_free(now))

    def unfinished(self) -> Self:
        return self.exclude(status__in=ENDS)


class LeasedWork(models.Model):
    """A piece of work as a row: written with its cause, claimed for a time, finished once."""

    LEASE: ClassVar[timedelta] = timedelta(minutes=5)
    MAX_ATTEMPTS: ClassVar[int] = 3
    MAX_LOST_CLAIMS: ClassVar[int] = 3
    BACK_OFF: ClassVar[timedelta] = timedelta(seconds=30)
    BACK_OFF_CAP: ClassVar[timedelta] = timedelta(hours=1)

    Status = WorkStatus

    key = models.CharField(max_length=200, unique=True)
    """What the work is: planned twice, it stays one row. Shape: `<kind>:<ids>:<time in UTC>`."""
    status = models.CharField(
        _("status"), max_length=10, choices=WorkStatus, default=WorkStatus.PLANNED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    """Raised at each claim."""
    claims_lost = models.PositiveSmallIntegerField(default=0)
    """Claims whose worker died. Above 0, what it did may have been done twice."""
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    """Not started after this time."""
    last_error = models.CharField(max_length=500, blank=True)
    """In the words of who did the work; our own untranslated, so that `reason` can say them to anybody."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=WorkStatus.values),
                name="%(app_label)s_%(class)s_status_valid",
            ),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False) & ~Q(claim="")
                | ~Q(status="running") & Q(claim="", lease_until__isnull=True),
                name="%(app_label)s_%(class)s_claimed_while_running",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ENDS, finished_at__isnull=False)
                | ~Q(status__in=ENDS) & Q(finished_at__isnull=True),
                name="%(app_label)s_%(class)s_ended_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="%(app_label)s_%(class)s_due")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_ended(self) -> bool:
        return self.status in ENDS

    @property
    def reason(self) -> str:
        """Its last error in the language in force, where the words are our own; others as they came."""
        return gettext(self.last_error) if self.last_error else ""


W = TypeVar("W", bound=LeasedWork)
Work = Callable[[W], Mapping[str, Any] | None]


def claim(model: type[W], pk: Any, *, now: datetime | None = None) -> W | None:
    """Take the row for `LEASE`, or None where it is not due or somebody was faster."""
    now = now or timezone.now()
    token = secrets.token_hex(16)
    died = Case(
        When(status=WorkStatus.RUNNING, then=F("claims_lost") + 1),
        default=F("claims_lost"),
        output_field=models.PositiveSmallIntegerField(),
    )
    changed = model.objects.filter(_free(now), pk=pk).update(
        status=WorkStatus.RUNNING,
        claim=token,
        lease_until=now + model.LEASE,
        attempts=F("attempts") + 1,
        claims_lost=died,
    )
    return model.objects.filter(pk=pk, claim=token).first() if changed == 1 else None


def report_progress(row: LeasedWork, **fields: Any) -> None:
    """Write own fields of work in hand and renew its lease. Raises: ClaimLostError."""
    if not _update_mine(row, lease_until=timezone.now() + row.LEASE, **fields):
        raise ClaimLostError


def finish(row: LeasedWork, **fields: Any) -> bool:
    """End the work as done, with own fields in the same UPDATE. False where the claim was lost."""
    return _end(row, WorkStatus.DONE, "", **fields)


def fail(row: LeasedWork, reason: str, *, permanent: bool = False) -> bool:
    """Note the failure: due again after a back-off, or failed for good. False where the claim was lost."""
    if permanent or row.attempts >= row.MAX_ATTEMPTS:
        return _end(row, WorkStatus.FAILED, reason)
    return _update_mine(
        row,
        status=WorkStatus.PLANNED,
        claim="",
        lease_until=None,
        due_at=timezone.now() + back_off(row, row.attempts),
        last_error=reason[:500],
    )


def supersede(row: LeasedWork, reason: str) -> bool:
    """End the work as no longer needed. False where the claim was lost."""
    return _end(row, WorkStatus.SUPERSEDED, reason)


def back_off(row: LeasedWork, attempt: int) -> timedelta:
    """Doubling up to a cap, then spread over its upper half, so that many do not come back at once."""
    whole: timedelta = min(row.BACK_OFF * 2 ** min(attempt - 1, 20), row.BACK_OFF_CAP)
    return whole * random.uniform(0.5, 1)  # noqa: S311 spreads load, guards nothing


def run_due(model: type[W], work: Work[W], *, limit: int = 100, then: str = "") -> int:
    """Claim and do what is due, oldest first, one row at a time; the number of rows taken.

    One at a time, so that a killed worker leaves one row in doubt and not a batch. With `then`, the name
    of the task, a round that reached its limit asks for the next one.
    """
    now = timezone.now()
    _sweep(model, now)
    due = model.objects.filter(_free(now)).order_by("due_at", "pk")
    waiting = list(due.values_list("pk", flat=True)[:limit])
    taken = 0
    for pk in waiting:
        row = claim(model, pk)
        if row is None:
            continue
        taken += 1
        if not _attempt(row, work):
            return taken
    if then and taken and len(waiting) == limit:
        wake(then)
    return taken


def wake(task: str) -> None:
    """Send the task's message after commit, once per transaction. A broker that is down costs only delay."""
    sent: set[str] | None = getattr(_wakes, "sent", None)
    if sent is None or sent:  # none yet, or that of a transaction whose wake-ups have gone
        sent = _wakes.sent = set()
    transaction.on_commit(partial(_send_once, task, sent))


_wakes = threading.local()
"""`sent`: the names sent so far by the transaction in hand."""


def _send_once(task: str, sent: set[str]) -> None:
    if task not in sent:
        sent.add(task)
        _send(task)


def _send(task: str) -> None:
    if current_app.conf.task_always_eager:
        current_app.loader.import_default_modules()
        current_app.tasks[task].apply(throw=True)
        return
    # Left to itself kombu tries for 6 s to reach a broker that is down; the person waits that long.
    once = {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    try:
        with current_app.connection_for_write(transport_options=once) as broker:
            current_app.send_task(task, connection=broker, retry=False)
    except Exception:
        log.warning("wake-up not sent, the sweep will find the work", task=task, exc_info=True)


def _attempt(row: W, work: Work[W]) -> bool:
    """Do the work and note how it ended. False where the round should stop."""
    try:
        kept = finish(row, **(work(row) or {}))
    except ClaimLostError:
        kept = False
    except SupersededError as error:
        kept = supersede(row, str(error))
    except PermanentError as error:
        kept = fail(row, str(error), permanent=True)
    except TemporaryError as error:
        fail(row, str(error))
        return not error.stop
    except SoftTimeLimitExceeded:
        fail(row, gettext_noop("It took too long."))
        return False
    except Exception:
        log.exception("work failed", key=row.key, attempt=row.attempts)
        kept = fail(row, gettext_noop("An unexpected error; it is in the log of the server."))
    if not kept:
        log.warning("claim lost, result not written", key=row.key)
    return True


def _free(now: datetime) -> Q:
    planned = Q(status=WorkStatus.PLANNED, due_at__lte=now)
    return planned | Q(status=WorkStatus.RUNNING, lease_until__lt=now)


def _sweep(model: type[LeasedWork], now: datetime) -> None:
    """End what came too late, and what ended its worker too often, so that the queue goes on."""
    free = model.objects.filter(_free(now))
    free.filter(valid_until__lt=now).update(
        status=WorkStatus.EXPIRED, claim="", lease_until=None, finished_at=now
    )
    lost = Q(status=WorkStatus.RUNNING, claims_lost__gte=model.MAX_LOST_CLAIMS - 1)
    free.filter(lost).update(
        status=WorkStatus.FAILED,
        claim="",
        lease_until=None,
        finished_at=now,
        claims_lost=F("claims_lost") + 1,
        last_error=gettext_noop("The worker stopped in the middle of it, several times."),
    )


def _end(row: LeasedWork, status: WorkStatus, reason: str, **fields: Any) -> bool:
    return _update_mine(
        row,
        status=status,
        claim="",
        lease_until=None,
        finished_at=timezone.now(),
        last_error=reason[:500],
        **fields,
    )


def _update_mine(row: LeasedWork, **values: Any) -> bool:
    """Write where the claim is still mine, and on the row in hand. True where it was."""
    mine = type(row).objects.filter(pk=row.pk, claim=row.claim, status=WorkStatus.RUNNING)
    if mine.update(**values) != 1:
        return False
    for field, value in values.items():
        setattr(row, field, value)
    return True
