"""How the record calls mails."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop_portal.audit.presenters import Field, Kind
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES


def _mail(row: OutgoingMail) -> str:
    known = TEMPLATES.get(row.template)
    who = row.recipient or row.address
    return _("%(mail)s, to %(person)s") % {
        "mail": known.title if known else row.template,
        "person": who,
    }


def _mail_url(row: OutgoingMail) -> str:
    return reverse("mail:mail-detail", args=[row.public_id])


KINDS = {
    "mail.outgoingmail": Kind(
        label=gettext_lazy("Mails"),
        name=_mail,
        url=_mail_url,
        related=("recipient",),
        staff_only=True,
    )
}
FIELDS = {"mail.outgoingmail.status": Field(label=gettext_lazy("state"))}
