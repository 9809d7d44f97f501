"""`./run manage export_edition SERIES NUMBER --format pdf --out FILE`: the regional report as a file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.template.defaultfilters import filesizeformat

from reports.models import Edition
from reports.writers import FORMATS, write_format


class Command(BaseCommand):
    help = "Writes an edition of a report as PDF, DOCX or HTML and prints where it lies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("series", nargs="?", help="the series as in its address")
        parser.add_argument("number", nargs="?", type=int, help="the number of the edition")
        parser.add_argument("--latest", action="store_true", help="the edition compiled last")
        parser.add_argument("--format", choices=sorted(FORMATS), default="pdf")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        edition = self._find(options["series"], options["number"], latest=options["latest"])
        if not edition.sections.shown().exists():
            raise CommandError(f"{_name(edition)} has no text yet. Compile the draft first.")
        content = write_format(edition, options["format"])
        out: Path = options["out"]
        beside = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            beside.write_bytes(content)
            beside.replace(out)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise CommandError(f"Cannot write {out}: {error.strerror}.") from error
        self.stdout.write(str(out))
        self.stderr.write(f"{_name(edition)}, {filesizeformat(len(content))}")

    def _find(self, series: str | None, number: int | None, *, latest: bool) -> Edition:
        editions = Edition.objects.select_related("series", "workshop")
        if latest:
            if series is not None or number is not None:
                raise CommandError("Give a series and a number, or --latest.", returncode=2)
            newest = editions.order_by(F("compiled_at").desc(nulls_last=True), "-created_at", "-pk")
            found = newest.first()
            if found is None:
                raise CommandError("There is no edition yet.")
            return found
        if series is None or number is None:
            raise CommandError("Give a series and a number, or --latest.", returncode=2)
        found = editions.filter(series__slug=series, number=number).first()
        if found is None:
            raise CommandError(f"There is no edition {number} of {series}.")
        return found


def _name(edition: Edition) -> str:
    return f"{edition.series.title}, edition {edition.number}"
