"""A delegate of `room.py`: a browser without a screen that polls its group's page and notes points on a poor line."""

import http.client
import re
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

EVERY = 2.0
LAST_TRIES = 300
PATIENCE = 15
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
POINT = re.compile(r'id="point-([0-9a-f-]{36})"')
STORED = 'data-kept-done="'
LIST = 'id="points-part"'
KINDS = ("challenge", "solution", "trend", "good_practice")


Answer = tuple[int, str, str]
"""Status, ETag and body."""


class DroppedError(OSError):
    """The request never left, or its answer was never read."""


@dataclass(kw_only=True)
class Hour:
    """What all clients share. Nobody begins a point after `ends_at`, by `time.monotonic`."""

    ends_at: float = 0.0
    arrival: float
    """Seconds within which all open their page."""
    pace: float
    """Seconds between two points of one person, on average."""
    drop: float
    """The share of requests that are lost, half of them on their way back."""
    has_key: bool


@dataclass
class Waiting:
    """A point on its way, as outbox.js keeps it."""

    fields: dict[str, str]
    pause: float = 1.0
    next_at: float = 0.0


@dataclass
class Told:
    """What one client did and saw. Seconds of answered requests; how many requests ended in which way."""

    polls: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """Polls with ETag every two seconds, notes points at a human pace, sends each again until it is acknowledged."""

    def __init__(
        self, number: int, *, address: tuple[str, int], page: str, cookie: str, hour: Hour
    ):
        super().__init__(name=f"client {number}", daemon=True)
        self.number, self.page, self.hour = number, page, hour
        self.chance = Random(number)
        self.line = http.client.HTTPConnection(*address, timeout=PATIENCE)
        self.headers = {"Cookie": cookie}
        self.told = Told()
        self.waiting: list[Waiting] = []
        self.tag = ""

    def run(self) -> None:
        """Open the page, then poll and note until the hour is over and nothing waits."""
        time.sleep(self.chance.uniform(0, self.hour.arrival))
        self.headers |= {"X-CSRFToken": self._open(), "HX-Request": "true"}
        next_poll = time.monotonic() + self.chance.uniform(0, EVERY)
        next_point = time.monotonic() + self.chance.uniform(0, self.hour.pace)
        noted = 0
        while (now := time.monotonic()) < self.hour.ends_at or (
            self.waiting and now < self.hour.ends_at + LAST_TRIES
        ):
            if next_point <= now < self.hour.ends_at:
                noted += 1
                self.waiting.append(self._think(noted))
                next_point = now + self.chance.expovariate(1 / self.hour.pace)
            if self.waiting and now >= self.waiting[0].next_at:
                self._send(self.waiting[0])
            if now >= next_poll:
                self._poll(drop=self.hour.drop)
                next_poll = max(next_poll + EVERY, time.monotonic())
            due = [next_poll, next_point, *(each.next_at for each in self.waiting[:1])]
            time.sleep(min(max(min(due) - time.monotonic(), 0.001), 0.5))

    def look(self) -> None:
        """Poll once more on a good line, when all the others are done."""
        for _each in range(5):
            if self._poll(drop=0):
                break
        self.line.close()

    def _think(self, noted: int) -> Waiting:
        key = str(UUID(int=self.chance.getrandbits(128), version=4)) if self.hour.has_key else ""
        text = f"Point {noted} of client {self.number}: the line at the port is thin."
        return Waiting({"text": text, "kind": self.chance.choice(KINDS), "key": key})

    def _open(self) -> str:
        """Load the page until it comes; the token of its form."""
        for _each in range(60):
            answer = self._told("page", lambda: self._ask("GET", self.page, {}, drop=0))
            token = TOKEN.search(answer[2]) if answer is not None and answer[0] == 200 else None
            if token is not None:
                return token[1]
            time.sleep(1)
        raise SystemExit(f"{self.page} does not open")

    def _send(self, waiting: Waiting) -> None:
        began = time.monotonic()
        body = urllib.parse.urlencode(waiting.fields)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"{self.page}points/add/"
        answer = self._told("write", lambda: self._ask("POST", path, kind, body=body))
        if answer is not None:
            self.told.writes.append(time.monotonic() - began)
            if answer[0] == 200 and STORED in answer[2]:
                self.told.acknowledged.append(waiting.fields["text"])
                self.waiting.remove(waiting)
                return
        waiting.next_at = time.monotonic() + waiting.pause * self.chance.uniform(0.5, 1.5)
        waiting.pause = min(waiting.pause * 2, 30)

    def _poll(self, *, drop: float) -> bool:
        began = time.monotonic()
        tag = {"If-None-Match": self.tag}
        answer = self._told("poll", lambda: self._ask("GET", f"{self.page}points/", tag, drop=drop))
        if answer is None:
            return False
        self.told.polls.append(time.monotonic() - began)
        if answer[0] == 200:
            self.tag = answer[1]
            if LIST in answer[2]:  # else only the tag is new
                self.told.seen = POINT.findall(answer[2])
        return True

    def _told(self, what: str, ask: Callable[[], Answer]) -> Answer | None:
        """The answer, or None where there was none; counted either way."""
        try:
            answer = ask()
        except (OSError, http.client.HTTPException) as error:
            self.told.ends[f"{what} {type(error).__name__}"] += 1
            self.line.close()
            return None
        self.told.ends[f"{what} {answer[0]}"] += 1
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        *,
        body: str | None = None,
        drop: float | None = None,
    ) -> Answer:
        """Ask as a browser does, on a kept line. Raises: DroppedError, OSError, HTTPException."""
        share = self.hour.drop if drop is None else drop
        fate = self.chance.random()
        if fate < share / 2:
            raise DroppedError
        while True:
            is_kept = self.line.sock is not None
            try:
                self.line.request(method, path, body, self.headers | headers)
                if fate < share:  # it left, and nobody reads the answer
                    raise DroppedError
                answer = self.line.getresponse()
                return answer.status, answer.headers.get("ETag", ""), answer.read().decode()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.line.close()
                if not is_kept:
                    raise
                self.told.ends["line reopened"] += 1
