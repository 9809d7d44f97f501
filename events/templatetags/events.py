"""Template tags of a workshop's pages: `{% load events %}`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import RequestContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString

from events import facts
from events.models import Mandate, Organiser, Workshop
from events.tabs import TABS

register = template.Library()


@register.simple_tag(takes_context=True)
def workshop_tabs(
    context: RequestContext, workshop: Workshop, current: str = ""
) -> list[dict[str, Any]]:
    """The tabs of a workshop for `components/tabs.html`.

    `current`: the name of a tab; without it, the tab whose address is the longest beginning of this page's.
    """
    path = context["request"].path
    found = [(tab.name, tab.label, tab.url(workshop)) for tab in TABS]
    if not current:
        above = [(len(url), name) for name, _label, url in found if path.startswith(url)]
        current = max(above, default=(0, ""))[1]
    return [{"url": url, "label": label, "current": name == current} for name, label, url in found]


@register.simple_tag(takes_context=True)
def block_text(context: RequestContext, name: str) -> SafeString:
    """The text of a block once more: a page's title stands in the window, the trail and the head."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    text: SafeString = block.render(context)
    return text


@register.simple_tag
def mandate_sentence(mandate: Mandate) -> str:
    """Such as "In response to the decision of the 19th A/P RTC Heads Meeting, October 2021"."""
    return facts.mandate_sentence(mandate)


@register.simple_tag
def organised_sentence(organisers: Iterable[Organiser]) -> str:
    """Such as "Organised by X in cooperation with Y"."""
    return facts.organised_sentence(organisers)
