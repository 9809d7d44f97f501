"""What the organiser asks of the seating: rules about two people, or a person and a group."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from breakouts.actions.locks import GroupGoneError, lock_round
from breakouts.instances.ruling import say_seating_rule
from breakouts.models import Group, Round, SeatingRule
from breakouts.queries.rounds import list_expected
from breakouts.queries.seating_rules import list_seating_rules, with_people
from events.actions.writing import lock_workshop
from participants.models import Registration
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import record
from workshop_portal.refusals import Refusal

Kind = SeatingRule.Kind
PUT_BACK_FOR = timedelta(minutes=10)


class ForeignPersonError(Refusal):
    """Not one of those who are to sit in a group of the workshop."""

    message = _("Choose people who sit in the groups of this workshop.")


class ForeignGroupError(Refusal):
    """The group is one of another round."""

    message = _("Choose a group of this round.")


class SamePersonError(Refusal):
    """A rule about two people names one of them twice."""

    message = _("Choose two different people.")


class RuleTwiceError(Refusal):
    """The rule is there, for this round or for every round."""

    message = _("This rule is there already.")


class RuleContradictionError(Refusal):
    """Another rule says the opposite."""

    def __init__(self, other: SeatingRule) -> None:
        super().__init__(other.pk)
        self.message = _("Another rule says the opposite: %(rule)s Remove it first.") % {
            "rule": say_seating_rule(other)
        }


class RulesFixedError(Refusal):
    """The groups are at work: what they were made by is not asked any more."""

    message = _("This round has begun. Its rules stay as they are; people are moved on the board.")


class RuleGoneError(Refusal):
    """A colleague removed the rule."""

    message = _("This rule was removed in the meantime. Load the page again.")


class PutBackTooLateError(Refusal):
    """Ten minutes have passed, or it is back already."""

    message = _("This rule can no longer be put back. Add it anew.")


@dataclass(frozen=True, kw_only=True)
class RemovedRule:
    """What is needed to put a rule back: ids, and the moment of its removal."""

    round: int
    kind: str
    first: int
    second: int | None
    group: int | None
    is_for_every_round: bool
    note: str
    removed_at: datetime

    def can_be_put_back(self, now: datetime) -> bool:
        return now < self.removed_at + PUT_BACK_FOR


@transaction.atomic
def add_pair_rule(
    *,
    round: Round,
    kind: str,
    first: Registration,
    second: Registration,
    is_for_every_round: bool = False,
    note: str = "",
    by: User,
) -> SeatingRule:
    """Two people sit together or apart, in this round or in every one. Locks: the workshop, the round.

    Raises: ForeignPersonError, SamePersonError, RuleTwiceError, RuleContradictionError, RulesFixedError,
    RoundClosedError.
    """
    locked = _lock(round)
    if first.pk == second.pk:
        raise SamePersonError
    _guard_people(locked, first, second)
    them = (first.pk, second.pk)
    same = SeatingRule.objects.filter(
        workshop=locked.workshop_id, first__in=them, second__in=them, kind__in=SeatingRule.OF_TWO
    )
    if is_for_every_round:
        same = same.exclude(round__status=Round.Status.CLOSED)
    else:
        same = same.filter(Q(round=locked) | Q(round__isnull=True))
    _guard_opposite(same.exclude(kind=kind))
    if same.filter(
        Q(round__isnull=True) | Q(round=None if is_for_every_round else locked)
    ).exists():
        raise RuleTwiceError
    return _add(
        SeatingRule(
            workshop=locked.workshop,
            kind=kind,
            first=first,
            second=second,
            round=None if is_for_every_round else locked,
            note=note.strip(),
            created_by=by,
        )
    )


@transaction.atomic
def add_place_rule(
    *,
    round: Round,
    kind: str,
    person: Registration,
    group: Group,
    note: str = "",
    by: User,
) -> SeatingRule:
    """A person sits in a group of the round, or stays out of it. Locks: the workshop, the round.

    Raises: ForeignPersonError, ForeignGroupError, GroupGoneError, RuleTwiceError, RuleContradictionError,
    RulesFixedError, RoundClosedError.
    """
    locked = _lock(round)
    _guard_people(locked, person)
    if group.round_id != locked.pk:
        raise ForeignGroupError
    if not locked.groups.filter(pk=group.pk).exists():
        raise GroupGoneError
    others = SeatingRule.objects.filter(round=locked, first=person, group__isnull=False)
    if others.filter(kind=kind, group=group).exists():
        raise RuleTwiceError
    opposite = Q(group=group) & ~Q(kind=kind)
    if kind == Kind.PIN:
        opposite |= Q(kind=Kind.PIN)
    _guard_opposite(others.filter(opposite))
    return _add(
        SeatingRule(
            workshop=locked.workshop,
            kind=kind,
            first=person,
            group=group,
            round=locked,
            note=note.strip(),
            created_by=by,
        )
    )


@transaction.atomic
def remove_seating_rule(*, rule: SeatingRule, round: Round, by: User) -> RemovedRule:
    """Take a rule away, seen on the page of `round`. Locks: the workshop, the round.

    Raises: RuleGoneError, RulesFixedError, RoundClosedError.
    """
    locked = _lock(round)
    row = list_seating_rules(round=locked).filter(pk=rule.pk).first()
    if row is None:
        raise RuleGoneError
    removed = RemovedRule(
        round=locked.pk,
        kind=row.kind,
        first=row.first_id,
        second=row.second_id,
        group=row.group_id,
        is_for_every_round=row.round_id is None,
        note=row.note,
        removed_at=timezone.now(),
    )
    record(
        "breakouts.seating_rule_removed",
        by=by,
        target=row,
        context=locked.workshop,
        changes={name: (value, None) for name, value in _values(row).items()},
    )
    row.delete()
    return removed


@transaction.atomic
def put_back_seating_rule(*, removed: RemovedRule, round: Round, by: User) -> SeatingRule:
    """The inverse of its removal, for ten minutes. Raises: PutBackTooLateError and what adding it raises."""
    if not removed.can_be_put_back(timezone.now()) or removed.round != round.pk:
        raise PutBackTooLateError
    ids = {key for key in (removed.first, removed.second) if key is not None}
    people = {person.pk: person for person in Registration.objects.filter(pk__in=ids)}
    if len(people) != len(ids):
        raise PutBackTooLateError
    first = people[removed.first]
    if removed.second is not None:
        return add_pair_rule(
            round=round,
            kind=removed.kind,
            first=first,
            second=people[removed.second],
            is_for_every_round=removed.is_for_every_round,
            note=removed.note,
            by=by,
        )
    group = round.groups.filter(pk__in=[removed.group or 0]).order_by("pk").first()
    if group is None:
        raise GroupGoneError
    return add_place_rule(
        round=round, kind=removed.kind, person=first, group=group, note=removed.note, by=by
    )


def _lock(round: Round) -> Round:
    """The round as it is now, its workshop locked before it, so that two rules come one after the other."""
    lock_workshop(round.workshop)
    locked = lock_round(round)
    if locked.started_at is not None:
        raise RulesFixedError
    return locked


def _guard_people(locked: Round, *people: Registration) -> None:
    keys = {person.pk for person in people}
    if list_expected(workshop=locked.workshop).filter(pk__in=keys).count() != len(keys):
        raise ForeignPersonError


def _guard_opposite(rules: QuerySet[SeatingRule]) -> None:
    other = with_people(rules).order_by("pk").first()
    if other is not None:
        raise RuleContradictionError(other)


def _add(rule: SeatingRule) -> SeatingRule:
    rule.save(force_insert=True)
    record(
        "breakouts.seating_rule_added",
        by=rule.created_by,
        target=rule,
        context=rule.workshop,
        changes={name: (None, value) for name, value in _values(rule).items()},
    )
    return rule


def _values(rule: SeatingRule) -> dict[str, object]:
    """What the record keeps of a rule; what it does not name is left out."""
    values = {
        "kind": rule.kind,
        "first": rule.first_id,
        "second": rule.second_id,
        "group": rule.group_id,
        "round": rule.round_id,
        "note": rule.note or None,
    }
    return {name: value for name, value in values.items() if value is not None}
