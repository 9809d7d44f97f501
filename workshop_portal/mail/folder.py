"""Reading the folder that `backends.FolderBackend` writes: the embedded mode's mailbox."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


@dataclass(frozen=True, kw_only=True)
class FolderMail:
    """One sent mail, read from its file."""

    name: str
    to: str
    subject: str
    language: str
    sent_at: datetime | None
    text: str
    html: str
    attachments: list["FolderFile"]


@dataclass(frozen=True, kw_only=True)
class FolderFile:
    """One file of a mail."""

    name: str
    content_type: str
    content: bytes


def list_folder(*, limit: int = 100, to: str = "") -> list[FolderMail]:
    """Newest first; with `to`, those whose address holds it."""
    found: list[FolderMail] = []
    for path in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True):
        mail = read_folder_mail(path.stem)
        if mail is not None and to.lower() in mail.to.lower():
            found.append(mail)
        if len(found) == limit:
            break
    return found


def delete_folder_mails(*, message_ids: Collection[str], addresses: Collection[str]) -> int:
    """Delete the files of these mails, and of all mails to these addresses; how many there were."""
    people = {address.lower() for address in addresses}
    gone = 0
    for path in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        to = {address.lower() for _name, address in getaddresses([str(message["To"] or "")])}
        if str(message["Message-ID"]) in message_ids or to & people:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def read_folder_mail(name: str) -> FolderMail | None:
    """The mail of that name, or None."""
    path = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 what the default policy makes
    files = list(message.iter_attachments())
    return FolderMail(
        name=name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        language=str(message["Content-Language"] or "en"),
        sent_at=parsedate_to_datetime(str(message["Date"])) if message["Date"] else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=[_file(file) for file in files],
    )


def _file(part: EmailMessage) -> FolderFile:
    content = part.get_payload(decode=True)
    return FolderFile(
        name=part.get_filename() or "file",
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
