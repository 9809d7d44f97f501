"""`./run backup FILE`: while the server runs or not."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workshop_portal.management.backups import BackupError, make_backup


class Command(BaseCommand):
    help = "Writes the database and the media into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the file if it exists"
        )

    def handle(self, *_args: Any, file: Path, overwrite: bool, **_options: Any) -> None:
        if file.exists() and not overwrite:
            raise CommandError(f"{file} exists. With --overwrite it is replaced.")
        try:
            manifest = make_backup(file.resolve())
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {manifest.summary}.")
