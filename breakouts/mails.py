"""The mail about a person's group."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from breakouts.models import Assignment, Plan
from events.models import Workshop
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.registry import MailTemplate, Params
from workshop_portal.mail.wording import moment, own_words

TEMPLATE = "breakouts/group_published"
PLACEHOLDERS = (
    "workshop_title",
    "round_title",
    "group_number",
    "topic",
    "question",
    "starts",
    "minutes",
    "group_url",
    "contact",
)


def template() -> MailTemplate:
    return MailTemplate(
        name=TEMPLATE,
        title=_("Your group in a break-out"),
        placeholders=PLACEHOLDERS,
        build=build_group_published,
    )


def group_published(seat: Assignment, plan: Plan, workshop: Workshop) -> Mail:
    """To a person whose group is new: which one, about what, when."""
    return Mail(
        key=f"group_published:{plan.pk}:{seat.registration_id}:{seat.registration.user_id}",
        template=TEMPLATE,
        to=seat.registration.user,
        params={"plan": plan.pk, "registration": seat.registration_id},
        context=workshop,
        reply_to=workshop.contact_email,
    )


def build_group_published(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Says what holds when it is sent; superseded where the plan or the place does not hold any more."""
    seat = Assignment.objects.select_related(
        "plan", "group__topic", "group__round__workshop", "group__round__session",
        "registration__user",
    ).get(plan=params["plan"], registration=params["registration"])  # fmt: skip
    if not seat.plan.is_current or not seat.registration.is_taking_part:
        raise SupersededError("The plan has changed.")
    if person is not None and seat.registration.user_id != person.pk:
        raise SupersededError("Somebody else has the place.")
    group, held = seat.group, seat.group.round
    args = [held.workshop.slug, held.ordinal, group.ordinal]
    starts_at = held.session.starts_at if held.session else None
    return {
        "workshop_title": own_words(str(held.workshop.title), 200),
        "round_title": own_words(str(held.title), 200),
        "group_number": group.ordinal,
        "topic": own_words(str(group.topic.title), 200),
        "question": own_words(str(group.topic.question), 500),
        "starts": moment(starts_at, held.workshop.zone) if starts_at else "",
        "minutes": held.minutes,
        "group_url": f"{settings.SITE_URL}{reverse('breakouts:group-detail', args=args)}",
        "contact": held.workshop.contact_email,
    }
