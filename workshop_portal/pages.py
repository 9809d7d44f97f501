"""What views share: what a form gets, carrying out an action, and saying what came of it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from workshop_portal.http import back
from workshop_portal.refusals import Refusal

T = TypeVar("T")
Places = Mapping[type[Refusal], str | None]
"""At which field of the form a refusal is said. Those that are not named are said on top."""

NOT_THE_NAME = gettext_lazy("This is not the name. Nothing was done.")


def has_typed(request: HttpRequest, name: str) -> bool:
    """Whether the person typed the name of what is to be destroyed, whatever its spaces."""
    return request.POST.get("typed_name", "").split() == name.split()


def posted(request: HttpRequest) -> Any:
    """What a bound form gets: the POST, or nothing. An empty POST is bound too."""
    return request.POST if request.method == "POST" else None


def accept(
    form: forms.Form,
    act: Callable[[], T],
    places: Places | None = None,
    *,
    unless: type[Refusal] | tuple[()] = (),
) -> T | None:
    """What the action returns where the form is right and nothing refuses; else None, with the reason in the form.

    `unless`: a refusal that has a page of its own is raised.
    """
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except Refusal as refusal:
        if isinstance(refusal, unless):
            raise
        named = (places or {}).items()
        field = next((name for kind, name in named if isinstance(refusal, kind)), None)
        form.add_error(field, str(refusal))
        return None


def carry_out(
    request: HttpRequest, act: Callable[[], Any], *, to: str, done: Any
) -> HttpResponseBase:
    """Do what a verb says, tell it or why not, and go back."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return back(request, to)


def refused(request: HttpRequest, refusal: Refusal, to: str) -> HttpResponseBase:
    """Say why nothing was done and go there."""
    messages.error(request, str(refusal))
    return redirect(to)


def done(request: HttpRequest, words: Any, to: str) -> HttpResponseBase:
    """Say what was done and go there."""
    messages.success(request, str(words))
    return redirect(to)
