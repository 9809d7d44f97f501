"""What the views of this app share: a page with one form, and the answer to a verb."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from events.actions.writing import WorkshopFrozenError
from events.forms.fields import LaidOutForm
from events.models import Workshop
from workshop_portal.http import back, page

T = TypeVar("T")
Refusals = Mapping[type[Exception], str | None]
"""What an action may refuse with, to the field at which that is said; None says it on top."""


NOT_THE_NAME = gettext_lazy("This is not the name. Nothing was done.")


def has_typed(request: HttpRequest, name: str) -> bool:
    """Whether the person typed the name of what is to be destroyed, whatever its spaces."""
    return request.POST.get("typed_name", "").split() == name.split()


def posted(request: HttpRequest) -> Any:
    """What a bound form gets: the POST, or nothing. An empty POST is bound too."""
    return request.POST if request.method == "POST" else None


def accept(form: LaidOutForm, act: Callable[[], T], refusals: Refusals | None = None) -> T | None:
    """What the action returns where the form is right and nothing refuses; else None, with the reason in the form."""
    if not form.is_bound or not form.is_valid():
        return None
    known: Refusals = {WorkshopFrozenError: None, **(refusals or {})}
    try:
        return act()
    except tuple(known) as error:
        field = next(name for kind, name in known.items() if isinstance(error, kind))
        form.refuse(error, field)
        return None


def form_page(
    request: HttpRequest,
    *,
    form: LaidOutForm,
    title: Any,
    workshop: Workshop | None = None,
    trail: list[tuple[str, Any]] | None = None,
    label: Any = "",
    tab: str = "",
    **more: Any,
) -> HttpResponse:
    """A page with one form. `trail`: addresses and words between the workshop and this page."""
    context = {
        "form": form,
        "form_title": title,
        "steps": trail or [],
        "label": label,
        "workshop": workshop,
        "tab": tab,
        **more,
    }
    template = "events/workshop_form.html" if workshop else "events/form.html"
    return page(request, template, context, status=422 if form.errors else 200)


def carry_out(
    request: HttpRequest,
    act: Callable[[], Any],
    *,
    to: str,
    done: Any,
    refusals: tuple[type[Exception], ...] = (),
) -> HttpResponseBase:
    """Do what a verb says, tell it or why not, and go back."""
    known: tuple[type[Exception], ...] = (WorkshopFrozenError, *refusals)
    try:
        act()
    except known as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return back(request, to)


def done(request: HttpRequest, words: Any, to: str) -> HttpResponseBase:
    """Say what was done and go there."""
    messages.success(request, str(words))
    return redirect(to)
