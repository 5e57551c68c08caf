"""Whether the passages that an answer cites support its sentences, without asking a model.

Compared are the quotations, figures, names and identifiers of each sentence. A sentence is

    supported     something of that kind is in it, and all of it is in a cited passage; or the whole sentence is
    unsupported   a quotation, figure or name is in no cited passage, or the number that it cites does not exist
    unchecked     there is nothing of that kind, or nothing certain can be said

A sentence is compared with the passages that it cites itself. One without a citation is compared with those that its
paragraph cites, then with each other passage that the answer cites. The meaning of words is not compared: "rose by 5 %"
is supported by "fell by 5 %", and a negated statement by the plain one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Literal

from bookwheel.engine.query.citations import CITATION, cited_numbers
from bookwheel.engine.schema import SURROUNDINGS, NumberedNode
from bookwheel.engine.support.claims import SentenceClaims, claims_of
from bookwheel.engine.support.lookup import Found, Lookup
from bookwheel.engine.support.passage_facts import PassageFacts
from bookwheel.engine.support.pointer_lines import PointerLines
from bookwheel.engine.text.answer_sentences import Sentence, split_sentences
from bookwheel.engine.text.folding import count_words, words_of
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.names import Name
from bookwheel.lazy_dataclass import dataclass

Status = Literal["supported", "unsupported", "unchecked"]

# An answer is checked up to these limits.
MAX_CHECKED = 48 * 1024
MAX_SENTENCES = 2_000
LONG_ANSWER = 600
MAX_MISSING = 8
MAX_MISSING_LENGTH = 120
# A sentence of at least this many words that stands word for word in a passage was taken from it.
MIN_WHOLE_WORDS = 3
MIN_TAKEN_WORDS = 6
MAX_CITATIONS_ALONE = 80


@dataclass(frozen=True, slots=True)
class Passage:
    """A numbered passage; `source` is its file name, title and heading, and the column names above its rows."""

    number: int
    text: str
    source: str = ""


def passage_of(found: NumberedNode) -> Passage:
    """A passage that was found, with the name of its file, its title, its heading and its column names."""
    metadata, path = found.node.metadata, found.node.path or ""
    name = path if "://" in path else PurePath(path).name
    about = [name, *(metadata.get(key) for key in SURROUNDINGS)]
    return Passage(found.number, found.node.text, " \n".join(part for part in about if isinstance(part, str)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """`answer[start:end]` and the result of checking it.

    `cited` are the numbers that the sentence names itself, `missing` the claims that are in none of its passages, as
    written in the answer; `found_in` are the passages in which any of its claims was found.
    """

    start: int
    end: int
    status: Status
    cited: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    found_in: frozenset[int] = frozenset()


def check_answer(
    answer: str, passages: Iterable[Passage], question: str = "", calculated: str = ""
) -> list[CheckedSentence]:
    """Every sentence of `answer` with its status, in order.

    `passages` are all that were found for it, cited or not. Names that are in the `question` are never missing: an
    answer must be able to say that it found nothing about them. In a sentence without a citation,
    what stands in `calculated` (the results of an agent's other tools) is not missing either. Time is linear in the
    length of the answer; only its first 48 kB and 2,000 sentences are checked.
    """
    return _Check(answer, passages, question, calculated).run()


class _Check:
    def __init__(self, answer: str, passages: Iterable[Passage], question: str, calculated: str) -> None:
        passages = list(passages)
        self._answer = answer[:MAX_CHECKED]
        self._is_cut = len(answer) > MAX_CHECKED
        self._facts = {passage.number: PassageFacts(passage.text, passage.source) for passage in passages}
        self._language = language_of(self._answer)
        self._is_german = False
        self._pointers = PointerLines(self._answer)
        self._lookup = Lookup(question, calculated, self._language_of_names(passages))

    def run(self) -> list[CheckedSentence]:
        sentences = split_sentences(self._answer)[: -1 if self._is_cut else None][:MAX_SENTENCES]
        cited = [self._cited(sentence) for sentence in sentences]
        around = {number: self._known(found) for number, found in self._by_paragraph(sentences, cited).items()}
        everywhere = self._known(number for numbers in cited for number in numbers)
        self._is_german = "german" in {self._language, *(self._facts[number].language for number in everywhere)}
        return [
            self._check(sentence, own, around[sentence.paragraph], everywhere)
            for sentence, own in zip(sentences, cited, strict=True)
            if not self._is_citation_alone(sentence, own)
        ]

    def _language_of_names(self, passages: Sequence[Passage]) -> str:
        """A short answer has too few words to show its language: then the passages count too."""
        if len(self._answer) >= LONG_ANSWER or not passages:
            return self._language
        return language_of(f"{self._answer} {passages[0].text[:LONG_ANSWER]}")

    def _text(self, sentence: Sentence) -> str:
        return self._answer[sentence.start : sentence.end]

    def _cited(self, sentence: Sentence) -> tuple[int, ...]:
        return () if sentence.kind == "code" else tuple(cited_numbers(self._text(sentence)))

    def _known(self, numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number for number in numbers if number in self._facts))

    def _by_paragraph(self, sentences: Sequence[Sentence], cited: Sequence[tuple[int, ...]]) -> Mapping[int, list[int]]:
        """The numbers that each paragraph cites; citations that stand alone belong to the paragraph before them."""
        found: dict[int, list[int]] = {}
        before = 0
        for sentence, numbers in zip(sentences, cited, strict=True):
            is_alone = self._is_citation_alone(sentence, numbers)
            paragraph = before if is_alone else sentence.paragraph
            found.setdefault(paragraph, []).extend(numbers)
            before = paragraph
        return found

    def _is_citation_alone(self, sentence: Sentence, numbers: tuple[int, ...]) -> bool:
        """A paragraph of citations alone is not a sentence, but a citation that does not exist is reported."""
        if not numbers or sentence.end - sentence.start > MAX_CITATIONS_ALONE:
            return False
        return not words_of(CITATION.sub(" ", self._text(sentence))) and all(n in self._facts for n in numbers)

    def _check(
        self, sentence: Sentence, own: tuple[int, ...], around: tuple[int, ...], everywhere: tuple[int, ...]
    ) -> CheckedSentence:
        text = self._pointers.without_place(self._text(sentence))
        found = claims_of(text, sentence.kind, is_german=self._is_german)
        unknown = tuple(f"[{number}]" for number in own if number not in self._facts)
        if own:
            status, missing, where = self._compare(found, self._known(own))
            if status == "unchecked" and not unknown and (taken := self._taken_from_another(found, own)):
                status, missing = "unsupported", (taken,)
        else:
            status, missing, where = self._compare_without_own(found, around, everywhere)
        if unknown:
            status, missing = "unsupported", (*unknown, *missing)
        return CheckedSentence(
            start=sentence.start,
            end=sentence.end,
            status=status,
            cited=own,
            missing=tuple(_short(part) for part in dict.fromkeys(missing))[:MAX_MISSING],
            found_in=where,
        )

    def _compare(
        self, found: SentenceClaims, numbers: Sequence[int], *, is_cited: bool = True
    ) -> tuple[Status, tuple[str, ...], frozenset[int]]:
        """Compare the claims with these passages taken together."""
        facts = {number: self._facts[number] for number in numbers}
        if count_words(found.words) >= MIN_WHOLE_WORDS:
            whole = frozenset(n for n, passage in facts.items() if self._lookup.holds_words(passage, found.words))
            if whole:
                return "supported", (), whole
        missing: list[str] = []
        doubtful: list[str] = []
        where: set[int] = set()
        for claim in found.claims:
            result, numbers_of_it = self._lookup.find(claim, facts, is_cited=is_cited)
            where |= numbers_of_it
            if result is not Found.YES:
                (missing if result is Found.NO else doubtful).append(claim.text)
        if not missing:
            known = [words_of(text) for text in doubtful]
            missing += self._lookup.altered_figures(found.words, facts.values(), known)
            names = [word for claim in found.claims if isinstance(claim, Name) for word in claim.words]
            missing += self._lookup.altered_names(found.words, names, list(facts.values()))
        if missing:
            return "unsupported", tuple(missing), frozenset(where)
        return ("supported" if found.claims and not doubtful else "unchecked"), (), frozenset(where)

    def _compare_without_own(
        self, found: SentenceClaims, around: tuple[int, ...], everywhere: tuple[int, ...]
    ) -> tuple[Status, tuple[str, ...], frozenset[int]]:
        """Compare with the paragraph's passages together, then each cited one alone: scattered matches are unsure."""
        if not found.claims and not everywhere:
            return "unchecked", (), frozenset()
        for numbers in (around, *((number,) for number in everywhere)):
            compared = self._compare(found, numbers, is_cited=False)
            if numbers and compared[0] == "supported":
                return compared
        status, missing, _ = self._compare(found, everywhere, is_cited=False)
        return ("unsupported" if status == "unsupported" else "unchecked"), missing, frozenset()

    def _taken_from_another(self, found: SentenceClaims, own: tuple[int, ...]) -> str:
        """The sentence's words when they stand word for word in a passage that it does not cite."""
        if found.is_question or count_words(found.words) < MIN_TAKEN_WORDS:
            return ""
        others = (facts for number, facts in self._facts.items() if number not in own)
        return found.words if any(self._lookup.holds_words(facts, found.words) for facts in others) else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_MISSING_LENGTH else f"{text[: MAX_MISSING_LENGTH - 1]}…"
