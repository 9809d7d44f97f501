"""The embedded queue: kombu's folder of messages, with each file whole before anybody can see it.

kombu writes a message where its readers already look. Who reads too early, or after the writer was
killed, finds half a message and the worker ends (https://github.com/celery/kombu/issues/1551). Here a
file is written aside and then given its name; a message that cannot be read all the same (a full disk, a
power cut) is left out: it was only a wake-up, and the sweep finds the work (docs/adr/0002-work-is-a-row.md).
"""

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # kombu's two bases name it otherwise
        folder = Path(self.data_folder_out)
        aside = _written_aside(folder, dumps(payload))
        aside.rename(folder / f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 kombu's own
        """The oldest message that can be read, taken inside its folder. Raises: Empty.

        kombu's own goes through the folder for temporary files: elsewhere that is a copy, which two may read.
        """
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
            except FileNotFoundError:  # another reader was faster
                continue
            text = taken.read_bytes()
            taken.unlink()
            try:
                return loads(text)
            except ValueError:
                log.warning("wake-up could not be read, the sweep will find the work", queue=queue)
        raise Empty

    def _queue_bind(self, exchange: str, *names: Any) -> None:
        """Make the table of an exchange as an empty one first: kombu opens a new file before it locks it."""
        table: Path = self._exchange_file(exchange)
        try:
            self.get_table(exchange)
        except ValueError:
            table.unlink(missing_ok=True)
        if not table.exists():
            table.parent.mkdir(exist_ok=True)
            _name_once(_written_aside(table.parent, "[]"), table)
        super()._queue_bind(exchange, *names)


class Transport(filesystem.Transport):
    Channel = Channel


def _written_aside(folder: Path, text: str) -> Path:
    """A whole file whose name no reader looks for."""
    aside = folder / f"{uuid.uuid4()}.new"
    aside.write_text(text, encoding="utf-8")
    return aside


def _name_once(aside: Path, name: Path) -> None:
    """Give the file its name where nobody was faster."""
    try:
        os.link(aside, name)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        aside.rename(name)
        return
    aside.unlink()
