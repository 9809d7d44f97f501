"""Fixtures of this app's tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from participants.signals import registration_withdrawn, registrations_approved
from participants.tests.worlds import World
from workshop_portal.accounts.models import User


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A client of its own for each person."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def said() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What was announced."""
    heard: list[tuple[str, dict[str, Any]]] = []

    def on_approved(**kwargs: Any) -> None:
        heard.append(("approved", kwargs))

    def on_withdrawn(**kwargs: Any) -> None:
        heard.append(("withdrawn", kwargs))

    registrations_approved.connect(on_approved)
    registration_withdrawn.connect(on_withdrawn)
    yield heard
    registrations_approved.disconnect(on_approved)
    registration_withdrawn.disconnect(on_withdrawn)
