"""The columns of the outbox as a file: what the list shows, never the text of a mail."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop_portal.mail import queries
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.times import city, minute

AT_ONCE = 500


def outbox_header() -> list[str]:
    return [
        _("Mail"),
        _("Test"),
        _("Subject"),
        _("Belongs to"),
        _("Recipient"),
        _("Address"),
        _("State"),
        _("Reason"),
        _("When, %(city)s") % {"city": city(timezone.get_current_timezone())},
    ]


def outbox_rows(mails: QuerySet[OutgoingMail]) -> Iterator[list[object]]:
    """Times in the reader's zone. Queries: 1, and for each 500 mails 1 per type of object that they belong to."""
    found = mails.iterator(chunk_size=AT_ONCE)
    while some := list(islice(found, AT_ONCE)):
        names = queries.name_contexts(some)
        for mail in some:
            yield [
                queries.title_of(mail.template),
                _("Yes") if mail.is_test else "",
                mail.subject,
                names.get(f"{mail.context_type}:{mail.context_id}", ""),
                mail.recipient.full_name if mail.recipient else "",
                mail.address,
                str(mail.status_word),
                mail.reason,
                minute(mail.sent_at or mail.finished_at or mail.due_at),
            ]
