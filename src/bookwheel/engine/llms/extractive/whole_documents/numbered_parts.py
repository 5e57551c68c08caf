"""Answers "What does clause 7 say?" with the part of the document that has the number, whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# A part is quoted by whole units up to this length; the page shows the rest.
MOST_PART_CHARS = 1_200
MOST_DOCUMENTS = 2

_KIND = (
    r"(?:sub)?(?:sections?|sect?\.|clauses?|chapters?|articles?|art\.|paragraphs?|para\.?|points?|items?|rules?|steps?"
    r"|parts?|annex|appendix|abschnitt|kapitel|ziffer|punkt|absatz|artikel|klausel|regel|schritt|teil|anhang|chapitre"
    r"|paragraphe|alinéa|règle|étape|partie|annexe|sección|cláusula|capítulo|artículo|apartado|regla|paso|anexo"
    r"|sezione|clausola|capitolo|articolo|punto|regola|passo|allegato)"
)
_NUMBER = r"\d{1,4}[a-z]?(?:\.\d{1,3})*"
NUMBERED = (
    r"(?:(?:the |die |der |das |dem |la |le |l['’]|el |il |lo )?"
    rf"{_KIND} ?(?:no\.? ?|nr\.? ?|n[°º] ?)?|(?P<sign>§)+ ?)(?P<number>{_NUMBER})"
)
# What may stand behind the number: of which document it is, "of the lease" or "BGB", and nothing that is asked of it.
_OF = (
    r"(?P<of>(?: (?:of|in|from|des|der|vom|von|im|in der|du|de|de la|del|dell[ao]|della) [^?.!]{2,60}"
    r"| (?-i:[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ]\w*))?)"
)
_SAYS = r"say|cover|contain|state|regulate|require|describe|deal with|mean|provide|explain|talk about|tell(?: me| us)?"
_THERE = r"(?:(?:written|stated|said|regulated|covered|there) )?"
_ASKED = tuple(
    lazy_regex(rf"\W*{pattern}\W*", re.IGNORECASE)
    for pattern in (
        rf"what (?:does|do|did) {NUMBERED}{_OF} (?:{_SAYS})",
        rf"what(?:['’]s| is| are| does it say) {_THERE}(?:in |under |at )?{NUMBERED}{_OF}(?: about)?",
        rf"(?:show|quote|read|give|tell)(?: me| us)? {NUMBERED}{_OF}",
        rf"(?:summari[sz]e|summary of|explain) {NUMBERED}{_OF}",
        rf"{NUMBERED}{_OF}",
        rf"was (?:steht|ist|wird)(?: alles)? (?:in|unter|im) {NUMBERED}{_OF}(?: geregelt| gesagt| beschrieben)?",
        rf"was (?:sagt|besagt|regelt|bestimmt|enthält|verlangt|bedeutet) {NUMBERED}{_OF}",
        rf"(?:worum geht es|wovon handelt|um was geht es)(?: in| im| bei)? {NUMBERED}{_OF}",
        rf"(?:que|qu['’]est[- ]ce que) (?:dit|prévoit|contient|stipule|précise) {NUMBERED}{_OF}",
        rf"qu['’]est[- ]ce que {NUMBERED}{_OF} (?:dit|prévoit|contient|stipule)",
        rf"(?:de quoi (?:parle|traite)|qu['’]y a-t-il dans) {NUMBERED}{_OF}",
        rf"qué (?:dice|establece|contiene|prevé|regula) {NUMBERED}{_OF}",
        rf"de qué (?:trata|habla) {NUMBERED}{_OF}",
        rf"(?:che )?(?:cosa|che) (?:dice|prevede|contiene|stabilisce) {NUMBERED}{_OF}",
        rf"di (?:che )?cosa (?:parla|tratta) {NUMBERED}{_OF}",
    )
)
# "7. Cleaning", "## 14.1 Notice", "§ 5 Kündigung", "Clause 7:", "**3.2** Care"; not "14.1 percent".
_LABEL = lazy_regex(
    rf"\W*?(?:(?P<marks>#{{1,6}})\s+)?[*_]*(?:{_KIND}\s+|§+ ?)?"
    rf"(?P<number>{_NUMBER})(?P<end>[.):]?[*_]*(?=[.):\s–—-]|$))",
    re.IGNORECASE,
)
_NAME = lazy_regex(r"\s+[^\W\d_a-zß-ÿ]")


@dataclass(frozen=True, slots=True)
class NumberedPart:
    """The number of a part, "14.1", the terms of the document that it is of, and whether it is asked for as "§ 5"."""

    number: str
    of: frozenset[str]
    is_signed: bool = False


def numbered_part(question: str) -> NumberedPart | None:
    """The part whose text a question asks for, and nothing else of it; None for other questions."""
    for pattern in _ASKED:
        if (match := pattern.fullmatch(question)) is not None:
            of = frozenset(content_terms(match["of"]))
            return NumberedPart(match["number"].lower(), of, is_signed=match["sign"] is not None)
    return None


def part_quotes(part: NumberedPart, passages: Sequence[PassageView]) -> list[Quote]:
    """The parts with this number, of the documents that are meant; empty when none of the passages has one."""
    found: dict[str, Quote] = {}
    for passage in passages:
        units = units_of_part(part, passage)
        if units:
            found.setdefault(passage.document, Quote(passage.node, tuple(units), passage.score))
    named = {
        passage.document
        for passage in passages
        if not part.of.isdisjoint(terms(f"{passage.title} {passage.file_name}"))
    }
    meant = [quote for document, quote in found.items() if document in named] or list(found.values())
    return meant[:MOST_DOCUMENTS]


@dataclass(frozen=True, slots=True)
class _Label:
    """Where a part begins: the index of its unit, its number, and how it is written there.

    `rank` is 0 for a heading, 1 for "7." before a text, 2 for "(7)"; `marks` counts the signs of a Markdown heading.
    """

    at: int
    number: str
    rank: int
    marks: int

    @property
    def depth(self) -> int:
        return self.number.count(".")

    def ends(self, other: _Label) -> bool:
        """Whether this one begins no part within the `other`."""
        is_within = self.number.startswith(f"{other.number}.") or self.rank > other.rank
        return not is_within and (self.depth <= other.depth or (0 < self.marks <= other.marks))


def units_of_part(part: NumberedPart, passage: PassageView) -> list[Unit]:
    """The units of a part in a passage, up to the limit; empty without a text below its label."""
    labels = list(_labels(passage))
    # The fifth item of a list is no § 5.
    named = (
        label
        for label in labels
        if label.number == part.number and (label.rank == 0 or not part.is_signed or "§" in passage.texts[label.at])
    )
    own = min(named, key=lambda label: label.rank, default=None)
    if own is None:
        return []
    ends = (label.at for label in labels if label.at > own.at and label.ends(own))
    end = min(ends, default=len(passage.units))
    if own.rank:
        headings = (at for at in range(own.at + 1, end) if passage.units[at].kind == "heading")
        end = min(headings, default=end)
    found = list(range(own.at, end))
    lengths = accumulate(len(passage.texts[at]) for at in found)
    kept = [
        passage.units[at]
        for at, length in zip(found, lengths, strict=True)
        if at == own.at or length <= MOST_PART_CHARS
    ]
    return kept if any(unit.kind != "heading" for unit in kept) else []


def _labels(passage: PassageView) -> Iterator[_Label]:
    block = -1
    for at, (unit, text) in enumerate(zip(passage.units, passage.texts, strict=True)):
        is_first, block = unit.block != block, unit.block
        match = _LABEL.match(text)
        if match is None or not (unit.kind in ("heading", "item") or (unit.kind == "sentence" and is_first)):
            continue
        is_heading, number = unit.kind == "heading", match["number"].lower()
        # "12 eggs", "14.1 percent", but "14.1 Notice".
        is_named = "." in number and _NAME.match(text, match.end()) is not None
        if not (is_heading or is_named or match["end"].strip("*_")):
            continue
        rank = 0 if is_heading else 2 if text.lstrip().startswith("(") else 1
        yield _Label(at, number, rank, len(match["marks"] or ""))
