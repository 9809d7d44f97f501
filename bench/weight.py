"""./run bench weight [URL]: what pages weigh on a first visit, beside their budgets.

Without an address the demo is started for it. Counted are the page and all that it names, compressed with
brotli, and fonts as they are. Needs requirements-dev.txt.
"""

import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin

import brotli

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workshop_portal.tests.server import Visitor, free_port, start

KB = 1000
PUBLIC, SIGNED_IN, BOARD, OWN_SCRIPT = 40 * KB, 75 * KB, 90 * KB, 15 * KB
NAMED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
LOADED = re.compile(r'url\("?(?!data:|#)([^")]+)"?\)')
OWN = re.compile(r"/static/js/")


def compressed(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


def parts_of(visitor: Visitor, url: str) -> dict[str, int]:
    """The page and each file that it or its stylesheets name, with its bytes on the wire."""
    content = _read(visitor, url)
    parts = {"page": compressed(content)}
    waiting = [urljoin(url, name) for name in NAMED.findall(content.decode())]
    while waiting:
        address = waiting.pop()
        if address in parts:
            continue
        content = _read(visitor, address)
        is_packed = address.endswith(".woff2")
        parts[address] = len(content) if is_packed else compressed(content)
        if address.endswith(".css"):
            waiting += [urljoin(address, name) for name in LOADED.findall(content.decode())]
    return parts


def _read(visitor: Visitor, url: str) -> bytes:
    status, _url, content = visitor.read(url)
    if status != 200:
        raise SystemExit(f"{status} at {url}")
    return content


def show(name: str, parts: dict[str, int], budget: int) -> None:
    total = sum(parts.values())
    script = sum(size for address, size in parts.items() if OWN.search(address))
    print(
        f"{name:28} {total / KB:6.1f} kB of {budget / KB:.0f} ({total / budget:4.0%}), "
        f"page alone {parts['page'] / KB:4.1f} kB, own script {script / KB:3.1f} kB of "
        f"{OWN_SCRIPT / KB:.0f}, {len(parts)} files"
    )


def main() -> None:
    if len(sys.argv) > 1:
        show("as asked", parts_of(Visitor(), sys.argv[1]), PUBLIC)
        return
    with tempfile.TemporaryDirectory() as var, start(VAR_DIR=var, PORT=str(free_port())) as server:
        visitor = Visitor()
        listed = _read(visitor, f"{server.url}/workshops/").decode()
        found = re.search(r'href="(/workshops/([\w-]+)/)"', listed)
        if found is None:
            raise SystemExit("the demo has no public workshop")
        workshop = server.url + found[1]
        show("public page", parts_of(visitor, workshop), PUBLIC)
        show("sign-in", parts_of(visitor, f"{server.url}/accounts/login/"), PUBLIC)
        visitor.sign_in(server.links["secretariat"])
        show("secretariat's first page", parts_of(visitor, f"{server.url}/"), SIGNED_IN)
        show("registrations", parts_of(visitor, f"{workshop}registrations/"), SIGNED_IN)
        show("board", parts_of(visitor, f"{workshop}breakouts/1/board/"), BOARD)


if __name__ == "__main__":
    main()
