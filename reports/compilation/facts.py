"""What a draft is made of, as plain values: no rows, no queries, no language to choose any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from events.facts import listed
from participants.facts import Participation


@dataclass(frozen=True, kw_only=True)
class TopicFacts:
    """A topic of the workshop. The key None: what belongs to no topic."""

    pk: int | None
    title: str
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class ContributionFacts:
    """A contribution as the report may show it: attribution is obeyed already.

    `administrations` is empty where none is to be named; `also` are further contributions that say the same
    of the same point; `fields` are the filled ones of the template, in its order: (name, label, text).
    """

    pk: int
    kind: str
    topic: int | None
    title: str
    fields: tuple[tuple[str, str, str], ...]
    administrations: tuple[str, ...] = ()
    also: tuple[int, ...] = ()
    contact: str = ""
    source: str = ""

    @property
    def said_by(self) -> str:
        return listed(self.administrations)


@dataclass(frozen=True, kw_only=True)
class InstrumentFacts:
    title: str
    edition: str = ""
    year: int | None = None
    url: str = ""
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    time: str
    title: str
    people: str


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    name: str
    sessions: tuple[SessionFacts, ...]


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """A participant who agreed to be named in what is published."""

    name: str
    position: str
    administration: str


@dataclass(frozen=True, kw_only=True)
class AdministrationFacts:
    """An administration that took part."""

    code: str
    name: str
    official_name: str
    delegates: int


@dataclass(frozen=True, kw_only=True)
class WorkshopFacts:
    """The workshop that feeds the edition. Sentences are those of `events.facts`."""

    title: str
    name: str
    dates: str
    is_over: bool = True
    """Whether it has ended: before that, who is registered has not taken part yet."""
    format: str
    organised_by: str
    mandate: str = ""
    """Such as: "the decision of the 19th A/P RTC Heads Meeting, October 2021"."""
    decision: str = ""
    resource_persons: tuple[str, ...] = ()
    key_messages: tuple[tuple[str, str, str], ...] = ()
    """In which session, who, what."""
    participation: Participation
    before: Participation | None = None
    before_name: str = ""
    instruments: tuple[InstrumentFacts, ...] = ()
    days: tuple[DayFacts, ...] = ()
    zone: str = ""
    administrations: tuple[AdministrationFacts, ...] = ()
    """In the alphabetical order of their names."""
    people: tuple[PersonFacts, ...] = ()
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class EditionFacts:
    """Everything that the draft of an edition says."""

    title: str
    series: str
    number: int
    workshop: WorkshopFacts | None = None
    topics: tuple[TopicFacts, ...] = ()
    contributions: tuple[ContributionFacts, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    waiting: tuple[str, ...] = ()
    """Administrations that have a draft which they have not submitted."""
    kept: Mapping[tuple[str, int | None], str] = field(default_factory=dict)
    """By key: what stays as it is, edited by hand or, then empty, removed."""
    own: tuple[str, ...] = ()
    """Texts of sections that are not compiled."""

    @property
    def is_ahead(self) -> bool:
        """Whether its workshop has not ended: nothing was discussed, decided or introduced there yet."""
        return self.workshop is not None and not self.workshop.is_over


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What a section lacks: a code of `problems.WORDS`, and what its sentence names."""

    code: str
    names: dict[str, str]


@dataclass(kw_only=True)
class CompiledSection:
    """A section as compiled. `key` (kind, topic) finds it again in an earlier draft."""

    kind: str
    heading: str
    text: str
    topic: int | None = None
    sources: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int | None]:
        return self.kind, self.topic

    def made_of(self, rows: Iterable[ContributionFacts]) -> None:
        """Add to `sources`, each once."""
        keys = (key for row in rows for key in (row.pk, *row.also))
        self.sources = list(dict.fromkeys([*self.sources, *keys]))

    def lacks(self, code: str, **names: str) -> None:
        self.problems.append(Problem(code=code, names=names))
