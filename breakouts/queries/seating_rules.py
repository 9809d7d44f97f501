"""Reads of the organiser's rules for seating."""

from django.db.models import Q, QuerySet

from breakouts.models import Round, SeatingRule


def list_seating_rules(*, round: Round) -> QuerySet[SeatingRule]:
    """What holds in the round: its own rules and those of every round, with people and group, as they were added."""
    rules = SeatingRule.objects.filter(
        Q(round=round) | Q(round__isnull=True), workshop=round.workshop_id
    )
    return with_people(rules).select_related("created_by").order_by("created_at", "pk")


def with_people(rules: QuerySet[SeatingRule]) -> QuerySet[SeatingRule]:
    """With the people and the group that their sentences name."""
    return rules.select_related(
        "first__user",
        "first__delegation__administration",
        "second__user",
        "second__delegation__administration",
        "group",
    )
