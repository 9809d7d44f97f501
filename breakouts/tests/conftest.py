"""Fixtures of this app's tests."""

import pytest
from django.test import Client

from breakouts.tests.worlds import BreakoutWorld, SignIn
from workshop_portal.accounts.models import User


@pytest.fixture
def world(db: None) -> BreakoutWorld:
    return BreakoutWorld()


@pytest.fixture
def sign_in() -> SignIn:
    """A client of its own for each person."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
