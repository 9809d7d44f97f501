"""`./run manage check_invariants`: what must hold across rows, tables and files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshop_portal.management.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Says what in this database contradicts itself. Exit code 1 where something does."

    def handle(self, *_args: Any, **_options: Any) -> None:
        total = 0
        for name, check in INVARIANTS.items():
            found = list(check())
            total += len(found)
            self.stdout.write(f"{'BROKEN' if found else 'ok':7} {name}")
            for line in found:
                self.stdout.write(f"        {line}")
        if total:
            raise CommandError(f"{total} contradictions.")
