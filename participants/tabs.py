"""What upper apps add to a delegate's pages and to what organisers read of a registration, registered in `AppConfig.ready`.

    add_home_panel(HomePanel(label=_("My group"), template="a/b.html", find=find_group, order=10))
    add_home_tasks(find_tasks)            # (registration, now) -> [HomeTask]
    add_session_details(find_details)     # (registration, sessions) -> {session key: SessionDetail}
    add_sightings(_("Seen in break-outs"), find)  # (workshop, registrations) -> {registration key: [Sighting]}

My workshop may ask at most 8 queries, of which this app needs 5.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from events.models import Session, Workshop
from participants.models import Registration


@dataclass(frozen=True, kw_only=True)
class HomePanel:
    """A section of My workshop, such as "My group". `find` gives its context, or None where there is nothing.

    My group 10, further ones after it. On a phone `label` leads to it.
    """

    label: Any
    template: str
    find: Callable[[Registration, datetime], Mapping[str, Any] | None]
    order: int


@dataclass(frozen=True, kw_only=True)
class HomeTask:
    """One thing that the delegate has to do or has done. `status` and `kind` as the tag `status` takes them."""

    text: str
    status: str
    kind: Literal["done", "half", "wait", "late", "bad", "off", "live"]
    url: str = ""

    @property
    def is_done(self) -> bool:
        """Done, or not asked any more."""
        return self.kind in ("done", "off")


@dataclass(frozen=True, kw_only=True)
class SessionDetail:
    """What is known above about a session for one person: "Group 3", its page and where to join.

    Read again each time: who is moved, or takes over a seat, reads the new one.
    """

    text: str
    url: str = ""
    join_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """That a person was seen in a part of the workshop, from and until: what attendance counts.

    `part` is what a table has room for, "Round 1"; `text` says it whole, "Round 1, group 3".
    """

    part: str
    text: str
    first_seen_at: datetime
    last_seen_at: datetime
    url: str = ""


FindTasks = Callable[[Registration, datetime], list[HomeTask]]
FindDetails = Callable[[Registration, Sequence[Session]], Mapping[int, SessionDetail]]
FindSightings = Callable[[Workshop, Sequence[Registration]], Mapping[int, list[Sighting]]]

HOME_PANELS: list[HomePanel] = []
HOME_TASKS: list[FindTasks] = []
SESSION_DETAILS: list[FindDetails] = []
SIGHTINGS: list[tuple[Any, FindSightings]] = []
"""Heading of what is seen ("Seen in break-outs"), and what finds it."""


def add_home_panel(panel: HomePanel) -> None:
    HOME_PANELS.append(panel)
    HOME_PANELS.sort(key=lambda each: each.order)


def add_home_tasks(find: FindTasks) -> None:
    HOME_TASKS.append(find)


def add_session_details(find: FindDetails) -> None:
    SESSION_DETAILS.append(find)


def add_sightings(label: Any, find: FindSightings) -> None:
    SIGHTINGS.append((label, find))


def find_sightings(
    workshop: Workshop, registrations: Sequence[Registration]
) -> list[tuple[Any, Mapping[int, list[Sighting]]]]:
    """Under each heading who was seen where. Queries: those of who registered, for any number of registrations."""
    return [(label, find(workshop, registrations)) for label, find in SIGHTINGS]


def find_session_details(
    registration: Registration, sessions: Sequence[Session]
) -> dict[int, SessionDetail]:
    """What all of them say, by session; the last one that speaks of a session holds."""
    found: dict[int, SessionDetail] = {}
    for find in SESSION_DETAILS:
        found.update(find(registration, sessions))
    return found
