"""The sections of the draft, in the order of `Section.Kind`. A section's own headings start at `#`.

Here stands what comes from the workshop; `findings` and `annexes` hold the rest.
"""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.facts import listed
from participants.facts import Participation
from reports.compilation.annexes import (
    abbreviations_section,
    agenda_section,
    participants_section,
)
from reports.compilation.commonmark import bullets, escape, join, quote, table
from reports.compilation.facts import (
    CompiledSection,
    ContributionFacts,
    EditionFacts,
    TopicFacts,
    WorkshopFacts,
)
from reports.compilation.findings import (
    of_kind,
    of_topic,
    practices_section,
    proposals_section,
    topic_section,
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
        *(topic_section(facts, topic) for topic in facts.topics),
        practices_section(facts),
        proposals_section(facts),
        *(
            make(facts.workshop)
            for make in (agenda_section, participants_section)
            if facts.workshop
        ),
    ]
    printed = [facts.kept.get(section.key, section.text) for section in sections]
    return [*sections, abbreviations_section(facts, [*printed, *facts.own])]


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
        _opening(facts, workshop).format(
            number=facts.number,
            series=escape(facts.series),
            workshop=escape(workshop.title),
            dates=workshop.dates,
            bodies=escape(workshop.organised_by) or _("the secretariat"),
        ),
        *(_stressed(workshop) if workshop.is_over else ()),
        _("The organisers thank all administrations that took part and contributed.")
        if workshop.is_over
        else _("The organisers thank all administrations that contributed."),
        _("Contact: {address}").format(address=escape(workshop.contact))
        if workshop.contact
        else "",
    )
    if not workshop.organised_by:
        section.lacks("organiser")
    return section


def _stressed(workshop: WorkshopFacts) -> Iterator[str]:
    """What speakers said. Before the end nobody said it yet."""
    for session, who, message in workshop.key_messages:
        yield _("In “{session}”, {who} stressed: {message}").format(
            session=escape(session), who=escape(who), message=escape(message)
        )


def _opening(facts: EditionFacts, workshop: WorkshopFacts) -> str:
    """What the edition is. Only a later one updates what was there; before the end nothing was discussed yet."""
    if not workshop.is_over:
        return _(
            "This is edition {number} of the *{series}*. It is prepared for the *{workshop}* of {dates}, "
            "organised by {bodies}."
        )
    if facts.number == 1:
        return _(
            "This is edition {number} of the *{series}*. It records what was discussed and shared at "
            "the *{workshop}* of {dates}, organised by {bodies}, and brings together good practices of "
            "the region."
        )
    return _(
        "This is edition {number} of the *{series}*. It records what was discussed and shared at "
        "the *{workshop}* of {dates}, organised by {bodies}, and updates the good practices of the "
        "region."
    )


def _summary(facts: EditionFacts) -> CompiledSection:
    section = CompiledSection(kind=Section.Kind.SUMMARY, heading=_("Executive summary"), text="")
    section.text = join(
        _who_met(facts.workshop) if facts.workshop else "",
        _findings_line(facts),
        bullets(_topic_line(facts, topic) for topic in facts.topics if of_topic(facts, topic)),
        _practice_count(facts),
        _proposal_line(facts),
    )
    if not facts.contributions:
        section.lacks("contribution")
    for name in facts.waiting:
        section.lacks("draft", name=name)
    return section


def _who_met(workshop: WorkshopFacts) -> str:
    count = workshop.participation
    if not count.delegates:
        return ""
    words = (
        _("{delegates} from {administrations} took part in the workshop of {dates}")
        if workshop.is_over
        else _("{delegates} from {administrations} are registered for the workshop of {dates}")
    )
    sentence = words.format(
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


def _findings_line(facts: EditionFacts) -> str:
    if not facts.contributions:
        return ""
    if facts.is_ahead:
        return _("Contributions so far, by topic:")
    return _("The discussions led to the following findings:")


def _topic_line(facts: EditionFacts, topic: TopicFacts) -> str:
    mine = of_topic(facts, topic)
    counts = [
        words
        for words in (
            _counted(mine, Kind.CHALLENGE, lambda n: ngettext("%d challenge", "%d challenges", n)),
            _counted(
                mine,
                Kind.SOLUTION,
                lambda n: ngettext("%d possible solution", "%d possible solutions", n),
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
    rows = of_kind(facts.contributions, Kind.GOOD_PRACTICE)
    names = {name for row in rows for name in row.administrations}
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
    if facts.is_ahead:
        intro = ngettext(
            "%d proposal to the participants:",
            "%d proposals to the participants:",
            count,
        )
    else:
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
    held = _("the {format} workshop “{title}” of {dates}").format(
        format=workshop.format.lower(), title=escape(workshop.title), dates=workshop.dates
    )
    if workshop.organised_by:
        words = (
            _("{workshop} was organised by {bodies}")
            if workshop.is_over
            else _("{workshop} is organised by {bodies}")
        )
    else:
        words = _("{workshop} was held") if workshop.is_over else _("{workshop} is held")
    held = words.format(workshop=held, bodies=escape(workshop.organised_by))
    if workshop.mandate:
        sentence = _("In response to {mandate}, {held}.").format(
            mandate=escape(workshop.mandate), held=held
        )
    else:
        sentence = f"{held[:1].upper()}{held[1:]}."
        section.lacks("mandate")
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
        section.text = (
            _("Nobody is on record as taking part.")
            if workshop.is_over
            else _("Nobody is registered yet.")
        )
        section.lacks("participant" if workshop.is_over else "registered")
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
        (
            _("{delegates} from {administrations} took part.")
            if workshop.is_over
            else _("Registered so far: {delegates} from {administrations}.")
        ).format(
            delegates=_delegates(now.delegates),
            administrations=_administration_count(now.administrations),
        ),
        table(
            [_("Participation"), *columns],
            [[label, *(read(each) for each in counts)] for label, read in pairs],
            caption=_("Participation in figures"),
        ),
        *(_by_sub_region(now, before, columns) if now.has_sub_regions else ()),
        _by_gender(now),
    )
    return section


def _by_gender(now: Participation) -> str:
    """The table, or why there is none, or nothing: as the screen has it."""
    if not now.genders:
        return escape(now.genders_note)
    return table(
        [_("Gender"), _("Delegates")],
        [[each.name, each.delegates] for each in now.genders],
        caption=_("Delegates by gender"),
    )


def _by_sub_region(
    now: Participation, before: Participation | None, columns: list[str]
) -> Iterator[str]:
    yield table(
        [_("Sub-region"), *columns],
        _administrations_of_each(now, before),
        caption=_("Administrations by sub-region"),
    )
    yield table(
        [_("Sub-region"), _("Delegates")],
        [[each.name, each.delegates] for each in now.sub_regions],
        caption=_("Delegates by sub-region"),
    )


def _administrations_of_each(
    now: Participation, before: Participation | None
) -> list[list[object]]:
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
        section.text = (
            _("No instrument was introduced.")
            if workshop.is_over
            else _("No instrument is on the agenda.")
        )
        section.lacks("instrument")
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
    words = (
        _("The following instruments and tools were introduced at the workshop.")
        if workshop.is_over
        else _("The following instruments and tools will be introduced at the workshop.")
    )
    section.text = join(words, bullets(items))
    return section


def _delegates(count: int) -> str:
    return ngettext("%d delegate", "%d delegates", count) % count


def _administration_count(count: int) -> str:
    return ngettext("%d administration", "%d administrations", count) % count
