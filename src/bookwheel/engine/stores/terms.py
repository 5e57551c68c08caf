"""How text becomes the terms of the lexical index: the same way for passages and for questions.

Words are lower-cased, folded (é to e) and stemmed by their document's language. Scripts without spaces give pairs of
characters instead of words. Texts in languages that inflect or compound more than English give runs of three characters
too: they find "Versicherung" in "Krankenversicherungskarte".
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from bookwheel.engine.stores.languages import ENGLISH, UNSEGMENTED, UNSEGMENTED_CHARACTERS, UNSTEMMED

if TYPE_CHECKING:
    import tantivy

LONGEST_TERM = 64
GRAM = 3

_WITH_STOP_WORDS = frozenset(
    "danish dutch english finnish french german hungarian italian norwegian portuguese russian spanish swedish".split()
)
_WITHOUT_STEMMER = frozenset({UNSEGMENTED, UNSTEMMED, "hebrew"})
_WITHOUT_GRAMS = frozenset({ENGLISH, UNSEGMENTED, UNSTEMMED, "tamil"})
# Marks inside words that the tokenizer would cut at, and that writers leave out as they please.
_DROPPED = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u094d\u09bc\u09cd\u0a3c"
    "\u0a4d\u0abc\u0acd\u0b3c\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u0f84\u200b-\u200f\u2060\ufeff]+"
)
_UNSEGMENTED_RUN = re.compile(f"[{UNSEGMENTED_CHARACTERS}]+")
_CASE_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])")


def normalized(text: str) -> str:
    """The text as the analyzers want it: one spelling of each character, runs without spaces cut into pairs."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    # File names that are no UTF-8 hold lone surrogates, which the index does not take.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _UNSEGMENTED_RUN.sub(_pairs, _DROPPED.sub("", text))


def has_grams(language: str) -> bool:
    """Whether texts in this language are indexed by runs of three characters as well."""
    return language not in _WITHOUT_GRAMS


def name_text(*names: str | None) -> str:
    """Titles, headings and file names as text to index: "AnnualReport2022.pdf" is found by "annual report" too."""
    found: list[str] = []
    for name in names:
        if name:
            plain = normalized(name)
            spread = _CASE_BORDER.sub(" ", plain)
            found.append(plain if spread == plain else f"{plain} {spread}")
    return "\n".join(found)


def split_at_case(word: str) -> list[str]:
    """The parts of a word such as FY2018 or camelCase that say something by themselves."""
    parts = _CASE_BORDER.sub(" ", word).split()
    return [part for part in parts if len(part) > 1] if len(parts) > 1 else []


@cache
def word_analyzer(language: str) -> "tantivy.TextAnalyzer":
    """The analyzer of the words of a text in `language`."""
    from tantivy import Filter

    builder = _words()
    if language == ENGLISH:
        return builder.filter(Filter.ascii_fold()).filter(Filter.stemmer(language)).build()
    if language not in _WITHOUT_STEMMER:
        # The stemmers of other languages know their umlauts and accents: they go before the folding.
        builder = builder.filter(Filter.stemmer(language))
    return builder.filter(Filter.ascii_fold()).build()


@cache
def gram_analyzer() -> "tantivy.TextAnalyzer":
    """The analyzer that gives every run of three characters."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    grams = Tokenizer.ngram(GRAM, GRAM)
    return TextAnalyzerBuilder(grams).filter(Filter.lowercase()).filter(Filter.ascii_fold()).build()


@cache
def stop_words_dropped(language: str) -> "tantivy.TextAnalyzer":
    """Words of a question in `language`, lower-cased, without those that every text has."""
    from tantivy import Filter

    builder = _words()
    if language in _WITH_STOP_WORDS:
        builder = builder.filter(Filter.stopword(language))
    return builder.build()


def _words() -> "tantivy.TextAnalyzerBuilder":
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_TERM)).filter(Filter.lowercase())


def _pairs(match: re.Match[str]) -> str:
    run = match.group()
    if len(run) == 1:
        return f" {run} "
    return " " + " ".join([run[i : i + 2] for i in range(len(run) - 1)]) + " "
