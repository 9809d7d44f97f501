"""The themes of a topic."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breakouts.access import get_theme_for, get_topic_for
from breakouts.actions.themes import (
    ThemeTakenError,
    add_theme,
    edit_theme,
    remove_theme,
    reorder_theme,
)
from breakouts.forms.themes import ThemeForm
from breakouts.models import Theme, Topic
from breakouts.queries.plenary import list_themes_of
from breakouts.views.trail import steps_to
from events.views.pages import form_page
from workshop_portal.accounts.http import PersonRequest
from workshop_portal.authorization import access
from workshop_portal.http import page
from workshop_portal.pages import Places, accept, carry_out, done, posted, refused
from workshop_portal.refusals import Refusal

TOPIC = "breakouts.edit_topic"
THEME = "breakouts.edit_theme"
TAB = "breakouts"
REFUSALS: Places = {ThemeTakenError: "title"}


@access(TOPIC)
@require_safe
def theme_list(request: PersonRequest, slug: str, topic: int) -> HttpResponseBase:
    row = get_topic_for(request.user, slug=slug, ordinal=topic)
    context = {
        "workshop": row.workshop,
        "topic": row,
        "themes": list(list_themes_of(topic=row)),
        "tab": TAB,
    }
    return page(request, "breakouts/theme_list.html", context)


@access(TOPIC)
@require_http_methods(["GET", "POST"])
def theme_add(request: PersonRequest, slug: str, topic: int) -> HttpResponseBase:
    row = get_topic_for(request.user, slug=slug, ordinal=topic)
    form = ThemeForm(posted(request), watch=False)
    theme = accept(
        form, lambda: add_theme(topic=row, by=request.user, **form.cleaned_data), REFUSALS
    )
    if theme is not None:
        return done(request, _("Theme added: %s.") % theme.title, _url(row))
    return _form(request, form, _("New theme"), row)


@access(THEME)
@require_http_methods(["GET", "POST"])
def theme_edit(request: PersonRequest, slug: str, topic: int, theme: int) -> HttpResponseBase:
    row = get_theme_for(request.user, slug=slug, topic=topic, theme=theme)
    form = ThemeForm(posted(request), initial=ThemeForm.values_of(row))
    saved = accept(
        form, lambda: edit_theme(theme=row, by=request.user, **form.cleaned_data), REFUSALS
    )
    if saved is not None:
        return done(request, _("Theme saved."), _url(row.topic))
    return _form(request, form, _("Change the theme"), row.topic)


@access(THEME)
@require_POST
def theme_up(request: PersonRequest, slug: str, topic: int, theme: int) -> HttpResponseBase:
    row = get_theme_for(request.user, slug=slug, topic=topic, theme=theme)
    return _reorder(request, row, up=True)


@access(THEME)
@require_POST
def theme_down(request: PersonRequest, slug: str, topic: int, theme: int) -> HttpResponseBase:
    row = get_theme_for(request.user, slug=slug, topic=topic, theme=theme)
    return _reorder(request, row, up=False)


@access(THEME)
@require_POST
def theme_remove(request: PersonRequest, slug: str, topic: int, theme: int) -> HttpResponseBase:
    row = get_theme_for(request.user, slug=slug, topic=topic, theme=theme)
    return carry_out(
        request,
        lambda: remove_theme(theme=row, by=request.user),
        to=_url(row.topic),
        done=_("Theme removed: %s. Its points stay.") % row.title,
    )


def _reorder(request: PersonRequest, theme: Theme, *, up: bool) -> HttpResponseBase:
    try:
        reorder_theme(theme=theme, up=up, by=request.user)
    except Refusal as refusal:
        return refused(request, refusal, _url(theme.topic))
    return redirect(_url(theme.topic))


def _url(topic: Topic) -> str:
    return reverse("breakouts:theme-list", args=[topic.workshop.slug, topic.ordinal])


def _form(request: PersonRequest, form: Any, title: str, topic: Topic) -> HttpResponse:
    return form_page(
        request,
        form=form,
        title=title,
        workshop=topic.workshop,
        trail=[*steps_to(topic.workshop), (_url(topic), _("Themes"))],
        label=topic.title,
        tab=TAB,
    )
