"""One file that holds an installation: the database, the media, and what proves it whole.

A tar.gz of `manifest.json` (rows per table, SHA-256 per file), the database and `media/`. The database is a
SQLite file copied while in use, or PostgreSQL's own dump in the same snapshot that the rows are counted in.
The secret key is not in it: who holds a backup must not be able to sign links.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from workshop_portal.management.supervisor import is_running

FORMAT = 1
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class BackupError(Exception):
    """It cannot be made, read or put in place. Its words say why; where something was changed, what is left."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    made_at: str
    vendor: str
    rows: dict[str, int]
    """Rows per table."""
    files: dict[str, str]
    """SHA-256 per file."""

    @property
    def summary(self) -> str:
        return f"{sum(self.rows.values())} rows in {len(self.rows)} tables, {len(self.files) - 1} files"


def make_backup(target: Path) -> Manifest:
    """Write the backup, whole or not at all. Raises: BackupError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        folder = Path(name)
        database = folder / NAMES[connection.vendor]
        rows = _copy_sqlite(database) if connection.vendor == "sqlite" else _dump_postgres(database)
        media = Path(settings.MEDIA_ROOT)
        files = {database.name: database, **{f"media/{n}": media / n for n in _names_in(media)}}
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            vendor=connection.vendor,
            rows=rows,
            files={name: _digest(path) for name, path in files.items()},
        )
        (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        draft = folder / "backup.tar.gz"
        with tarfile.open(draft, "w:gz", compresslevel=6) as archive:
            archive.add(folder / "manifest.json", "manifest.json")
            for inside, path in files.items():
                archive.add(path, inside)
        draft.chmod(0o600)
        draft.replace(target)
    return manifest


def restore_backup(source: Path, *, replace: bool) -> tuple[Manifest, Path | None]:
    """Put the backup in place of what is here; with `replace`, what is here is kept aside.

    Returns: the manifest, and where the former state was kept. Raises: BackupError, before any change; or, where
    putting it in place fails, with the place of the former state.
    """
    var = Path(settings.VAR_DIR)
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_running(var):
        raise BackupError("The server runs. Stop it first, then restore.")
    used = _is_used()
    if used and not replace:
        raise BackupError(
            "This database is in use. With --replace it is kept aside and the backup takes its place."
        )
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=var) as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        database = folder / NAMES[manifest.vendor]
        if manifest.vendor == "postgresql":
            _run("pg_restore", "--list", str(database))  # it is there, and reads this dump
        kept = var / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}" if used else None
        try:
            _put_in_place(manifest, database, folder / "media", kept)
        except (BackupError, OSError, DatabaseError) as error:
            where = f"What was here before is in {kept}." if kept else "Nothing was here before."
            raise BackupError(f"It was not restored whole: {error}\n{where}") from error
    return manifest, kept


def _put_in_place(manifest: Manifest, database: Path, media: Path, kept: Path | None) -> None:
    if kept is not None:
        _keep_aside(kept)
    connection.close()
    if manifest.vendor == "sqlite":
        database.replace(connection.settings_dict["NAME"])
    else:
        _restore_postgres(database)
    _replace_media(media)
    found = count_rows()
    if found != manifest.rows:
        raise BackupError(f"rows differ in {_differences(manifest.rows, found)}.")


def count_rows() -> dict[str, int]:
    """Rows per table of the database in use."""
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        rows: dict[str, int] = {}
        for name in names:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 quoted
            rows[name] = cursor.fetchone()[0]
    return rows


def _copy_sqlite(target: Path) -> dict[str, int]:
    """SQLite's online backup: writers go on meanwhile, the copy is of one moment."""
    connection.ensure_connection()
    with sqlite3.connect(target) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without -wal and -shm
        tables = copy.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        ).fetchall()
        rows = {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 our own names
            for (name,) in tables
        }
    copy.close()
    return rows


def _dump_postgres(target: Path) -> dict[str, int]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        _postgres("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        return count_rows()


def _restore_postgres(source: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    _postgres("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(source))


def _postgres(program: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on our database. Raises: BackupError."""
    arguments, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *address, database = arguments[1:]
    _run(program, *address, "--dbname", database, *options, **(env or {}))


def _run(program: str, *options: str, **env: str) -> None:
    """Raises: BackupError where the program is missing or fails, with its words."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is missing (Debian: apt install postgresql-client).")
    done = subprocess.run(  # noqa: S603 a fixed program
        [program, *options], env={**os.environ, **env}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def _unpack(source: Path, folder: Path) -> Manifest:
    """Unpack and prove the backup. Raises: BackupError, in words, for whatever is wrong with it."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                _extract(archive, member, folder)
        content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        manifest = Manifest(**content)
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, TypeError) as error:
        raise BackupError(f"{source} is no backup that can be read: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{source} has format {manifest.format}; this version reads {FORMAT}.")
    if manifest.vendor != connection.vendor:
        raise BackupError(f"A backup of {manifest.vendor} cannot become {connection.vendor}.")
    found = {name: _digest(folder / name) for name in _names_in(folder) if name != "manifest.json"}
    if found != manifest.files:
        raise BackupError(f"{source} is damaged: {_differences(manifest.files, found)}")
    return manifest


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one plain file below `folder`; `extractall(filter=...)` is not in every Python 3.11."""
    target = (folder / member.name).resolve()
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(f"unexpected entry {member.name!r}")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o600)


def _keep_aside(kept: Path) -> None:
    """Move the state in use to a folder of its own (PostgreSQL: back it up there)."""
    kept.mkdir(mode=0o700)
    if connection.vendor == "sqlite":
        connection.close()
        name = connection.settings_dict["NAME"]
        for part in (name, f"{name}-wal", f"{name}-shm"):
            if Path(part).exists():
                Path(part).replace(kept / Path(part).name)
    else:
        make_backup(kept / "backup.tar.gz")
    media = Path(settings.MEDIA_ROOT)
    if media.exists():
        media.replace(kept / "media")


def _replace_media(source: Path) -> None:
    source.mkdir(exist_ok=True)
    media = Path(settings.MEDIA_ROOT)
    if media.exists():
        shutil.rmtree(media)
    shutil.move(source, media)


def _is_used() -> bool:
    rows = count_rows() if _exists() else {}
    return any(rows.get(table) for table in ("accounts_user", "events_workshop"))


def _exists() -> bool:
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()


def _names_in(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _differences(expected: dict[str, Any], found: dict[str, Any]) -> str:
    names = sorted(n for n in expected.keys() | found.keys() if expected.get(n) != found.get(n))
    return ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
