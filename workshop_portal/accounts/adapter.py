"""How allauth behaves here: no open sign-up, no mail but the code, and words where that cannot be sent."""

import logging
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import translation

from workshop_portal.accounts.models import User

logger = logging.getLogger(__name__)

CODE = "account/email/login_code"
CODE_SENT = "account/messages/login_code_sent.txt"
PATIENCE = 8
"""Seconds for each step of the mail server: the person waits, and one of few threads with them."""


class AccountAdapter(DefaultAccountAdapter):
    """A code is sent while the person waits: in the outbox it would stand behind an act's hundred mails.

    Known and unknown addresses get the same answer also where the mail server is down, and nearly as late:
    for an unknown one the server is greeted and nothing sent.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 allauth's signature
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The code alone, in the person's language: the browser that asks may speak another.

        Other mails of allauth have links made of the request's host, and English words.
        """
        if template_prefix != CODE:
            logger.error("not sent, since only codes are: %s", template_prefix)
            return
        request = current.request
        person = User.objects.filter(email__iexact=email).first()
        with translation.override(person.language if person else None):
            message = self.render_mail(template_prefix, email, {"email": email, **context})
        _send(request, [message])
        request.is_code_sent = True

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *values: Any,
        **words: Any,
    ) -> None:
        if message_template == CODE_SENT and not getattr(request, "is_code_sent", False):
            _send(request, [])
        super().add_message(request, level, message_template, *values, **words)


def _send(request: HttpRequest, messages: list[EmailMessage]) -> None:
    """Raises: ImmediateHttpResponse with the page that says so where the mail server cannot be used."""
    try:
        with get_connection(timeout=PATIENCE) as server:
            _hand_over(messages, server)
    except OSError as error:
        logger.exception("a code could not be sent")
        page = render(request, "account/code_not_sent.html", status=503)
        raise ImmediateHttpResponse(page) from error


def _hand_over(messages: list[EmailMessage], server: BaseEmailBackend) -> None:
    """What the mail server says of a mail is logged alone: said, it would tell that the address is known."""
    try:
        if messages:
            server.send_messages(messages)
    except (SMTPRecipientsRefused, SMTPResponseException):
        logger.warning("a code was refused by the mail server", exc_info=True)
