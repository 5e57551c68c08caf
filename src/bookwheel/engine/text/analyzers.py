"""How text becomes the terms of the lexical index: the same way for passages and for questions.

Words are lower-cased, folded (é to e) and stemmed by their document's language, or cut to their first letters where
there is no stemmer for it. Scripts without spaces give runs of characters instead of words (see `spelling`). Texts in
other languages than English give runs of three characters too: they find "Versicherung" in "Krankenversicherungskarte".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from bookwheel.engine.text.languages import ENGLISH, UNSEGMENTED, UNSTEMMED, VIETNAMESE
from bookwheel.engine.text.spelling import normalized
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import tantivy

# Raised with each change to the terms of a text: an index with terms of another version is built anew.
TERMS_VERSION = 6
LONGEST_TERM = 64
GRAM = 3

_WITH_STOP_WORDS = frozenset(
    "danish dutch english finnish french german hungarian italian norwegian portuguese russian spanish swedish".split()
)
_WITHOUT_STEMMER = frozenset({UNSEGMENTED, UNSTEMMED, VIETNAMESE, "hebrew"})
_WITHOUT_GRAMS = frozenset({"", ENGLISH, UNSEGMENTED})
# Without a stemmer a word is known by its first five letters, as Polish, Czech and Indonesian words change at their
# ends. nDCG@10 of BM25 alone with whole words, five letters, and the stemmers that others have: Polish .469, .599, .592
# and .769, .898, .907, Czech .441, .571, .554, Indonesian .885, .908, .885; with four and six letters less on average.
# A cut word ends with a sign of its own: "class", cut from "classification", is not the English word.
_LETTERS_KEPT = 5
_CUT = "\u02d0"
_LONG_WORD = lazy_regex(rf"\b([^\W\d_]{{{_LETTERS_KEPT}}})[^\W\d_]+\b")
_CASE_BORDER = lazy_regex(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Every border stands inside such a pair, which is found several times as fast.
_MAY_HAVE_BORDER = lazy_regex(r"[A-Za-z0-9][A-Z0-9]|[0-9][a-z]")
# "replicaCount" and "GrandTotalAmount" are found by their parts too.
_JOINED = lazy_regex(r"(?<![^\W_])[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_CASE_CHANGE = lazy_regex(r"(?<=[a-z])(?=[A-Z])")
# To look for a change of case in prose with a regex takes four times as long as all else here; so only in classes.
_CASES = bytes(97 if 97 <= code <= 122 else 65 if 65 <= code <= 90 else 46 for code in range(256))
_CHANGE = b"aA"
# A passage with so many digits, and such a share of them, is a table. Years are left among its words.
_TABLE_DIGITS = 24
_TABLE_SHARE = 0.1
# Begins with the digit and looks back afterwards: a regex that begins with a character class is searched much faster.
_FIGURE = lazy_regex(r"(\d(?<![\w.]\d)(?!\d{3}(?!\d|[.,]\d))[\d.,]*(?!-?\w))")


def has_grams(language: str) -> bool:
    """Whether texts in this language are indexed by runs of three characters as well."""
    return language not in _WITHOUT_GRAMS


def words_and_grams(text: str, name: str, language: str) -> tuple[str, str]:
    """What to index of a passage by words, and what by runs of three characters; `name` is its title and headings.

    The figures of a table go to the runs. Among the words they would make the passage long, so that the few words
    that say what the figures mean would weigh little.
    """
    plain = normalized(text)
    grams = plain if has_grams(language) else ""
    # The fastest ways to look for a change of case and to count; most passages are not tables.
    data = plain.encode()
    if _CHANGE in data.translate(_CASES):
        name = f"{_CASE_CHANGE.sub(' ', ' '.join(_JOINED.findall(plain)))}\n{name}"
    if len(data) - len(data.translate(None, b"0123456789")) > max(_TABLE_DIGITS, _TABLE_SHARE * len(plain)):
        pieces = _FIGURE.split(plain)
        grams = grams or _spaced(pieces[1::2])
        plain = " ".join(pieces[::2])
    return f"{plain}\n{name}" if name else plain, grams


def figures_text(plain: str) -> str:
    """The figures of a normalized text, each with spaces around it, so that its runs of characters show its ends."""
    return _spaced(_FIGURE.findall(plain))


def name_text(*names: str | None) -> str:
    """Titles, headings and file names as text to index: "AnnualReport2022.pdf" is found by "annual report" too."""
    found: list[str] = []
    for name in names:
        if name:
            plain = normalized(name)
            spread = _CASE_BORDER.sub(" ", plain) if _MAY_HAVE_BORDER.search(plain) else plain
            found.append(plain if spread == plain else f"{plain} {spread}")
    return "\n".join(found)


def split_at_case(word: str) -> list[str]:
    """The parts of a word such as FY2018 or camelCase that say something by themselves."""
    parts = _CASE_BORDER.sub(" ", word).split() if _MAY_HAVE_BORDER.search(word) else ()
    return [part for part in parts if len(part) > 1] if len(parts) > 1 else []


def _spaced(figures: list[str]) -> str:
    return f" {' '.join(figures)} " if figures else ""


class WordAnalyzer(Protocol):
    """Makes terms of a text, as tantivy's own analyzers do."""

    def analyze(self, text: str, /) -> list[str]: ...

    def pre_tokenize(self, text: str, /) -> tantivy.PreTokenizedString: ...


class _FirstLetters:
    """An analyzer to which words come cut to their first letters."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        self._analyzer = analyzer

    def analyze(self, text: str, /) -> list[str]:
        return self._analyzer.analyze(_LONG_WORD.sub(rf"\1{_CUT}", text))

    def pre_tokenize(self, text: str, /) -> tantivy.PreTokenizedString:
        return self._analyzer.pre_tokenize(_LONG_WORD.sub(rf"\1{_CUT}", text))


@cache
def english_analyzer() -> tantivy.TextAnalyzer:
    """The analyzer of the words of an English text, in the form that an index takes."""
    from tantivy import Filter

    return _words().filter(Filter.ascii_fold()).filter(Filter.stemmer(ENGLISH)).build()


@cache
def word_analyzer(language: str) -> WordAnalyzer:
    """The analyzer of the words of a text in `language`."""
    from tantivy import Filter

    if language == ENGLISH:
        return english_analyzer()
    builder = _words()
    if language not in _WITHOUT_STEMMER:
        # The stemmers of other languages know their umlauts and accents: they go before the folding.
        builder = builder.filter(Filter.stemmer(language))
    if language == VIETNAMESE:
        # Accents distinguish its words; a question written without them is found by the runs of characters.
        return builder.build()
    analyzer = builder.filter(Filter.ascii_fold()).build()
    return _FirstLetters(analyzer) if language == UNSTEMMED else analyzer


@cache
def gram_analyzer() -> tantivy.TextAnalyzer:
    """The analyzer that gives every run of three characters."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    grams = Tokenizer.ngram(GRAM, GRAM)
    return TextAnalyzerBuilder(grams).filter(Filter.lowercase()).filter(Filter.ascii_fold()).build()


def has_stop_words(language: str) -> bool:
    """Whether there is a list of stop words for this language."""
    return language in _WITH_STOP_WORDS


@cache
def stop_words_dropped(language: str) -> tantivy.TextAnalyzer:
    """Splits a question in `language` into lower-case words without its stop words."""
    from tantivy import Filter

    builder = _words()
    if has_stop_words(language):
        builder = builder.filter(Filter.stopword(language))
    return builder.build()


def _words() -> tantivy.TextAnalyzerBuilder:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_TERM)).filter(Filter.lowercase())
