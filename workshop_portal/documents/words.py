"""The words that the writers add of their own, in the language of the document, and how a language is named."""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

# Django's code: (tag of HTML, tag of Word)
_TAGS = {
    "en": ("en", "en-GB"),
    "fr": ("fr", "fr-FR"),
    "zh-hans": ("zh-Hans", "zh-CN"),
    "zh-hant": ("zh-Hant", "zh-TW"),
    "ja": ("ja", "ja-JP"),
    "ko": ("ko", "ko-KR"),
}


@dataclass(frozen=True, slots=True)
class Words:
    contents: str
    annex: str
    table: str
    figure: str
    source: str
    draft: str
    unsent: str
    page: str
    reference: str
    enclosures: str
    date: str


def words(language: str, date: dt.date) -> Words:
    """Return the writers' own words in `language`, with `date` spelled out as people read it there."""
    with translation.override(language):
        return Words(
            contents=_("Contents"),
            annex=_("Annex"),
            table=pgettext("caption", "Table"),
            figure=pgettext("caption", "Figure"),
            source=pgettext("where a text comes from", "Source"),
            draft=_("Draft, not adopted"),
            unsent=_("Draft, not sent"),
            page=_("Page"),
            reference=_("Reference"),
            enclosures=_("Enclosures"),
            date=format_date(date, pgettext("date format", "j F Y")),
        )


def language_tag(language: str) -> str:
    """Return the BCP 47 tag of a language code ("zh-hans" becomes "zh-Hans")."""
    return _TAGS.get(language, (language, language))[0]


def word_language(language: str) -> str:
    """Return the tag that Word and LibreOffice know ("en" becomes "en-GB")."""
    return _TAGS.get(language, (language, language))[1]
