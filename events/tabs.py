"""What upper apps add to a workshop, registered in `AppConfig.ready`.

Tabs of its pages, stages of its rail, what waits for its organisers, panels of its overview, parts of its
public page, what its record holds besides, what the next workshop of the series takes over, what takes
place in a session, what is locked while a workshop is frozen, how many people are told of its end or of
other days, and what follows from its format and its hosts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Model
from django.urls import reverse

from events.models import Session, Workshop
from workshop_portal.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab, placed by `order`.

    Overview 0, Agenda 10, Delegations 20, Registrations 30, Break-outs 40, Findings 50, Report 60,
    Mail 70, Settings 80, History 90.
    """

    name: str
    label: Any
    url_name: str
    order: int

    def url(self, workshop: Workshop) -> str:
        return reverse(self.url_name, args=[workshop.slug])


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How far one stage of the rail is. `state` in three words; `summary` says the number and the noun."""

    state: Literal["not started", "started", "done"]
    summary: str
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits for the organisers: how many, what, and where to act on it."""

    count: int
    title: str
    detail: str
    action_label: str
    action_url: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A section of the overview, such as the numbers or who owes what.

    `find` gives the context of `template`, or None where there is nothing to show. Panels of the
    column beside "Waiting for you" have `place="aside"`. On a phone `label` leads to it.
    """

    label: Any
    template: str
    find: Callable[[Workshop, User], Mapping[str, Any] | None]
    order: int
    place: Literal["main", "aside"] = "main"


@dataclass(frozen=True, kw_only=True)
class PublicPart:
    """A section of the public page, such as the themes or the news.

    `items`: text and address, which may be empty. A kept page shows a change after five minutes at most,
    at once where `Workshop.version` is raised.
    """

    name: str
    title: Any
    items: list[tuple[Any, str]] = field(default_factory=list)
    text: Any = ""
    """Sentences before the items, which are then plain links below them."""


@dataclass(frozen=True, kw_only=True)
class PublicAction:
    """What a visitor of the public page can do; the first one is its primary button."""

    label: Any
    url: str


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One workshop being planned as the next of its series.

    `shift`: how far the first day moved; `moved` moves a time and keeps the hour in the workshop's zone.
    `sessions`: the copies by the key of the original.
    """

    source: Workshop
    target: Workshop
    shift: timedelta
    sessions: dict[int, Session]
    by: User

    def moved(self, at: datetime) -> datetime:
        local = at.astimezone(self.source.zone).replace(tzinfo=None) + self.shift
        return local.replace(tzinfo=self.target.zone)


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A line of the list that says what was taken over and what was not."""

    what: Any
    count: int
    taken: bool = True
    note: Any = ""


@dataclass(frozen=True, kw_only=True)
class Use:
    """What takes place in a session, such as a break-out round, and where that is changed."""

    name: str
    url: str


TABS: list[Tab] = []
STAGES: dict[str, tuple[Any, Callable[[Workshop], Stage]]] = {}
"""Stage name (set_up, invite, register, assign, run, findings, report) to its label and its state."""
FindWaiting = Callable[[Sequence[Workshop], User], Mapping[int, list[Waiting]]]
"""What waits in each of these workshops, by its key; the queries are the same for one and for four."""
WAITING: list[FindWaiting] = []
PANELS: list[Panel] = []
PUBLIC_PARTS: list[tuple[int, Callable[[Workshop], list[PublicPart]]]] = []
PUBLIC_ACTIONS: list[tuple[int, Callable[[Workshop, datetime], PublicAction | None]]] = []
RECORDS: list[Callable[[Workshop, User], list[Model]]] = []
COPIERS: list[tuple[int, Callable[[Copy], list[Copied]]]] = []
USES: list[Callable[[Session], list[Use]]] = []
HOLDERS: list[tuple[int, Callable[[Workshop], None]]] = []
TOLD: list[Callable[[Workshop], int]] = []
FOLLOWERS: list[Callable[[Workshop, User], None]] = []

STAGE_ORDER = ("set_up", "invite", "register", "assign", "run", "findings", "report")


def add_tab(tab: Tab) -> None:
    TABS.append(tab)
    TABS.sort(key=lambda each: each.order)


def add_stage(name: str, label: Any, state: Callable[[Workshop], Stage]) -> None:
    if name not in STAGE_ORDER:
        raise ValueError(name)
    STAGES[name] = (label, state)


def add_waiting(find: FindWaiting) -> None:
    WAITING.append(find)


def add_panel(panel: Panel) -> None:
    PANELS.append(panel)
    PANELS.sort(key=lambda each: each.order)


def add_public_parts(find: Callable[[Workshop], list[PublicPart]], *, order: int) -> None:
    """Sections after the agenda: themes 10 (break-outs), taking part 20, news 50, reports 60."""
    PUBLIC_PARTS.append((order, find))
    PUBLIC_PARTS.sort(key=lambda each: each[0])


def add_public_action(
    find: Callable[[Workshop, datetime], PublicAction | None], *, order: int
) -> None:
    """A button of the public page, such as "Register through your administration"."""
    PUBLIC_ACTIONS.append((order, find))
    PUBLIC_ACTIONS.sort(key=lambda each: each[0])


def add_record(find: Callable[[Workshop, User], list[Model]]) -> None:
    """Objects whose own record is a part of the workshop's, such as the editions of its report."""
    RECORDS.append(find)


def list_recorded(workshop: Workshop, user: User) -> list[Model]:
    """The workshop and the objects whose own record is a part of its."""
    return [workshop, *(each for find in RECORDS for each in find(workshop, user))]


def add_copier(copy: Callable[[Copy], list[Copied]], *, order: int) -> None:
    """What an upper app takes over into the next workshop: a function that writes it and says so."""
    COPIERS.append((order, copy))
    COPIERS.sort(key=lambda each: each[0])


def add_session_uses(find: Callable[[Session], list[Use]]) -> None:
    """What an upper app holds in a session: such a session is not removed."""
    USES.append(find)


def list_session_uses(session: Session) -> list[Use]:
    return [use for find in USES for use in find(session)]


def add_holder(hold: Callable[[Workshop], None], *, order: int) -> None:
    """What locks those rows of an upper app that are written without the lock of their workshop.

    `order`: lower apps first, since their acts reach rows of upper ones while they hold their own.
    """
    HOLDERS.append((order, hold))
    HOLDERS.sort(key=lambda each: each[0])


def hold_rows(workshop: Workshop) -> None:
    """Wait until all that was begun on these rows has ended; what comes later waits for the act that holds them."""
    for _order, hold in HOLDERS:
        hold(workshop)


def add_told(count: Callable[[Workshop], int]) -> None:
    """How many people an upper app mails where a workshop is cancelled, postponed or gets other days."""
    TOLD.append(count)


def count_told(workshop: Workshop) -> int:
    return sum(count(workshop) for count in TOLD)


def add_follower(follow: Callable[[Workshop, User], None]) -> None:
    """What an upper app derives from the format and the hosts, in the act that changes them; the workshop is held."""
    FOLLOWERS.append(follow)


def follow(workshop: Workshop, by: User) -> None:
    for each in FOLLOWERS:
        each(workshop, by)
