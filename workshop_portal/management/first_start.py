"""From an empty folder to a database that can be used: tables, the limits' cache, the first person."""

from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from workshop_portal.accounts.actions import get_or_create_person, grant_staff_role
from workshop_portal.accounts.models import StaffRole, User


def prepare_database(say: Callable[[str], None]) -> None:
    """Apply what is not applied. Queries: 1 where nothing is to do."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"Bringing the database up to date ({len(waiting)} migrations) ...")
        call_command("migrate", verbosity=0, interactive=False)
    if not settings.CACHES["limits"]["BACKEND"].endswith("RedisCache"):
        call_command("createcachetable", verbosity=0)


def is_unused() -> bool:
    """Whether nobody has an account and no workshop is held."""
    return not (User.objects.exists() or apps.get_model("events", "Workshop").objects.exists())


@transaction.atomic
def appoint_first_secretariat(email: str) -> User:
    """Give the address an account and the secretariat's role. Raises: CommandError for a bad address."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError(f"{email!r} is not an e-mail address.") from error
    user, _made = get_or_create_person(email=address, by=None)
    grant_staff_role(user=user, role=StaffRole.Role.SECRETARIAT, by=None)
    return user
