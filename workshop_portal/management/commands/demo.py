"""`./run demo`: load the workshop of the source document into an empty database, or take it out again."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from events.models import Workshop
from workshop_portal.management.demo.removal import (
    NobodyLeftError,
    RealDataError,
    find_demo,
    remove_demo,
)
from workshop_portal.management.demo.world import Demo, play, play_large
from workshop_portal.management.first_start import appoint_first_secretariat

LARGEST = 234
"""Codes that the large world can invent."""


class Command(BaseCommand):
    """Plays the demo through the same actions as the pages do."""

    help = "Load the demo: the workshop on training management with invented delegates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-held", action="store_true", help="keep the dates of May 2022")
        parser.add_argument("--delegates", type=int, help="a large world instead, for measuring")
        parser.add_argument("--administrations", type=int, default=180, help="of the large world")
        parser.add_argument("--remove", action="store_true", help="take the demo out again")
        parser.add_argument("--secretariat", metavar="EMAIL", help="with --remove: who goes on")
        parser.add_argument("--yes", action="store_true", help="with --remove: do not ask")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["remove"]:
            self._remove(secretariat=options["secretariat"], is_sure=options["yes"])
            return
        if Workshop.objects.exists():
            raise CommandError(
                "The database already holds a workshop; the demo wants an empty one."
            )
        with transaction.atomic():  # half a demo would be taken for real by the next start
            if options["delegates"]:
                demo = self._play_large(options["delegates"], options["administrations"])
            else:
                demo = play(as_held=options["as_held"], say=self.stdout.write)
        self.stdout.write(f"The demo is loaded: {demo.workshop.slug}.")

    @transaction.atomic
    def _remove(self, *, secretariat: str | None, is_sure: bool) -> None:
        """Say what goes, ask, remove it. All or nothing, the new member of the secretariat too."""
        if secretariat:
            appoint_first_secretariat(secretariat)
        try:
            removal = find_demo()
        except NobodyLeftError as error:
            raise CommandError(
                "Nobody would be left to run the site. Name who goes on:\n"
                "  ./run demo --remove --secretariat EMAIL"
            ) from error
        except RealDataError as error:
            found = "\n".join(f"  {line}" for line in error.found)
            raise CommandError(
                f"Nothing was removed: data of your own hang on the demo.\n{found}"
            ) from error
        if not removal.keys:
            self.stdout.write("There is no demo here.")
            return
        titles = [f"  {workshop.title} ({workshop.slug})" for workshop in removal.workshops]
        rows = [f"  {line}" for line in removal.lines()]
        self.stdout.write("\n".join(["These workshops go:", *titles, "with", *rows]))
        if not is_sure:
            self._ask()
        remove_demo(removal)
        self.stdout.write(
            "The demo is removed. The registry of administrations, the instruments and the record stay."
        )

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nothing was removed. Add --yes to remove it unasked.")
        self.stdout.write("Remove all of it? Type yes: ", ending="")
        self.stdout.flush()
        if sys.stdin.readline().strip().lower() != "yes":
            raise CommandError("Nothing was removed.")

    def _play_large(self, delegates: int, administrations: int) -> Demo:
        if not 1 <= administrations <= LARGEST or delegates < administrations:
            raise CommandError(
                f"Say 1 to {LARGEST} administrations, and at least one delegate for each."
            )
        return play_large(
            delegates=delegates, administrations=administrations, say=self.stdout.write
        )
