"""Two acts at the same time, for tests of locks: one waits for the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

from django.db import connections, transaction

LONGER_THAN_THE_OTHER_NEEDS = 0.5
"""Seconds that the first holds its lock: the other waits for it."""


def meanwhile(
    first: Callable[[], object], then: Callable[[], object], second: Callable[[], object]
) -> None:
    """Run `second` on a connection of its own between `first` and `then`, which share a transaction.

    Raises: what one of them raises.
    """
    holds = Event()

    def one() -> None:
        try:
            with transaction.atomic():
                first()
                holds.set()
                sleep(LONGER_THAN_THE_OTHER_NEEDS)
                then()
        finally:
            holds.set()
            connections.close_all()

    def other() -> None:
        try:
            holds.wait(timeout=60)
            second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one), pool.submit(other)]:
            done.result(timeout=60)
