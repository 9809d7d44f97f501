"""Sending what is due: one row at a time over one connection, each outcome written at once.

Promise: nothing is lost; a mail arrives twice only where a worker died between the server's acceptance
and the write after it, and then with the same Message-ID.
"""

import smtplib
from types import TracebackType
from typing import Any, Self

from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.translation import gettext

from workshop_portal.leases import PermanentError, SupersededError, TemporaryError, run_due
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import STILL_DUE
from workshop_portal.mail.rendering import RenderedMail, render_mail

SEND_TASK = "mail.send_due"
SIGN_IN_REFUSED = (530, 534, 535, 538)


def send_due(*, limit: int = 100) -> int:
    """Send what is due, oldest first; the number of mails taken in hand."""
    with Courier() as courier:
        return run_due(OutgoingMail, courier.deliver, limit=limit, then=SEND_TASK)


class Courier:
    """Holds the connection to the mail server for one round; opens it at the first mail."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._hang_up()

    def deliver(self, mail: OutgoingMail) -> dict[str, Any]:
        """Send one mail; the fields to note on its row.

        Raises: SupersededError, PermanentError, TemporaryError, with words for the outbox.
        """
        if mail.recipient is not None and not mail.recipient.is_active:
            raise SupersededError(gettext("The account of the recipient is closed."))
        check = STILL_DUE.get(mail.kind)
        if check is not None and not check(mail):
            raise SupersededError(gettext("What it was about has changed since it was planned."))
        try:
            rendered = render_mail(mail, with_links=True)
        except ObjectDoesNotExist as error:
            raise SupersededError(gettext("What it was about no longer exists.")) from error
        self._open()
        self._send(compose(mail, rendered))
        return {
            "sent_at": timezone.now(),
            "to": mail.address,
            "language": rendered.language,
            "time_zone": rendered.zone,
            "subject": rendered.subject,
            "body": rendered.kept,
        }

    def _open(self) -> None:
        try:
            self.connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise TemporaryError(_connection_reason(error), stop=True) from error

    def _send(self, message: EmailMultiAlternatives) -> None:
        try:
            accepted = self.connection.send_messages([message])
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise _refusal(error) from error
        except ValueError as error:  # a header or address that cannot be written
            raise PermanentError(gettext("The address or subject cannot be sent.")) from error
        if not accepted:
            raise PermanentError(gettext("The mail has no recipient."))

    def _hang_up(self) -> None:
        try:
            self.connection.close()
        except (smtplib.SMTPException, OSError):
            self.connection = get_connection()


def compose(mail: OutgoingMail, rendered: RenderedMail) -> EmailMultiAlternatives:
    """The message: text with HTML beside it, and the Message-ID that the row has had from its start."""
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[mail.address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": rendered.language,
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    for attachment in rendered.attachments:
        is_text = attachment.type.startswith("text/")
        content = attachment.content.decode() if is_text else attachment.content
        message.attach(attachment.name, content, attachment.type)
    return message


def _refusal(error: Exception) -> PermanentError | TemporaryError:
    """Tell a refusal for good from one that may pass."""
    code, words = _answer(error)
    if 500 <= code < 600 and code not in SIGN_IN_REFUSED:
        refused = gettext("The mail server refused it: {code} {words}")
        return PermanentError(refused.format(code=code, words=words))
    if code:
        later = gettext("The mail server asks to try later: {code} {words}")
        return TemporaryError(later.format(code=code, words=words))
    return TemporaryError(_connection_reason(error))


def _answer(error: Exception) -> tuple[int, str]:
    """Code and words of the server's answer; 0 where there was none."""
    code: int = 0
    words: bytes | str = b""
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return code, " ".join(text.split())[:300]


def _connection_reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return gettext("The mail server refuses our sign-in.")
    if isinstance(error, TimeoutError):
        return gettext("The mail server did not answer in time.")
    return gettext("The mail server cannot be reached.")
