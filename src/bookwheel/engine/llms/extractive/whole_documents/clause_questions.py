"""Reads "According to clause 14.2, when is the rent due?" as a question to that clause alone, and a titled section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.whole_documents.numbered_parts import (
    MOST_PART_CHARS,
    NUMBERED,
    NumberedPart,
    units_of_part,
)
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_BY = (
    r"(?:according to|as per|per|under|pursuant to|in accordance with|as (?:stated|set out|laid down|specified|defined"
    r"|written) in|(?:stated|set out|laid down) in|by|in|laut|gemäß|gem\.|nach|im|selon|d['’]après|aux termes de"
    r"|en vertu de|dans|según|conforme a|en virtud de|en|secondo|ai sensi del(?:l['’])?|segundo|volgens|op grond van)"
)
# "Abs. 2" of "§ 6 Abs. 2", "(2)" of "Article 5(2)".
_SUB = (
    r"(?: ?(?:abs(?:atz|\.)|para(?:graph)?\.?|al(?:inéa|\.)|apartado|comma|lid) ?(?P<sub>\d{1,2})"
    r"| ?\((?P<letter>\w{1,2})\))?"
)
_BY_PART = lazy_regex(rf"(?i),?\s*\b{_BY} {NUMBERED}{_SUB}(?![\w.]*\d)\s*,?\s*")
_PART_FIRST = lazy_regex(rf"(?i)\W*{NUMBERED}{_SUB} ?[:–—-] (?P<rest>\S.*)")
_SAYS_ABOUT = lazy_regex(
    rf"(?i)\W*what (?:does|do|did) {NUMBERED}{_SUB} (?:say|state|require|regulate|provide|tell us)"
    r" (?:about|on|regarding|concerning) (?P<rest>\S.*)"
)
_SECTION = (
    r"(?:section|chapter|paragraph|abschnitt|kapitel|absatz|chapitre|paragraphe|sección|capítulo|apartado|sezione"
    r"|capitolo|paragrafo|hoofdstuk)"
)
_CALLED = (
    r"(?:(?:on|about|called|titled|named|entitled|headed|über|zum?r?|namens|mit dem titel|sur|intitulée?|sobre"
    r"|titulad[oa]|su|sul(?:la)?|intitolat[oa]|over) )?(?:the |die |der |das |den |la |le |el |il )?"
)
_TITLE = r"[\"“„«']?(?P<title>[^?\"”“»]{2,60}?)[\"”“»']?"
_OF_TITLE = tuple(
    lazy_regex(rf"(?i)\W*{pattern}\W*")
    for pattern in (
        rf"what (?:does|do) the {_SECTION} {_CALLED}{_TITLE} (?:say|contain|cover|tell(?: me| us)?|state|describe)",
        rf"what (?:does|do) the {_TITLE} {_SECTION} (?:say|contain|cover|tell(?: me| us)?|state|describe)",
        rf"what(?:['’]s| is)(?: written| said)? in the {_SECTION} {_CALLED}{_TITLE}",
        rf"(?:show|quote|read|give)(?: me| us)? the {_SECTION} {_CALLED}{_TITLE}",
        rf"was (?:steht|sagt|ist)(?: alles)? (?:im |das |der )?{_SECTION} {_CALLED}{_TITLE}",
        rf"que (?:dit|contient) (?:la |le ){_SECTION} {_CALLED}{_TITLE}",
        rf"qué (?:dice|contiene) (?:la |el ){_SECTION} {_CALLED}{_TITLE}",
        rf"(?:che )?cosa (?:dice|contiene) (?:la |il ){_SECTION} {_CALLED}{_TITLE}",
    )
)
_MARKS = lazy_regex(r"\s*(#{1,6}|={1,6}|\*{1,6}) ")


@dataclass(frozen=True, slots=True)
class ClauseQuestion:
    """What is asked of a part with a number, and the number of its own part that is meant: "2" of "§ 6 Abs. 2"."""

    part: NumberedPart
    own_part: str
    rest: str


def clause_question(question: str) -> ClauseQuestion | None:
    """The part that a question is limited to, with the rest of the question; None for other questions."""
    match = _SAYS_ABOUT.fullmatch(question) or _PART_FIRST.fullmatch(question)
    if match is not None:
        rest = match["rest"]
    elif (match := _BY_PART.search(question)) is not None:
        rest = f"{question[: match.start()]} {question[match.end() :]}"
    else:
        return None
    rest = rest.strip(" ,;:")
    if not content_terms(rest):
        return None
    part = NumberedPart(match["number"].lower(), frozenset(), is_signed=match["sign"] is not None)
    return ClauseQuestion(part, (match["sub"] or match["letter"] or "").lower(), rest[:1].upper() + rest[1:])


def cut_to_clause(asked: ClauseQuestion, passages: Sequence[PassageView]) -> Iterator[tuple[NumberedNode, int]]:
    """The text of the part in each passage that has it, as a passage of its own, and where it begins."""
    for passage in passages:
        units = units_of_part(asked.part, passage)
        if asked.own_part:
            units = _own_part(asked.own_part, passage, units)
        if not units:
            continue
        start, node = units[0].start, passage.node.node
        text = node.text[start : units[-1].end]
        cut = replace(node, text=text, start_char_idx=(node.start_char_idx or 0) + start or 1)
        yield replace(passage.node, node=cut), start


def moved(quotes: Sequence[Quote], node: NumberedNode, by: int) -> list[Quote]:
    """Quotations of the cut text as those of the passage."""
    return [
        replace(quote, node=node, units=tuple(replace(u, start=u.start + by, end=u.end + by) for u in quote.units))
        for quote in quotes
    ]


def titled_section(question: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The section whose title a question names to have its text; empty for other questions."""
    match = next(filter(None, (pattern.fullmatch(question) for pattern in _OF_TITLE)), None)
    wanted = frozenset(content_terms(match["title"])) if match is not None else frozenset[str]()
    if not wanted:
        return []
    for passage in passages:
        for at, unit in enumerate(passage.units):
            if unit.kind == "heading" and frozenset(content_terms(passage.texts[at])) == wanted:
                units = list(_below(passage, at))
                return [Quote(passage.node, tuple(units), passage.score)] if len(units) > 1 else []
    return []


def _own_part(number: str, passage: PassageView, units: Sequence[Unit]) -> list[Unit]:
    label = re.compile(rf"\W*\(?{re.escape(number)}\)")
    begins = [at for at, unit in enumerate(units) if label.match(_text(passage, unit))]
    if not begins:
        return []
    others = range(begins[0] + 1, len(units))
    end = next((at for at in others if re.match(r"\W*\(?\w{1,2}\)", _text(passage, units[at]))), len(units))
    return list(units[begins[0] : end])


def _below(passage: PassageView, at: int) -> Iterator[Unit]:
    """The heading and the units below it, up to the next heading that is not one of its own."""
    marks = _MARKS.match(passage.texts[at])
    length = 0
    for other in range(at, len(passage.units)):
        unit, text = passage.units[other], passage.texts[other]
        if other > at and unit.kind == "heading":
            below = _MARKS.match(text)
            if marks is None or below is None or len(below[1]) <= len(marks[1]):
                return
        length += len(text)
        if length > MOST_PART_CHARS:
            return
        yield unit


def _text(passage: PassageView, unit: Unit) -> str:
    return passage.node.node.text[unit.start : unit.end]
