"""What the delegate does: confirm by completing the profile, change it later, give and take consents."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.actions.registrations import guard_not_ended, lock_registrations
from participants.models import Consent, Registration
from workshop_portal.accounts.actions import edit_profile
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, entry, record, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.refusals import Refusal

Status = Registration.Status


class NotTakingPartError(Refusal):
    """Not approved, or ended in the meantime."""

    message = _("You do not take part in this workshop any more. Nothing was changed.")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a delegate says about themself for one workshop. `person`: fields of `accounts.PROFILE_FIELDS`."""

    person: dict[str, Any] = field(default_factory=dict)
    speaks: list[str] = field(default_factory=list)
    attends: Registration.Attends = Registration.Attends.ONLINE
    gender: str = ""
    """Of `Registration.Gender`, or empty: not given."""
    consents: frozenset[Consent.Purpose] = frozenset()
    language: str = "en"
    """In which the texts of the consents were shown."""


@transaction.atomic
def confirm_registration(*, registration: Registration, profile: Profile, by: User) -> Registration:
    """Save the profile and the consents, and confirm the seat; once confirmed, only what differs is saved.

    Of the gender the record says that it changed, never what it was or is.
    Raises: NotTakingPartError, WorkshopEndedError.
    """
    row = lock_registrations([registration])[0]
    guard_not_ended([row])
    if not row.is_taking_part:
        raise NotTakingPartError
    now = timezone.now()
    edit_profile(user=row.user, values=profile.person, by=by)
    changes = changed(row, speaks=profile.speaks, attends=profile.attends, gender=profile.gender)
    if "gender" in changes:
        changes["gender"] = (None, True)
    confirms = row.status == Status.APPROVED
    if confirms:
        changes |= changed(row, status=Status.CONFIRMED)
        row.confirmed_at = row.changed_at = now
    row.save(update_fields=["speaks", "attends", "gender", "status", "confirmed_at", "changed_at"])
    if confirms or changes:
        action = "registration_confirmed" if confirms else "registration_profile_changed"
        record(
            f"participants.{action}",
            by=by,
            target=row,
            context=row.workshop,
            changes=changes,
            now=now,
        )
    _set_consents([row], profile.consents, language=profile.language, by=by, now=now)
    return row


@transaction.atomic
def withdraw_consents(
    *, registration: Registration, keep: Collection[Consent.Purpose], by: User
) -> Registration:
    """Take back every consent but those of `keep`, at any time: a workshop that has ended changes nothing in that.

    None is given by it. Raises: NotTakingPartError.
    """
    row = lock_registrations([registration])[0]
    if not row.is_taking_part:
        raise NotTakingPartError
    now = timezone.now()
    given = row.consents.filter(withdrawn_at=None).order_by("pk").values_list("purpose", flat=True)
    kept = {Consent.Purpose(purpose) for purpose in given} & set(keep)
    _set_consents([row], kept, language="", by=by, now=now)  # a language goes with what is given
    return row


@transaction.atomic
def confirm_many(
    *,
    registrations: Iterable[Registration],
    consents: Collection[Consent.Purpose] = (),
    by: User,
) -> list[Registration]:
    """Confirm approved registrations with the data they have, on behalf: for demo and large worlds.

    All or none. Queries: 9, up to 500. Raises: NotTakingPartError, WorkshopEndedError.
    """
    rows = lock_registrations(registrations)
    guard_not_ended(rows)
    if any(row.status != Status.APPROVED for row in rows):
        raise NotTakingPartError
    now = timezone.now()
    for row in rows:
        row.status, row.confirmed_at, row.changed_at = Status.CONFIRMED, now, now
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.CONFIRMED, confirmed_at=now, changed_at=now
    )
    record_many(
        entry(
            "participants.registration_confirmed",
            by=by,
            target=row,
            context=row.workshop,
            changes={"status": (Status.APPROVED, Status.CONFIRMED)},
            now=now,
        )
        for row in rows
    )
    _set_consents(rows, consents, language="en", by=by, now=now)
    return rows


def _set_consents(
    rows: list[Registration],
    wanted: Collection[Consent.Purpose],
    *,
    language: str,
    by: User,
    now: datetime,
) -> None:
    """Open what is newly given, end what is taken back; a consent that stays keeps its row and its text."""
    given: dict[int, set[str]] = defaultdict(set)
    open_rows = Consent.objects.filter(registration__in=rows, withdrawn_at=None).order_by("pk")
    for consent in open_rows:
        given[consent.registration_id].add(consent.purpose)
    made: list[Consent] = []
    entries: list[Entry] = []
    for row in rows:
        added = [purpose for purpose in Consent.Purpose if purpose in set(wanted) - given[row.pk]]
        taken = [purpose for purpose in Consent.Purpose if purpose in given[row.pk] - set(wanted)]
        made += [
            Consent(
                registration=row,
                purpose=purpose,
                text_version=Consent.TEXT_VERSION,
                language=language,
                given_at=now,
            )
            for purpose in added
        ]
        if taken:
            open_rows.filter(registration=row, purpose__in=taken).update(withdrawn_at=now)
        if added or taken:
            changes: dict[str, tuple[bool, bool]] = {
                **dict.fromkeys(map(str, added), (False, True)),
                **dict.fromkeys(map(str, taken), (True, False)),
            }
            entries.append(
                entry(
                    "participants.consents_changed",
                    by=by,
                    target=row,
                    context=row.workshop,
                    changes=changes,
                    now=now,
                )
            )
    Consent.objects.bulk_create(made, batch_size=500)
    record_many(entries)
