"""The tag of a group's page: what it shows in one session, signed with what was found allowed there, and when.

A page that asks every two seconds mostly shows all there is, or lacks one point. For half a minute its tag answers
for the right to see it, as long as the round's own number stands, which every change of places and roles raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from breakouts.models import Group, Presence
from breakouts.queries.live import get_watched_group, list_seen
from breakouts.views.room import mark_of
from workshop_portal.authorization import can, vouch

VIEW, EDIT_ANY = "breakouts.view_group", "breakouts.edit_any_point"
ANSWERS_FOR = Presence.NOTED_EVERY


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Tag:
    """What a page shows, and the right to it as it was found."""

    bound_to: str
    """The session and the address that the page asks: signed with them, good for nothing elsewhere."""
    marks: str = ""
    """What it looks like: the same marks, the same parts. Empty where the page sent no tag of ours."""
    language: str = ""
    edits_any: bool = False
    """Whether the person may change whatever the group noted, or only their own."""
    asked_at: datetime = field(default_factory=_now)
    """When the right was asked, in whole seconds."""

    def __str__(self) -> str:
        parts = (self.marks, self.language, int(self.edits_any), int(self.asked_at.timestamp()))
        return f'"{_signer(self.bound_to).sign("@".join(str(part) for part in parts))}"'

    @property
    def is_young(self) -> bool:
        return bool(self.marks) and self.asked_at > timezone.now() - ANSWERS_FOR

    def shows(self, other: "Tag") -> bool:
        """Whether a page with this tag shows just what one with the other does."""
        return (self.marks, self.language) == (other.marks, other.language)

    def answers_for(self, other: "Tag") -> bool:
        """Whether at most the number of the group's last change is not the same."""
        held, now = self.marks.split("-"), other.marks.split("-")
        return held[:1] + held[2:] == now[:1] + now[2:] and self.language == other.language


class UnchangedMiddleware:
    """Answers a page that shows all there is before its session and person are read: with 304, which tells nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        held = read_tag(request)
        is_asked = held.is_young and request.method in {"GET", "HEAD"}
        found = _look_again(held) if is_asked else None
        if found is not None and found[1] == held:
            return HttpResponseNotModified()
        answers = found is not None and held.answers_for(found[1])
        request.looked_again = found if answers else None  # type: ignore[attr-defined]  # read below
        return self.get_response(request)


def find_tag(request: HttpRequest, group: Group, seen: Sequence[Presence]) -> Tag:
    """The tag for somebody who was found allowed to see the group just now. Queries: 1."""
    address = (group.round.workshop.slug, group.round.ordinal, group.ordinal)
    return Tag(
        bound_to=_bound_to(request, reverse("breakouts:point-poll", args=address)),
        marks=_marks(group, seen),
        language=get_language(),
        edits_any=can(EDIT_ANY, request.user, group),
    )


def read_tag(request: HttpRequest) -> Tag:
    """The tag that came with the request."""
    bound_to = _bound_to(request, request.path)
    try:
        value = _signer(bound_to).unsign(request.headers.get("If-None-Match", "").strip('"'))
        marks, language, edits_any, seconds = value.split("@")
        asked_at = datetime.fromtimestamp(int(seconds), tz=UTC)
    except (BadSignature, ValueError, OverflowError):
        return Tag(bound_to=bound_to)  # a page open since before an update may hold another shape
    return Tag(
        bound_to=bound_to,
        marks=marks,
        language=language,
        edits_any=edits_any == "1",
        asked_at=asked_at,
    )


def answered_by(request: HttpRequest) -> tuple[Group, Tag] | None:
    """The group and its tag now, where the one held answers for the right to see what changed. Queries: 0.

    None: the right must be asked. Nobody's presence is noted: that is due again when the tag has grown old.
    """
    found: tuple[Group, Tag] | None = request.looked_again  # type: ignore[attr-defined]  # by the middleware
    if found is None or found[1].language != get_language():
        return None
    vouch(VIEW)
    return found


def _look_again(held: Tag) -> tuple[Group, Tag] | None:
    """The group that the tag speaks of, and the tag as it would be now. Queries: 2."""
    group = get_watched_group(pk=int(held.marks.partition("-")[0]))
    if group is None:
        return None
    return group, replace(held, marks=_marks(group, list_seen(group=group)))


def _marks(group: Group, seen: Sequence[Presence]) -> str:
    marks = (group.pk, group.point_sequence, mark_of(group, seen), group.round.status)
    return "-".join(str(mark) for mark in marks)


def _bound_to(request: HttpRequest, address: str) -> str:
    return f"{request.COOKIES.get(settings.SESSION_COOKIE_NAME)} {address}"


def _signer(bound_to: str) -> Signer:
    return Signer(salt=f"{__name__} {bound_to}")
