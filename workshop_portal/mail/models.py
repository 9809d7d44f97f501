"""Mails as rows. How they are sent: `delivery`; what they say: `registry` and `rendering`."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from workshop_portal.accounts.models import User
from workshop_portal.constraints import AllOrNone
from workshop_portal.leases import LeasedWork, WorkStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS = {
    WorkStatus.HELD: (_("Waits for release"), "late"),
    WorkStatus.PLANNED: (_("Will be sent"), "wait"),
    WorkStatus.RUNNING: (_("Being sent"), "live"),
    WorkStatus.DONE: (_("Sent"), "done"),
    WorkStatus.FAILED: (_("Failed"), "bad"),
    WorkStatus.SUPERSEDED: (_("No longer needed"), "off"),
    WorkStatus.EXPIRED: (_("Too late to send"), "off"),
    WorkStatus.DROPPED: (_("Dropped"), "off"),
}
"""What a status is called for mails, and its shape (the tag `status`)."""


SIGN_IN_PATH = "/sign-in/"
"""What every link that signs in holds (`accounts.urls`)."""
TEST = "test"
"""The kind of mails that somebody sends to oneself."""


def make_message_id() -> str:
    """Made with the row, so that a mail sent twice after a crash has one Message-ID."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{uuid.uuid4()}@{host}>"


class OutgoingMail(LeasedWork):
    """A mail that will be, is being or was sent.

    It is a row from the moment of its cause; its text is made when it is sent, in the person's language
    and time zone of that moment. A secret mail holds a sign-in link: its text is kept without it.
    """

    LEASE = timedelta(minutes=3)  # several times settings.EMAIL_TIMEOUT
    MAX_ATTEMPTS = 40  # with the cap of an hour: a day and a half without a mail server
    BACK_OFF = timedelta(seconds=60)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    """The first part of the key, such as `invitation`: what filters and `still_due` go by."""
    template = models.CharField(max_length=80)
    params = models.JSONField(default=dict)
    """Ids and plain values for the template's `build`; never a text with a link or code in it."""
    recipient = models.ForeignKey(
        User, verbose_name=_("recipient"), on_delete=models.CASCADE, null=True, related_name="mails"
    )
    to = models.EmailField(_("address"), max_length=254, blank=True)
    """Empty until it is sent: the person's address at that time. Filled for others and corrections."""
    language = models.CharField(max_length=10, default="en")
    time_zone = TimeZoneField(default="UTC")
    reply_to = models.EmailField(max_length=254, blank=True)
    attachments = models.JSONField(default=list)
    """Shape: [{name, type, base64}], small."""
    message_id = models.CharField(
        max_length=200, unique=True, default=make_message_id, editable=False
    )
    context_type = models.CharField(max_length=60, blank=True)
    context_id = models.CharField(max_length=40, blank=True)
    batch = models.CharField(max_length=120, blank=True)
    """Mails of one act that wait together for their release."""
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    """Whose act caused it; null for the system."""
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    copy_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    """The mail that it sends once more, or of a test the one that it tries."""
    is_secret = models.BooleanField(default=False)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    body = models.TextField(blank=True)
    """The text as sent, without a sign-in link; empty before."""
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta(LeasedWork.Meta):
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            *LeasedWork.Meta.constraints,
            AllOrNone(
                fields=["released_at", "released_by"], name="mail_outgoingmail_released_at_with_by"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) | ~models.Q(to=""),
                name="mail_outgoingmail_goes_somewhere",
            ),
            models.CheckConstraint(
                condition=~models.Q(body__contains=SIGN_IN_PATH),
                name="mail_outgoingmail_no_sign_in_link_kept",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", sent_at__isnull=False)
                | ~models.Q(status="done") & models.Q(sent_at__isnull=True),
                name="mail_outgoingmail_sent_when_done",
            ),
        ]
        indexes = [
            *LeasedWork.Meta.indexes,
            models.Index(fields=["context_type", "context_id"], name="mail_outgoingmail_context"),
            models.Index(fields=["recipient", "-created_at"], name="mail_outgoingmail_person"),
        ]

    @property
    def is_test(self) -> bool:
        """Whether somebody sent it to oneself to see it."""
        return self.kind == TEST

    @property
    def meant_for(self) -> User | None:
        """Whom its text is for: of a test, who gets the mail that it tries. Reads that mail and its recipient."""
        return self.copy_of.meant_for if self.is_test and self.copy_of else self.recipient

    @property
    def address(self) -> str:
        """Where it goes or went. Reads the recipient."""
        return self.to or (self.recipient.email if self.recipient else "")

    @property
    def status_word(self) -> "StrOrPromise":
        return WORDS[WorkStatus(self.status)][0]

    @property
    def status_kind(self) -> str:
        return WORDS[WorkStatus(self.status)][1]

    @property
    def may_have_arrived_twice(self) -> bool:
        return self.claims_lost > 0

    @property
    def attachment_names(self) -> list[str]:
        items: list[dict[str, Any]] = self.attachments
        return [str(item["name"]) for item in items]
