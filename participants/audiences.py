"""Who a mail plan can address, and with what: filled in `AppConfig.ready`, here and by upper apps.

    add_audience(Audience(
        name="contribution_missing",
        label=_("Administrations without a contribution"),
        find=list_contribution_missing,          # (workshop, now) -> [Recipient]
        includes=is_contribution_missing,        # (workshop, recipient, now) -> bool, just before it is sent
        size=count_contribution_missing,         # (workshop, now) -> Size
    ))
    add_reminder_mail(ReminderMail(
        template="reports/reminder_contribution",  # registered with `mail.registry.register_template`
        title=_("Contribution missing"),
        audiences=("contribution_missing",),
    ))

The builder of such a template gets `params`: `reminder`, `due` and what `Recipient.params` names
(`registration` or `delegation`). In a test mail to oneself it gets `workshop` alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.models import Workshop
from workshop_portal.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person, and as whom: `registration` or `delegation` with its key."""

    user: User
    params: Mapping[str, int]

    @property
    def mark(self) -> str:
        """Its part of a mail's key. A delegation has several people, a registration one."""
        if "registration" in self.params:
            return f"r{self.params['registration']}"
        return f"d{self.params['delegation']}-u{self.user.pk}"


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many are in an audience now, of how many, in words: "12 of 20 administrations"."""

    count: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Audience:
    """People found when a mail is due, and asked for again when it is sent."""

    name: str
    label: Any
    find: Callable[[Workshop, datetime], Iterable[Recipient]]
    includes: Callable[[Workshop, Recipient, datetime], bool]
    size: Callable[[Workshop, datetime], Size]


@dataclass(frozen=True, kw_only=True)
class ReminderMail:
    """A mail that a plan can hold, and sends unless `by_hand` says who does.

    `by_hand`: the name of the page, with the workshop's slug as its argument, where a person sends it.
    """

    template: str
    title: Any
    audiences: tuple[str, ...]
    by_hand: str = ""

    @property
    def is_manual(self) -> bool:
        return bool(self.by_hand)

    @property
    def kind(self) -> str:
        """The first part of the keys of its mails."""
        return self.template.rpartition("/")[2]


AUDIENCES: dict[str, Audience] = {}
REMINDER_MAILS: dict[str, ReminderMail] = {}
"""By template."""


def add_audience(audience: Audience) -> None:
    """Raises: ValueError where another one has its name."""
    if AUDIENCES.setdefault(audience.name, audience) is not audience:
        raise ValueError(f"two audiences named {audience.name}")


def add_reminder_mail(mail: ReminderMail) -> None:
    """Raises: ValueError where another one has its template."""
    if REMINDER_MAILS.setdefault(mail.template, mail) is not mail:
        raise ValueError(f"two reminders with {mail.template}")
