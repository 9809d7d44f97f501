"""What can be mailed: each app registers its templates in `AppConfig.ready`.

    register_template(MailTemplate(
        name="participants/invitation",              # templates/participants/email/invitation.{subject.txt,txt,html}
        title=_("Invitation to nominate"),           # its name in the outbox
        placeholders=("administration", "workshop_title", "closes_at", "link"),
        build=build_invitation,                      # (params, recipient, language, zone) -> exactly those
        secret=True,                                 # it has a OneTimeLink
    ))

`build` reads the rows that `params` names, as they are when the mail is sent, and has no side effects: it
runs for previews too. Its `recipient` is whom the mail is for: of a test to oneself, whom the tried mail is
for. For a link that signs the person in it returns a `OneTimeLink`, of which the token is made only when the
mail is sent. It raises `SupersededError` where the mail makes no sense any more; a row that no longer exists
(`ObjectDoesNotExist`) counts as that.

`register_still_due(kind, check)` names the check that runs just before a mail of that kind is sent;
`register_context(...)` says how the outbox names what a mail belongs to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from workshop_portal.accounts.models import User

if TYPE_CHECKING:
    from workshop_portal.mail.models import OutgoingMail

Params = Mapping[str, Any]
Build = Callable[[Params, User | None, str, ZoneInfo], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OneTimeLink:
    """A place for a sign-in link: `accounts.links.create_link` fills it when the mail is sent."""

    path: str
    valid_for: timedelta
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A small file. Type with its parameters: `text/calendar; method=REQUEST`."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class MailTemplate:
    """One kind of mail: its texts and what fills them."""

    name: str
    title: Any
    placeholders: tuple[str, ...]
    build: Build
    secret: bool = False
    attach: Callable[[Params, User | None, str, ZoneInfo], list[Attachment]] | None = None
    """Files made when the mail is sent, such as a calendar file with the times of that moment."""

    def path(self, ending: str) -> str:
        """Where the text lies. Shape of `ending`: subject.txt, txt, html."""
        app, _slash, name = self.name.rpartition("/")
        return f"{app}/email/{name}.{ending}"


TEMPLATES: dict[str, MailTemplate] = {}
STILL_DUE: dict[str, Callable[["OutgoingMail"], bool]] = {}
CONTEXTS: dict[str, Callable[[list[str]], Mapping[str, Any]]] = {}


def register_template(template: MailTemplate) -> None:
    """Add a template. Raises: ValueError where another one has its name."""
    if TEMPLATES.setdefault(template.name, template) is not template:
        raise ValueError(f"two mail templates named {template.name}")


def register_still_due(kind: str, check: Callable[["OutgoingMail"], bool]) -> None:
    """Ask `check` just before a mail of this kind is sent: False makes it superseded."""
    STILL_DUE[kind] = check


def register_context(context_type: str, names: Callable[[list[str]], Mapping[str, Any]]) -> None:
    """Name the objects that mails belong to: `events.workshop`, (ids) -> {id: title}."""
    CONTEXTS[context_type] = names
