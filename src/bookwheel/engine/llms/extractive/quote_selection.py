"""Which pieces of the found passages answer a question best: term overlap, place and form, and nothing learned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bookwheel.engine.llms.extractive.evidence import BestUnit, Evidence, PassageMatch, near_each_other
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.passage_units import Unit, units
from bookwheel.engine.text.question_kinds import QuestionKind, kind_of, looks_like_answer
from bookwheel.engine.text.question_terms import content_terms, nearest_term, synonyms, terms

MAX_QUOTES = 4
MAX_QUOTED_CHARS = 1_100
MAX_LIST_CHARS = 900
MAX_TABLE_ROWS = 6
# A further quotation must come this near to the best one.
MIN_OF_BEST = 0.72
# And nearer still when it speaks of nothing that is not quoted already.
MIN_OF_BEST_REPEATED = 0.85
# When the best one is no answer, so many are tried that are hardly worse.
MAX_TRIED = 3
MIN_OF_BEST_TRIED = 0.85
# Words that frame a question ("what type of", "in which year") more than they say what it is about.
FRAME_TERMS = frozenset(terms("year name type kind number example term called sort thing people person"))
FRAME_SHARE = 0.35
# What the conversation before said of the matter, beside what is asked now.
CONTEXT_SHARE = 0.6
HEADING_SHARE = 0.5
NEIGHBOUR_SHARE = 0.3
TITLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Quote:
    """Units of one passage, in order, to be quoted together; `score` is for comparing within one question."""

    node: NumberedNode
    units: tuple[Unit, ...]
    score: float

    @property
    def texts(self) -> list[str]:
        """Each unit word for word."""
        return [self.node.node.text[unit.start : unit.end] for unit in self.units]


@dataclass(slots=True)
class _Candidate:
    node: NumberedNode
    rank: int
    at: int
    unit: Unit
    text: str
    terms: list[str]
    own: frozenset[str] = frozenset()
    score: float = 0.0


class _Wanted:
    """The terms of the question, and which other words stand for them."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.terms = list(wanted)
        self._forms: dict[str, str] = {}
        for term in wanted:
            for synonym in synonyms(term):
                self._forms.setdefault(synonym, term)
        for term in wanted:
            self._forms[term] = term

    def nearest(self, term: str) -> str:
        """The wanted term that `term` is a form of or stands for, else the term itself."""
        found = self._forms.get(term)
        if found is None:
            found = self._forms[term] = nearest_term(term, self.terms)
        return found


class _Passage:
    """One passage with its units and their terms."""

    def __init__(self, node: NumberedNode, rank: int, wanted: _Wanted) -> None:
        self.node = node
        self.rank = rank
        self.units = units(node.node.text)
        self.texts = [node.node.text[unit.start : unit.end] for unit in self.units]
        self.terms = [[wanted.nearest(term) for term in terms(text)] for text in self.texts]
        heading = node.node.metadata.get("heading")
        self.heading = heading if isinstance(heading, str) else ""
        names = (node.node.metadata.get(key) for key in ("title", "file_name"))
        title = " ".join(name for name in names if isinstance(name, str))
        self.title = frozenset(wanted.nearest(term) for term in terms(title))


def select_quotes(question: str, completed: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The quotations that answer the question, best first; none when nothing fits.

    `completed` is the question with words of the conversation before, which count beside its own.
    """
    asked = content_terms(question)
    wanted = _Wanted(list(dict.fromkeys([*asked, *content_terms(completed)])) or terms(question))
    passages = [_Passage(node, rank, wanted) for rank, node in enumerate(nodes)]
    if not wanted.terms or not passages:
        return []
    scorer = _Scorer(question, wanted.terms, passages)
    candidates = scorer.supported(completed, scorer.candidates())
    return _choose(candidates, {passage.node.number: passage for passage in passages})


class _Scorer:
    def __init__(self, question: str, wanted: list[str], passages: list[_Passage]) -> None:
        self._kind: QuestionKind = kind_of(question)
        self._question = " ".join(fold(question).strip(" ?？").split())
        self._wanted = frozenset(wanted)
        self._asked = frozenset(content_terms(question)) or self._wanted
        self._order = set(pairwise(wanted))
        self._passages = passages
        self._weights = self._term_weights()
        self._total = sum(self._weights.values()) or 1.0

    def candidates(self) -> list[_Candidate]:
        """All units that fit well enough, best first."""
        found: list[_Candidate] = []
        for passage in self._passages:
            for at, unit in enumerate(passage.units):
                if unit.kind != "heading":
                    candidate = self._score(passage, at, unit)
                    if candidate is not None:
                        found.append(candidate)
        return sorted(found, key=lambda c: (-c.score, c.rank, c.at))

    def supported(self, completed: str, candidates: list[_Candidate]) -> list[_Candidate]:
        """The candidates from the first on that answers; none when the best are only about the same things."""
        matches = [self._match(passage) for passage in self._passages]
        evidence = Evidence(completed, self._weights)
        may_answer = [at for at, c in enumerate(candidates) if evidence.may_answer(matches[c.rank].near[c.at])]
        for at in may_answer[:MAX_TRIED]:
            candidate = candidates[at]
            if candidate.score < MIN_OF_BEST_TRIED * candidates[may_answer[0]].score:
                break
            others = [match for match in matches if match.rank != candidate.rank]
            unit = self._with_heading(self._passages[candidate.rank], candidate)
            if evidence.is_enough(unit, matches[candidate.rank], others):
                return candidates[at:]
        return []

    def _with_heading(self, passage: _Passage, best: _Candidate) -> BestUnit:
        own = near_each_other(best.terms, self._wanted) | self._heading_terms(passage, best.unit)
        return BestUnit(best.at, f"{passage.heading} {best.unit.heading} {best.text}", own)

    def _match(self, passage: _Passage) -> PassageMatch:
        own = [near_each_other(unit_terms, self._wanted) for unit_terms in passage.terms]
        near = [
            own[at].union(*(own[other] for other in _neighbours(passage, at)), self._heading_terms(passage, unit))
            for at, unit in enumerate(passage.units)
        ]
        return PassageMatch(passage.node.node.text, passage.rank, near, self._wanted & passage.title)

    def _heading_terms(self, passage: _Passage, unit: Unit) -> frozenset[str]:
        return self._wanted.intersection(terms(f"{passage.heading} {unit.heading}"))

    def _term_weights(self) -> dict[str, float]:
        # Rare among the sentences at hand is telling; a term that none has counts as the rarest of all.
        all_units = [frozenset(unit_terms) for passage in self._passages for unit_terms in passage.terms]
        weights: dict[str, float] = {}
        for term in self._wanted:
            frequency = sum(term in unit_terms for unit_terms in all_units)
            weight = max(0.4, math.log((len(all_units) + 2.0) / (frequency + 1.0)))
            share = FRAME_SHARE if term in FRAME_TERMS else 1.0
            weights[term] = weight * (share if term in self._asked else share * CONTEXT_SHARE)
        return weights

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found)

    def _score(self, passage: _Passage, at: int, unit: Unit) -> _Candidate | None:
        text = passage.texts[at]
        own = self._wanted.intersection(passage.terms[at])
        heading = self._heading_terms(passage, unit) - own
        if (len(own) > 1 and self._is_asked_in(text)) or not (own or (heading and unit.kind in ("item", "code"))):
            return None
        near = self._neighbour_terms(passage, at) - own - heading
        title = self._wanted & passage.title - own - heading - near
        covered = (
            self._weight(own)
            + HEADING_SHARE * self._weight(heading)
            + NEIGHBOUR_SHARE * self._weight(near)
            + TITLE_SHARE * self._weight(title)
        ) / self._total
        score = (
            covered
            + self._form_bonus(text, unit, passage.terms[at])
            + self._order_bonus(passage.terms[at])
            - 0.02 * passage.rank
        )
        return _Candidate(passage.node, passage.rank, at, unit, text, passage.terms[at], own | heading, score)

    def _is_asked_in(self, text: str) -> bool:
        """Whether the text has the question itself, or one in quotation marks that asks for the same."""
        quoted = (match[1] for match in _QUOTED_QUESTION.finditer(text))
        _, found, rest = " ".join(fold(text).split()).partition(self._question)
        # A phrase such as "notice period" stands in the very sentence that tells of it.
        is_repeated = bool(found) and (self._kind != "other" or rest.startswith(("?", " ?", "？")))
        return is_repeated or any(self._asked == frozenset(content_terms(question)) for question in quoted)

    def _neighbour_terms(self, passage: _Passage, at: int) -> frozenset[str]:
        return self._wanted.intersection(term for other in _neighbours(passage, at) for term in passage.terms[other])

    def _form_bonus(self, text: str, unit: Unit, unit_terms: list[str]) -> float:
        bonus = 0.12 if looks_like_answer(self._kind, text, unit.kind) else 0.0
        if _ASKS.search(text):
            # It asks itself; whoever quotes it has not answered.
            bonus -= 0.35
        if self._kind == "what_is" and _DEFINES.match(text) and self._wanted.intersection(unit_terms[:4]):
            bonus += 0.2
        count = len(text.split())
        if count < 4 and unit.kind == "sentence" and len(text) < 24:
            bonus -= 0.15
        return bonus - min(0.12, max(0, count - 45) * 0.004)

    def _order_bonus(self, unit_terms: list[str]) -> float:
        """Two terms that follow each other in the question and in the text belong together."""
        pairs = sum(pair in self._order for pair in pairwise(unit_terms))
        return min(0.15, 0.06 * pairs)


def _neighbours(passage: _Passage, at: int) -> list[int]:
    there = (other for other in (at - 1, at + 1) if 0 <= other < len(passage.units))
    return [other for other in there if passage.units[other].kind != "heading"]


def _choose(candidates: list[_Candidate], passages: dict[int, _Passage]) -> list[Quote]:
    quotes: list[Quote] = []
    taken: set[tuple[int, int]] = set()
    seen: list[frozenset[str]] = []
    told: frozenset[str] = frozenset()
    chars = 0
    for candidate in candidates:
        if len(quotes) == MAX_QUOTES or candidate.score < MIN_OF_BEST * candidates[0].score:
            break
        if quotes and candidate.own <= told and candidate.score < MIN_OF_BEST_REPEATED * candidates[0].score:
            continue
        bag = frozenset(candidate.terms)
        if (candidate.node.number, candidate.at) in taken or any(_nearly_same(bag, other) for other in seen):
            continue
        passage = passages[candidate.node.number]
        whole = [at for at in _whole(passage, candidate.at) if (candidate.node.number, at) not in taken]
        quote = Quote(candidate.node, tuple(passage.units[at] for at in whole), candidate.score)
        length = sum(unit.end - unit.start for unit in quote.units)
        if quotes and chars + length > MAX_QUOTED_CHARS:
            continue
        quotes.append(quote)
        chars += length
        told |= candidate.own
        seen.append(bag)
        taken.update((candidate.node.number, at) for at in whole)
    return quotes


def _nearly_same(bag: frozenset[str], other: frozenset[str]) -> bool:
    return bool(bag) and len(bag & other) >= 0.85 * min(len(bag), len(other)) and len(bag & other) >= 3


def _whole(passage: _Passage, at: int) -> list[int]:
    """The units that must be quoted together: a list with the line that opens it, code with its lead-in."""
    kind = passage.units[at].kind
    if kind == "item":
        found = _run_around(passage, at) or [at]
    elif kind == "row":
        found = _table_around(passage, at)
    elif passage.texts[at].rstrip().endswith((":", "：")):
        found = [at, *_what_follows(passage, at + 1)]
    else:
        found = [at]
    if found[0] > 0 and _leans_on_the_one_before(passage, found[0]):
        found.insert(0, found[0] - 1)
    return found


def _what_follows(passage: _Passage, at: int) -> list[int]:
    if at >= len(passage.units) or passage.units[at].kind in ("sentence", "heading"):
        return []
    return [at] if passage.units[at].kind == "code" else _run_around(passage, at)


def _run_around(passage: _Passage, at: int) -> list[int]:
    """The whole list or table that the unit is in; empty when it is too long to quote."""
    kind = passage.units[at].kind
    first = last = at
    while first > 0 and passage.units[first - 1].kind == kind:
        first -= 1
    while last + 1 < len(passage.units) and passage.units[last + 1].kind == kind:
        last += 1
    is_short = passage.units[last].end - passage.units[first].start <= MAX_LIST_CHARS
    return list(range(first, last + 1)) if is_short else []


def _table_around(passage: _Passage, at: int) -> list[int]:
    """The table, or of a long one its head and the row."""
    if len(run := _run_around(passage, at)) in range(1, MAX_TABLE_ROWS + 1):
        return run
    first = at
    while first > 0 and passage.units[first - 1].kind == "row":
        first -= 1
    return sorted({first, first + 1, at})


_ASKS = re.compile(r"[?？](?:[\"”»]|\s*$)")
_QUOTED_QUESTION = re.compile(r"[\"“„«]([^\"“”„«»]+[?？])[\"“”»]")

# "A bookwheel is …": the subject, then at once the verb.
_DEFINES = re.compile(r"\W*(?:(?:an?|the|der|die|das|ein|eine|un|une|le|la|el|los|las)\s)?(?:\S+\s){1,4}"
                      r"(?:is|are|was|were|means|ist|sind|est|sont|es|son)\s", re.IGNORECASE)  # fmt: skip

_LEANING = tuple(
    f"{word} "
    for word in (
        "it this that these those they he she its their his her such then also there but so er sie es dies diese "
        "dieser il elle ils este esta"
    ).split()
)


def _leans_on_the_one_before(passage: _Passage, at: int) -> bool:
    before, unit = passage.units[at - 1], passage.units[at]
    if before.kind != "sentence":
        return False
    if unit.kind in ("item", "code", "row"):
        return passage.texts[at - 1].rstrip().endswith((":", "："))
    return unit.block == before.block and passage.texts[at].casefold().startswith(_LEANING)
