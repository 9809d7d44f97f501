"""Writing about people: accounts, own data, staff roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import SignInLink, StaffRole, User
from workshop_portal.audit.actions import changed, record
from workshop_portal.refusals import Refusal

PROFILE_FIELDS = (
    "title",
    "given_name",
    "family_name",
    "name_in_own_script",
    "position",
    "language",
    "time_zone",
    "theme",
)
"""What a person may change about themself; the address only through `change_address`."""


class AddressTakenError(Refusal):
    """Another account has that address."""

    message = _("Another person is known by this address.")


class LastSecretariatError(Refusal):
    """The site would be left without a secretariat."""

    message = _("This is the last member of the secretariat. Name another one first.")


@transaction.atomic
def get_or_create_person(*, email: str, by: User | None, **fields: Any) -> tuple[User, bool]:
    """The person known by an address, made without a password where there is none.

    A known person keeps their own data. Returns: the person, and whether it was made.
    """
    email = email.strip().lower()
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known, False
    user = User.objects.create_user(email, **fields)
    record("accounts.person_created", by=by, target=user)
    return user, True


@transaction.atomic
def edit_profile(*, user: User, values: Mapping[str, Any], by: User) -> User:
    """Change a person's own data. Raises: KeyError for a field outside PROFILE_FIELDS."""
    user = User.objects.select_for_update().get(pk=user.pk)
    unknown = set(values) - set(PROFILE_FIELDS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    changes = changed(user, **values)
    if changes:
        user.save(update_fields=list(changes))
        record("accounts.profile_edited", by=by, target=user, changes=changes)
    return user


@transaction.atomic
def change_address(*, user: User, email: str, by: User) -> User:
    """Correct a person's address. Links sent to the old one end. Raises: AddressTakenError."""
    email = email.strip().lower()
    user = User.objects.select_for_update().get(pk=user.pk)
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise AddressTakenError
    changes = changed(user, email=email)
    if changes:
        user.save(update_fields=["email"])
        SignInLink.objects.filter(user=user, used_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        record("accounts.address_changed", by=by, target=user, changes=changes)
    return user


@transaction.atomic
def grant_staff_role(*, user: User, role: StaffRole.Role, by: User | None) -> StaffRole:
    """Give a site-wide role from now on; a person who has it keeps it."""
    held = user.staff_roles.current(timezone.now()).filter(role=role).first()
    if held is not None:
        return held
    granted = StaffRole.objects.create(user=user, role=role, granted_by=by)
    record("accounts.staff_role_granted", by=by, target=user, changes={"role": ("", role)})
    return granted


@transaction.atomic
def end_staff_role(*, staff_role: StaffRole, by: User, now: datetime | None = None) -> StaffRole:
    """End a site-wide role at once. Raises: LastSecretariatError."""
    now = now or timezone.now()
    roles = StaffRole.objects.select_for_update().filter(role=staff_role.role).current(now)
    if staff_role.role == StaffRole.Role.SECRETARIAT and roles.count() == 1:
        raise LastSecretariatError
    staff_role.ends_at = now
    staff_role.save(update_fields=["ends_at"])
    record(
        "accounts.staff_role_ended",
        by=by,
        target=staff_role.user,
        changes={"role": (staff_role.role, "")},
    )
    return staff_role
