"""The mails of the report: a contribution is missing; one was sent back.

A `build_` reads the rows again when the mail is sent.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from events.models import Workshop
from participants.audiences import Audience, ReminderMail
from participants.invitations import LINK_VALID_FOR, link_subject
from participants.models import Delegation, PlannedReminder
from participants.reminders import UsualRow, days
from reports.models import Contribution, Edition
from reports.queries import missing
from reports.queries.editions import get_edition_of
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can
from workshop_portal.leases import SupersededError
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.registry import MailTemplate, OneTimeLink, Params
from workshop_portal.mail.wording import moment, own_words

MISSING = "reports/reminder_contribution"
SENT_BACK = "reports/contribution_sent_back"

AUDIENCE = Audience(
    name="contribution_missing",
    label=gettext_lazy("focal points whose administration has not contributed"),
    find=missing.list_contribution_missing,
    includes=missing.includes_contribution_missing,
    size=missing.count_contribution_missing,
)
REMINDER = ReminderMail(
    template=MISSING, title=gettext_lazy("Contribution missing"), audiences=(AUDIENCE.name,)
)
USUAL_ROW = UsualRow(
    template=MISSING, audience=AUDIENCE.name, offset=days(14), anchor=PlannedReminder.Anchor.END
)


def templates() -> list[MailTemplate]:
    return [
        MailTemplate(
            name=MISSING,
            title=REMINDER.title,
            placeholders=("administration", "edition_title", "closes", "drafts", "link", "contact"),
            build=build_contribution_missing,
            secret=True,
        ),
        MailTemplate(
            name=SENT_BACK,
            title=gettext_lazy("Contribution sent back"),
            placeholders=(
                "contribution_title",
                "edition_title",
                "comment",
                "closes",
                "url",
                "contact",
            ),
            build=build_contribution_sent_back,
        ),
    ]


def build_contribution_missing(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """To a focal point. Raises: SupersededError where there is no edition any more."""
    if "delegation" not in params:
        return _test_mail(Workshop.objects.get(pk=params["workshop"]))
    rows = Delegation.objects.select_related("workshop", "administration")
    delegation = rows.get(pk=params["delegation"])
    edition = get_edition_of(delegation.workshop)
    if edition is None:
        raise SupersededError(gettext_noop("There is no edition."))
    own = edition.contributions.filter(administration=delegation.administration_id)
    path = reverse("reports:contribution-mine", args=[edition.series.slug, edition.number])
    subject = link_subject(delegation, person) if person else ""
    return {
        **_facts(edition),
        "administration": own_words(delegation.administration.name, 120),
        "drafts": own.filter(status=Contribution.Status.DRAFT).count(),
        "link": OneTimeLink(path=path, valid_for=LINK_VALID_FOR, subject=subject),
    }


def _test_mail(workshop: Workshop) -> dict[str, Any]:
    """What it says to oneself: no administration, perhaps no edition yet, a link to the workshop's report."""
    edition = get_edition_of(workshop)
    path = reverse("reports:workshop-report", args=[workshop.slug])
    return {
        **_facts(edition or Edition(workshop=workshop, title=_("the report"))),
        "administration": _("your administration"),
        "drafts": 0,
        "link": OneTimeLink(path=path, valid_for=LINK_VALID_FOR, subject=""),
    }


def contribution_sent_back(
    contribution: Contribution, people: Iterable[User], now: datetime
) -> list[Mail]:
    """To each of the people: what is to be changed. Sent back again at another time it is another mail."""
    workshop = contribution.edition.workshop
    return [
        Mail(
            key=f"contribution_sent_back:{contribution.pk}:{person.pk}:{now:%Y%m%dT%H%M%S%fZ}",
            template=SENT_BACK,
            to=person,
            params={"contribution": contribution.pk, "at": now.isoformat()},
            context=workshop,
            reply_to=workshop.contact_email if workshop else "",
        )
        for person in people
    ]


def build_contribution_sent_back(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """Superseded where it was submitted or withdrawn meanwhile, or sent back again, or is no longer the person's."""
    rows = Contribution.objects.select_related("edition__series", "edition__workshop")
    row = rows.get(pk=params["contribution"])
    sent_at = row.sent_back_at.isoformat() if row.sent_back_at else ""
    if row.status != Contribution.Status.DRAFT or sent_at != params["at"]:
        raise SupersededError(gettext_noop("The contribution has changed."))
    if person is None or not can("reports.view_contribution", person, row):
        raise SupersededError(gettext_noop("The person no longer sees the contribution."))
    args = [row.edition.series.slug, row.edition.number, row.public_id]
    return {
        **_facts(row.edition),
        "contribution_title": own_words(row.title, 200),
        "comment": own_words(row.comment, 2000),
        "url": f"{settings.SITE_URL}{reverse('reports:contribution-detail', args=args)}",
    }


def _facts(edition: Edition) -> dict[str, Any]:
    workshop, closes_at = edition.workshop, edition.contributions_close_at
    return {
        "edition_title": own_words(edition.title, 200),
        "closes": moment(closes_at, workshop.zone if workshop else None) if closes_at else "",
        "contact": workshop.contact_email if workshop else "",
    }
