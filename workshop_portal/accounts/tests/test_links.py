"""One-time links: used once, by POST, by the right person, in time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from workshop_portal.accounts import links
from workshop_portal.accounts.models import SignInLink, User

DAY = timedelta(days=1)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ana@customs.example", given_name="Ana", family_name="Lee")


def path_of(url: str) -> str:
    return url.removeprefix("http://testserver")


def test_get_signs_nobody_in_and_post_does(client: Client, person: User) -> None:
    url = path_of(links.create_link(user=person, path="/profile/", valid_for=DAY))

    shown = client.get(url)
    assert shown.status_code == 200
    assert "Ana Lee" in shown.content.decode()
    assert "_auth_user_id" not in client.session

    response = client.post(url)
    assert (response.status_code, response["Location"]) == (302, "/profile/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_link_works_once(client: Client, person: User) -> None:
    url = path_of(links.create_link(user=person, path="/profile/", valid_for=DAY))
    client.post(url)
    other = Client()
    assert other.post(url).status_code == 410
    assert other.get(url).status_code == 410
    assert "_auth_user_id" not in other.session


@pytest.mark.parametrize("how", ["too old", "revoked", "superseded", "person inactive", "unknown"])
def test_an_ended_link_signs_nobody_in(client: Client, person: User, how: str) -> None:
    url = path_of(links.create_link(user=person, path="/", subject="delegation:1", valid_for=DAY))
    match how:
        case "too old":
            SignInLink.objects.update(expires_at=timezone.now())
        case "revoked":
            links.revoke_links(subject="delegation:1", now=timezone.now())
        case "superseded":
            links.create_link(user=person, path="/", subject="delegation:1", valid_for=DAY)
        case "person inactive":
            User.objects.update(is_active=False)
        case "unknown":
            url = "/sign-in/nothing-of-ours/"
    assert client.get(url).status_code == 410
    assert client.post(url).status_code == 410
    assert "_auth_user_id" not in client.session


def test_links_for_another_subject_live_on(person: User) -> None:
    url = links.create_link(user=person, path="/", subject="delegation:1", valid_for=DAY)
    links.create_link(user=person, path="/", subject="delegation:2", valid_for=DAY)
    token = url.rstrip("/").rsplit("/", 1)[1]
    assert links.find_link(token, now=timezone.now()).subject == "delegation:1"


def test_the_token_is_not_stored(person: User) -> None:
    url = links.create_link(user=person, path="/", valid_for=DAY)
    token = url.rstrip("/").rsplit("/", 1)[1]
    stored = SignInLink.objects.get()
    assert token not in {str(value) for value in stored.__dict__.values()}
    assert stored.token_hash == links.hash_token(token)


def test_a_path_stays_on_this_site(person: User) -> None:
    with (
        pytest.raises(IntegrityError, match="accounts_signinlink_path_is_local"),
        transaction.atomic(),
    ):
        links.create_link(user=person, path="https://elsewhere.example/", valid_for=DAY)
