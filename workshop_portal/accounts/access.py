"""Rules about people and the site as a whole."""

from django.db.models import Q

from workshop_portal.accounts.models import User
from workshop_portal.authorization import EVERYBODY, NOBODY, rule


def staff_only(user: User) -> Q:
    """The condition of everything that only the secretariat does."""
    return EVERYBODY if user.is_secretariat else NOBODY


@rule("accounts.edit_profile", User)
def edit_profile(user: User) -> Q:
    return Q(pk=user.pk)


@rule("accounts.find_person")
def find_person(user: User) -> bool:
    return user.is_secretariat


@rule("accounts.manage_staff")
def manage_staff(user: User) -> bool:
    return user.is_secretariat


@rule("accounts.view_styleguide")
def view_styleguide(user: User) -> bool:
    return user.is_secretariat or user.is_technical_admin


@rule("accounts.view_dashboard")
def view_dashboard(user: User) -> bool:
    return user.is_active
