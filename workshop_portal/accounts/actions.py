"""Writing about people: accounts, own data, staff roles."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshop_portal.accounts.models import StaffRole, User
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
"""What a person may change about themself; an address is corrected with a registration."""


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
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, **fields)
    except IntegrityError:  # somebody else was faster
        return User.objects.get(email=email), False
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
def grant_staff_role(*, user: User, role: StaffRole.Role, by: User | None) -> StaffRole:
    """Give a site-wide role from now on; a person who has it keeps it. Locks: the person."""
    user = User.objects.select_for_update().get(pk=user.pk)
    held = user.staff_roles.current(timezone.now()).filter(role=role).first()
    if held is not None:
        return held
    granted = StaffRole.objects.create(user=user, role=role, granted_by=by)
    record("accounts.staff_role_granted", by=by, target=user, changes={"role": ("", role)})
    return granted


@transaction.atomic
def end_staff_role(*, staff_role: StaffRole, by: User) -> StaffRole:
    """End a site-wide role at once; one that has ended stays so.

    Locks: all who have the role now, so that two cannot end each other's. Raises: LastSecretariatError.
    """
    rows = StaffRole.objects.select_for_update().filter(role=staff_role.role)
    found = list(rows.current(timezone.now()).order_by("pk"))
    now = timezone.now()  # after the wait for the lock, in which somebody's role may have ended
    held = [row for row in found if row.ends_at is None or row.ends_at > now]
    if staff_role not in held:
        return staff_role
    if staff_role.role == StaffRole.Role.SECRETARIAT and len(held) == 1:
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
