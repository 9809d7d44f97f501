"""The embedded mode's mailbox: every mail sent on this machine, readable by whoever sits at it and by nobody else.

Its sign-in links open every account: others of a network do not see these pages (`is_from_this_machine`), and in
production, where mails go to a mail server, they do not exist.
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
from workshop_portal.http import HtmxHttpRequest, is_from_this_machine, page
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
    _only_here(request)
    to = request.GET.get("to", "").strip()[:100]
    context = {"mails": list_folder(limit=LAST, to=to), "to": to, "last": LAST}
    return page(request, "mail/folder_list.html", context)


@access(public=True)
@require_GET
def folder_detail(request: HtmxHttpRequest, name: str) -> HttpResponse:
    """One mail as text, its links made clickable."""
    return page(request, "mail/folder_detail.html", {"mail": _mail(request, name)})


@access(public=True)
@as_mail_program
@require_GET
def folder_html(request: HtmxHttpRequest, name: str) -> HttpResponse:
    """Its HTML as a mail program shows it: inline styles, no script, nothing loaded."""
    mail = _mail(request, name)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html)


@access(public=True)
@require_GET
def folder_file(request: HtmxHttpRequest, name: str, number: int) -> HttpResponse:
    """One of its files, counted from 1, to keep: a browser never runs what is in it."""
    files = _mail(request, name).attachments
    if not 1 <= number <= len(files):
        raise Http404
    file = files[number - 1]
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or ""
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mail(request: HtmxHttpRequest, name: str) -> FolderMail:
    _only_here(request)
    mail = read_folder_mail(name)
    if mail is None:
        raise Http404
    return mail


def _only_here(request: HtmxHttpRequest) -> None:
    if not (settings.EMBEDDED and is_from_this_machine(request)):
        raise Http404
