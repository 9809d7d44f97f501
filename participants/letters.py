"""The letter of invitation to an administration, as PDF: who invites, why, when, how many seats, until when."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.facts import dates_sentence, listed, mandate_source, organised_by
from events.models import Mandate, Organiser, Workshop
from participants.models import Delegation
from workshop_portal.accounts.models import User
from workshop_portal.documents.tree import Block, BulletList, Letter, Paragraph, Text
from workshop_portal.documents.typst import pdf_letter
from workshop_portal.mail.registry import Attachment, Params
from workshop_portal.mail.wording import moment


def letter_pdf(delegation: Delegation) -> bytes:
    """The letter in the administration's language. A draft until it was sent. Queries: 2."""
    return pdf_letter(build_letter(delegation))


def letter_name(delegation: Delegation) -> str:
    return f"invitation-{delegation.workshop.slug}-{delegation.administration.code}.pdf"


def attach_letter(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> list[Attachment]:
    """The letter as it stands when the mail is sent."""
    rows = Delegation.objects.select_related("workshop", "administration")
    delegation = rows.get(pk=params["delegation"])
    return [
        Attachment(
            name=letter_name(delegation), type="application/pdf", content=letter_pdf(delegation)
        )
    ]


def build_letter(delegation: Delegation) -> Letter:
    """What the letter says, before it is laid out."""
    workshop, administration = delegation.workshop, delegation.administration
    zone = ZoneInfo(str(administration.time_zone))
    with translation.override(administration.language), timezone.override(zone):
        organisers = _organisers(workshop)
        senders = _senders(organisers)
        title = str(workshop.title)
        return Letter(
            senders=senders or (_("The secretariat"),),
            sender_lines=tuple(filter(None, (workshop.contact_name, workshop.contact_email))),
            date=_date_of(delegation),
            reference=f"{workshop.slug}/{administration.code}",
            addressee=tuple(
                filter(
                    None,
                    (
                        administration.official_name,
                        administration.name,
                        administration.official_address,
                    ),
                )
            ),
            subject=_("Invitation: {title}").format(title=title),
            salutation=_("Dear Sir or Madam,"),
            body=_body(delegation, organisers),
            closing=_("Yours faithfully,"),
            signatory=tuple(filter(None, (workshop.contact_name, listed(senders)))),
            language=administration.language,
            is_draft=delegation.invited_at is None,
        )


def _organisers(workshop: Workshop) -> list[Organiser]:
    rows = Organiser.objects.filter(workshop=workshop).select_related("administration")
    return list(rows.order_by("ordinal", "pk"))


def _senders(organisers: list[Organiser]) -> tuple[str, ...]:
    """Those in whose name the letter goes: organisers and co-organisers."""
    roles = {Organiser.Role.ORGANISER, Organiser.Role.CO_ORGANISER}
    return tuple(each.administration.name for each in organisers if each.role in roles)


def _date_of(delegation: Delegation) -> date:
    """The day it was sent, in the workshop's zone; of a draft, today."""
    return (delegation.invited_at or timezone.now()).astimezone(delegation.workshop.zone).date()


def _body(delegation: Delegation, organisers: list[Organiser]) -> tuple[Block, ...]:
    workshop = delegation.workshop
    said = {
        "administration": delegation.administration.name,
        "title": str(workshop.title),
        "dates": dates_sentence(workshop.starts_on, workshop.ends_on),
        "place": place_in_sentence(workshop),
    }
    bodies = organised_by(organisers)
    paragraphs = [
        _(
            "{administration} is invited to take part in “{title}”, which takes place {place}, {dates}."
        ).format(**said),
        _("The workshop is organised by {bodies}.").format(bodies=bodies) if bodies else "",
        _mandate(workshop),
        _seats(delegation),
    ]
    return (
        *(_paragraph(words) for words in paragraphs if words),
        BulletList(items=tuple((item,) for item in _how(delegation))),
        *_contact(workshop),
    )


def _contact(workshop: Workshop) -> list[Block]:
    address = workshop.contact_email
    if not address:
        return []
    return [_paragraph(_("For questions please write to {address}.").format(address=address))]


def _mandate(workshop: Workshop) -> str:
    mandate = Mandate.objects.filter(workshop=workshop).first()
    if mandate is None:
        return ""
    words = _("It is held in response to {source}.").format(source=mandate_source(mandate))
    decision = str(mandate.decision)
    return f"{words} {decision}" if decision else words


def _seats(delegation: Delegation) -> str:
    return ngettext(
        "{count} seat is kept for your delegation.",
        "{count} seats are kept for your delegation.",
        delegation.quota,
    ).format(count=delegation.quota)


def _how(delegation: Delegation) -> list[Paragraph]:
    """What to do, until when, where."""
    workshop = delegation.workshop
    args = [workshop.slug, delegation.administration.code]
    address = f"{settings.SITE_URL}{reverse('participants:delegation-detail', args=args)}"
    where = _("Your focal point nominates on this page:")
    lines = [
        Paragraph(runs=(Text(f"{where} "), Text(address, href=address))),
        _paragraph(_("People whom you nominate beyond your seats go on a waiting list.")),
        _paragraph(_("If you cannot take part, please say so on the same page.")),
    ]
    closes_at = workshop.nominations_close_at
    if closes_at is not None:
        deadline = moment(closes_at, workshop.zone)
        lines.insert(0, _paragraph(_("Please nominate by {deadline}.").format(deadline=deadline)))
    return lines


def place_in_sentence(workshop: Workshop) -> str:
    """After "takes place": "online", "at Conference Centre, Suva, and online"."""
    if not workshop.has_venue:
        return _("online")
    known = _("at {venue}").format(venue=workshop.venue) if workshop.venue else ""
    place = known or _("at a place to be announced")
    return _("{venue}, and online").format(venue=place) if workshop.has_online else place


def _paragraph(words: str) -> Paragraph:
    return Paragraph(runs=(Text(words),))
