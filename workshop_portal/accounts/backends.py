"""Who a session belongs to, read with the person's staff roles in the one query of each request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from workshop_portal.accounts.models import User
from workshop_portal.accounts.queries import get_with_staff_roles


class PersonBackend(AuthenticationBackend):
    """allauth's sign-in; the person comes with `is_secretariat` and `is_technical_admin`."""

    def get_user(self, user_id: int) -> User | None:
        person = get_with_staff_roles(pk=user_id, now=timezone.now())
        return person if person is not None and self.user_can_authenticate(person) else None
