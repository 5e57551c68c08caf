"""What an answer must be about: the words of a question without those that only frame it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.question_terms import content_words, is_unspaced, terms
from bookwheel.engine.text.values.counted_nouns import COUNTED, counted_noun
from bookwheel.lazy_regex import lazy_regex

# A question with at most so many words is short: each of them must be near.
FEW, LEAST_BESIDE_CATEGORY = 3, 2
# With at most this many words besides names, each of them must occur.
LITTLE = 2
_WORDS = lazy_regex(r"\w+")
# In a line of a log.
_LEVEL = lazy_regex(r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\b")


class AskedMatter:
    """The words that an answer must have, for one question over the passages found for it.

    `wanted` are the terms of the question, `anywhere` those that are in any of the passages, `folders` the terms of
    the names of their folders, `as_written` those of them that stand somewhere in a form of their own.
    """

    def __init__(
        self,
        asked: AskedQuestion,
        wanted: AbstractSet[str],
        anywhere: frozenset[str],
        folders: frozenset[str],
        as_written: frozenset[str],
    ) -> None:
        self.asked = asked
        self.as_written = as_written
        self.wanted = wanted
        self.anywhere = anywhere
        matter = frozenset(wanted) - asked.light - asked.thing_terms
        if not (matter or asked.things) and _asks_for_value_alone(asked):
            # "Wie hoch ist der Preis?" is about nothing but the value that it asks for.
            matter = frozenset(asked.terms[-1:]) & frozenset(wanted)
        # Of "Which pets may a tenant keep?" one word is left without the category.
        is_enough = len(matter - asked.category - folders) >= LEAST_BESIDE_CATEGORY
        self.matter = matter - asked.category if is_enough else matter
        self.proper_names = asked.named.terms.intersection(wanted) - (asked.light if asked.is_yes_no else frozenset())
        self.names = self.proper_names | asked.named.years.intersection(wanted)
        counted = COUNTED.search(asked.text)
        self.counted = frozenset(terms(counted[1])) & self.matter if counted else frozenset[str]()
        self.nouns_counted = frozenset(terms(counted_noun(asked.text))) & self.matter if counted else frozenset[str]()
        self.nowhere_in_short = self.matter - anywhere if len(self.matter) <= FEW else frozenset[str]()
        self.is_unspaced = any(map(is_unspaced, content_words(asked.completed)))
        self.language = language_of(asked.completed)

    def missing(self, near: frozenset[str]) -> frozenset[str]:
        """The words besides names that are not near the unit; empty for a question with many of them."""
        besides = self.matter - self.names
        if len(besides) > LITTLE or self.is_unspaced:
            return frozenset()
        return (besides & (self.asked.own_terms or besides)) - near

    def without_question(self, text: str, more: str = "") -> str:
        """A text without the words of the question and of `more`, as they are written, and without days and months."""
        asked = frozenset(_WORDS.findall(f"{self.asked.completed} {more}"))
        text = _LEVEL.sub(" ", MONTH_OR_WEEKDAY.sub(" ", text))
        return " ".join(word for word in text.split() if word.strip(".,;:()*\"'") not in asked)


def _asks_for_value_alone(asked: AskedQuestion) -> bool:
    """Whether all words tell what kind of value is wanted: "What does a place cost?" asks of places."""
    return asked.value is not None and frozenset(asked.terms) <= asked.value.terms
