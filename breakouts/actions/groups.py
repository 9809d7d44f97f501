"""The groups of a round, and who facilitates and reports for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts import mails
from breakouts.actions.locks import (
    NotInRoundError,
    lock_group_of,
    lock_round,
    lock_topic_of,
    save_as_news,
)
from breakouts.models import Group, GroupRole, Plan, Round, Topic
from breakouts.queries.rounds import list_absences, list_roles
from events.models import Format
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, entry, record, record_many
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Role = GroupRole.Role


class ForeignTopicError(Refusal):
    """The topic belongs to another workshop."""

    message = _("Choose a topic of this workshop.")


class GroupSizeError(Refusal):
    """At least more than at most, or nobody fits in."""

    message = _("“At least” cannot be more than “at most”, and at least one person must fit.")


class GroupInUseError(Refusal):
    """It is in published groups, people were in it, a rule for seating names it, or it has noted something.

    Once groups are published, so is one where somebody has a role, or had a place or a role and is not in the round.
    """

    message = _(
        "This group was published, or has people, points or rules for seating, so it stays. Change it instead."
    )


class HasOtherGroupError(Refusal):
    """A person is in one group at a time."""

    def __init__(self, person: User, number: int) -> None:
        super().__init__(person.pk, number)
        self.message = _("%(person)s is named for group %(number)d of this round already.") % {
            "person": person,
            "number": number,
        }


class OwnDeputyError(Refusal):
    """Nobody stands in for themselves. Who facilitates may report as well, or be the deputy."""

    message = _("The deputy stands in for the rapporteur: name two different people.")


def add_group(*, round: Round, topic: Topic, by: User, **values: Any) -> Group:
    """Add one; see `add_groups`."""
    [group] = add_groups(round=round, topic=topic, by=by, **values)
    return group


@transaction.atomic
def add_groups(
    *,
    round: Round,
    topic: Topic,
    count: int = 1,
    minimum: int | None = None,
    maximum: int | None = None,
    languages: Sequence[str] = (),
    format: str = Format.ONLINE,
    join_url: str = "",
    backup_url: str = "",
    venue: str = "",
    by: User,
) -> list[Group]:
    """Add `count` groups, alike but for their numbers, after those that are there. Locks: the round, the topic.

    Raises: ForeignTopicError, TopicGoneError, GroupSizeError, RoundClosedError. Queries: the same for any number.
    """
    locked = lock_round(round)
    _check(locked, topic, minimum, maximum)
    last = locked.groups.aggregate(last=Max("ordinal"))["last"] or 0
    groups = Group.objects.bulk_create(
        Group(
            round=locked,
            ordinal=last + each,
            topic=topic,
            minimum=minimum,
            maximum=maximum,
            languages=list(languages),
            format=format,
            join_url=join_url,
            backup_url=backup_url,
            venue=venue,
        )
        for each in range(1, count + 1)
    )
    record_many(
        entry(
            "breakouts.group_added",
            by=by,
            target=group,
            context=locked.workshop,
            changes={"topic": ("", topic.title), "maximum": (None, maximum)},
        )
        for group in groups
    )
    return groups


@transaction.atomic
def edit_group(
    *,
    group: Group,
    topic: Topic,
    minimum: int | None,
    maximum: int | None,
    languages: Sequence[str],
    format: str,
    join_url: str,
    backup_url: str,
    venue: str,
    by: User,
) -> Group:
    """Raises: ForeignTopicError, TopicGoneError, GroupGoneError, GroupSizeError, RoundClosedError."""
    locked = lock_round(group.round)
    group = lock_group_of(locked, group)
    _check(locked, topic, minimum, maximum)
    changes = changed(
        group,
        topic=topic,
        minimum=minimum,
        maximum=maximum,
        languages=list(languages),
        format=format,
        join_url=join_url,
        backup_url=backup_url,
        venue=venue,
    )
    if changes:
        group.save(update_fields=list(changes))
        if "topic" in changes:
            _leave_foreign_themes(group)
        save_as_news(locked)
        record(
            "breakouts.group_edited", by=by, target=group, context=locked.workshop, changes=changes
        )
    return group


def _leave_foreign_themes(group: Group) -> None:
    """Themes belong to a topic: points that stand under one of the old topic stand under none."""
    foreign = group.points.filter(theme__isnull=False).exclude(theme__topic=group.topic_id)
    if foreign.update(theme=None):
        group.point_sequence += 1
        group.save(update_fields=["point_sequence"])


@transaction.atomic
def remove_group(*, group: Group, by: User) -> None:
    """Whoever sits in it by a draft has no place there any more; drafts that nobody saw keep no group.

    Locks: the round. Raises: GroupInUseError, GroupGoneError, RoundClosedError.
    """
    locked = lock_round(group.round)
    group = lock_group_of(locked, group)
    shown = Q(plan__published_at__isnull=False)
    used = (
        group.assignments.filter(shown),
        group.moved_here.filter(shown),
        group.points,
        group.presences,
        group.seating_rules,
    )
    if any(rows.exists() for rows in used) or (locked.is_held and _is_named(locked, group)):
        raise GroupInUseError
    drafts = Q(assignments__group=group) | Q(moved__group=group)
    keys = list(locked.plans.filter(drafts).order_by("pk").values_list("pk", flat=True).distinct())
    people, _by_table = group.assignments.all().delete()
    group.moved_here.all().delete()
    Plan.objects.filter(pk__in=keys).update(revision=F("revision") + 1)
    record(
        "breakouts.group_removed",
        by=by,
        target=group,
        context=locked.workshop,
        changes={
            "ordinal": (group.ordinal, None),
            **({"places in drafts": (people, 0)} if people else {}),
        },
    )
    group.delete()


def _is_named(locked: Round, group: Group) -> bool:
    """Whether somebody has a role there, or would get a place or a role there back. Both were told of it."""
    absences = list_absences(round=locked)
    return list_roles(group=group).exists() or any(
        group.pk in each.groups_left for each in absences
    )


@transaction.atomic
def name_group_role(*, group: Group, user: User, role: str, by: User) -> GroupRole:
    """Name who facilitates or reports; whoever did so before ends.

    Sends: "you facilitate" or "you report", where the groups are published; else their publication tells it.
    Raises: HasOtherGroupError, OwnDeputyError, NotInRoundError, GroupGoneError.
    """
    named = _name_role(group, user, role, by)
    _guard_deputy(group)
    return named


def _name_role(group: Group, user: User, role: str, by: User) -> GroupRole:
    """Raises: HasOtherGroupError, NotInRoundError, GroupGoneError."""
    locked = lock_round(group.round)
    group = lock_group_of(locked, group)
    now = timezone.now()
    if list_absences(round=locked).filter(registration__user=user).exists():
        raise NotInRoundError(user)
    held = GroupRole.objects.current(now)
    other = (
        held.filter(group__round=locked, user=user)
        .exclude(group=group)
        .select_related("group")
        .order_by("pk")
        .first()
    )
    if other is not None:
        raise HasOtherGroupError(user, other.group.ordinal)
    before = (
        held.select_for_update(of=("self",))
        .select_related("user")
        .filter(group=group, role=role)
        .order_by("pk")
        .first()
    )
    if before is not None:
        if before.user_id == user.pk:
            return before
        before.ends_at = now
        before.save(update_fields=["ends_at"])
    named = GroupRole.objects.create(
        group=group, user=user, role=role, starts_at=now, granted_by=by
    )
    save_as_news(locked)
    record(
        "breakouts.role_named",
        by=by,
        target=group,
        context=locked.workshop,
        changes={role: (before.user if before else None, user)},
        now=now,
    )
    if locked.is_held:
        queue_mails([mails.role_named(named, locked.workshop)], by=by)
    return named


@transaction.atomic
def name_group_roles(*, group: Group, people: Mapping[str, User | None], by: User) -> Group:
    """Name or release each role, all or none. Raises: HasOtherGroupError, OwnDeputyError, GroupGoneError."""
    for role, person in people.items():
        if person is None:
            end_group_role(group=group, role=role, by=by)
        else:
            _name_role(group, person, role, by)
    _guard_deputy(group)
    return group


def _guard_deputy(group: Group) -> None:
    """Asked once all is written: two people may exchange their roles. Raises: OwnDeputyError. Queries: 1."""
    held = dict(list_roles(group=group).values_list("role", "user"))
    if Role.DEPUTY in held and held[Role.DEPUTY] == held.get(Role.RAPPORTEUR):
        raise OwnDeputyError


@transaction.atomic
def end_group_role(*, group: Group, role: str, by: User) -> None:
    """Nobody has the role any more; without a holder nothing happens. Raises: GroupGoneError."""
    locked = lock_round(group.round)
    group = lock_group_of(locked, group)
    held = group.roles.select_for_update(of=("self",)).filter(role=role, ends_at=None)
    row = held.select_related("user").order_by("pk").first()
    if row is None:
        return
    row.ends_at = timezone.now()
    row.save(update_fields=["ends_at"])
    save_as_news(locked)
    record(
        "breakouts.role_ended",
        by=by,
        target=group,
        context=locked.workshop,
        changes={role: (row.user, None)},
    )


def _check(locked: Round, topic: Topic, minimum: int | None, maximum: int | None) -> None:
    if topic.workshop_id != locked.workshop_id:
        raise ForeignTopicError
    lock_topic_of(locked.workshop, topic)
    if maximum is not None and (maximum < 1 or (minimum or 0) > maximum):
        raise GroupSizeError
