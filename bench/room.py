"""./run bench room [MINUTES] [--people N] [--groups N] [--pace S] [--drop PERCENT] [--servers N] [--no-key]: an hour in groups.

Starts the product, seats people in groups, and lets one client each poll its group's page every two seconds
and note points on a line that loses requests. Then what was acknowledged is held against what is stored.
With DATABASE_URL and REDIS_URL it runs on PostgreSQL (in a database of its own) and as several servers.
Ends with 1 where anything was lost, stored twice or shown otherwise than stored: `--no-key` does so on purpose.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._room_client import Client, Hour
from bench.solver import UNIT, unit
from workshop_portal.tests.server import Server, Visitor, database, free_port, start

TICKS = os.sysconf("SC_CLK_TCK")
Stored = dict[int, tuple[int, list[tuple[str, str, int]]]]
"""Group to its count of changes, and its points in their order: public id, text, number of the change."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench room")
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    parser.add_argument("--people", type=int, default=70)
    parser.add_argument("--groups", type=int, default=7)
    parser.add_argument("--pace", type=float, default=60, help="seconds between two points of one")
    parser.add_argument("--drop", type=float, default=15, help="percent of requests that are lost")
    parser.add_argument("--servers", type=int, default=0, help="1 on SQLite, else 2")
    parser.add_argument("--no-key", action="store_true", help="the control: repeated is doubled")
    return parser.parse_args()


@contextmanager
def running(number: int) -> Iterator[list[Server]]:
    """So many servers on one database, each with a folder, a web server and a worker of its own."""
    with ExitStack() as stack:
        env = {"SECRET_KEY": secrets.token_urlsafe(50)}
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            env["DATABASE_URL"] = stack.enter_context(database(os.environ["DATABASE_URL"]))
            env["REDIS_URL"] = os.environ["REDIS_URL"]
        number = number or (2 if "DATABASE_URL" in env else 1)
        if number > 1 and "DATABASE_URL" not in env:
            raise SystemExit("Several servers need PostgreSQL and Redis: DATABASE_URL, REDIS_URL.")
        yield [
            stack.enter_context(
                start(
                    *("--empty", "--secretariat", "ann@secretariat.example"),
                    VAR_DIR=stack.enter_context(tempfile.TemporaryDirectory()),
                    PORT=str(free_port()),
                    **env,
                )
            )
            for _each in range(number)
        ]


def call(server: Server, *args: str) -> str:
    """What another verb of `./run` prints. Raises: SystemExit with what it says where it fails."""
    answer = server.run(*args)
    if answer.returncode:
        raise SystemExit(answer.stderr[-2000:] or answer.stdout)
    return answer.stdout


def ask_world(server: Server, act: str) -> list[str]:
    code = f"import bench._room_world as world; world.{act}"
    return call(server, "manage", "shell", "--no-imports", "-c", code).splitlines()


def seat(server: Server, people: int, groups: int) -> list[dict[str, str]]:
    """Fill the workshop, publish its groups and wait until the mails of it are gone."""
    call(server, "demo", "--delegates", str(people), "--administrations", str(min(20, people)))
    places = [json.loads(line) for line in ask_world(server, f"build({groups})")]
    deadline = time.monotonic() + 300
    while ask_world(server, "count_mails()") != ["0"] and time.monotonic() < deadline:
        time.sleep(1)
    return places


def arrive(places: Iterable[dict[str, str]], servers: list[Server], hour: Hour) -> list[Client]:
    """Everybody follows the own link; each second one is served by the other server."""
    clients = []
    for number, place in enumerate(places):
        parts = urlsplit(servers[number % len(servers)].url)
        visitor = Visitor()
        status, url, _body = visitor.sign_in(place["link"])
        if status != 200:
            raise SystemExit(f"{status} at {url}")
        cookie = "; ".join(f"{each.name}={each.value}" for each in visitor.jar)
        address = (parts.hostname or "", parts.port or 80)
        client = Client(number, address=address, page=place["page"], cookie=cookie, hour=hour)
        clients.append(client)
    return clients


def cpu_of(servers: Iterable[Server]) -> float:
    """Seconds that the web servers of these took so far."""
    seconds = 0.0
    for server in servers:
        web = server.children()["web"]
        workers = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        for pid in [web, *workers]:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


def shown(seconds: list[float]) -> str:
    """Count, median, 95th and 99th of a hundred, and the slowest, in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    parts = [f"p{name} {value * 1000:.0f} ms" for name, value in zip((50, 95, 99), at, strict=True)]
    return f"{len(seconds)}, {', '.join(parts)}, slowest {ordered[-1] * 1000:.0f} ms"


def count_wrong(
    clients: list[Client], places: list[dict[str, str]], stored: Stored
) -> dict[str, int]:
    """Acknowledged but not there, there twice, numbers left out or used twice, lists that differ."""
    texts = Counter(text for _count, points in stored.values() for _id, text, _number in points)
    sent = {text for client in clients for text in client.told.acknowledged}
    waiting = {each.fields["text"] for client in clients for each in client.waiting}
    gaps = 0
    for count, points in stored.values():
        numbers = [0, *sorted(number for _id, _text, number in points), count + 1]
        gaps += sum(after != before + 1 for before, after in pairwise(numbers))
    lists = {
        group: [key for key, _text, _number in points] for group, (_n, points) in stored.items()
    }
    return {
        "lost": len(sent - texts.keys()),
        "double": sum(number - 1 for number in texts.values()),
        "of nobody": len(texts.keys() - sent - waiting),
        "gaps of sequence": gaps,
        "clients with another list": sum(
            client.told.seen != lists[int(place["group"])]
            for client, place in zip(clients, places, strict=True)
        ),
    }


def report(clients: list[Client], wrong: dict[str, int], stored: Stored) -> None:
    told = [client.told for client in clients]
    ends = sum((each.ends for each in told), Counter[str]())
    polls = ends["poll 304"] + ends["poll 200"]
    dropped = {what: ends.pop(f"{what} DroppedError", 0) for what in ("poll", "write")}
    fine = {"page 200", "poll 304", "poll 200", "write 200", "line reopened"}
    others = {end: number for end, number in sorted(ends.items()) if end not in fine}
    acknowledged = sum(len(each.acknowledged) for each in told)
    waiting = sum(len(client.waiting) for client in clients)
    there = sum(len(points) for _count, points in stored.values())
    print(f"points  {acknowledged} acknowledged, {there} stored, {waiting} waiting on devices")
    print(f"        {', '.join(f'{number} {what}' for what, number in wrong.items())}")
    print(f"polls   {shown([each for one in told for each in one.polls])}")
    print(f"        {ends['poll 304'] / max(1, polls):.0%} were 304, {dropped['poll']} dropped")
    print(f"writes  {shown([each for one in told for each in one.writes])}")
    print(f"        {dropped['write']} dropped and sent again")
    print(f"errors  {others or 'none'}, {ends['line reopened']} kept lines reopened")


def main() -> None:
    chosen = options()
    with running(chosen.servers) as servers:
        places = seat(servers[0], chosen.people, chosen.groups)
        hour = Hour(
            arrival=min(10, chosen.minutes * 12),
            pace=chosen.pace,
            drop=chosen.drop / 100,
            has_key=not chosen.no_key,
        )
        clients = arrive(places, servers, hour)
        hour.ends_at = time.monotonic() + chosen.minutes * 60
        began, own, cpu = time.monotonic(), time.process_time(), cpu_of(servers)
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        took = time.monotonic() - began
        own, cpu = time.process_time() - own, cpu_of(servers) - cpu
        for client in clients:
            client.look()
        (line,) = ask_world(servers[0], "stored()")
    stored = {int(group): (count, points) for group, (count, points) in json.loads(line).items()}
    wrong = count_wrong(clients, places, stored)
    kind = "PostgreSQL" if "DATABASE_URL" in os.environ else "SQLite"
    print(
        f"{len(clients)} clients in {chosen.groups} groups for {took:.0f} s on {kind}, "
        f"{len(servers)} server(s), {chosen.drop:.0f} % of requests dropped"
        f"{', without keys' if chosen.no_key else ''}"
    )
    report(clients, wrong, stored)
    print(f"cores   web {cpu / took:.2f}, clients {own / took:.2f}, of {os.cpu_count()}")
    slower = unit() / UNIT
    print(
        f"        web {cpu / took / slower:.2f} where the figures were taken, a machine {slower:.1f} times as fast"
    )
    if any(wrong.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
