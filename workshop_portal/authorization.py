"""Who may do what: the one mechanism. Each app's `access.py` holds the rules.

- `@rule("app.verb_object", Model)` declares which rows a person may do that to, as a `Q`.
  `scope()` (lists), `can()` (one row) and `load()` (a row or 404 / 403) are made from that one condition.
- `@rule("app.verb_object")` declares a right without an object, as a bool; `require()` checks it.
- `@access("app.verb_object")` declares what a view does; `@access(public=True)` opens it to everybody.

Default deny: `AccessMiddleware` refuses a view without a declaration, and turns the answer of a view
that never asked for the action it declares into an error. Outside the `view` scope the answer is 404,
since existence is private; inside it, with the action not allowed, 403.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

Actor = AbstractBaseUser | AnonymousUser
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
M = TypeVar("M", bound=Model)

NOBODY = Q(pk__in=[])
"""The condition that no row meets."""

EVERYBODY = ~NOBODY
"""The condition that every row meets. Not `Q()`: that one vanishes in `EVERYBODY | own`."""


@dataclass(frozen=True)
class Access:
    """What a view declared. Exactly one of the two is set."""

    action: str = ""
    public: bool = False


RULES: dict[str, tuple[type[Model] | None, Callable[[Any], Q | bool]]] = {}
"""Every rule by the name of its action. Filled when the apps' `access` modules are imported."""

_asked: ContextVar[set[str] | None] = ContextVar("asked", default=None)


class UndeclaredViewError(Exception):
    """A view that says not who may use it."""


class UnaskedActionError(Exception):
    """A view answered without asking for the action that it declares."""


def rule(
    action: str, model: type[Model] | None = None
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Declare a rule: `(user) -> Q` for a model, `(user) -> bool` without one."""

    def declare(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if action in RULES:
            raise ValueError(f"two rules for {action}")
        RULES[action] = (model, function)
        return function

    return declare


def condition(action: str, user: Actor) -> Q:
    """The rows of the action's model that the person may do it to."""
    _note(action)
    model, function = RULES[action]
    if model is None:
        raise TypeError(f"{action} has no object")
    return cast("Q", function(user))


def scope(model: type[M], action: str, user: Actor) -> QuerySet[M]:
    """Rows of `model` on which `user` may do `action`, in no order."""
    return model._default_manager.filter(condition(action, user))


def can(action: str, user: Actor, row: Model | None = None) -> bool:
    """Whether the person may; the same condition as `scope`. Queries: 1 with a row."""
    if row is None:
        _note(action)
        return bool(RULES[action][1](user))
    return scope(row._meta.model, action, user).filter(pk=row.pk).exists()


def require(action: str, user: Actor) -> None:
    """Raises: PermissionDenied where a right without an object is missing."""
    if not can(action, user):
        raise PermissionDenied


def vouch(action: str) -> None:
    """Count a right as asked where a signed proof that was given to the person a moment ago answers for it."""
    _note(action)


def load(rows: QuerySet[M], action: str, user: Actor, *, view: str, **lookup: Any) -> M:
    """The row that `lookup` names, in one query.

    Raises: Http404 outside the scope of `view`; PermissionDenied inside it where `action` is not allowed.
    """
    visible = rows.filter(condition(view, user)).filter(**lookup)
    _note(action)
    is_same = RULES[action] == RULES[view]  # one rule may stand for several actions
    if not is_same:  # asking for the same twice was half of what a page that polls cost
        visible = cast("QuerySet[M]", visible.annotate(is_allowed=_flag(rows.model, action, user)))
    row = visible.first()
    if row is None:
        raise Http404
    if not is_same and not row.is_allowed:  # type: ignore[attr-defined]  # the annotation above
        raise PermissionDenied
    return row


def _flag(model: type[Model], action: str, user: Actor) -> Any:
    return Exists(model._default_manager.filter(condition(action, user), pk=OuterRef("pk")))


def access(action: str = "", *, public: bool = False) -> Callable[[View], View]:
    """Declare what a view does. Attributes that other decorators set are kept."""
    if bool(action) == public:
        raise ValueError("name an action, or say public=True")

    def declare(view: View) -> View:
        @wraps(view)
        def declared(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(*args, **kwargs)

        declared.access = Access(action, public)  # type: ignore[attr-defined]  # read by the middleware
        return cast("View", declared)

    return declare


class AccessMiddleware:
    """Default deny. Views of allauth are let through by their module; `urls.py` lists each that is used."""

    THIRD_PARTY = ("allauth.account.views",)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _asked.set(set())
        try:
            response = self.get_response(request)
            self._check_asked(request, response)
        finally:
            _asked.reset(token)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        declared = declaration(view)
        if declared is None:
            if view.__module__ in self.THIRD_PARTY:
                return None
            raise UndeclaredViewError(f"{view.__module__}.{view.__name__} declares no access")
        if declared.public or request.user.is_authenticated:
            return None
        return redirect_to_login(request.get_full_path())

    def _check_asked(self, request: HttpRequest, response: HttpResponseBase) -> None:
        match: ResolverMatch | None = request.resolver_match
        declared = declaration(match.func) if match else None
        if declared is None or declared.public or not request.user.is_authenticated:
            return
        if response.status_code < 400 and declared.action not in (_asked.get() or set()):
            raise UnaskedActionError(f"{request.path} answered without asking {declared.action}")


def declaration(view: Callable[..., Any]) -> Access | None:
    """What a view declared, if anything."""
    return getattr(view, "access", None)


def _note(action: str) -> None:
    asked = _asked.get()
    if asked is not None:
        asked.add(action)
