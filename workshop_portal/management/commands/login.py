"""`./run login EMAIL`: a one-time sign-in link, for whoever has a shell on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshop_portal.accounts.models import User
from workshop_portal.management.personas import sign_in_link


class Command(BaseCommand):
    help = "Prints a link that signs a person in once, within the hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, email: str, **_options: Any) -> None:
        address = email.strip().lower()
        user = User.objects.filter(email=address, is_active=True).first()
        if user is None:
            raise CommandError(
                f"Nobody here has the address {address}. "
                f"A first one: ./run --empty --secretariat {address}"
            )
        self.stdout.write(sign_in_link(user))
