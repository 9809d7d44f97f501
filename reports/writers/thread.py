"""The text of a section on screen: each paragraph with the record that it came from.

A paragraph belongs to a contribution when it is one of its texts word for word, or stands between the
contribution's title and its line of source. Everything else is the secretariat's own words.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from breakouts.models import Group, Point
from breakouts.queries.points import list_also
from reports.models import Contribution
from reports.writers.document import section_blocks
from workshop_portal.documents.html import render_html
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import Block, Heading, Paragraph, Quote, plain

TEXTS = ("background", "challenge", "practice", "implementation", "results", "lessons")
Link = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A block as the workbench shows it. Without `links` it is the secretariat's own; headings have no knot."""

    html: SafeString
    links: list[Link]
    is_heading: bool = False


def thread(text: str, sources: Sequence[Contribution]) -> list[Piece]:
    """The section's blocks in order, each with the links to what it came from. Pure: rows in hand."""
    by_words, by_title = _index(sources)
    found: list[Piece] = []
    current: Contribution | None = None
    for block in section_blocks(text):
        if isinstance(block, Heading):
            titled = by_title.get(_normal(plain(block.runs)), [])
            is_below = current is not None and block.level > 2 and not titled
            current = titled.pop(0) if titled else (current if is_below else None)
            found.append(Piece(html=_html(block), links=[], is_heading=True))
            continue
        printed = block.source if isinstance(block, Paragraph | Quote) else ""
        same = by_words.get(_words(block), [])
        contribution = current or (same.pop(0) if same else None)
        if contribution is not None:
            links = source_links(contribution)
        else:
            links = [{"label": part, "url": ""} for part in printed.split("; ") if part]
        found.append(Piece(html=_html(block), links=links))
        if printed:
            current = None
    return found


def source_links(contribution: Contribution) -> list[Link]:
    """The thread from the report back to the day: contribution, administration, point, group, round, session.

    Needs what was merged into the point, read by `also_by`: each group that said the same is named.
    """
    edition, administration = contribution.edition, contribution.administration
    where = (edition.series.slug, edition.number, contribution.public_id)
    links = [_link(_("Contribution"), "reports:contribution-detail", *where)]
    if administration is not None:
        code = administration.code
        links.append(_link(administration.name, "administrations:administration-detail", code))
    if contribution.point is not None:
        links += _point_links(contribution.point)
    elif contribution.submitted_at is not None:
        links.append({"label": date_format(contribution.submitted_at, "j F Y"), "url": ""})
    return links


def labels_only(links: list[Link]) -> list[Link]:
    """The same thread for people who may not open the pages that it leads to."""
    return [{"label": each["label"], "url": ""} for each in links]


def _point_links(point: Point) -> list[Link]:
    group = point.group
    slug, round_, session = group.round.workshop.slug, group.round, group.round.session
    links = [_link_to_point(slug, point), *_link_to_group(slug, point.group)]
    for other in list_also(point):
        links += [_link_to_point(slug, other), *_link_to_group(slug, other.group)]
    noted_at = point.created_at
    if session is not None:
        links.append(_link(str(session.title), "events:session-detail", slug, session.public_id))
        noted_at = session.starts_at
    day = date_format(noted_at.astimezone(round_.workshop.zone), "j F Y")
    links.append(_link(day, "events:workshop-agenda", slug))
    return links


def _link_to_point(slug: str, point: Point) -> Link:
    group = point.group
    where = _link(_("Point"), "breakouts:group-detail", slug, group.round.ordinal, group.ordinal)
    return where | {"url": f"{where['url']}#point-{point.public_id}" if where["url"] else ""}


def _link_to_group(slug: str, group: Group) -> list[Link]:
    """The group and its round."""
    place = (slug, group.round.ordinal, group.ordinal)
    return [
        _link(_("Group %(number)d") % {"number": group.ordinal}, "breakouts:group-detail", *place),
        _link(
            _("Round %(number)d") % {"number": group.round.ordinal},
            "breakouts:round-detail",
            *place[:2],
        ),
    ]


def _link(label: str, name: str, *args: Any) -> Link:
    try:
        return {"label": label, "url": reverse(name, args=args)}
    except NoReverseMatch:  # TODO(#2): the pages of the groups are being written
        return {"label": label, "url": ""}


def _index(
    sources: Iterable[Contribution],
) -> tuple[dict[str, list[Contribution]], dict[str, list[Contribution]]]:
    """Contributions by each of their texts, and by their titles; equal ones in the order they are used in."""
    by_words: dict[str, list[Contribution]] = defaultdict(list)
    by_title: dict[str, list[Contribution]] = defaultdict(list)
    for row in sources:
        by_title[_normal(row.title)].append(row)
        for name in TEXTS:
            for block in parse(getattr(row, name)):
                by_words[_words(block)].append(row)
    return by_words, by_title


def _words(block: Block) -> str:
    return _normal(strip_tags(_html(block)))


def _normal(text: str) -> str:
    return " ".join(text.split())


def _html(block: Block) -> SafeString:
    if isinstance(block, Paragraph | Quote):
        block = replace(block, source="")
    return render_html((block,))
