"""The tabs of a workshop's pages and the stages of its rail. Upper apps register theirs in `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse

from events.models import Workshop
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


TABS: list[Tab] = []
STAGES: dict[str, tuple[Any, Callable[[Workshop], Stage]]] = {}
"""Stage name (set_up, invite, register, assign, run, findings, report) to its label and its state."""
WAITING: list[Callable[[Workshop, User], list[Waiting]]] = []

STAGE_ORDER = ("set_up", "invite", "register", "assign", "run", "findings", "report")


def add_tab(tab: Tab) -> None:
    TABS.append(tab)
    TABS.sort(key=lambda each: each.order)


def add_stage(name: str, label: Any, state: Callable[[Workshop], Stage]) -> None:
    if name not in STAGE_ORDER:
        raise ValueError(name)
    STAGES[name] = (label, state)


def add_waiting(find: Callable[[Workshop, User], list[Waiting]]) -> None:
    WAITING.append(find)
