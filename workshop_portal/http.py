"""Request types. The only reader of `HX-*` headers is django-htmx, behind `request.htmx`."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
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


def is_from_this_machine(request: HttpRequest) -> bool:
    """Whether a browser on this machine asks: by its address, under a name of this machine, through no proxy.

    The name, too: the page of a stranger may lead its own name to 127.0.0.1 and read what is answered there.
    """
    try:
        is_near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        name = urlsplit(f"//{request.get_host()}").hostname
    except (ValueError, DisallowedHost):
        return False
    is_own = name in {"localhost", "127.0.0.1", "::1", urlsplit(settings.SITE_URL).hostname}
    is_passed_on = {"X-Forwarded-For", "Forwarded"} & set(request.headers)
    return is_near and is_own and not is_passed_on


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
