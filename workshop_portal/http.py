"""Request types. The only reader of `HX-*` headers is django-htmx, behind `request.htmx`."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class HtmxHttpRequest(HttpRequest):
    """Any request as our views see it."""

    htmx: HtmxDetails


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page, or only its `partial` when htmx asks (never on a history restore).

    `is_part` tells the template which of the two it is.
    """
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    wants_part = bool(partial) and bool(htmx) and not htmx.history_restore_request
    name = f"{template}#{partial}" if wants_part else template
    response = render(request, name, {**context, "is_part": wants_part}, status=status)
    if partial:
        patch_vary_headers(response, ["HX-Request"])
    return response


def next_url(request: HttpRequest, default: str) -> str:
    """The `next` of the request where it stays on this site, else `default`: the only way to use it."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return default


def back(request: HttpRequest, default: str) -> HttpResponseBase:
    """Redirect after a POST."""
    return redirect(next_url(request, default))
