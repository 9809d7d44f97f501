"""The mechanism of access: default deny, 404 before 403, one condition behind scope, can and load."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from workshop_portal import authorization as auth
from workshop_portal.accounts.models import User
from workshop_portal.urls import urlpatterns as site_patterns


@pytest.fixture(autouse=True)
def _rules() -> Iterator[None]:
    before = dict(auth.RULES)
    auth.rule("demo.view_user", User)(lambda user: Q(email__endswith="@a.example"))
    auth.rule("demo.greet_user", User)(auth.RULES["demo.view_user"][1])
    auth.rule("demo.edit_user", User)(lambda user: Q(pk=user.pk))
    auth.rule("demo.shine")(lambda user: user.email.startswith("ana"))
    yield
    auth.RULES.clear()
    auth.RULES.update(before)


@auth.access("demo.shine")
def asks(request: HttpRequest) -> HttpResponse:
    auth.require("demo.shine", request.user)
    return HttpResponse("shown")


@auth.access("demo.shine")
def asks_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("leaked")


@auth.access("demo.shine")
def asks_other(request: HttpRequest) -> HttpResponse:
    auth.scope(User, "demo.view_user", request.user)
    return HttpResponse("leaked")


@auth.access("demo.shine")
def vouches(request: HttpRequest) -> HttpResponse:
    auth.vouch("demo.shine")
    return HttpResponse("nothing changed")


@auth.access("demo.greet_user")
def asks_by_a_shared_rule(request: HttpRequest) -> HttpResponse:
    rows, key = User.objects.all(), request.GET["pk"]
    row = auth.load(rows, "demo.greet_user", request.user, view="demo.view_user", pk=key)
    return HttpResponse(f"hello {row}")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("leaked")


urlpatterns = [
    *site_patterns,
    path("asks/", asks),
    path("asks-nothing/", asks_nothing),
    path("asks-other/", asks_other),
    path("vouches/", vouches),
    path("shared/", asks_by_a_shared_rule),
    path("undeclared/", undeclared),
]


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana@a.example")


@pytest.fixture
def bo(db: None) -> User:
    return User.objects.create_user("bo@a.example")


@pytest.fixture
def cy(db: None) -> User:
    return User.objects.create_user("cy@c.example")


def test_scope_can_and_load_are_one_condition(ana: User, bo: User, cy: User) -> None:
    assert set(auth.scope(User, "demo.view_user", ana)) == {ana, bo}
    assert [auth.can("demo.edit_user", ana, row) for row in (ana, bo, cy)] == [True, False, False]
    rows = User.objects.all()

    def load(row: User) -> User:
        return auth.load(rows, "demo.edit_user", ana, view="demo.view_user", pk=row.pk)

    assert load(ana) == ana
    with pytest.raises(PermissionDenied):
        load(bo)
    with pytest.raises(Http404):
        load(cy)


@pytest.mark.urls(__name__)
class TestMiddleware:
    def test_asked_view_answers(self, client, ana: User) -> None:
        client.force_login(ana)
        assert client.get("/asks/").content == b"shown"

    def test_refused_view_is_403(self, client, bo: User) -> None:
        client.force_login(bo)
        assert client.get("/asks/").status_code == 403

    @pytest.mark.parametrize("url", ["/asks-nothing/", "/asks-other/"])
    def test_view_that_does_not_ask_what_it_declares_is_an_error(
        self, client, ana: User, url: str
    ) -> None:
        client.force_login(ana)
        with pytest.raises(auth.UnaskedActionError):
            client.get(url)

    def test_one_rule_for_two_actions_counts_as_both_asked(
        self, client, ana: User, bo: User, cy: User
    ) -> None:
        client.force_login(ana)
        assert client.get(f"/shared/?pk={bo.pk}").content == f"hello {bo}".encode()
        assert client.get(f"/shared/?pk={cy.pk}").status_code == 404

    def test_a_right_that_is_vouched_for_counts_as_asked(self, client, bo: User) -> None:
        client.force_login(bo)
        assert client.get("/vouches/").status_code == 200

    def test_undeclared_view_is_an_error(self, client, ana: User) -> None:
        client.force_login(ana)
        with pytest.raises(auth.UndeclaredViewError):
            client.get("/undeclared/")

    def test_visitor_is_sent_to_sign_in(self, client, db: None) -> None:
        response = client.get("/asks/?a=1")
        assert (response.status_code, response["Location"]) == (
            302,
            "/accounts/login/?next=/asks/%3Fa%3D1",
        )


def test_a_view_declares_one_of_two() -> None:
    with pytest.raises(ValueError, match="name an action"):
        auth.access()
    with pytest.raises(ValueError, match="name an action"):
        auth.access("demo.shine", public=True)


def test_two_rules_for_one_action_are_refused() -> None:
    with pytest.raises(ValueError, match="two rules"):
        auth.rule("demo.shine")(lambda user: True)
