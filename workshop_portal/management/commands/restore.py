"""`./run restore FILE`: with the server stopped."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshop_portal.management.backups import BackupError, restore_backup
from workshop_portal.management.first_start import prepare_database


class Command(BaseCommand):
    help = "Puts a backup in place, after proving it whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="keep what is here aside and take its place"
        )

    def handle(self, *_args: Any, file: Path, replace: bool, **_options: Any) -> None:
        try:
            manifest, kept = restore_backup(file, replace=replace)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if kept:  # said before what may still fail
            self.stdout.write(f"What was here before is in {kept}.")
        prepare_database(self.stderr.write)  # a backup of an earlier version
        self.stdout.write(f"Restored the state of {manifest.made_at}: {manifest.summary}.")
