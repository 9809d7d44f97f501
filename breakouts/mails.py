"""The mails of break-outs: the ranking is open; your group; what you do in a group; you are not in a round.

A function named like the template makes the `Mail` to queue; its `build_` partner reads the rows again when it is sent.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from breakouts.facts import say_role
from breakouts.models import Absence, Assignment, Group, GroupRole, Plan, Round
from breakouts.queries.rounds import list_ranked_topics
from events.models import Workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.leases import SupersededError, WorkStatus
from workshop_portal.mail.actions import Mail
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import MailTemplate, Params
from workshop_portal.mail.rendering import render_subject
from workshop_portal.mail.wording import moment, own_words

RANKING_OPENED = "breakouts/ranking_opened"
RANKING_PLACEHOLDERS = (
    "workshop_title",
    "round_title",
    "topics",
    "closes",
    "ranking_url",
    "contact",
)
GROUP_PUBLISHED = "breakouts/group_published"
GROUP_PLACEHOLDERS = (
    "workshop_title",
    "round_title",
    "group_number",
    "group_before",
    "topic",
    "question",
    "starts",
    "minutes",
    "group_url",
    "has_link",
    "contact",
    "duties",
)
ROLE_NAMED = "breakouts/role_named"
ROLE_PLACEHOLDERS = (
    *(name for name in GROUP_PLACEHOLDERS if name not in ("duties", "group_before")),
    "heading",
)
ABSENCE_NOTED = "breakouts/absence_noted"
ABSENCE_PLACEHOLDERS = ("workshop_title", "round_title", "starts", "home_url", "contact")


def templates() -> list[MailTemplate]:
    return [
        MailTemplate(
            name=RANKING_OPENED,
            title=gettext_lazy("Rank the topics of a break-out"),
            placeholders=RANKING_PLACEHOLDERS,
            build=build_ranking_opened,
        ),
        MailTemplate(
            name=GROUP_PUBLISHED,
            title=gettext_lazy("Your group in a break-out"),
            placeholders=GROUP_PLACEHOLDERS,
            build=build_group_published,
        ),
        MailTemplate(
            name=ROLE_NAMED,
            title=gettext_lazy("You facilitate a group, or report for it"),
            placeholders=ROLE_PLACEHOLDERS,
            build=build_role_named,
        ),
        MailTemplate(
            name=ABSENCE_NOTED,
            title=gettext_lazy("Not in a round of the break-outs"),
            placeholders=ABSENCE_PLACEHOLDERS,
            build=build_absence_noted,
        ),
    ]


def ranking_opened(registration: Registration, held: Round, now: datetime) -> Mail:
    """To who may rank: which topics, until when. A ranking that is opened again at `now` is another mail."""
    return Mail(
        key=f"ranking_opened:{held.pk}:{registration.pk}:{registration.user_id}:{now:%Y%m%dT%H%M%SZ}",
        template=RANKING_OPENED,
        to=registration.user,
        params={"round": held.pk, "registration": registration.pk},
        context=held.workshop,
        reply_to=held.workshop.contact_email,
    )


def told_to_rank(held: Round) -> QuerySet[OutgoingMail, dict[str, Any]]:
    """The ids of the people who have been asked to rank in this round, or are about to be.

    Not of those whose mail did not go out, such as who was not in the round at that moment.
    """
    key = f"ranking_opened:{held.pk}:"
    asked = OutgoingMail.objects.filter(key__startswith=key, recipient__isnull=False)
    return asked.exclude(status=WorkStatus.SUPERSEDED).order_by().values("recipient")


def build_ranking_opened(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Superseded where the ranking is closed or the workshop cancelled by then, or the person replaced or not coming.

    So, too, where the person is not in the round.
    """
    held = Round.objects.select_related("workshop").get(pk=params["round"])
    registration = Registration.objects.get(pk=params["registration"])
    until = held.ranking_closes_at
    _guard_open(held)
    if not held.is_ranking_open(timezone.now()):
        raise SupersededError(gettext_noop("The ranking is closed."))
    if not registration.is_taking_part or (
        person is not None and registration.user_id != person.pk
    ):
        raise SupersededError(gettext_noop("The registration has changed."))
    if held.absences.filter(registration=registration).exists():
        raise SupersededError(gettext_noop("The person is not in this round."))
    path = reverse("breakouts:ranking-edit", args=[held.workshop.slug, held.ordinal])
    return {
        "workshop_title": own_words(str(held.workshop.title), 200),
        "round_title": own_words(str(held.title), 200),
        "topics": [own_words(str(each.title), 200) for each in list_ranked_topics(round=held)],
        "closes": moment(until, held.workshop.zone) if until else "",
        "ranking_url": f"{settings.SITE_URL}{path}",
        "contact": held.workshop.contact_email,
    }


def group_published(
    seat: Assignment,
    plan: Plan,
    workshop: Workshop,
    *,
    was: int | None = None,
    again_at: datetime | None = None,
) -> Mail:
    """To a person whose group is new: which one, about what, when.

    `was`: id of the group of the plan before. `again_at`: the place was given back then, which is another mail.
    """
    key = f"group_published:{plan.pk}:{seat.registration_id}:{seat.registration.user_id}"
    return Mail(
        key=f"{key}:{again_at:%Y%m%dT%H%M%SZ}" if again_at else key,
        template=GROUP_PUBLISHED,
        to=seat.registration.user,
        params={"plan": plan.pk, "registration": seat.registration_id, "was": was},
        context=workshop,
        reply_to=workshop.contact_email,
    )


def build_group_published(
    params: Params, person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Says what holds when it is sent; superseded where the person sits elsewhere or no longer comes, or all is over.

    A newer version that leaves the person in the group tells nothing of it: then this mail is still the one that does.
    """
    first = Assignment.objects.get(plan=params["plan"], registration=params["registration"])
    held_now = Assignment.objects.filter(
        group=first.group_id, plan__is_current=True, registration=params["registration"]
    ).select_related(
        "group__topic", "group__round__workshop", "group__round__session", "registration"
    )
    seat = held_now.order_by("pk").first()
    if seat is None:
        raise SupersededError(gettext_noop("The plan has changed."))
    if not seat.registration.is_taking_part:
        raise SupersededError(gettext_noop("The registration has changed."))
    if person is not None and seat.registration.user_id != person.pk:
        raise SupersededError(gettext_noop("Somebody else has the place."))
    group = seat.group
    _guard_open(group.round)
    roles = GroupRole.objects.current(timezone.now()).filter(
        group=group, user=seat.registration.user_id
    )
    duties = [say_role(role) for role in roles.order_by("pk").values_list("role", flat=True)]
    before = Group.objects.filter(pk=params.get("was") or 0).exclude(pk=group.pk)
    was = before.order_by("pk").first()
    return _facts(group) | {"duties": duties, "group_before": was.ordinal if was else ""}


def is_group_told(seat: Assignment) -> bool:
    """Whether a mail told the person of this group before, or is about to. Queries: 2."""
    person = seat.registration
    places = Assignment.objects.filter(group=seat.group_id, registration=person)
    telling = OutgoingMail.objects.filter(
        template=GROUP_PUBLISHED,
        recipient=person.user_id,
        params__registration=person.pk,
        params__plan__in=list(places.values_list("plan", flat=True)),
    )
    return telling.exclude(status=WorkStatus.SUPERSEDED).exists()


def is_role_told(role: GroupRole, *, has_place: bool) -> bool:
    """Whether the person was told of the role as they had it before. The mail of a place in the group names it, too.

    One that waits does not count: it does not go out, since that role has ended. Queries: 2.
    """
    before = GroupRole.objects.filter(group=role.group_id, user=role.user_id, role=role.role)
    keys = [f"role_named:{key}" for key in before.values_list("pk", flat=True)]
    mail = OutgoingMail.objects.filter(key__in=keys).order_by("pk").last()
    if mail is None:
        return has_place
    return mail.status not in (WorkStatus.HELD, WorkStatus.PLANNED, WorkStatus.SUPERSEDED)


def role_named(role: GroupRole, workshop: Workshop) -> Mail:
    """To who facilitates a group or reports for it, whether or not the person takes part. Reads `user`."""
    return Mail(
        key=f"role_named:{role.pk}",
        template=ROLE_NAMED,
        to=role.user,
        params={"role": role.pk},
        context=workshop,
        reply_to=workshop.contact_email,
    )


def build_role_named(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Superseded where the role has ended by then, or the round is over."""
    roles = GroupRole.objects.select_related(
        "group__topic", "group__round__workshop", "group__round__session"
    )
    role = roles.get(pk=params["role"])
    if role.ends_at is not None and role.ends_at <= timezone.now():
        raise SupersededError(gettext_noop("The role has ended."))
    _guard_open(role.group.round)
    return _facts(role.group) | {"heading": _heading(role.role, role.group)}


def _heading(role: str, group: Group) -> str:
    words = {
        GroupRole.Role.FACILITATOR: _("You facilitate group %(n)d"),
        GroupRole.Role.RAPPORTEUR: _("You report for group %(n)d"),
        GroupRole.Role.DEPUTY: _("You are deputy rapporteur of group %(n)d"),
    }
    return words[GroupRole.Role(role)] % {"n": group.ordinal}


def _facts(group: Group) -> dict[str, Any]:
    """What each mail about a group says of it. Needs its topic, round, workshop and session read."""
    held = group.round
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
        "has_link": bool(group.join_url or group.main_call_url),
        "contact": held.workshop.contact_email,
    }


def _guard_open(held: Round) -> None:
    """Raises: SupersededError where nothing of the round is to come any more."""
    if held.workshop.is_frozen:
        raise SupersededError(gettext_noop("The workshop is cancelled or archived."))
    if held.status == Round.Status.CLOSED:
        raise SupersededError(gettext_noop("The round is closed."))


def say_group_subject(person: User, group: Group, before: Group | None) -> str:
    """The subject of "your group" before the group is published."""
    values = {
        "group_number": group.ordinal,
        "topic": group.topic.title,
        "group_before": before.ordinal if before else "",
    }
    return render_subject(template=GROUP_PUBLISHED, values=values, person=person)


def say_role_subject(person: User, group: Group, role: str) -> str:
    """The subject of "you facilitate" or "you report" before the group is published."""
    with translation.override(person.language):
        heading = _heading(role, group)
    values = {"heading": heading, "topic": group.topic.title}
    return render_subject(template=ROLE_NAMED, values=values, person=person)


def say_ranking_subject(person: User, held: Round) -> str:
    """The subject of "rank the topics" before the ranking is open."""
    return render_subject(
        template=RANKING_OPENED, values={"round_title": held.title}, person=person
    )


def absence_noted(absence: Absence, held: Round) -> Mail:
    """To who was told of a group, or has a role there: the place is free. `held` has its workshop read."""
    return Mail(
        key=f"absence_noted:{absence.pk}",
        template=ABSENCE_NOTED,
        to=absence.registration.user,
        params={"absence": absence.pk},
        context=held.workshop,
        reply_to=held.workshop.contact_email,
    )


def absence_mails(absence: Absence) -> QuerySet[OutgoingMail]:
    """What `absence_noted` queued."""
    return OutgoingMail.objects.filter(key=f"absence_noted:{absence.pk}")


def build_absence_noted(
    params: Params, _person: User | None, _language: str, _zone: ZoneInfo
) -> dict[str, Any]:
    """Superseded where the person is in the round again by then or no longer comes at all, or the round is over."""
    absence = Absence.objects.select_related(
        "registration", "round__workshop", "round__session"
    ).get(pk=params["absence"])
    if not absence.registration.is_taking_part:
        raise SupersededError(gettext_noop("The registration has changed."))
    held = absence.round
    _guard_open(held)
    starts_at = held.session.starts_at if held.session else None
    path = reverse("participants:home", args=[held.workshop.slug])
    return {
        "workshop_title": own_words(str(held.workshop.title), 200),
        "round_title": own_words(str(held.title), 200),
        "starts": moment(starts_at, held.workshop.zone) if starts_at else "",
        "home_url": f"{settings.SITE_URL}{path}",
        "contact": held.workshop.contact_email,
    }
