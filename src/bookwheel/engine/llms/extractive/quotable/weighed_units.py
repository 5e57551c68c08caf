"""What the evidence looks at: a unit that may be quoted, and the words of its passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from bookwheel.engine.text.question_terms import is_unspaced, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# Lower scores come from merged rankings (at most 1 / 61), whose differences are not meaningful.
LEAST_LEXICAL_SCORE = 0.1
USUAL_THIRD = 0.5
IN_DOCUMENT = 0.6
_COLUMN = lazy_regex(r"(?:\A|; )[^:;\n]{1,60}: (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b\S*)?")
_CELL = lazy_regex(r"(?:\A|; |\n)([^:;=\n]{1,60})(?::| ?=) ?([^;\n]*)")
_CELL_OF_ROW = lazy_regex(r"(?:\A|; )\s*([^:;\n]{1,60}):\s*([^;\n]*)")
_LABELLED = lazy_regex(
    r"\W*[^\W\d_]{3,}(?: (?:and|und|et|y|e) [^\W\d_]+)?(?: (?:by|von|par|por|da|dal|door)(?: the)?|\s?:\**)\s"
    r"[^\W\d_a-zß-ÿ][^\W\d_]+ [^\W\d_a-zß-ÿ]"
)
_WORDS = lazy_regex(r"\w+")
_STOPS = (".", "!", "。", "！")
FEWEST_IN_SENTENCE = 4
# What counts against a unit by the share of the question that is there as a synonym, as a kind; and if all of it is.
AS_SYNONYM, AS_KIND, NOTHING_AS_ASKED = 0.5, 1.5, 0.5
# Where nothing is missing then, synonyms are not there by chance: what the trees, which know none, take too much.
WHOLE_IN_SYNONYMS = 1.8


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """The wanted terms of a passage, for each unit with its neighbours and headings.

    `about` are those of the title; `rank` counts from 0; `score` is the retriever's.
    """

    rank: int
    score: float
    near: Sequence[frozenset[str]]
    about: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.about.union(*self.near)


@dataclass(frozen=True, slots=True)
class BestUnit:
    """A unit that may be quoted first: its index in its passage, and its text with and without headings.

    `answer` is all that would be quoted with it, `covered` the wanted terms in and above it, `around` the words in it
    and next to it, `above` the terms of the header of its table. `tried` counts from 0 in the order of `score`. It
    `leans` if it refers to the sentence before it. `is_row` is also True for a line of a record. It `is_near` if a
    wanted term is in it, in what it refers to, or in a heading that is not the title. `synonyms` and `kinds` are the
    terms that stand in and around it only as such. It `is_asked_above` if the heading
    above it is the question itself in other words. `in_other_rows` are the wanted terms of the other rows of its table,
    `in_document` those of the other paragraphs of its document.
    `told` are those of `covered` that no other line of its record says, `asking` is the question that it answers.
    It `is_under_asked` if it is a list under what the question asks for: "Please bring:" of "What should I bring?".
    Of one that `is_code`, `answer` and `own_text` are what is written for people.
    """

    at: int
    text: str
    own_text: str
    answer: str
    covered: frozenset[str]
    around: frozenset[str]
    above: frozenset[str]
    tried: int
    score: float
    leans: bool
    is_row: bool
    is_sentence: bool
    is_near: bool
    synonyms: frozenset[str]
    kinds: frozenset[str]
    is_asked_above: bool = False
    in_other_rows: frozenset[str] = frozenset()
    in_document: frozenset[str] = frozenset()
    is_item: bool = False
    is_code: bool = False
    told: frozenset[str] = frozenset()
    asking: str = ""
    is_under_asked: bool = False

    @property
    def is_prose(self) -> bool:
        """Whether it is a sentence, or an item of a list that is written as one: "4. The council refused it."."""
        if self.is_sentence or not self.is_item or self.is_row:
            return self.is_sentence
        return len(self.own_text.split()) >= FEWEST_IN_SENTENCE and self.own_text.rstrip(" *_").endswith(_STOPS)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The cells of a row as it is labelled, each with the name of its column."""
        return cells_of(self.own_text)

    @property
    def names(self) -> frozenset[str]:
        """The terms of the names of a row's cells, or of the fields of a record."""
        return frozenset(terms(" ".join(name for name, _ in _CELL.findall(self.own_text))))

    def cells_for(self, role: frozenset[str]) -> str:
        """The cells of a row without the names of columns; of "author" alone, only those of that column."""
        cells = _CELL.findall(self.own_text)
        only_named = role - frozenset(terms(" ".join(cell for _, cell in cells)))
        named = [cell for name, cell in cells if not only_named.isdisjoint(terms(name))]
        return f"; {'; '.join(named)}" if named else _COLUMN.sub("; ", self.own_text)

    def looseness(
        self, matter: frozenset[str], near: frozenset[str], share: Callable[[frozenset[str]], float]
    ) -> float:
        """What counts against it because words of the question are near only as synonyms or kinds of things."""
        synonyms, kinds = matter & self.synonyms, matter & self.kinds
        if not synonyms and not kinds:
            return 0.0
        is_all = matter <= synonyms | kinds
        against = AS_SYNONYM * share(synonyms) + AS_KIND * share(kinds) + (NOTHING_AS_ASKED if is_all else 0.0)
        return against - (WHOLE_IN_SYNONYMS if len(matter) > 1 and matter <= near else 0.0)

    def names_doer(self, matter: frozenset[str]) -> bool:
        """Whether it is a label or a participle with a name behind: "Surveyor: Ada Rook", "Written by Ada Rook"."""
        found = _LABELLED.match(self.own_text)
        return found is not None and not matter.isdisjoint(self.covered) and not self.is_row

    def rest_of_document(
        self,
        matter: frozenset[str],
        near: frozenset[str],
        names: frozenset[str],
        passage: PassageMatch,
        head: frozenset[str],
    ) -> float:
        """What counts for a sentence that lacks one word, the name or the thing, and its document has that elsewhere.

        `head` is what is asked of the thing, which it has then.
        """
        missing, there = matter - near, (self.covered | passage.near[self.at]) & matter
        is_all_but_one = (len(missing) == 1 < len(there)) or (
            bool(missing) and missing <= names and bool(there - names)
        )
        is_all_but_one |= bool(head & matter) and head & matter <= there
        return IN_DOCUMENT if is_all_but_one and missing <= self.in_document else 0.0


def cells_of(row: str) -> list[tuple[str, str]]:
    """The names of columns and the cells of a row such as "Item: bolt; Price: 2"."""
    return _CELL_OF_ROW.findall(row)


def third_score(passage: PassageMatch, others: Sequence[PassageMatch]) -> float:
    """The third score beside this passage's as a share of its own: where nothing answers, all are alike."""
    scores = sorted((match.score for match in others), reverse=True)
    if max(passage.score, *scores, 0.0) < LEAST_LEXICAL_SCORE:
        return USUAL_THIRD
    return scores[1] / (passage.score or 1.0) if len(scores) > 1 else USUAL_THIRD


def shared_pairs(question: str, text: str) -> float:
    """The share of the question's word pairs that are in the text."""
    asked = set(pairwise(_WORDS.findall(question.casefold())))
    there = set(pairwise(_WORDS.findall(text.casefold())))
    return len(asked & there) / max(1, len(asked))


def shared_words(words: Sequence[str], text: str) -> float:
    """The share of the words that are in the text in the same form."""
    folded = text.casefold()
    there = frozenset(_WORDS.findall(folded))
    # In scripts without spaces a run of text is one "word".
    asked = [word.casefold() for word in words]
    found = sum(word in there or (is_unspaced(word) and word in folded) for word in asked)
    return found / max(1, len(words))


def likeness(words: Sequence[str], there: Iterable[str]) -> float:
    """The average similarity, in runs of three letters, of each word to the nearest of those `there`."""
    runs = [_letter_runs(word) for word in there]
    asked = [_letter_runs(word.casefold()) for word in words]
    return sum(max((_overlap(one, other) for other in runs), default=0.0) for one in asked) / max(1, len(asked))


def _letter_runs(word: str) -> frozenset[str]:
    """The runs of three letters of a word, its beginning and end marked."""
    word = f"^{word}$"
    return frozenset(word[at : at + 3] for at in range(len(word) - 2))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the runs that two words have in common."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)
