"""What can be exported: each app registers its kinds in `AppConfig.ready`; and the making of one file.

    register_export(
        "reports.edition", title=_("Regional report"), run=write_edition, may=can_export_edition
    )

    def write_edition(job: ExportJob, progress: Progress) -> ExportFile:
        edition = Edition.objects.get(pk=job.params["edition"])
        progress(gettext("Setting pages"), 1, 3)      # words, done, total; renews the lease
        return ExportFile(name="report.pdf", content_type="application/pdf", content=pdf)

    def can_export_edition(user: User, params: Params) -> bool: ...

`run` works outside any transaction, in the requester's language and time zone. `may` is asked at the
request, before the run and at each download.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from workshop_portal.accounts.models import User
from workshop_portal.documents.glyphs import noting_replaced
from workshop_portal.documents.models import ExportJob
from workshop_portal.leases import PermanentError, SupersededError, report_progress

log = structlog.get_logger(__name__)

NAMED = 10
"""Characters without a glyph that a note names."""

Params = Mapping[str, Any]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """What an export makes. `name` is what the person's computer calls it."""

    name: str
    content_type: str
    content: bytes


Run = Callable[[ExportJob, Progress], ExportFile]
May = Callable[[User, Params], bool]
Place = Callable[[Params], tuple[str, str]]
"""Name and address of the page that the file was asked for on."""


@dataclass(frozen=True, kw_only=True)
class ExportKind:
    """One kind of export."""

    name: str
    title: Any
    run: Run
    may: May
    place: Place | None = None


KINDS: dict[str, ExportKind] = {}


def register_export(
    name: str, *, title: Any, run: Run, may: May, place: Place | None = None
) -> None:
    """Add a kind under its dotted name. Raises: ValueError where it is taken."""
    kind = ExportKind(name=name, title=title, run=run, may=may, place=place)
    if KINDS.setdefault(name, kind) != kind:
        raise ValueError(f"two exports named {name}")


def may_have(user: User, kind: str, params: Params) -> bool:
    """Whether the person may have that export now."""
    return user.is_active and kind in KINDS and KINDS[kind].may(user, params)


def place_of(job: ExportJob) -> tuple[str, str] | None:
    """Where to go on from the file: name and address of its page, where its kind names one."""
    kind = KINDS.get(job.kind)
    if kind is None or kind.place is None:
        return None
    try:
        return kind.place(job.params)
    except ObjectDoesNotExist:
        return None


def run_export(job: ExportJob) -> dict[str, Any]:
    """Make the file; the fields to note on the job.

    Raises: PermanentError, SupersededError, with words for the requester.
    """
    user = job.requested_by
    with translation.override(user.language), timezone.override(user.zone):
        if not may_have(user, job.kind, job.params):
            raise PermanentError(gettext("You may no longer have this file."))
        try:
            with noting_replaced() as replaced:
                made = KINDS[job.kind].run(job, _progress_of(job))
        except ObjectDoesNotExist as error:
            raise SupersededError(gettext("What was to be exported no longer exists.")) from error
        note = _note(list(replaced))
        if note:
            points = " ".join(f"U+{ord(each):04X}" for each in replaced)
            log.warning("characters_without_glyph", export=job.key, characters=points)
    job.file.save(made.name, ContentFile(made.content), save=False)
    return {
        "file": job.file.name,
        "file_name": made.name,
        "content_type": made.content_type,
        "size": len(made.content),
        "sha256": hashlib.sha256(made.content).hexdigest(),
        "note": note,
        "step": "",
        "progress_done": job.progress_total,
        "valid_until": timezone.now() + job.KEPT_FOR,
    }


def _note(replaced: list[str]) -> str:
    """Which characters no font could draw, the first ten by name."""
    if not replaced:
        return ""
    words = ngettext(
        "%(count)d character could not be drawn: %(characters)s",
        "%(count)d characters could not be drawn: %(characters)s",
        len(replaced),
    )
    named = ", ".join(f"{each} (U+{ord(each):04X})" for each in replaced[:NAMED])
    more = " …" if len(replaced) > NAMED else ""
    return words % {"count": len(replaced), "characters": named + more}


def _progress_of(job: ExportJob) -> Progress:
    def progress(step: str, done: int, total: int) -> None:
        report_progress(job, step=step[:200], progress_done=min(done, total), progress_total=total)

    return progress
