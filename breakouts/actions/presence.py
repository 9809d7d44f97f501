"""Who is on a group's page. Written while the page asks for news, at most twice a minute and person."""

from django.utils import timezone

from breakouts.models import Group, Presence, Round
from workshop_portal.accounts.models import User


def note_presence(*, group: Group, by: User) -> bool:
    """Note that the person has the group's page open. Whether something was written.

    Nothing is written twice within half a minute, of a round that is not published, or after its time. Who looked
    in before its time is seen anew once the group meets: the look before is no attendance. No lock: each write is
    one statement with its own condition, and two pages of one person agree. No entry in the record: the row is it.
    Queries: up to 4. Needs the round with its workshop and session read.
    """
    round, now = group.round, timezone.now()
    if not is_noted(round):
        return False
    own = Presence.objects.filter(group=group, user=by)
    since = round.gathers_at
    if since is not None and since <= now:
        early = own.filter(last_seen_at__lt=since)
        if early.update(first_seen_at=now, last_seen_at=now):
            return True
    if own.filter(last_seen_at__lte=now - Presence.NOTED_EVERY).update(last_seen_at=now):
        return True
    if own.exists():
        return False
    seen = Presence(group=group, user=by, first_seen_at=now, last_seen_at=now)
    Presence.objects.bulk_create([seen], ignore_conflicts=True)
    return True


def is_noted(round: Round) -> bool:
    """Whether presence counts now: groups are published and their time is not over."""
    until = round.parts_at
    is_over = until is not None and until < timezone.now()
    is_open = round.status == Round.Status.PUBLISHED and not round.workshop.is_frozen
    return is_open and not is_over
