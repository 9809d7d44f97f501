"""What changes one person's seat after the nomination: withdraw, replace, correct the address, a new link."""

from copy import copy
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants import mails
from participants.actions.nominations import (
    AlreadyRegisteredError,
    Nominee,
    get_or_create_people,
    lost_races_refused,
)
from participants.actions.registrations import end, guard_not_ended, lock_registrations
from participants.actions.seats import lock_delegation
from participants.models import Delegation, Registration
from participants.queries.registrations import list_active_by_address
from participants.signals import send_registration_withdrawn
from workshop_portal.accounts.links import revoke_links
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import changed, record
from workshop_portal.mail.actions import queue_mails
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.refusals import Refusal

Status = Registration.Status

NEW_LINK_EVERY = timedelta(minutes=5)
"""Of the stretches into which the clock is parted: asking again within the same one sends nothing more."""


class RegistrationEndedError(Refusal):
    """Declined, withdrawn or replaced in the meantime."""

    message = _("This registration has ended in the meantime. Nothing was changed.")


class AlreadyConfirmedError(Refusal):
    """The person has opened the link and confirmed: the address is theirs."""

    message = _("This person has confirmed already. Replace them instead.")


class NotApprovedError(Refusal):
    """There is no link before the secretariat approved."""

    message = _("The link goes out when the secretariat approves.")


class WorkshopOffError(Refusal):
    """Cancelled or postponed: the link would lead to nothing."""

    message = _("This workshop does not take place on its days. No link goes out.")


@transaction.atomic
def withdraw_registration(
    *, registration: Registration, reason: str = "", by: User
) -> Registration:
    """Take a person out. The seat falls free, and the first who waits in the same delegation moves up.

    Locks: the delegation, the registration. Sends: the cancellation to a person who was approved.
    Raises: RegistrationEndedError, WorkshopEndedError.
    """
    delegation, row = _lock(registration)
    told = row.is_taking_part
    now = timezone.now()
    end(
        [row],
        Status.WITHDRAWN,
        reason=reason,
        delegations={delegation.pk: delegation},
        by=by,
        now=now,
    )
    _end_links(row, now)
    if told:
        queue_mails([mails.cancelled(row)], by=by)
        send_registration_withdrawn(registration=row, by=by)
    return row


@transaction.atomic
def replace_registration(*, registration: Registration, person: Nominee, by: User) -> Registration:
    """Put another person in the same seat: part and state move over, later places and tasks too.

    An approved seat stays approved, and the new person confirms. The role of `person` is not read.
    Locks: the delegation, the registration. Sends: the cancellation to the one, the welcome to the other,
    where the seat was approved. Raises: RegistrationEndedError, AlreadyRegisteredError, WorkshopEndedError.
    Returns: the new registration.
    """
    delegation, old = _lock(registration)
    if list_active_by_address(workshop=old.workshop, addresses=[person.address]):
        raise AlreadyRegisteredError([person.address])
    user = get_or_create_people([person], delegation=delegation)[person.address]
    now = timezone.now()
    approved = old.is_taking_part
    new = _successor(old, user=user, by=by, now=now)
    changes = changed(old, status=Status.REPLACED)
    old.ended_at, old.ended_by, old.changed_at = now, by, now
    old.calendar_revision += 1
    old.save(update_fields=["status", "ended_at", "ended_by", "changed_at", "calendar_revision"])
    with lost_races_refused(old.workshop, [person.address]):
        new.save(force_insert=True)
    _end_links(old, now)
    record(
        "participants.registration_replaced",
        by=by,
        target=old,
        context=old.workshop,
        changes=changes,
        now=now,
    )
    record(
        "participants.registration_took_seat",
        by=by,
        target=new,
        context=old.workshop,
        changes={"status": ("", new.status), "replaces": (None, old)},
        now=now,
    )
    if approved:
        queue_mails([mails.cancelled(old), mails.approved(new)], by=by)
        send_registration_withdrawn(registration=old, replacement=new, by=by)
    return new


def _successor(old: Registration, *, user: User, by: User, now: datetime) -> Registration:
    """The row of the person who takes the seat, unsaved."""
    return Registration(
        workshop=old.workshop,
        delegation=old.delegation,
        user=user,
        status=Status.APPROVED if old.is_taking_part else old.status,
        role=old.role,
        origin=old.origin,
        attends=old.attends,
        letter=old.letter,
        letter_name=old.letter_name,
        waiting_since=old.waiting_since,
        replaces=old,
        nominated_at=now,
        nominated_by=by,
        approved_at=old.approved_at,
        approved_by=old.approved_by,
        changed_at=now,
    )


@transaction.atomic
def correct_address(*, registration: Registration, email: str, by: User) -> Registration:
    """Point the registration at the person of another address; links to the old one die, a new one goes out.

    The account of the old address is left as it is: nobody gets into an account by correcting its address.
    Places and roles in groups pass on, and the old account's calendar feed ends.
    Locks: the delegation, the registration. Sends: the personal link, where the seat is approved.
    Raises: AlreadyConfirmedError, RegistrationEndedError, AlreadyRegisteredError, WorkshopEndedError.
    """
    delegation, row = _lock(registration)
    if row.status == Status.CONFIRMED:
        raise AlreadyConfirmedError
    old = row.user
    person = Nominee(
        email=email,
        title=old.title,
        given_name=old.given_name,
        family_name=old.family_name,
        name_in_own_script=old.name_in_own_script,
        position=old.position,
    )
    if person.address == old.email:
        return row
    if list_active_by_address(workshop=row.workshop, addresses=[person.address]):
        raise AlreadyRegisteredError([person.address])
    now = timezone.now()
    _end_links(row, now)
    user = get_or_create_people([person], delegation=delegation)[person.address]
    before = copy(row)
    changes = changed(row, user=user)
    row.calendar_token = token_urlsafe()
    with lost_races_refused(row.workshop, [person.address]):
        row.save(update_fields=["user", "calendar_token"])
    record(
        "participants.registration_address_corrected",
        by=by,
        target=row,
        context=row.workshop,
        changes=changes,
        now=now,
    )
    if row.is_taking_part:
        queue_mails([mails.approved(row, f":{now:%Y%m%dT%H%M%S%f}")], by=by)
        send_registration_withdrawn(registration=before, replacement=row, by=by)
    return row


@transaction.atomic
def send_new_link(*, registration: Registration, by: User | None) -> bool:
    """Send the personal link once more; the one before ends when it goes out.

    Locks: the registration. Sends: at most one mail in each stretch of `NEW_LINK_EVERY`, so that two may come
    closer together at its edge. Raises: NotApprovedError, WorkshopOffError.
    Returns: whether this call sent one; only then there is an entry in the record.
    """
    row = lock_registrations([registration])[0]
    if not row.is_taking_part:
        raise NotApprovedError
    if row.workshop.is_off:
        raise WorkshopOffError
    now = timezone.now()
    mail = mails.new_link(row, now, NEW_LINK_EVERY)
    if OutgoingMail.objects.filter(key=mail.key).exists():
        return False
    record("participants.registration_link_sent", by=by, target=row, context=row.workshop, now=now)
    queue_mails([mail], by=by)
    return True


def _lock(registration: Registration) -> tuple[Delegation, Registration]:
    """Hold the delegation, then the registration. Raises: RegistrationEndedError, WorkshopEndedError."""
    delegation = lock_delegation(registration.delegation)
    row = lock_registrations([registration])[0]
    guard_not_ended([row])
    if not row.is_active:
        raise RegistrationEndedError
    return delegation, row


def _end_links(row: Registration, now: datetime) -> None:
    revoke_links(subject=mails.link_subject(row), now=now)
