"""One document with everything that a report can hold, and texts that try to break out of it."""

import datetime as dt
from typing import Any

from workshop_portal.documents.markdown import parse
from workshop_portal.documents.tree import (
    Bar,
    Chart,
    DefinitionList,
    Document,
    Letter,
    Paragraph,
    Quote,
    Section,
    paragraph,
    runs,
    table,
)

HOSTILE = (
    '#set text(fill: red) #import "@preview/x" $x^2$ *a* _b_ `c` \\\\ "q" \'s\' <b>t</b> <label> @ref '
    "// c /* d */ =1+1 [link](javascript:alert(1)) {{ x }} {% now %} &amp; ]]>"
)
NATIVE = "ไทย ລາວ ខ្មែរ বাংলা हिन्दी ދިވެހި العربية தமிழ் မြန်မာ සිංහල བོད Việt Nam 中文 繁體 日本語 한국어"
CHART = Chart(
    "Delegates by sub-region",
    (Bar("East Asia", 21, 18), Bar("Pacific", 10)),
    label_header="Sub-region",
    value_header="2022",
    before_header="2019",
)
TEXT = """Members moved **most** of their training *online*. See [the guide](https://example.org/guide).

#### What was hard

- Trainers
- Lines
  1. bandwidth
  2. power

> We record first.

| Tool | Hours |
|------|------:|
| LMS | 12 |
"""
HEADINGS = [
    (1, "Foreword"),
    (1, "1 Participation"),
    (1, "2 Virtual training"),
    (2, "What was hard"),
    (2, "2.1 Challenges"),
    (3, "2.1.1 Lines"),
    (2, "2.2 Solutions"),
    (1, "Annex 1. Abbreviations"),
    (1, "Annex 2. Agenda"),
]


def report(**changes: Any) -> Document:
    delegates = table(
        ["Administration", "Delegates"],
        [["Fiji", 3], ["Japan", 4]],
        caption="Delegates by administration",
        align=("start", "end"),
    )
    said = Paragraph(runs("Two people for each session."), source="round 2, group 3, Fiji")
    lines = Section("Lines", (paragraph("A recording first."),))
    whole: dict[str, Any] = {
        "title": "Training management in the new normal",
        "subtitle": "Regional Good Practice Report",
        "series": "Good Practice Report No. 22",
        "date": dt.date(2022, 5, 26),
        "authors": ("Regional Office for Capacity Building",),
        "facts": (("Participants", "70 delegates of 20 administrations"),),
        "sections": (
            Section("Foreword", (paragraph("It updates that of 2019."),), numbering="none"),
            Section("Participation", (delegates, CHART)),
            Section(
                "Virtual training",
                parse(TEXT),
                (
                    Section("Challenges", (said,), (lines,)),
                    Section(
                        "Solutions",
                        (Quote((paragraph("Keep the live hour."),), source="Singapore"),),
                    ),
                ),
            ),
            Section(
                "Abbreviations",
                (DefinitionList((("RTC", runs("Regional Training Centre")),)),),
                numbering="annex",
                starts_page=True,
            ),
            Section("Agenda", (paragraph("Three mornings."),), numbering="annex"),
        ),
    }
    return Document(**{**whole, **changes})


def holding(text: str) -> Document:
    """A document with `text` wherever people's text can stand."""
    everywhere = (
        Paragraph(runs(text), source=text),
        Quote((paragraph(text),), source=text),
        DefinitionList(((text, runs(text)),)),
        table([text, "Number"], [[text, 1]], caption=text),
        Chart(text, (Bar(text, 2),), label_header=text, value_header=text),
    )
    return report(
        title=text,
        subtitle=text,
        series=text,
        authors=(text,),
        facts=((text, text),),
        sections=(Section(text, everywhere),),
    )


def invitation(**changes: Any) -> Letter:
    whole: dict[str, Any] = {
        "senders": ("World Customs Organization", "Regional Office"),
        "date": dt.date(2022, 4, 20),
        "addressee": ("The Director General", "Fiji Revenue and Customs Service"),
        "subject": "Regional online workshop",
        "reference": "ROCB/2022/14",
        "salutation": "Dear Director General,",
        "body": parse("Please nominate **four** delegates.\n\n1. By 13 May\n2. By mail"),
        "closing": "Yours sincerely,",
        "signatory": ("A. Director", "Head"),
        "enclosures": ("Draft agenda",),
    }
    return Letter(**{**whole, **changes})
