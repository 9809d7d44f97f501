"""The text of a section on screen: each paragraph with the record that it came from.

A paragraph belongs to a contribution when it is one of its texts word for word, or stands between the
contribution's title and its line of source; where that line names somebody else, the line is right.
Everything else is the secretariat's own words.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from breakouts.models import Group, Point
from breakouts.queries.points import list_also
from reports.facts import named_in
from reports.models import Contribution
from reports.writers.document import section_blocks
from workshop_portal.documents.html import render_html
from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import Block, Heading, Paragraph, Quote, plain

TITLES = 2
"""Headings of kinds and titles; the parts of one contribution stand deeper."""
TEXTS = ("background", "challenge", "practice", "implementation", "results", "lessons")
Link = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A block as the workbench shows it. Headings have no knot.

    `links` are what differs from the paragraph before: a chain whose end was just shown is not shown again.
    """

    html: SafeString
    links: list[Link]
    is_heading: bool = False
    is_own: bool = False
    """Whether it is the secretariat's own."""


def thread(text: str, sources: Sequence[Contribution]) -> list[Piece]:
    """The section's blocks in order, each with the links to what it came from. Pure: rows in hand.

    What is printed decides: of contributions that say the same, those count that the line of source names.
    """
    with translation.override(settings.LANGUAGE_CODE):  # the language of the text
        blocks = section_blocks(text)
        owners = _owners(blocks, sources)
    found: list[Piece] = []
    before: list[Link] = []
    for number, (block, (rows, printed)) in enumerate(zip(blocks, owners, strict=True)):
        if isinstance(block, Heading):
            before = before if block.level > TITLES else []
            found.append(Piece(html=_html(block), links=[], is_heading=True))
            continue
        whole = _chain(rows) or [{"label": part, "url": ""} for part in printed.split("; ") if part]
        goes_on = bool(rows) and number + 1 < len(owners) and owners[number + 1][0] == rows
        links = [] if goes_on else _unlike(whole, before)
        before = before if goes_on else whole
        found.append(Piece(html=_html(block), links=links, is_own=not whole))
    return found


def _owners(
    blocks: Sequence[Block], sources: Sequence[Contribution]
) -> list[tuple[list[Contribution], str]]:
    """Of each block: the contributions that it is the words of, and the source printed below it."""
    by_words, by_title = _index(sources)
    says: dict[int, set[str]] = defaultdict(lambda: {""})
    for words, alike in by_words.items():
        for row in alike:
            says[row.pk].add(words)
    found: list[tuple[list[Contribution], str]] = []
    current: list[Contribution] | None = None
    for number, block in enumerate(blocks):
        printed = block.source if isinstance(block, Paragraph | Quote) else ""
        if isinstance(block, Heading):
            titled = by_title.get(_normal(plain(block.runs)), [])
            is_below = current is not None and block.level > TITLES and not titled
            if not is_below:
                current = _take(titled, _printed_below(blocks, number)) if titled else None
            found.append((current or [], ""))
            continue
        rows = current
        if rows is None:
            same = by_words.get(_words(block), [])
            said = {words for row in same for words in says[row.pk]}
            rows = _take(same, _printed_below(blocks, number, said))
        found.append((rows, printed))
        if printed:
            current = None
    return found


def _printed_below(blocks: Sequence[Block], start: int, said: set[str] | None = None) -> str:
    """The line of source that ends what begins at `start`; nothing where something else comes first.

    `said` are the words of what has no title.
    """
    for number, block in enumerate(blocks[start:]):
        is_next = number > 0 and isinstance(block, Heading) and block.level <= TITLES
        if is_next or (said is not None and _words(block) not in said):
            break
        if isinstance(block, Paragraph | Quote) and block.source:
            return block.source
    return ""


def _take(rows: list[Contribution], printed: str) -> list[Contribution]:
    """Take out of `rows`, which say the same, those that are named; the first where nothing is printed."""
    wanted = named_in(printed, rows) if printed else rows[:1]
    rows[:] = [row for row in rows if row not in wanted]
    return wanted


def _chain(rows: Sequence[Contribution]) -> list[Link]:
    """The threads of the contributions as one: what they share, such as their point and its group, once."""
    links = [link for row in rows for link in source_links(row)]
    last = {(link["label"], link["url"]): number for number, link in enumerate(links)}
    return [links[number] for number in sorted(last.values())]


def _unlike(links: list[Link], before: list[Link]) -> list[Link]:
    """`links` without the end that they share with those shown before."""
    keep = len(links)
    while (
        keep > 0
        and len(links) - keep < len(before)
        and links[keep - 1] == before[keep - 1 - len(links)]
    ):
        keep -= 1
    return links[:keep]


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
        submitted_at = contribution.submitted_at.astimezone(edition.zone)
        links.append({"label": date_format(submitted_at, "j F Y"), "url": ""})
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
    return where | {"url": f"{where['url']}#point-{point.public_id}"}


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
    return {"label": label, "url": reverse(name, args=args)}


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
