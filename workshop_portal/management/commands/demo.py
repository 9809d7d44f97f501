"""`./run demo`: load the workshop of the source document into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.models import Workshop
from workshop_portal.management.demo.world import play


class Command(BaseCommand):
    """Plays the demo through the same actions as the pages do."""

    help = "Load the demo: the workshop on training management with invented delegates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-held", action="store_true", help="keep the dates of May 2022")

    def handle(self, *_args: Any, **options: Any) -> None:
        if Workshop.objects.exists():
            raise CommandError(
                "The database already holds a workshop; the demo wants an empty one."
            )
        demo = play(as_held=options["as_held"], say=self.stdout.write)
        self.stdout.write(f"The demo is loaded: {demo.workshop.slug}.")
