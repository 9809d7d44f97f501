"""Who the start prints sign-in links for: four people of the demo, or the first of the secretariat."""

from datetime import timedelta

from django.utils import timezone

from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import StaffRole, User

DEMO = {
    "secretariat": "secretariat@demo.example",
    "focal point": "focal.point@demo.example",
    "delegate": "delegate@demo.example",
    "rapporteur": "rapporteur@demo.example",
}
"""Label to the address of the person whom the demo makes for it."""

VALID_FOR = timedelta(hours=1)


def personas() -> list[tuple[str, User, str]]:
    """Label, person and page, in the order of the job; only those that the database holds."""
    people = {
        user.email: user for user in User.objects.filter(email__in=DEMO.values(), is_active=True)
    }
    found = {label: people[email] for label, email in DEMO.items() if email in people}
    secretariat = _first_of_the_secretariat()
    if secretariat and "secretariat" not in found:
        found = {"secretariat": secretariat, **found}
    return [(label, user, "/") for label, user in found.items()]


def sign_in_link(user: User, path: str = "/") -> str:
    """A link that signs the person in once, within the hour."""
    return create_link(user=user, path=path, valid_for=VALID_FOR)


def _first_of_the_secretariat() -> User | None:
    """A demo person before a real one: nobody's own account is opened by default."""
    roles = StaffRole.objects.current(timezone.now()).filter(
        role=StaffRole.Role.SECRETARIAT, user__is_active=True
    )
    role = roles.select_related("user").order_by("-user__is_demo", "pk").first()
    return role.user if role else None
