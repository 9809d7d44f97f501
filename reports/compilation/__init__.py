"""The draft of an edition from what is known: facts in, texts of sections out. Pure but for `gather`.

`gather` reads the rows into `facts`, `texts` writes each section, `commonmark` quotes what people wrote,
`abbreviations` explains what was used. Storing the texts is `actions.compilation`.
"""

from reports.compilation.facts import CompiledSection, EditionFacts
from reports.compilation.gather import gather_facts
from reports.compilation.texts import compile_sections

__all__ = ["CompiledSection", "EditionFacts", "compile_sections", "gather_facts"]
