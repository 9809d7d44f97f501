"""The embedded queue: no process ends over a message that is half there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import kombu.transport.filesystem
import pytest
from kombu import Connection, Exchange, Queue

from workshop_portal.broker import Transport

ROOT = Path(__file__).parents[2]
NAME = "default"
QUEUE = Queue(NAME, exchange=Exchange(NAME), routing_key=NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "messages").mkdir()
    return tmp_path


@pytest.fixture
def connect(folder: Path) -> Iterator[Callable[..., Connection]]:
    opened: list[Connection] = []
    Transport.global_state.clear()  # a process keeps in mind what it has bound, in any folder

    def open_one(transport: Any = Transport) -> Connection:
        options = {
            "data_folder_in": str(folder / "messages"),
            "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"),
        }
        connection = Connection("filesystem://", transport=transport, transport_options=options)
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.release()


def put(connection: Connection, text: str) -> None:
    connection.SimpleQueue(QUEUE).put(text)


def get(connection: Connection) -> str:
    message = connection.SimpleQueue(QUEUE).get(timeout=2)
    message.ack()
    return str(message.payload)


def test_it_is_what_the_embedded_start_uses(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.CELERY_BROKER_TRANSPORT)"
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "workshop_portal.settings",
        "VAR_DIR": str(tmp_path),
    }
    for redis_url, transport in (("", "workshop_portal.broker:Transport"), ("redis://x", "None")):
        command = [sys.executable, "-c", code]
        said = subprocess.check_output(
            command, cwd=ROOT, env=environment | {"REDIS_URL": redis_url}, text=True
        )
        assert said.strip() == transport


def test_messages_arrive_once_and_in_their_order(connect: Any, folder: Path) -> None:
    writer, reader = connect(), connect()
    for text in ("first", "second"):
        put(writer, text)
    assert [get(reader), get(reader)] == ["first", "second"]
    assert list((folder / "messages").iterdir()) == []


def test_a_message_that_cannot_be_read_is_left_out(connect: Any, folder: Path) -> None:
    (folder / "messages" / f"0_empty.{NAME}.msg").touch()
    (folder / "messages" / f"0_half.{NAME}.msg").write_text('{"body": "')
    connection = connect()
    put(connection, "whole")
    assert get(connection) == "whole"
    assert list((folder / "messages").iterdir()) == []


def test_kombu_by_itself_ends_over_such_a_message(connect: Any, folder: Path) -> None:
    (folder / "messages" / f"0_empty.{NAME}.msg").touch()
    with pytest.raises(ValueError, match="Expecting value"):
        get(connect(kombu.transport.filesystem.Transport))


@pytest.mark.parametrize("text", ["", '[["default", "", "def'])
def test_a_queue_whose_table_is_half_there_is_bound_anew(
    connect: Any, folder: Path, text: str
) -> None:
    (folder / "control").mkdir()
    (folder / "control" / f"{NAME}.exchange").write_text(text)
    connection = connect()
    put(connection, "whole")
    assert get(connection) == "whole"


def test_many_read_while_many_write(connect: Any, folder: Path) -> None:
    """Each reader looks without a pause, so that it meets files at each moment of their making."""
    writers, each = 3, 150
    wanted = {f"{number}:{n}" for number in range(writers) for n in range(each)}
    got: list[str] = []
    connect().SimpleQueue(QUEUE)  # bound once before: threads share what a process has bound
    ends = time.monotonic() + 20

    def write(number: int) -> None:
        connection = connect()
        for n in range(each):
            put(connection, f"{number}:{n}")

    def read() -> None:
        channel = connect().channel()
        while len(got) < len(wanted) and time.monotonic() < ends:
            message = channel.basic_get(NAME, no_ack=True)
            got.extend([] if message is None else [message.decode()])

    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(read), pool.submit(read)]
        tasks += [pool.submit(write, number) for number in range(writers)]
    for task in tasks:
        task.result()
    assert sorted(got) == sorted(wanted)
