"""The mail of invitation: to whom, under which key, and what fills its placeholders when it is sent.

The letter that it carries is in `letters`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from events.facts import dates_sentence, organised_by
from events.models import Organiser, Workshop
from events.tabs import Stage, Waiting
from participants.letters import place_in_sentence
from participants.models import Delegation
from participants.queries.delegations import (
    State,
    count_states_and_asked,
    list_without_focal_point,
    recipients_of,
)
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.registry import OneTimeLink, Params
from workshop_portal.mail.wording import moment, own_words

LINK_VALID_FOR = timedelta(days=30)
TEMPLATE = "participants/invitation"
PLACEHOLDERS = (
    "workshop_title",
    "organised_by",
    "administration",
    "dates",
    "place",
    "seats",
    "closes_at",
    "contact",
    "link",
)


def invitations_of(delegation: Delegation, *, again_at: datetime | None = None) -> list[Mail]:
    """One mail for each person in office. `again_at` marks those sent once more. Reads `in_office`."""
    mark = f":{again_at:%Y%m%dT%H%M%S%f}" if again_at else ""
    return [
        Mail(
            key=f"invitation:{delegation.pk}:{person.pk}{mark}",
            template=TEMPLATE,
            to=person,
            params={"delegation": delegation.pk},
            context=delegation.workshop,
            reply_to=delegation.workshop.contact_email,
        )
        for person in recipients_of(delegation)
    ]


def link_subject(delegation: Delegation, person: User) -> str:
    """What the links of an invitation are kept under: a newer one ends the older."""
    return f"delegation:{delegation.pk}:{person.pk}"


def build_invitation(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> Mapping[str, Any]:
    """Raises: SupersededError where the answer came, the workshop ended or the person left office."""
    rows = Delegation.objects.select_related("workshop", "administration")
    delegation = rows.get(pk=params["delegation"])
    workshop, administration = delegation.workshop, delegation.administration
    if delegation.status == Delegation.Status.DECLINED or workshop.is_ended or person is None:
        raise SupersededError(gettext_noop("The invitation no longer stands."))
    organisers = Organiser.objects.filter(workshop=workshop).select_related("administration")
    closes_at = workshop.nominations_close_at
    return {
        "workshop_title": own_words(str(workshop.title), 200),
        "organised_by": own_words(organised_by(organisers.order_by("ordinal", "pk")), 300),
        "administration": own_words(administration.name, 120),
        "dates": dates_sentence(workshop.starts_on, workshop.ends_on),
        "place": own_words(place_in_sentence(workshop), 200),
        "seats": delegation.quota,
        "closes_at": moment(closes_at, workshop.zone) if closes_at else "",
        "contact": workshop.contact_email,
        "link": OneTimeLink(
            path=reverse(
                "participants:delegation-detail", args=[workshop.slug, administration.code]
            ),
            valid_for=LINK_VALID_FOR,
            subject=link_subject(delegation, person),
        ),
    }


def invite_stage(workshop: Workshop) -> Stage:
    """How far the invitation round is. Queries: 1."""
    counts, asked = count_states_and_asked(workshop=workshop, now=timezone.now())
    total = sum(counts.values())
    waiting = counts[State.NOT_INVITED]
    answered = counts[State.NOMINATED] + counts[State.DECLINED]
    url = reverse("participants:delegation-list", args=[workshop.slug])
    if not total:
        add_url = reverse("participants:delegation-add", args=[workshop.slug])
        return Stage(
            state="not started",
            summary=_("No administration on the list"),
            action_label=_("Add administrations"),
            action_url=add_url,
        )
    if waiting == total:
        return Stage(
            state="not started",
            summary=ngettext(
                "%(count)d administration to invite", "%(count)d administrations to invite", total
            )
            % {"count": total},
            action_label=_("Invite"),
            action_url=url,
        )
    said = {"invited": asked, "answered": answered, "waiting": waiting}
    summary = _("%(invited)d invited, %(answered)d answered") % said
    if waiting:
        summary = _("%(invited)d invited, %(waiting)d to invite") % said
    return Stage(
        state="started" if waiting else "done",
        summary=summary,
        action_label=_("Who has answered"),
        action_url=url,
    )


def waiting_for_invitation(workshops: Sequence[Workshop], _user: User) -> dict[int, list[Waiting]]:
    """Administrations that cannot be invited, as they have no focal point, until the end. Queries: 1."""
    held = [each for each in workshops if not each.is_ended]
    of_each: dict[int, list[Delegation]] = {each.pk: [] for each in held}
    for row in list_without_focal_point(workshops=held, now=timezone.now()):
        of_each[row.workshop_id].append(row)
    return {each.pk: [_unreachable(each, rows)] for each in held if (rows := of_each[each.pk])}


def _unreachable(workshop: Workshop, rows: list[Delegation]) -> Waiting:
    names = ", ".join(row.administration.name for row in rows[:3])
    return Waiting(
        count=len(rows),
        title=ngettext(
            "administration without a focal point",
            "administrations without a focal point",
            len(rows),
        ),
        detail=_("%(names)s%(more)s: nobody can be invited.")
        % {"names": names, "more": " …" if len(rows) > 3 else ""},
        action_label=_("See who"),
        action_url=reverse("participants:delegation-list", args=[workshop.slug]),
    )
