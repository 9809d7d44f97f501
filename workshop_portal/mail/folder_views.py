"""The embedded mode's mailbox: every mail sent on this machine, readable by whoever sits at it.

These pages do not exist in production, where mails go to a mail server.
"""

from collections.abc import Callable
from typing import cast

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from workshop_portal.authorization import access
from workshop_portal.http import HtmxHttpRequest, page
from workshop_portal.mail.folder import FolderMail, list_folder, read_folder_mail

LAST = 100
View = Callable[..., HttpResponseBase]
POLICY = {"script-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"]}
# Its own types know only views without arguments.
as_mail_program = cast("Callable[[View], View]", csp_replace(POLICY))
"""Inline styles, as mails have them; no script, nothing loaded."""


@access(public=True)
@require_GET
def folder_list(request: HtmxHttpRequest) -> HttpResponse:
    """The newest hundred, or those to an address."""
    _only_embedded()
    to = request.GET.get("to", "").strip()[:100]
    context = {"mails": list_folder(limit=LAST, to=to), "to": to, "last": LAST}
    return page(request, "mail/folder_list.html", context)


@access(public=True)
@require_GET
def folder_detail(request: HtmxHttpRequest, name: str) -> HttpResponse:
    """One mail as text, its links made clickable."""
    return page(request, "mail/folder_detail.html", {"mail": _mail(name)})


@access(public=True)
@as_mail_program
@require_GET
def folder_html(request: HtmxHttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 a view
    """Its HTML as a mail program shows it: inline styles, no script, nothing loaded."""
    mail = _mail(name)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html)


@access(public=True)
@require_GET
def folder_file(request: HtmxHttpRequest, name: str, number: int) -> HttpResponse:  # noqa: ARG001 a view
    """One of its files, counted from 1, to keep: a browser never runs what is in it."""
    files = _mail(name).attachments
    if not 1 <= number <= len(files):
        raise Http404
    file = files[number - 1]
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or ""
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mail(name: str) -> FolderMail:
    _only_embedded()
    mail = read_folder_mail(name)
    if mail is None:
        raise Http404
    return mail


def _only_embedded() -> None:
    if not settings.EMBEDDED:
        raise Http404
