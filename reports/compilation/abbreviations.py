"""The abbreviations of the field, and which of them a draft uses."""

import re
from collections.abc import Iterable

TERMS = {
    "A/P": "Asia/Pacific region of the World Customs Organization",
    "ACE": "Accredited Customs Expert",
    "ADB": "Asian Development Bank",
    "AEO": "Authorized Economic Operator",
    "APEC": "Asia-Pacific Economic Cooperation",
    "ASEAN": "Association of Southeast Asian Nations",
    "CBHRM": "Competency-based human resource management",
    "CBT": "Competency-based training",
    "CLiKC!": "WCO learning platform for Customs officers",
    "COVID-19": "Coronavirus disease 2019",
    "CPD": "Continuing professional development",
    "HQ": "Headquarters",
    "HR": "Human resources",
    "HRM": "Human resource management",
    "HRMD": "Human Resource Management and Development",
    "ICT": "Information and communication technology",
    "IT": "Information technology",
    "KPI": "Key performance indicator",
    "LMS": "Learning management system",
    "LVT": "Live virtual training",
    "OCO": "Oceania Customs Organisation",
    "PICARD": "Partnership in Customs Academic Research and Development",
    "RILO": "Regional Intelligence Liaison Office",
    "ROCB": "Regional Office for Capacity Building",
    "ROCB A/P": "Regional Office for Capacity Building for Asia/Pacific",
    "RTC": "Regional Training Centre",
    "SOP": "Standard operating procedure",
    "TFA": "Trade Facilitation Agreement",
    "TNA": "Training needs analysis",
    "UTC": "Coordinated Universal Time",
    "VR": "Virtual reality",
    "WCO": "World Customs Organization",
    "WTO": "World Trade Organization",
}
"""Source: WCO glossary and the annex "Abbreviations" of the regional reports."""

_CAPITALS = re.compile(r"(?<![\w/])[A-Z]{2,6}(?![\w/])")
_ROMAN = re.compile(r"^[IVXLC]+$")


def used_terms(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The known abbreviations that stand in the texts, with their meanings, in the order of the alphabet.

    What stands only within a longer one, such as the "A/P" of "ROCB A/P", is explained with that.
    """
    words = "\n".join(texts)
    found = []
    for term in sorted(TERMS, key=len, reverse=True):
        if _stands_in(term, words):
            found.append(term)
            words = _pattern(term).sub(" ", words)
    return [(term, TERMS[term]) for term in sorted(found, key=lambda term: (term.upper(), term))]


def unknown_terms(texts: Iterable[str], *, known: Iterable[str]) -> list[str]:
    """Words in capitals that nobody explains: neither a known term nor one of `known`."""
    explained = {part for term in (*TERMS, *known) for part in re.split(r"[ /\-]", term)}
    found = set(_CAPITALS.findall("\n".join(texts)))
    return sorted(word for word in found - explained if not _ROMAN.match(word))


def _stands_in(term: str, words: str) -> bool:
    return _pattern(term).search(words) is not None


def _pattern(term: str) -> re.Pattern[str]:
    """Also in the plural: "RTCs"."""
    return re.compile(rf"(?<![\w/]){re.escape(term)}s?(?![\w])")
