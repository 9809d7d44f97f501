"""The sections of the draft, in the order of `Section.Kind`. A section's own headings start at `#`."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.facts import listed
from participants.facts import Participation
from reports.compilation.abbreviations import unknown_terms, used_terms
from reports.compilation.commonmark import bullets, escape, join, quote, table
from reports.compilation.facts import (
    CompiledSection,
    ContributionFacts,
    EditionFacts,
    Problem,
    TopicFacts,
    WorkshopFacts,
)
from reports.models import Contribution, Section

Kind = Contribution.Kind


def compile_sections(facts: EditionFacts) -> list[CompiledSection]:
    """The whole draft. The same facts give the same texts."""
    sections = [
        _foreword(facts),
        _summary(facts),
        *(
            make(facts.workshop)
            for make in (_mandate, _participation, _instruments)
            if facts.workshop
        ),
        *(_topic(facts, topic) for topic in facts.topics),
        _practices(facts),
        _proposals(facts),
        *(make(facts.workshop) for make in (_agenda, _participants) if facts.workshop),
    ]
    return [*sections, _abbreviations(facts, [section.text for section in sections])]


def source_line(source: str) -> str:
    """The thread under a contribution; `writers.document` sets it below the paragraph before."""
    return f"*{_('Source')}: {escape(source)}*" if source else ""


# Front --------------------------------------------------------------------------------------------


def _foreword(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.FOREWORD, heading=_("Foreword"), text="")
    workshop = facts.workshop
    if workshop is None:
        section.text = _(
            "This is edition {number} of the *{series}*. It brings together what the administrations of the "
            "region contributed."
        ).format(number=facts.number, series=escape(facts.series))
        return section
    section.text = join(
        _(
            "This is edition {number} of the *{series}*. It records what was discussed and shared at "
            "the *{workshop}* of {dates}, organised by {bodies}, and updates the good practices of the "
            "region."
        ).format(
            number=facts.number,
            series=escape(facts.series),
            workshop=escape(workshop.title),
            dates=workshop.dates,
            bodies=escape(workshop.organised_by) or _("the secretariat"),
        ),
        *(
            _("In “{session}”, {who} stressed: {message}").format(
                session=escape(session), who=escape(who), message=escape(message)
            )
            for session, who, message in workshop.key_messages
        ),
        _("The organisers thank all administrations that took part and contributed."),
        _("Contact: {address}").format(address=escape(workshop.contact))
        if workshop.contact
        else "",
    )
    if not workshop.organised_by:
        _lacks(section, _("No organiser is named."))
    return section


def _summary(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.SUMMARY, heading=_("Executive summary"), text="")
    section.text = join(
        _who_met(facts.workshop) if facts.workshop else "",
        _("The discussions led to the following findings:") if facts.contributions else "",
        bullets(_topic_line(facts, topic) for topic in facts.topics if _of_topic(facts, topic)),
        _practice_count(facts),
        _proposal_line(facts),
    )
    if not facts.contributions:
        _lacks(section, _("No contribution has been received."))
    for name in facts.waiting:
        _lacks(section, _("{name} has a draft that is not submitted.").format(name=name))
    return section


def _who_met(workshop: WorkshopFacts) -> str:
    count = workshop.participation
    if not count.delegates:
        return ""
    sentence = _("{delegates} from {administrations} took part in the workshop of {dates}").format(
        delegates=_delegates(count.delegates),
        administrations=_administration_count(count.administrations),
        dates=workshop.dates,
    )
    if workshop.resource_persons:
        persons = escape(listed(workshop.resource_persons))
        sentence = _("{sentence}, facilitated by {persons}").format(
            sentence=sentence, persons=persons
        )
    return f"{sentence}."


def _topic_line(facts: EditionFacts, topic: TopicFacts) -> str:
    mine = _of_topic(facts, topic)
    counts = [
        words
        for words in (
            _counted(mine, Kind.CHALLENGE, lambda n: ngettext("%d challenge", "%d challenges", n)),
            _counted(
                mine, Kind.SOLUTION, lambda n: ngettext("%d solution", "%d possible solutions", n)
            ),
            _counted(mine, Kind.TREND, lambda n: ngettext("%d trend", "%d trends", n)),
            _counted(
                mine,
                Kind.GOOD_PRACTICE,
                lambda n: ngettext("%d good practice", "%d good practices", n),
            ),
        )
        if words
    ]
    return f"**{escape(topic.title)}**: {listed(counts)}"


def _counted(rows: Iterable[ContributionFacts], kind: str, words: Callable[[int], str]) -> str:
    count = sum(row.kind == kind for row in rows)
    return words(count) % count if count else ""


def _practice_count(facts: EditionFacts) -> str:
    rows = _of_kind(facts.contributions, Kind.GOOD_PRACTICE)
    names = {row.administration for row in rows if row.administration}
    if not names:
        return ""
    practices = ngettext("%d good practice", "%d good practices", len(rows)) % len(rows)
    return _("The report describes {practices}, shared by {administrations} by name.").format(
        practices=practices, administrations=_administration_count(len(names))
    )


def _proposal_line(facts: EditionFacts) -> str:
    if not facts.proposals:
        return ""
    count = len(facts.proposals)
    intro = ngettext(
        "%d proposal was put to the participants:",
        "%d proposals were put to the participants:",
        count,
    )
    return join(intro % count, bullets(escape(title) for title, _text in facts.proposals))


# Workshop -----------------------------------------------------------------------------------------


def _mandate(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.MANDATE, heading=_("Background and mandate"), text=""
    )
    held = _("the {format} workshop *{title}* of {dates}").format(
        format=workshop.format.lower(), title=escape(workshop.title), dates=workshop.dates
    )
    if workshop.organised_by:
        held = _("{workshop} was organised by {bodies}").format(
            workshop=held, bodies=escape(workshop.organised_by)
        )
    else:
        held = _("{workshop} was held").format(workshop=held)
    if workshop.mandate:
        sentence = _("In response to {mandate}, {held}.").format(
            mandate=escape(workshop.mandate), held=held
        )
    else:
        sentence = f"{held[:1].upper()}{held[1:]}."
        _lacks(section, _("The workshop has no mandate."))
    decision = quote(workshop.decision)
    section.text = join(
        sentence,
        join(_("The decision reads:"), "\n".join(f"> {line}" for line in decision.split("\n")))
        if decision
        else "",
    )
    return section


def _participation(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.PARTICIPATION, heading=_("Participation"), text="")
    now, before = workshop.participation, workshop.before
    if not now.delegates:
        section.text = _("Nobody is on record as taking part.")
        _lacks(section, section.text)
        return section
    columns = [workshop.name, *([workshop.before_name] if before else [])]
    pairs: list[tuple[str, Callable[[Participation], int]]] = [
        (_("Delegates"), lambda each: each.delegates),
        (_("Administrations"), lambda each: each.administrations),
        (_("Online"), lambda each: each.online),
        (_("On-site"), lambda each: each.on_site),
        (_("For the first time"), lambda each: each.first_time),
        (_("Returning"), lambda each: each.returning),
    ]
    counts = [now, *([before] if before else [])]
    section.text = join(
        _("{delegates} from {administrations} took part.").format(
            delegates=_delegates(now.delegates),
            administrations=_administration_count(now.administrations),
        ),
        table(
            [_("Participation"), *columns],
            [[label, *(read(each) for each in counts)] for label, read in pairs],
            caption=_("Participation in figures"),
        ),
        table(
            [_("Sub-region"), *columns],
            _by_sub_region(now, before),
            caption=_("Administrations by sub-region"),
        ),
        table(
            [_("Sub-region"), _("Delegates")],
            [[each.name, each.delegates] for each in now.sub_regions],
            caption=_("Delegates by sub-region"),
        ),
    )
    return section


def _by_sub_region(now: Participation, before: Participation | None) -> list[list[object]]:
    """Administrations of each sub-region: now, and the last time where it is known."""
    counts = {each.name: each.administrations for each in now.sub_regions}
    if before is None:
        return [[name, count] for name, count in counts.items()]
    earlier = {each.name: each.administrations for each in before.sub_regions}
    names = [*counts, *(name for name in earlier if name not in counts)]
    return [[name, counts.get(name, 0), earlier.get(name, 0)] for name in names]


def _instruments(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.INSTRUMENTS, heading=_("Instruments introduced"), text=""
    )
    if not workshop.instruments:
        section.text = _("No instrument was introduced.")
        _lacks(section, _("No session introduces an instrument."))
        return section
    items = []
    for each in workshop.instruments:
        words = ", ".join(
            [
                f"*{escape(each.title)}*",
                *(escape(part) for part in (each.edition, str(each.year or "")) if part),
            ]
        )
        if each.url.startswith(("http://", "https://")) and not set(each.url) & set("<> \\"):
            words += f", [{escape(each.url)}](<{each.url}>)"
        if each.sessions:
            titles = listed([_("“{title}”").format(title=escape(title)) for title in each.sessions])
            words += ". " + _("Introduced in {sessions}.").format(sessions=titles)
        items.append(words)
    section.text = join(
        _("The following instruments and tools were introduced at the workshop."), bullets(items)
    )
    return section


# Findings -----------------------------------------------------------------------------------------


def _topic(facts: EditionFacts, topic: TopicFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.TOPIC, heading=topic.title[:200], text="", topic=topic.pk
    )
    mine = _of_topic(facts, topic)
    parts = [f"*{escape(topic.question)}*" if topic.question.strip() else ""]
    for kind, heading in (
        (Kind.CHALLENGE, _("Challenges")),
        (Kind.SOLUTION, _("Possible solutions")),
        (Kind.TREND, _("Trends")),
    ):
        rows = _of_kind(mine, kind)
        if rows:
            parts += [f"# {heading}", *(_finding(row) for row in rows)]
            section.sources += [row.pk for row in rows]
        elif topic.pk is not None:
            _lacks(section, _("Nothing stands under “{heading}”.").format(heading=heading))
    practices = _of_kind(mine, Kind.GOOD_PRACTICE)
    if practices:
        parts += [f"# {_('Good practices')}", bullets(_mention(row) for row in practices)]
    if not mine:
        parts.append(_("No contribution has been received on this topic."))
    section.text = join(*parts)
    return section


def _finding(row: ContributionFacts) -> str:
    """A challenge, solution or trend: its title in bold where the text does not begin with it."""
    return join(
        "" if _says_title(row) else f"**{escape(row.title)}**",
        *_field_texts(row),
        source_line(row.source),
    )


def _says_title(row: ContributionFacts) -> bool:
    """Whether the first text repeats the title: a point's text is its title, cut where it is long."""
    title = " ".join(row.title.rstrip("….").split())
    return bool(row.fields) and " ".join(row.fields[0][2].split()).startswith(title)


def _field_texts(row: ContributionFacts) -> list[str]:
    """The filled fields; labelled where there are several."""
    if len(row.fields) == 1:
        return [quote(row.fields[0][2])]
    return [join(f"**{escape(label)}.**", quote(text)) for _name, label, text in row.fields]


def _mention(row: ContributionFacts) -> str:
    where = row.administration or _("an administration of the region")
    return f"{escape(row.title)} ({escape(where)})"


def _practices(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(
        kind=Section.Kind.PRACTICES, heading=_("Good practices by administration"), text=""
    )
    rows = _of_kind(facts.contributions, Kind.GOOD_PRACTICE)
    section.sources = [row.pk for row in rows]
    if not rows:
        section.text = _("No good practice has been received.")
        _lacks(section, section.text)
        return section
    by_name: dict[str, list[ContributionFacts]] = {}
    for row in rows:
        by_name.setdefault(row.administration, []).append(row)
    unnamed = by_name.pop("", [])
    parts = []
    for name in sorted(by_name):
        parts += [f"# {escape(name)}", *(_practice(row) for row in by_name[name])]
    if unnamed:
        parts += [f"# {_('From the region')}", *(_practice(row) for row in unnamed)]
    section.text = join(*parts)
    return section


def _practice(row: ContributionFacts) -> str:
    fields = []
    for _name, label, text in row.fields:
        if len(row.fields) > 1:
            fields.append(f"### {escape(label)}")
        fields.append(quote(text))
    return join(
        f"## {escape(row.title)}",
        *fields,
        _("Contact: {address}").format(address=escape(row.contact)) if row.contact else "",
        source_line(row.source),
    )


def _proposals(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.PROPOSALS, heading=_("Proposals"), text="")
    if not facts.proposals:
        section.text = _("No proposal was put to the participants.")
        _lacks(section, section.text)
        return section
    parts = [_("The following was put to the participants.")]
    for number, (title, text) in enumerate(facts.proposals, start=1):
        heading = _("Proposal {number}: {title}").format(number=number, title=escape(title))
        parts += [f"# {heading}", quote(text)]
    section.text = join(*parts)
    return section


# Annexes ------------------------------------------------------------------------------------------


def _agenda(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.AGENDA, heading=_("Agenda"), text="")
    if not workshop.days:
        section.text = _("The agenda has no session.")
        _lacks(section, section.text)
        return section
    section.text = join(
        _("All times are those of {zone}.").format(zone=escape(workshop.zone)),
        *(
            table(
                [_("Time"), _("Session"), _("Speakers")],
                [[each.time, each.title, each.people] for each in day.sessions],
                caption=day.name,
            )
            for day in workshop.days
        ),
    )
    return section


def _participants(workshop: WorkshopFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.PARTICIPANTS, heading=_("Participants"), text="")
    if not workshop.administrations:
        section.text = _("Nobody is on record as taking part.")
        return section
    unlisted = workshop.participation.delegates - len(workshop.people)
    parts = [
        table(
            [_("Administration"), _("Authority"), _("Delegates")],
            [[each.name, each.official_name, each.delegates] for each in workshop.administrations],
            caption=_("Administrations that took part"),
        )
    ]
    if workshop.people:
        parts.append(
            table(
                [_("Name"), _("Position"), _("Administration")],
                [[each.name, each.position, each.administration] for each in workshop.people],
                caption=_("Participants who agreed to be named"),
            )
        )
    if unlisted:
        sentence = ngettext(
            "%d more delegate took part and is not named here.",
            "%d more delegates took part and are not named here.",
            unlisted,
        )
        parts.append(sentence % unlisted)
    section.text = join(*parts)
    return section


def _abbreviations(facts: EditionFacts, texts: list[str]) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.ABBREVIATIONS, heading=_("Abbreviations"), text="")
    plain = [text.replace("\\", "") for text in [facts.title, facts.series, *texts]]
    administrations = facts.workshop.administrations if facts.workshop else ()
    terms = used_terms(plain)
    section.text = join(
        table([_("Abbreviation"), _("Meaning")], terms, caption=_("Terms")) if terms else "",
        table(
            [_("Code"), _("Administration"), _("Authority")],
            [
                [each.code, each.name, each.official_name]
                for each in sorted(administrations, key=lambda each: each.code)
            ],
            caption=_("Administrations"),
        )
        if administrations
        else "",
    ) or _("No abbreviation is used.")
    for word in unknown_terms(plain, known=[each.code for each in administrations])[:20]:
        _lacks(section, _("The abbreviation {word} is not explained.").format(word=word))
    return section


# Parts --------------------------------------------------------------------------------------------


def _of_topic(facts: EditionFacts, topic: TopicFacts) -> list[ContributionFacts]:
    return [row for row in facts.contributions if row.topic == topic.pk]


def _of_kind(rows: Iterable[ContributionFacts], kind: str) -> list[ContributionFacts]:
    return [row for row in rows if row.kind == kind]


def _delegates(count: int) -> str:
    return ngettext("%d delegate", "%d delegates", count) % count


def _administration_count(count: int) -> str:
    return ngettext("%d administration", "%d administrations", count) % count


def _lacks(section: CompiledSection, words: str) -> None:
    section.problems.append(Problem(section=section.heading, words=words))
