"""Topics, good practices and proposals: what the region found."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from reports.compilation.commonmark import bullets, escape, join, quote
from reports.compilation.facts import (
    CompiledSection,
    ContributionFacts,
    EditionFacts,
    TopicFacts,
)
from reports.models import Contribution, Section

Kind = Contribution.Kind


def source_line(source: str) -> str:
    """The thread under a contribution; `writers.document` sets it below the paragraph before."""
    return f"*{_('Source')}: {escape(source)}*" if source else ""


def of_topic(facts: EditionFacts, topic: TopicFacts) -> list[ContributionFacts]:
    return [row for row in facts.contributions if row.topic == topic.pk]


def of_kind(rows: Iterable[ContributionFacts], kind: str) -> list[ContributionFacts]:
    return [row for row in rows if row.kind == kind]


def topic_section(facts: EditionFacts, topic: TopicFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.TOPIC, heading=topic.title[:200], text="", topic=topic.pk
    )
    mine = of_topic(facts, topic)
    parts = [f"*{escape(topic.question)}*" if topic.question.strip() else ""]
    for kind, heading in (
        (Kind.CHALLENGE, _("Challenges")),
        (Kind.SOLUTION, _("Possible solutions")),
        (Kind.TREND, _("Trends")),
    ):
        rows = of_kind(mine, kind)
        if rows:
            parts += [f"# {heading}", *(_finding(row) for row in rows)]
            section.made_of(rows)
        elif topic.pk is not None:
            section.lacks("kind", heading=heading)
    practices = of_kind(mine, Kind.GOOD_PRACTICE)
    if practices:
        parts += [f"# {_('Good practices')}", bullets(_mention(row) for row in practices)]
    if not mine:
        parts.append(_("No contribution has been received on this topic."))
    section.text = join(*parts)
    return section


def _finding(row: ContributionFacts) -> str:
    """A challenge, solution or trend."""
    return join(_told(row), source_line(row.source))


def _told(row: ContributionFacts) -> str:
    """Title and filled fields, each sentence once: a point's text is its title, cut where it is long.

    One text that begins with the title stands alone. Several stand under the title and their names, without
    those that say the title and no more.
    """
    title = _one_line(row.title).rstrip("….")
    fields = [each for each in row.fields if _one_line(each[2]).rstrip("….") != title]
    if not fields and row.fields:
        return quote(row.fields[0][2])
    if len(fields) == 1:
        text = fields[0][2]
        heading = "" if _one_line(text).startswith(title) else f"## {escape(row.title)}"
        return join(heading, quote(text))
    named = [join(f"### {escape(label)}", quote(text)) for _name, label, text in fields]
    return join(f"## {escape(row.title)}", *named)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _mention(row: ContributionFacts) -> str:
    """Such as "Coaching by video – Fiji": names may hold brackets and commas of their own."""
    where = row.said_by or _("an administration of the region")
    return f"{escape(row.title.rstrip('.'))} – {escape(where)}"


def practices_section(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.PRACTICES, heading=_("Good practices by administration"), text=""
    )
    rows = of_kind(facts.contributions, Kind.GOOD_PRACTICE)
    section.made_of(rows)
    if not rows:
        section.text = _("No good practice has been received.")
        section.lacks("practice")
        return section
    by_name: dict[str, list[ContributionFacts]] = {}
    for row in rows:
        by_name.setdefault(row.said_by, []).append(row)
    unnamed = by_name.pop("", [])
    parts = []
    for name in sorted(by_name):
        parts += [f"# {escape(name)}", *(_practice(row) for row in by_name[name])]
    if unnamed:
        parts += [f"# {_('From the region')}", *(_practice(row) for row in unnamed)]
    section.text = join(*parts)
    return section


def _practice(row: ContributionFacts) -> str:
    return join(
        _told(row),
        _("Contact: {address}").format(address=escape(row.contact)) if row.contact else "",
        source_line(row.source),
    )


def proposals_section(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.PROPOSALS, heading=_("Proposals"), text="")
    if not facts.proposals:
        section.text = (
            _("No proposal has been made yet.")
            if facts.is_ahead
            else _("No proposal was put to the participants.")
        )
        section.lacks("proposal")
        return section
    parts = [
        _("The following is proposed to the participants.")
        if facts.is_ahead
        else _("The following was put to the participants.")
    ]
    for number, (title, text) in enumerate(facts.proposals, start=1):
        heading = _("Proposal {number}: {title}").format(number=number, title=escape(title))
        parts += [f"# {heading}", quote(text)]
    section.text = join(*parts)
    return section
