"""Nominating: by the focal point, or recorded by the secretariat from a letter.

Within the quota a person is nominated, beyond it put on the waiting list; nobody is refused for want of a seat.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Workshop
from participants import mails
from participants.actions.registrations import WorkshopEndedError
from participants.actions.seats import lock_delegation, take_seats
from participants.models import Delegation, Registration
from participants.queries.registrations import list_active_by_address
from workshop_portal.accounts.models import User
from workshop_portal.audit.actions import entry, record_many
from workshop_portal.audit.models import Entry
from workshop_portal.mail.actions import queue_mails
from workshop_portal.refusals import Refusal

Status = Registration.Status
Role = Registration.Role


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """A person to nominate. Somebody known by the address keeps the names and position they have."""

    email: str
    given_name: str = ""
    family_name: str = ""
    title: str = ""
    name_in_own_script: str = ""
    position: str = ""
    role: Role = Role.DELEGATE

    @property
    def address(self) -> str:
        """As addresses are stored and compared."""
        return self.email.strip().lower()


class NominationsClosedError(Refusal):
    """Not open yet, or past the hour when they close."""

    message = _("Nominations are closed. Ask the secretariat to record a late one.")


class DelegationDeclinedError(Refusal):
    """The administration said that nobody comes."""

    message = _("Your administration has answered that nobody comes. Ask the secretariat first.")


class RepeatedAddressError(Refusal):
    """One submission names an address twice."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.message = _("Named twice: %s.") % ", ".join(addresses[:5])


class AlreadyRegisteredError(Refusal):
    """Somebody of the submission has a registration in this workshop already."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.message = ngettext(
            "%s is registered for this workshop already.",
            "Registered for this workshop already: %s.",
            len(addresses),
        ) % ", ".join(addresses[:5])


class HeadAlreadyNamedError(Refusal):
    """A delegation has one head."""

    message = _("This delegation has a head already. Choose another part for one of them.")


def nominate(
    *,
    delegation: Delegation,
    person: Nominee,
    letter: File[bytes] | None = None,
    letter_name: str = "",
    by: User,
) -> Registration:
    """Nominate one; see `nominate_many`."""
    [row] = nominate_many(
        delegation=delegation, people=[person], letter=letter, letter_name=letter_name, by=by
    )
    return row


@transaction.atomic
def nominate_many(
    *,
    delegation: Delegation,
    people: Iterable[Nominee],
    letter: File[bytes] | None = None,
    letter_name: str = "",
    by: User,
) -> list[Registration]:
    """Nominate people for a delegation while nominations are open, in their order; all or none.

    The administration's letter, where one comes along, is kept with each of them.
    Locks: the delegation. Sends: a receipt to the focal point. Queries: 14, up to 500 people (SQLite: 40).
    Raises: NominationsClosedError, WorkshopEndedError, DelegationDeclinedError, RepeatedAddressError,
    AlreadyRegisteredError, HeadAlreadyNamedError.
    """
    delegation = lock_delegation(delegation)
    if not delegation.workshop.takes_nominations(timezone.now()):
        raise NominationsClosedError
    with _kept(letter, letter_name) as stored:
        rows = _seat(
            delegation,
            list(people),
            by=by,
            origin=Registration.Origin.NOMINATED,
            letter=stored,
            letter_name=letter_name if stored else "",
        )
        queue_mails([mails.nomination_receipt(rows, by)], by=by)
    return rows


@transaction.atomic
def record_nomination(
    *,
    delegation: Delegation,
    people: Iterable[Nominee],
    letter: File[bytes] | None = None,
    letter_name: str = "",
    by: User,
) -> list[Registration]:
    """Record whom a letter or mail names, on behalf of the administration, also after nominations closed.

    The scan is kept with each of the registrations. Otherwise as `nominate_many`, without a receipt.
    """
    delegation = lock_delegation(delegation)
    with _kept(letter, letter_name) as stored:
        return _seat(
            delegation,
            list(people),
            by=by,
            origin=Registration.Origin.RECORDED,
            letter=stored,
            letter_name=letter_name if stored else "",
        )


@contextmanager
def _kept(letter: File[bytes] | None, name: str) -> Iterator[str]:
    """The name under which storage keeps the scan, empty without one."""
    field = Registration._meta.get_field("letter")
    stored = ""
    if letter is not None:
        stored = field.storage.save(field.generate_filename(Registration(), name), letter)
    try:
        yield stored
    except Exception:
        if stored:  # whatever stopped the act, it leaves no scan behind
            field.storage.delete(stored)
        raise


def _seat(
    delegation: Delegation,
    people: list[Nominee],
    *,
    by: User,
    origin: Registration.Origin,
    letter: str = "",
    letter_name: str = "",
) -> list[Registration]:
    """Make the registrations, as many as seats are free nominated, the rest waiting. The delegation is held."""
    now = timezone.now()
    _guard(delegation, people)
    users = get_or_create_people(people, delegation=delegation)
    free = max(delegation.seats_free, 0)
    rows = [
        Registration(
            workshop=delegation.workshop,
            delegation=delegation,
            user=users[person.address],
            status=Status.NOMINATED if place < free else Status.WAITING,
            waiting_since=None if place < free else now,
            role=person.role,
            origin=origin,
            letter=letter,
            letter_name=letter_name,
            attends=_attends(delegation),
            nominated_at=now,
            nominated_by=by,
            changed_at=now,
        )
        for place, person in enumerate(people)
    ]
    with lost_races_refused(delegation.workshop, [person.address for person in people]):
        Registration.objects.bulk_create(rows, batch_size=500)
    take_seats(delegation, min(free, len(rows)))
    record_many(_entry(row, by, now) for row in rows)
    return rows


@contextmanager
def lost_races_refused(workshop: Workshop, addresses: list[str]) -> Iterator[None]:
    """Write in it what another administration may have written between our look and our write.

    Raises: AlreadyRegisteredError, with those who are registered by now.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        taken = list_active_by_address(workshop=workshop, addresses=addresses)
        if not taken:
            raise
        raise AlreadyRegisteredError(sorted(taken)) from error


def _guard(delegation: Delegation, people: list[Nominee]) -> None:
    if delegation.workshop.is_ended:
        raise WorkshopEndedError
    if delegation.status == Delegation.Status.DECLINED:
        raise DelegationDeclinedError
    addresses = [person.address for person in people]
    if repeated := sorted(each for each, times in Counter(addresses).items() if times > 1):
        raise RepeatedAddressError(repeated)
    if known := list_active_by_address(workshop=delegation.workshop, addresses=addresses):
        raise AlreadyRegisteredError(sorted(known))
    heads = [person for person in people if person.role == Role.HEAD]
    if heads and (len(heads) > 1 or delegation.registrations.active().filter(role=Role.HEAD)):
        raise HeadAlreadyNamedError


def get_or_create_people(people: Sequence[Nominee], *, delegation: Delegation) -> dict[str, User]:
    """The accounts of people by address; missing ones are made, without a password. Queries: 2 or 3.

    A new person starts with the administration's language and time zone, and confirms both later.
    """
    addresses = [person.address for person in people]
    known = {user.email: user for user in User.objects.filter(email__in=addresses).order_by("pk")}
    missing = {each.address: each for each in people if each.address not in known}
    if missing:
        # In order, so that two submissions insert in the same one; who was faster keeps the row.
        User.objects.bulk_create(
            [_account(missing[address], delegation) for address in sorted(missing)],
            ignore_conflicts=True,
            batch_size=500,
        )
        made = User.objects.filter(email__in=missing).order_by("pk")
        known |= {user.email: user for user in made}
    return known


def _account(person: Nominee, delegation: Delegation) -> User:
    administration = delegation.administration
    return User(
        email=person.address,
        password=make_password(None),
        title=person.title,
        given_name=person.given_name,
        family_name=person.family_name,
        name_in_own_script=person.name_in_own_script,
        position=person.position,
        language=administration.language,
        time_zone=administration.time_zone,
        is_demo=delegation.workshop.is_demo,
    )


def _attends(delegation: Delegation) -> Registration.Attends:
    """Where nobody has chosen yet: at the place where there is one only, else online."""
    online = delegation.workshop.has_online
    return Registration.Attends.ONLINE if online else Registration.Attends.ON_SITE


def _entry(row: Registration, by: User, now: datetime) -> Entry:
    waits = row.status == Status.WAITING
    return entry(
        "participants.registration_put_on_waiting_list"
        if waits
        else "participants.registration_nominated",
        by=by,
        target=row,
        context=row.workshop,
        changes={"status": ("", row.status), "role": ("", row.role), "origin": ("", row.origin)},
        now=now,
    )
