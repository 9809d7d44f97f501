"""Fixtures of this app's tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from workshop_portal.accounts.models import User
from workshop_portal.administrations.tests.worlds import World


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
