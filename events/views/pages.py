"""A page with one form: of a workshop, with its tabs, or of a page above."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from events.forms.fields import LaidOutForm
from events.models import Workshop
from workshop_portal.http import page


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
