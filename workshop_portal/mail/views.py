"""The outbox: what was and will be sent, release, drop, resend, correct, test."""

import uuid
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access, load, require, scope
from workshop_portal.documents.spreadsheets import table_response
from workshop_portal.http import page
from workshop_portal.leases import PermanentError, SupersededError
from workshop_portal.mail import actions, queries, tables
from workshop_portal.mail.forms import AddressForm, OutboxFilterForm
from workshop_portal.mail.models import OutgoingMail
from workshop_portal.mail.registry import TEMPLATES
from workshop_portal.mail.rendering import RenderedMail, render_mail
from workshop_portal.pages import carry_out, done, refused

PAGE_SIZE = 50
SAMPLES = 3


@access("mail.view_outgoing_mail")
@require_GET
def outbox(request: PersonRequest) -> HttpResponse:
    """Every mail by state, kind, recipient or workshop, the latest due first."""
    require("mail.open_outbox", request.user)
    form = OutboxFilterForm(request.GET)
    mails = form.narrow(scope(OutgoingMail, "mail.view_outgoing_mail", request.user))
    rows = Paginator(queries.list_mails(mails, group=form.group), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    batches = queries.list_held_batches(mails)
    names = queries.name_contexts([*rows.object_list, *batches])
    workshop = form.cleaned_data.get("workshop")
    context = {
        "filter_form": form,
        "page": rows,
        "rows": [(mail, queries.title_of(mail.template), _name(names, mail)) for mail in rows],
        "batches": [(batch, _name(names, batch), _held_url(batch)) for batch in batches],
        "workshop_name": names.get(f"events.workshop:{workshop}", ""),
        "is_filtered": any(form.cleaned_data.values()),
        "tabs": _tabs(request, form, queries.count_groups(mails)),
        "tabs_label": _("States"),
    }
    return page(request, "mail/outbox.html", context)


@access("mail.view_outgoing_mail")
@require_GET
def outbox_table(request: PersonRequest, format: str) -> HttpResponseBase:
    """The mails of the filtered page, all pages of it, as a file."""
    require("mail.open_outbox", request.user)
    form = OutboxFilterForm(request.GET)
    mails = form.narrow(scope(OutgoingMail, "mail.view_outgoing_mail", request.user))
    rows = tables.outbox_rows(queries.list_mails(mails, group=form.group))
    return table_response(format, "outbox", tables.outbox_header(), rows, title=_("Outbox"))


@access("mail.view_outgoing_mail")
@require_GET
def mail_detail(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mail: its text, its state with the reason, and what can be done with it."""
    mail = _load(request, public_id, "mail.view_outgoing_mail")
    return _detail(request, mail, AddressForm(initial={"address": mail.address}))


@access("mail.release_outgoing_mail")
@require_GET
def held_detail(request: PersonRequest) -> HttpResponse:
    """The step before a release: how many people, and three of the mails."""
    require("mail.open_outbox", request.user)
    held = _held(request, "mail.release_outgoing_mail")
    count = held.count()
    if not count:
        raise Http404
    first = queries.list_mails(held, newest_due_first=False).defer(None)[:SAMPLES]
    batch = queries.list_held_batches(held)[0]
    names = queries.name_contexts([batch])
    query = urlencode({**_held_query(batch), "expected": str(count)})
    context = {
        "batch": batch,
        "name": _name(names, batch),
        "count": count,
        "samples": [_sample(mail) for mail in first],
        "release_url": f"{reverse('mail:mail-release')}?{query}",
        "drop_url": f"{reverse('mail:held-drop')}?{query}",
    }
    return page(request, "mail/held_detail.html", context)


@access("mail.release_outgoing_mail")
@require_POST
def mail_release(request: PersonRequest) -> HttpResponseBase:
    """Let a batch go, if it is still as large as it was shown."""
    require("mail.open_outbox", request.user)
    held = _held(request, "mail.release_outgoing_mail")
    expected = _expected(request)
    words = ngettext("{n} mail is released.", "{n} mails are released.", expected)
    return carry_out(
        request,
        lambda: actions.release_mails(mails=held, expected=expected, by=request.user),
        to=reverse("mail:outbox"),
        done=words.format(n=expected),
    )


@access("mail.drop_outgoing_mail")
@require_POST
def held_drop(request: PersonRequest) -> HttpResponseBase:
    """Take a waiting batch out."""
    require("mail.open_outbox", request.user)
    held = _held(request, "mail.drop_outgoing_mail")
    dropped = actions.drop_mails(mails=held, by=request.user)
    words = ngettext("{n} mail is dropped.", "{n} mails are dropped.", dropped)
    return done(request, words.format(n=dropped), reverse("mail:outbox"))


@access("mail.drop_outgoing_mail")
@require_POST
def mail_drop(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    mail = _load(request, public_id, "mail.drop_outgoing_mail")
    one = OutgoingMail.objects.filter(pk=mail.pk)
    if not actions.drop_mails(mails=one, by=request.user):
        return refused(request, actions.MailStateError(), _url(mail))
    return done(request, _("The mail is dropped and will not be sent."), _url(mail))


@access("mail.resend_outgoing_mail")
@require_POST
def mail_resend(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    mail = _load(request, public_id, "mail.resend_outgoing_mail")
    try:
        again = actions.resend_mail(mail=mail, by=request.user)
    except actions.MailStateError as refusal:
        return refused(request, refusal, _url(mail))
    return done(request, _("The mail is sent once more; this is the new one."), _url(again))


@access("mail.retry_outgoing_mail")
@require_POST
def mail_retry(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send a failed mail again, to a corrected address."""
    mail = _load(request, public_id, "mail.retry_outgoing_mail")
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _detail(request, mail, form)
    address = form.cleaned_data["address"]
    return carry_out(
        request,
        lambda: actions.retry_mail(mail=mail, address=address, by=request.user),
        to=_url(mail),
        done=_("The mail will be sent again."),
    )


@access("mail.test_outgoing_mail")
@require_POST
def mail_test(request: PersonRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the mail's text to oneself."""
    mail = _load(request, public_id, "mail.test_outgoing_mail")
    actions.send_test_of_mail(mail=mail, by=request.user)
    return done(request, _("A test mail goes to %s.") % request.user.email, _url(mail))


def _url(mail: OutgoingMail) -> str:
    return reverse("mail:mail-detail", args=[mail.public_id])


def _load(request: PersonRequest, public_id: uuid.UUID, action: str) -> OutgoingMail:
    mails = OutgoingMail.objects.select_related(
        "recipient", "actor", "released_by", "copy_of__recipient"
    )
    mail: OutgoingMail = load(
        mails, action, request.user, view="mail.view_outgoing_mail", public_id=public_id
    )
    return mail


def _detail(request: PersonRequest, mail: OutgoingMail, form: AddressForm) -> HttpResponse:
    rendered, reason = _preview(mail)
    context = {
        "mail": mail,
        "title": queries.title_of(mail.template),
        "about": _name(queries.name_contexts([mail]), mail),
        "subject": mail.subject or (rendered.subject if rendered else ""),
        "text": mail.body or (rendered.text if rendered else ""),
        "language": rendered.language if rendered else mail.language,
        "reason": reason,
        "form": form,
        "may_drop": mail.status in (mail.Status.HELD, mail.Status.PLANNED),
        "may_resend": mail.status in (mail.Status.DONE, mail.Status.EXPIRED),
        "may_retry": mail.status == mail.Status.FAILED,
        "may_test": mail.template in TEMPLATES,
    }
    return page(request, "mail/mail_detail.html", context)


def _preview(mail: OutgoingMail) -> tuple[RenderedMail | None, str]:
    """What would be sent now, without its one-time link; or why it cannot be shown."""
    if mail.status == mail.Status.DONE:
        return None, ""
    if mail.template not in TEMPLATES:
        return None, _("This kind of mail no longer exists.")
    try:
        return render_mail(mail, with_links=False), ""
    except (ObjectDoesNotExist, SupersededError):
        return None, _("What it was about has changed, so it would not be sent.")
    except PermanentError as error:
        return None, str(error)


def _sample(mail: OutgoingMail) -> dict[str, Any]:
    rendered, reason = _preview(mail)
    return {
        "to": mail.address,
        "subject": rendered.subject if rendered else reason,
        "url": reverse("mail:mail-detail", args=[mail.public_id]),
    }


def _held(request: PersonRequest, action: str) -> QuerySet[OutgoingMail]:
    """The held mails of one batch, by the four values in the address."""
    chosen = {
        name: request.GET.get(name, "").replace("\x00", "")[:120]
        for name in ("batch", "template", "context_type", "context_id")
    }
    held = scope(OutgoingMail, action, request.user)
    return held.filter(status=OutgoingMail.Status.HELD, **chosen)


def _held_query(batch: queries.HeldBatch) -> dict[str, str]:
    return {
        "batch": batch.batch,
        "template": batch.template,
        "context_type": batch.context_type,
        "context_id": batch.context_id,
    }


def _held_url(batch: queries.HeldBatch) -> str:
    return f"{reverse('mail:held-detail')}?{urlencode(_held_query(batch))}"


def _expected(request: PersonRequest) -> int:
    words = request.GET.get("expected", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else -1


def _name(names: dict[str, str], row: OutgoingMail | queries.HeldBatch) -> str:
    return names.get(f"{row.context_type}:{row.context_id}", "")


def _tabs(
    request: PersonRequest, form: OutboxFilterForm, counts: dict[str, int]
) -> list[dict[str, Any]]:
    labels = {
        "": _("All"),
        "held": _("Wait for release"),
        "planned": _("Will be sent"),
        "sent": _("Sent"),
        "failed": _("Failed"),
        "ended": _("Not sent"),
    }
    tabs = []
    for group, label in labels.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["status"] = group
        tabs.append(
            {
                "url": f"{reverse('mail:outbox')}?{query.urlencode()}",
                "label": label,
                "count": counts.get(group, sum(counts.values())),
                "current": form.group == group,
            }
        )
    return tabs
