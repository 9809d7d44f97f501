"""`./run demo`: load the workshop of the source document into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.models import Workshop
from workshop_portal.management.demo.world import Demo, play, play_large

LARGEST = 234
"""Codes that the large world can invent."""


class Command(BaseCommand):
    """Plays the demo through the same actions as the pages do."""

    help = "Load the demo: the workshop on training management with invented delegates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-held", action="store_true", help="keep the dates of May 2022")
        parser.add_argument("--delegates", type=int, help="a large world instead, for measuring")
        parser.add_argument("--administrations", type=int, default=180, help="of the large world")

    def handle(self, *_args: Any, **options: Any) -> None:
        if Workshop.objects.exists():
            raise CommandError(
                "The database already holds a workshop; the demo wants an empty one."
            )
        if options["delegates"]:
            demo = self._play_large(options["delegates"], options["administrations"])
        else:
            demo = play(as_held=options["as_held"], say=self.stdout.write)
        self.stdout.write(f"The demo is loaded: {demo.workshop.slug}.")

    def _play_large(self, delegates: int, administrations: int) -> Demo:
        if not 1 <= administrations <= LARGEST or delegates < administrations:
            raise CommandError(
                f"Say 1 to {LARGEST} administrations, and at least one delegate for each."
            )
        return play_large(
            delegates=delegates, administrations=administrations, say=self.stdout.write
        )
