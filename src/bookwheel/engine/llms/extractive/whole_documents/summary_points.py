"""Chooses the points of minutes and reports: the most telling sentence of each section, and lists whole."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.exact_things import day_of_document
from bookwheel.engine.text.passage_units import Unit, is_field
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MOST_POINT_CHARS = 850
MOST_RESOLUTIONS = 4
FEWEST_WORDS = 4
FEWEST_NAMES = 3
MOST_IN_NAME = 4
# A second sentence of a section is quoted if it has a decision, a sum or a date.
ENOUGH_FOR_SECOND = 1.0
IS_LEANING = 0.3
FIRST_OF_MINUTES, FIRST_OF_OTHERS = 0.4, 1.6

DECISION = lazy_regex(
    r"(?i)\b(?:decid\w+|agreed|resolved|voted|approved|accepted|granted|awarded|adopted|refused|rejected|withdrawn"
    r"|from now on"
    r"|compulsory|must|may not|shall|rises?|stays?|instead|elected|appointed|turned down|bought|engaged|chose|chosen"
    r"|becomes?|remains?|rais(?:es|ed)|lower(?:s|ed)"
    r"|(?:put off|moved?|moves|postponed|lowered|raised|reduced|increased|extended) (?:to|from|by|until)"
    r"|(?:put|moved|brought|pushed|gives?|gave|takes?) (?:back|forward)|orders?|ordered|buys?|hires?|rents?"
    r"|postponed|cancelled|called off"
    r"|takes? (?:it )?over|hands? over|gives? up|sold|beschloss\w*|beschließ\w*|entschied\w*|genehmigt"
    r"|abgelehnt|künftig|décid\w+"
    r"|adopté\w*|refus\w+|approuv\w+|désormais|erhöht|gesenkt|verkauft|fixée?|décidé\w*"
    r"|decidi\w+|acord\w+|aprob\w+|rechaz\w+|deci(?:so|sa|de)|delibera\w*|approva\w*|respint\w+|aprovad\w+|recusad\w+"
    r"|besloten|goedgekeurd|afgewezen|реши\w+|постанови\w+|утвержд[её]н\w*|одобр\w+|отклон\w+|повыш\w+)\b"
)
# Who was there and who was not is in minutes of all kinds, and is not what was decided.
_ATTENDANCE = lazy_regex(
    r"(?i)\W*(?:(?:those |also |members )?present|with us|in attendance|attend(?:ees|ed by|ing)|participants|excused"
    r"|apologies|absent|not there|away|minutes (?:by|taken)|minutes|minute[- ]taker"
    r"|chair|leitung|secrétaire|acta|verbale|notulen|протокол"
    r"|anwesend\w*|teilnehm\w+|entschuldigt|abwesend|protokoll"
    r"|présents?|présentes?|excusée?s?|absents?|presentes|asistentes|ausentes|presenti|assenti|aanwezig\w*|afwezig"
    r"|присутств\w+|отсутств\w+|出席\w*)(?: (?:were|was|are|is|waren|étaient|eran|erano))?\s?[:：]"
    r"|\W*(?:those |members )?present (?:were|are)\b"
)
_FIGURE = lazy_regex(
    r"[€$£¥]\s?\d|(?<![\d.,])\d{1,3}(?:[.,’']\d{3})+(?![\d.,]\d)|\d[\d.,  ]*\s?(?:[€$£¥%]|(?:euros?|pounds?|dollars?"
    r"|crowns?|francs?|pence|percent|per cent|prozent"
    r"|franken|kronen|pour cent|por ciento|per cento|procent|libras|рубл\w*|процент\w*|元|円)\b)|\d\s?(?:元|円|％)"
)
_DATED = lazy_regex(
    r"(?i)\b\d{1,2}\.?\s?(?:de |d')?(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|mayo|jun|juin|jul|juil|aug|août|ago|sep"
    r"|oct|okt|out|nov|dec|dez|déc|dic|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\w*"
    r"|\b(?:from|until|since|before|by|in|ab|bis|im|dès|en|desde|da|em|с|до) (?:january|february|march|april|may"
    r"|june|july|august|september|october|november|december|januar|februar|märz|mai|juni|juli|oktober|dezember"
    r"|janvier|février"
    r"|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio"
    r"|septiembre|octubre|noviembre|diciembre)\b|\d月\d"
)
_NAME = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+ [^\W\d_a-zß-ÿ][^\W\d_]+")
_LEANING = lazy_regex(r"(?i)\W*(?:it|he|she|they|this|that|these|er|sie|es|dies\w*|il|elle|ils|elles|ce)\b")
_WORD = lazy_regex(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Section:
    """The units of one heading or paragraph that may be points, and whether they are a list."""

    passage: PassageView
    units: tuple[int, ...]
    is_list: bool


def points_of(passages: Sequence[PassageView], *, only_decisions: bool) -> list[tuple[PassageView, list[Unit]]]:
    """The units that sum up a document, by passage in text order; those with decisions, sums and dates come first."""
    sections = [section for passage in passages for section in _sections(passage)]
    has_points = [section for section in sections if _is_telling(section, only_decisions=only_decisions)]
    # What a contract is for stands first; minutes first say why.
    of_first = FIRST_OF_MINUTES if only_decisions or any(map(_is_dated, passages)) else FIRST_OF_OTHERS
    ranked = [(section, _ranked(section, of_first)) for section in has_points]
    chosen: dict[int, set[int]] = {}
    left = MOST_POINT_CHARS
    for turn in range(MOST_RESOLUTIONS):
        for section, order in ranked:
            passage = section.passage
            for at in _of_turn(section, order, turn, only_decisions=only_decisions):
                size = passage.units[at].end - passage.units[at].start
                if size <= left:
                    chosen.setdefault(passage.rank, set()).add(at)
                    left -= size
    return [
        (passage, [passage.units[at] for at in sorted(chosen[passage.rank])])
        for passage in passages
        if passage.rank in chosen
    ]


def _of_turn(section: _Section, order: Sequence[int], turn: int, *, only_decisions: bool) -> Sequence[int]:
    """What a section adds in a turn: its best sentence first, lists in the second turn, further decisions later."""
    if section.is_list:
        # A list among sections is of tasks, which come after the decisions; minutes may be one list.
        return section.units if turn == 1 else ()
    if turn >= len(order):
        return ()
    text = section.passage.texts[order[turn]]
    is_more = turn == 0 or _weight(text) >= ENOUGH_FOR_SECOND or (only_decisions and _is_behind(section, order[turn]))
    return order[turn : turn + 1] if is_more else ()


def _is_behind(section: _Section, at: int) -> bool:
    """Whether a unit follows a decision in its paragraph, and so is a part of it: "They sell the oven. Dues: 25."."""
    passage = section.passage
    return any(other < at and DECISION.search(passage.texts[other]) for other in passage.run_of(at))


def _is_telling(section: _Section, *, only_decisions: bool) -> bool:
    """Whether a section has a decision, a sum or a date, which one of minutes has; a summary takes each section."""
    if section.is_list or not only_decisions:
        return True
    return any(_weight(section.passage.texts[at]) >= 1.0 for at in section.units)


def _is_dated(passage: PassageView) -> bool:
    names = (passage.date, passage.title, passage.file_name, passage.heading)
    return day_of_document(*names) is not None


def _ranked(section: _Section, of_first: float) -> list[int]:
    texts = section.passage.texts
    first = section.units[0]
    leaning = {at for at in section.units if _LEANING.match(texts[at])}
    return sorted(
        section.units,
        key=lambda at: (-_weight(texts[at]) - of_first * (at == first) + IS_LEANING * (at in leaning), at),
    )


def _weight(text: str) -> float:
    """How much a sentence says of what was settled: decisions and sums most, then dates and names."""
    weight = 2.0 if DECISION.search(text) else 0.0
    weight += 1.5 if _FIGURE.search(text) else 0.0
    weight += 1.0 if _DATED.search(text) else 0.0
    return weight + (0.5 if _NAME.search(text) else 0.0)


def _sections(passage: PassageView) -> list[_Section]:
    skipped = {passage.units[at].block for at, text in enumerate(passage.texts) if _is_of_attendance(passage, at, text)}
    found = [
        (at, unit)
        for at, unit in enumerate(passage.units)
        if unit.block not in skipped and is_point(passage, at) and says_something(passage.texts[at])
    ]
    # Without headings each paragraph is a section.
    has_headings = len({unit.heading for _, unit in found}) > 1
    by_heading: dict[str | int, list[int]] = {}
    for at, unit in found:
        by_heading.setdefault(unit.heading if has_headings else unit.block, []).append(at)
    sections: list[_Section] = []
    for section in by_heading.values():
        listed = [at for at in section if passage.units[at].kind in ("item", "line")]
        if len(listed) >= 2:
            others = tuple(at for at in section if at not in listed)
            sections += [_Section(passage, others, False)] if others else []
            sections.append(_Section(passage, tuple(listed), True))
        else:
            sections.append(_Section(passage, tuple(section), False))
    return sections


def is_point(passage: PassageView, at: int) -> bool:
    """Whether a unit may be a point of a summary: a field of a record is none."""
    kind = passage.units[at].kind
    return kind in ("sentence", "item", "row") or (
        kind == "line" and not is_field(passage.texts[at]) and not passage.is_record(at)
    )


def says_something(text: str) -> bool:
    """Whether a text has some words, or a figure with its name: "Dues: 25"."""
    words = text.split()
    return len(words) >= FEWEST_WORDS or (len(words) > 1 and any(map(str.isdigit, text)))


def _is_of_attendance(passage: PassageView, at: int, text: str) -> bool:
    """Whether a unit lists who was there: "Present: Ann Lee, Bo Ek", or names alone."""
    if passage.units[at].kind not in ("sentence", "line"):
        return False
    if _ATTENDANCE.match(text):
        return True
    if at != passage.run_of(at)[0]:
        return False
    pieces = [_WORD.findall(piece) for piece in text.split(",")]
    return sum(0 < len(words) <= MOST_IN_NAME and all(map(str.istitle, words)) for words in pieces) >= FEWEST_NAMES
