"""Pages for what went wrong, each with a number that is also in the log. What a person wrote is never lost.

The handlers of `urls.py`, the view for a failed CSRF check, the middleware that keeps a form whose session
has ended, and the one for the address of a step that is opened as a page. Refusals with an object (a seat
quota, a conflict) are pages of their apps instead.
"""

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from workshop_portal.authorization import declaration

logger = logging.getLogger(__name__)

NO_WORDS = re.compile(
    r"on|true|false|[\d\s.,:/+-]*|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE
)
"""Values that nobody wrote: ticks, numbers, ids. All others are kept: many scripts put no space between words."""

OF_THE_PAGE = {"next", "save", "send", "grant"}
"""Where a form returns to, and the buttons that have a name."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, reason=exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, reason=exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, reason=exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without reading the request, the session or the database: any of them may be what broke."""
    number = _new_number()
    logger.error("error %s on %s", number, request.path)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give back what was sent. It can be sent again only if it came from a page of this site."""
    number = _new_number()
    logger.warning("refused %s on %s: %s", number, request.path, reason)
    context = {"number": number, "is_own": _is_own_page(request), **kept_form(request)}
    return render(request, "403_csrf.html", context, status=403)


class KeptFormMiddleware:
    """A form with text in it, sent after the session ended, comes back whole instead of a sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        declared = declaration(view)
        if declared is None or declared.public or request.user.is_authenticated:
            return None
        kept = kept_form(request)
        if not kept["texts"]:
            return None
        return render(request, "session_ended.html", kept, status=403)


class StepMiddleware:
    """The address of a step, opened or loaded again as a page, says so: its answer would be an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = request.method == "GET" and "HX-Request" not in request.headers
        if response.status_code != 405 or not is_page:
            return response
        page = _page(request, 405)
        page["Allow"] = response.get("Allow", "")
        return page


def kept_form(request: HttpRequest) -> dict[str, Any]:
    """What a POST carried, to be shown and sent again. Passwords, tokens and files are left out."""
    fields = [
        (name, value)
        for name, values in (request.POST.lists() if request.method == "POST" else [])
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    return {
        "path": request.get_full_path(),
        "fields": fields,
        "texts": [
            (name, value)
            for name, value in fields
            if name not in OF_THE_PAGE and not NO_WORDS.fullmatch(value)
        ],
        "has_files": bool(request.FILES),
    }


def _is_own_page(request: HttpRequest) -> bool:
    sent_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(sent_from)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def _page(request: HttpRequest, status: int, *, reason: Exception | None = None) -> HttpResponse:
    number = _new_number()
    logger.warning("refused %s with %s on %s", number, status, request.path)
    words = str(reason) if status == 403 else ""
    return render(request, f"{status}.html", {"number": number, "words": words}, status=status)


def _new_number() -> str:
    number = secrets.token_hex(4)
    return f"{number[:4]}-{number[4:]}"
