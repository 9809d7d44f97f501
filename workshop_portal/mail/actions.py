"""Every change of an outgoing mail's state, but for its delivery (`delivery`).

`queue_mail` and `queue_mails` write the row inside the transaction of its cause, wake the worker after
commit, and may be called twice: one key is one mail.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many, type_name
from workshop_portal.audit.models import Entry
from workshop_portal.leases import WorkStatus, wake
from workshop_portal.mail.models import TEST, OutgoingMail
from workshop_portal.mail.registry import TEMPLATES, Attachment
from workshop_portal.mail.wording import clean_values
from workshop_portal.refusals import Refusal

SEND_TASK = "mail.send_due"
LARGEST_ATTACHMENT = 500_000


class MailStateError(Refusal):
    """The mail's state does not allow that: it was sent, dropped or taken in the meantime."""

    message = _("This mail has changed in the meantime. Look at its state and try again.")


class HeldMailsChangedError(Refusal):
    """The held mails are not those that were shown: somebody released, dropped or added some."""

    message = _("The waiting mails have changed in the meantime. Check the number again.")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail to queue.

    `key` is `<kind>:<ids>[:<due time in UTC>]`; `params` holds ids and plain values; `context` is what the
    outbox files it under, usually the workshop. Without `due_at` it is due at once. `held` mails wait for
    a person's release, those of one `batch` together.
    """

    key: str
    template: str
    to: User | str
    params: Mapping[str, Any] = field(default_factory=dict)
    context: Model | None = None
    reply_to: str = ""
    attachments: Sequence[Attachment] = ()
    due_at: datetime | None = None
    valid_until: datetime | None = None
    held: bool = False
    batch: str = ""
    language: str = "en"
    """Of an address without an account; people have their own, as the zone."""
    time_zone: str = "UTC"


def queue_mail(
    *,
    key: str,
    template: str,
    to: User | str,
    params: Mapping[str, Any],
    context: Model | None,
    reply_to: str = "",
    attachments: Sequence[Attachment] = (),
    due_at: datetime | None = None,
    valid_until: datetime | None = None,
    held: bool = False,
    batch: str = "",
    by: User | None,
) -> None:
    """Queue one mail, unless its key is there already. The fields are those of `Mail`."""
    mail = Mail(
        key=key,
        template=template,
        to=to,
        params=params,
        context=context,
        reply_to=reply_to,
        attachments=attachments,
        due_at=due_at,
        valid_until=valid_until,
        held=held,
        batch=batch,
    )
    queue_mails([mail], by=by)


def queue_mails(mails: Iterable[Mail], *, by: User | None) -> None:
    """Queue those whose keys are new. Queries: 1 per 500 mails.

    Raises: LookupError for a template that nobody registered; ValidationError for a malformed address.
    """
    now = timezone.now()
    rows = [_row(mail, by, now) for mail in mails]
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if any(row.status == WorkStatus.PLANNED and row.due_at <= now for row in rows):
        wake(SEND_TASK)


def release_mails(*, mails: QuerySet[OutgoingMail], expected: int, by: User) -> None:
    """Let held mails go: exactly the number that the person was shown. Raises: HeldMailsChangedError."""
    with transaction.atomic():
        held = list(
            mails.filter(status=WorkStatus.HELD).select_for_update(of=("self",)).order_by("pk")
        )
        if len(held) != expected or not held:
            raise HeldMailsChangedError
        _update(held, status=WorkStatus.PLANNED, released_at=timezone.now(), released_by=by)
        record_many(_filed(entry("mail.mail_released", by=by, target=row), row) for row in held)
        wake(SEND_TASK)


def drop_mails(*, mails: QuerySet[OutgoingMail], by: User) -> int:
    """Take waiting mails out for good; the number of them. What is being sent is left alone."""
    with transaction.atomic():
        rows = _take_out(mails, WorkStatus.DROPPED, "")
        record_many(_filed(entry("mail.mail_dropped", by=by, target=row), row) for row in rows)
    return len(rows)


def supersede_mails(*, mails: QuerySet[OutgoingMail], reason: str, by: User | None) -> int:
    """End waiting mails that their cause has overtaken (moved, cancelled, withdrawn); their number.

    Each gives up its key: a cause that comes back plans the mail again. What a person dropped keeps its own.
    """
    freed = Concat(Left(F("key"), 170), Value(":superseded:"), Cast("pk", CharField()))
    with transaction.atomic():
        rows = _take_out(mails, WorkStatus.SUPERSEDED, reason, key=freed)
        record_many(_filed(entry("mail.mail_superseded", by=by, target=row), row) for row in rows)
    return len(rows)


def retry_mail(*, mail: OutgoingMail, address: str = "", by: User) -> None:
    """Send a failed mail again, to a corrected address where one is given. Raises: MailStateError."""
    if address:
        validate_email(address)
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if mail.status != WorkStatus.FAILED:
            raise MailStateError
        changes: dict[str, tuple[Any, Any]] = {"status": (mail.status, WorkStatus.PLANNED)}
        if address and address != mail.address:
            changes["to"] = (mail.address, address)
            mail.to = address
        mail.status = WorkStatus.PLANNED
        mail.attempts = mail.claims_lost = 0
        mail.due_at = timezone.now()
        mail.valid_until = mail.finished_at = None
        mail.last_error = ""
        mail.save(
            update_fields=[
                "status", "to", "attempts", "claims_lost", "due_at", "valid_until", "finished_at", "last_error",
            ]
        )  # fmt: skip
        record_many([_filed(entry("mail.mail_retried", by=by, target=mail, changes=changes), mail)])
        wake(SEND_TASK)


def resend_mail(*, mail: OutgoingMail, by: User) -> OutgoingMail:
    """Send what was sent once more, as a new mail with a new link. Raises: MailStateError."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
        if mail.status not in (WorkStatus.DONE, WorkStatus.EXPIRED):
            raise MailStateError
        again = _copy(mail, by)
        again.save(force_insert=True)
        record_many([_filed(entry("mail.mail_resent", by=by, target=mail), mail)])
        wake(SEND_TASK)
    return again


def send_test_mail(
    *, template: str, params: Mapping[str, Any], context: Model | None, by: User
) -> None:
    """Send a mail as its recipients would get it to oneself."""
    queue_mail(
        key=f"{TEST}:{template}:{by.pk}:{secrets.token_hex(8)}",
        template=template,
        to=by,
        params=params,
        context=context,
        by=by,
    )


def send_test_of_mail(*, mail: OutgoingMail, by: User) -> OutgoingMail:
    """Send a queued mail's text to oneself, in one's own language and zone."""
    test = _copy(mail, by)
    test.key = f"{TEST}:{mail.template}:{by.pk}:{secrets.token_hex(8)}"[:200]
    test.kind = TEST
    test.recipient, test.to = by, ""
    with transaction.atomic():
        test.save(force_insert=True)
        wake(SEND_TASK)
    return test


def _row(mail: Mail, by: User | None, now: datetime) -> OutgoingMail:
    if isinstance(mail.to, str):
        validate_email(mail.to)
    person = mail.to if isinstance(mail.to, User) else None
    kind = mail.key.split(":", 1)[0]
    return OutgoingMail(
        key=mail.key,
        kind=kind,
        template=TEMPLATES[mail.template].name,
        is_secret=TEMPLATES[mail.template].secret,
        params=clean_values(mail.params),
        recipient=person,
        to="" if isinstance(mail.to, User) else mail.to,
        language=person.language if person else mail.language,
        time_zone=person.time_zone if person else mail.time_zone,
        reply_to=mail.reply_to,
        attachments=[_stored(attachment) for attachment in mail.attachments],
        context_type=type_name(mail.context) if mail.context is not None else "",
        context_id=str(mail.context.pk) if mail.context is not None else "",
        status=WorkStatus.HELD if mail.held else WorkStatus.PLANNED,
        batch=mail.batch or (_batch(kind, mail.context) if mail.held else ""),
        due_at=mail.due_at or now,
        valid_until=mail.valid_until,
        created_at=now,
        actor=by,
    )


def _batch(kind: str, context: Model | None) -> str:
    return f"{kind}:{type_name(context)}:{context.pk}" if context is not None else kind


def _stored(attachment: Attachment) -> dict[str, str]:
    if len(attachment.content) > LARGEST_ATTACHMENT:
        raise ValueError(f"{attachment.name} is too large to be kept in a row")
    return {
        "name": attachment.name,
        "type": attachment.type,
        "base64": base64.b64encode(attachment.content).decode("ascii"),
    }


def _copy(mail: OutgoingMail, by: User) -> OutgoingMail:
    """Make the same mail once more, with its own key and Message-ID."""
    return OutgoingMail(
        key=f"{mail.key[:180]}:{secrets.token_hex(8)}",
        kind=mail.kind,
        template=mail.template,
        is_secret=mail.is_secret,
        params=mail.params,
        recipient_id=mail.recipient_id,
        to="" if mail.recipient_id else mail.to,
        language=mail.language,
        time_zone=mail.time_zone,
        reply_to=mail.reply_to,
        attachments=mail.attachments,
        context_type=mail.context_type,
        context_id=mail.context_id,
        actor=by,
        copy_of=mail,
    )


def _take_out(
    mails: QuerySet[OutgoingMail], status: WorkStatus, reason: str, **values: Any
) -> list[OutgoingMail]:
    """End what waits. Locks: the mails."""
    waiting = mails.filter(status__in=[WorkStatus.HELD, WorkStatus.PLANNED])
    rows = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    ended = {"finished_at": timezone.now(), "last_error": reason[:500]}
    _update(rows, status=status, **ended, **values)
    return rows


def _update(mails: list[OutgoingMail], **values: Any) -> None:
    for start in range(0, len(mails), 500):
        keys = [mail.pk for mail in mails[start : start + 500]]
        OutgoingMail.objects.filter(pk__in=keys).update(**values)


def _filed(made: Entry, mail: OutgoingMail) -> Entry:
    """File the entry under what the mail belongs to: the workshop's record shows it."""
    made.context_type, made.context_id = mail.context_type, mail.context_id
    return made
