"""A mail's subject, text and HTML, in the language and time zone of the person who gets it."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.db.models import Model
from django.template import Context
from django.template.backends.django import Template as DjangoTemplate
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from workshop_portal.accounts.links import create_link
from workshop_portal.accounts.models import User
from workshop_portal.leases import PermanentError
from workshop_portal.mail import wording
from workshop_portal.mail.models import SIGN_IN_PATH, OutgoingMail
from workshop_portal.mail.registry import TEMPLATES, Attachment, MailTemplate, OneTimeLink


class TemplateMismatchError(Exception):
    """A template's `build` does not return what the template declares: a mistake in the code."""


@dataclass(frozen=True, kw_only=True)
class RenderedMail:
    """What the recipient reads."""

    subject: str
    text: str
    kept: str
    """The text for the record: in place of a link that signs in it says that there was one."""
    html: str
    language: str
    zone: ZoneInfo
    attachments: list[Attachment]


def render_mail(mail: OutgoingMail, *, with_links: bool) -> RenderedMail:
    """Render as of now. Without links it is a preview, and one-time links stand as plain addresses.

    A test says what its mail would say to the person whom that is for; its links sign in who reads it.

    Raises: ObjectDoesNotExist, SupersededError where the mail makes no sense any more.
    """
    template = TEMPLATES[mail.template]
    person = mail.recipient
    language = person.language if person else mail.language
    zone = person.zone if person else ZoneInfo(str(mail.time_zone))
    with translation.override(language), timezone.override(zone):
        built = template.build(mail.params, mail.meant_for, language, zone)
        _check(template, built)
        context = {
            **{name: _plain(value, person, with_links) for name, value in built.items()},
            "recipient_name": wording.own_words(person.full_name) if person else "",
            "site_url": settings.SITE_URL,
            "zone": zone,
            "language": language,
        }
        text = _tidy(_text(template.path("txt"), context))
        return RenderedMail(
            subject=wording.one_line(_text(template.path("subject.txt"), context)),
            text=text,
            kept=_kept(text if not template.secret else _masked(template, built, context)),
            html=_html(template.path("html"), context),
            language=language,
            zone=zone,
            attachments=[
                *map(_attachment, mail.attachments),
                *(
                    template.attach(mail.params, mail.meant_for, language, zone)
                    if template.attach
                    else ()
                ),
            ],
        )


def render_for(*, template: str, params: Mapping[str, Any], person: User) -> RenderedMail:
    """What a person would get now, before anything is planned; one-time links stand as plain addresses.

    Raises: as `render_mail`.
    """
    mail = OutgoingMail(template=template, params=dict(params), recipient=person)
    return render_mail(mail, with_links=False)


def render_subject(*, template: str, values: Mapping[str, Any], person: User) -> str:
    """The subject as the person would read it, of a mail that cannot be built yet. `values`: what the subject names."""
    with translation.override(person.language), timezone.override(person.zone):
        known = {name: wording.clean(str(value)) for name, value in values.items()}
        return wording.one_line(_text(TEMPLATES[template].path("subject.txt"), known))


def _kept(text: str) -> str:
    """What may be stored: people's own words could name a sign-in link, too."""
    return re.sub(re.escape(SIGN_IN_PATH), "/…/", text, flags=re.IGNORECASE)


def _masked(template: MailTemplate, built: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """The text rendered once more without its link: nothing can be left of what was never put in."""
    masked = f"[{gettext('link for one use, not kept')}]"
    links = {name: masked for name, value in built.items() if isinstance(value, OneTimeLink)}
    return _tidy(_text(template.path("txt"), {**context, **links}))


def _check(template: MailTemplate, built: Mapping[str, Any]) -> None:
    if set(built) != set(template.placeholders):
        differing = sorted(set(built) ^ set(template.placeholders))
        raise TemplateMismatchError(f"{template.name}: {differing}")
    if template.secret != any(isinstance(value, OneTimeLink) for value in built.values()):
        raise TemplateMismatchError(f"{template.name}: secret goes with a OneTimeLink")


def _plain(value: Any, person: User | None, with_links: bool) -> Any:
    """Values as templates may see them: no rows, whose attributes a template could read."""
    if isinstance(value, OneTimeLink):
        return _link(value, person, with_links)
    if isinstance(value, Promise | str):
        return wording.clean(str(value))
    if isinstance(value, Model):
        raise TemplateMismatchError(f"{type(value).__name__} given to a mail template")
    if isinstance(value, Mapping):
        return {key: _plain(item, person, with_links) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, person, with_links) for item in value]
    return value


def _link(link: OneTimeLink, person: User | None, with_links: bool) -> str:
    if not with_links:
        return f"{settings.SITE_URL}{link.path}"
    if person is None:
        raise PermanentError("A sign-in link can be sent only to a person with an account.")
    return create_link(user=person, path=link.path, subject=link.subject, valid_for=link.valid_for)


def _text(path: str, context: Mapping[str, Any]) -> str:
    """Plain text: nothing is escaped, since nothing in it is HTML."""
    compiled = cast("DjangoTemplate", get_template(path)).template
    return str(compiled.render(Context(context, autoescape=False)))


def _html(path: str, context: dict[str, Any]) -> str:
    inliner = css_inline.CSSInliner(
        extra_css=render_to_string("mail/mail.css"), load_remote_stylesheets=False
    )
    return str(inliner.inline(render_to_string(path, context)))


def _tidy(text: str) -> str:
    """At most one empty line in a row, no spaces at the ends of lines."""
    lines: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"


def _attachment(stored: dict[str, str]) -> Attachment:
    return Attachment(name=stored["name"], type=stored["type"], content=b64decode(stored["base64"]))
