"""The words and figures of one passage, for checking an answer; computed on first use."""

from __future__ import annotations

from functools import cached_property

from bookwheel.engine.text.dates import months_in
from bookwheel.engine.text.figures import Figure, figures_in, has_percent, numbers_in_words, scale_powers
from bookwheel.engine.text.folding import as_needle, words_of
from bookwheel.engine.text.languages import language_of
from bookwheel.lazy_regex import lazy_regex

MAX_PASSAGE = 64 * 1024

_LETTERS = lazy_regex(r"[^\W\d_]+")
_ACRONYM = lazy_regex(r"(?<![^\W_])[A-Z]{2,6}(?![^\W_])")
_SMALL_WORDS = frozenset("of the and for de der des und".split())
_HYPHENS = lazy_regex("[-\u2010\u2011]")


class PassageFacts:
    """The words and figures of a passage; `source` (file name, title, page) counts as part of it."""

    def __init__(self, text: str, source: str = "") -> None:
        self.text = f"{text[:MAX_PASSAGE]}\n{source}"

    @cached_property
    def words(self) -> str:
        """All words in order, to look for quotations in."""
        return f" {words_of(self.text)} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each word once, with the parts of hyphenated words."""
        return frozenset(self.words.split()).union(words_of(_HYPHENS.sub(" ", self.text)).split())

    @cached_property
    def lower(self) -> str:
        """The text in lower case with single spaces, to look for addresses and code in."""
        return " ".join(self.text.casefold().split())

    @cached_property
    def language(self) -> str:
        return language_of(self.text)

    @cached_property
    def months(self) -> frozenset[int]:
        return months_in(self.text, frozenset(_LETTERS.findall(self.text.casefold())))

    @cached_property
    def values(self) -> frozenset[str]:
        """The numbers that its figures mean."""
        return frozenset(value for figure in self._figures for value in figure.values)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        return frozenset(_ACRONYM.findall(self.text))

    @cached_property
    def initials(self) -> str:
        """The first letters of its words, in lower case, without the small words that acronyms leave out."""
        return "".join(word[0] for word in self._spoken_words).lower()

    @cached_property
    def capitals(self) -> str:
        """The first letters of its words, with spaces for those that have no capital."""
        return "".join(word[0] if word[0].isupper() else " " for word in self._spoken_words)

    @cached_property
    def _spoken_words(self) -> list[str]:
        return [word for word in _LETTERS.findall(self.text) if word.lower() not in _SMALL_WORDS]

    def holds_words(self, words: str) -> bool:
        """Whether these folded words stand in it, in this order, with nothing between."""
        return as_needle(words) in self.words

    def holds_figure(self, figure: Figure) -> bool:
        """Whether it has this number, however written; a percentage must be one here too."""
        if figure.is_percent:
            return bool(figure.values & self.percentages) or (self._has_percent and self._holds_number(figure))
        return self._holds_number(figure)

    def _holds_number(self, figure: Figure) -> bool:
        if figure.values & self.values:
            return True
        if figure.powers:
            return self._holds_scaled(figure)
        return bool(figure.values & self._mantissas) or (bool(figure.parts) and figure.parts <= self._parts)

    def _holds_scaled(self, figure: Figure) -> bool:
        """A table "in millions" has only the mantissa."""
        return bool(figure.mantissas & self._unscaled) and not self._scales.isdisjoint(figure.powers)

    @cached_property
    def _figures(self) -> tuple[Figure, ...]:
        return tuple(figures_in(self.text))

    @cached_property
    def _words_as_numbers(self) -> frozenset[str]:
        return numbers_in_words(self.vocabulary, self.language)

    @cached_property
    def _mantissas(self) -> frozenset[str]:
        return self._parts | self._words_as_numbers

    @cached_property
    def _unscaled(self) -> frozenset[str]:
        plain = frozenset(value for figure in self._figures if not figure.powers for value in figure.mantissas)
        return plain | self._words_as_numbers

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(value for figure in self._figures for value in figure.mantissas | figure.parts)

    @cached_property
    def percentages(self) -> frozenset[str]:
        return frozenset(value for figure in self._figures if figure.is_percent for value in figure.values)

    @cached_property
    def _has_percent(self) -> bool:
        return has_percent(self.text)

    @cached_property
    def _scales(self) -> frozenset[int]:
        return scale_powers(self.text)
