"""An edition as a file: `document` makes the tree, `export` writes it as PDF, DOCX or HTML."""

from reports.writers.export import (
    FORMATS,
    Format,
    may_export,
    snapshot,
    write_edition,
    write_format,
)

__all__ = ["FORMATS", "Format", "may_export", "snapshot", "write_edition", "write_format"]
