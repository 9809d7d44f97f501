"""The tag of a group's page: what it shows to one person, signed with what they were found allowed to, and when.

A page that asks every two seconds mostly shows all there is, or lacks one point. For half a minute its tag answers
for the right to see it, as long as the round's own number stands, which every change of places and roles raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from breakouts.models import Group, Presence
from breakouts.queries.live import get_watched_group, list_seen
from breakouts.views.room import mark_of
from workshop_portal.accounts.models import User
from workshop_portal.authorization import can, vouch

VIEW, EDIT_ANY = "breakouts.view_group", "breakouts.edit_any_point"
ANSWERS_FOR = Presence.NOTED_EVERY
SIGNER = Signer(salt="breakouts.views.tags")


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


@dataclass(frozen=True)
class Tag:
    """What a page shows, and the right to it as it was found."""

    marks: str = ""
    """What it looks like: the same marks, the same parts. Empty where the page sent no tag of ours."""
    edits_any: bool = False
    """Whether the person may change whatever the group noted, or only their own."""
    asked_at: datetime = field(default_factory=_now)
    """When the right was asked, in whole seconds."""

    def __str__(self) -> str:
        value = f"{self.marks}@{int(self.edits_any)}@{int(self.asked_at.timestamp())}"
        return f'"{SIGNER.sign(value)}"'

    def answers_for(self, marks: str) -> bool:
        """Whether at most the number of the group's last change is not the same."""
        held, other = self.marks.split("-"), marks.split("-")
        return held[:1] + held[2:] == other[:1] + other[2:]


def find_tag(group: Group, user: User, seen: Sequence[Presence]) -> Tag:
    """The tag for somebody who was found allowed to see the group just now. Queries: 1."""
    return Tag(_marks(group, user, seen), edits_any=can(EDIT_ANY, user, group))


def read_tag(request: HttpRequest) -> Tag:
    """The tag that came with the request."""
    try:
        value = SIGNER.unsign(request.headers.get("If-None-Match", "").strip('"'))
        marks, edits_any, seconds = value.split("@")
    except (BadSignature, ValueError):
        return Tag()  # a page open since before an update may hold one of another shape
    return Tag(marks, edits_any == "1", datetime.fromtimestamp(int(seconds), tz=UTC))


def answered_by(
    held: Tag, user: User, *, slug: str, ordinal: int, number: int
) -> tuple[Group, Tag] | None:
    """The group and its tag now, where the one held answers for the right to see what changed. Queries: 2.

    None: the right must be asked. Nobody's presence is noted: that is due again when the tag has grown old.
    """
    if not held.marks or held.asked_at <= timezone.now() - ANSWERS_FOR:
        return None
    group = get_watched_group(slug=slug, ordinal=ordinal, number=number)
    if group is None:
        return None
    marks = _marks(group, user, list_seen(group=group))
    if not held.answers_for(marks):
        return None
    vouch(VIEW)
    return group, replace(held, marks=marks)


def _marks(group: Group, user: User, seen: Sequence[Presence]) -> str:
    whose = (group.round.status, user.pk, get_language())
    marks = (group.pk, group.point_sequence, mark_of(group, seen), *whose)
    return "-".join(str(mark) for mark in marks)
