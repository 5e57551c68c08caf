"""Finds the row whose range holds an amount of the question: "away for 15 hours" and the row "12 to 24 hours"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote, header_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.table_rows.cell_values import amount_of, family_of, unit_in
from bookwheel.engine.llms.extractive.table_rows.found_tables import FoundRow, FoundTable, tables_of
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_ROWS = 2
# The share of a column's cells that must be ranges: "abroad, a whole day" may stand below "8 to 12 hours".
MOST_RANGES = 0.5
_N = r"\d+(?:[ ,.'’]\d{3})*(?:[.,]\d+)?"
_ASKED = lazy_regex(rf"(?i)(?<![\w.,/-])({_N})[ -]?([^\W\d_]{{1,12}}|€|£|\$)(?![\w/])(?:[ -](?:old|alt))?")
_UNIT = r"(?: ?([^\W\d_]{1,12}|[€£$]))?"
_FROM_TO = lazy_regex(
    rf"(?i)\W*(?:from |between |von |de |du |da )?[€£$]?({_N}){_UNIT}(?: ?[-–—] ?| (?:to|until|till|and|bis|und|à|et"
    rf"|a|y|al?|tot|e) )[€£$]?({_N}){_UNIT}"
)
_UP_TO = lazy_regex(
    r"(?i)\W*(?:up to|until|till|below|under|less than|at most|max(?:imum)?\.?|bis(?: zu)?|unter|weniger als"
    r"|höchstens|jusqu['’]à|moins de"
    rf"|hasta|menos de|fino a|meno di|até|tot|onder|≤|<=?) ?[€£$]?({{0}}){_UNIT}".replace("{0}", _N)
)
_FROM = lazy_regex(
    r"(?i)\W*(?:over|above|more than|from|at least|min(?:imum)?\.?|über|ab|mehr als|mindestens|plus de|dès"
    r"|à partir de|más de|desde|a partir de"
    rf"|oltre|più di|da|mais de|vanaf|boven|meer dan|≥|>=?) ?[€£$]?({_N}){_UNIT}"
    rf"|\W*({_N}){_UNIT} ?(?:\+|(?:and|or) (?:more|over|above|older)|und (?:mehr|älter|darüber)|oder mehr|et plus"
    rf"|ou plus|y más|o más|e oltre|en meer)"
)


_CAPITAL = lazy_regex(r"(?<=[\w,] )[^\W\d_a-zß-ÿ]\w+")


class _Range(NamedTuple):
    """From what to what, in the first unit of the family ("" without one)."""

    low: float
    high: float
    family: str


def row_of_range(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[Quote]:
    """The rows whose range holds the one amount of the question; none unless its other words are in the table."""
    amounts = list(_ASKED.finditer(asked.completed))
    if len(amounts) != 1 or asked.is_yes_no or asked.is_comparison or asked.is_how_to:
        return []
    written, noun = amounts[0][0], amounts[0][2]
    amount = amount_of(written)
    if amount is None:
        return []
    rest = frozenset(content_terms(asked.completed.replace(written, " "))) - asked.light
    rest -= asked.value.terms if asked.value is not None else frozenset[str]()
    for table in tables_of(passages):
        rows = [
            row for row in _rows_with(table, amount.number, amount.family, noun) if _is_meant(row, rest, table, asked)
        ]
        most = max((len(rest & row.terms) for row in rows), default=0)
        rows = [row for row in rows if len(rest & row.terms) == most]
        if 0 < len(rows) <= MOST_ROWS:
            return [_quote(row) for row in rows]
    return []


def _rows_with(table: FoundTable, number: float, family: str, noun: str) -> list[FoundRow]:
    """The rows whose cell in the one column of ranges of this measure holds the number."""
    for column, name in enumerate(table.names):
        unit = unit_in(name)
        found = [_range_of(row.cells[column], unit) for row in table.rows]
        there = [one for one in found if one is not None]
        if len(there) < max(2, MOST_RANGES * len(found)):
            continue
        is_counted = not frozenset(terms(noun)).isdisjoint(
            terms(f"{name} {' '.join(row.cells[column] for row in table.rows)}")
        )
        families = {one.family for one in there}
        if families == {family} and (family or is_counted):
            return [
                row
                for row, one in zip(table.rows, found, strict=True)
                if one is not None and one.low <= number <= one.high
            ]
    return []


def _is_meant(row: FoundRow, rest: frozenset[str], table: FoundTable, asked: AskedQuestion) -> bool:
    """Whether the other words of the question are in the row, in its columns or over the table; a verb may be"
    " unsaid."""
    over = table.name_terms | table.topic | row.terms
    missing = rest - over
    in_others = frozenset[str]().union(*(other.terms for other in table.rows))
    # What has a capital is not the verb: "eine Katze".
    in_others |= frozenset(terms(" ".join(_CAPITAL.findall(asked.text))))
    return (len(missing) <= 1 < len(rest) and missing.isdisjoint(in_others | asked.named.terms)) or not missing


def _range_of(cell: str, unit: str) -> _Range | None:
    """The range that a cell gives; `unit` is that of its column."""
    if (match := _FROM_TO.match(cell)) is not None:
        return _made(match[1], match[3], match[4] or match[2] or unit)
    if (match := _UP_TO.match(cell)) is not None:
        return _made("", match[1], match[2] or unit)
    if (match := _FROM.match(cell)) is not None:
        return _made(match[1] or match[3], "", match[2] or match[4] or unit)
    return None


def _made(low: str, high: str, unit: str) -> _Range | None:
    ends = [amount_of(f"{end} {unit}" if family_of(unit) else end) for end in (low, high) if end]
    if not all(ends):
        return None
    numbers = [end.number for end in ends if end is not None]
    family = next((end.family for end in ends if end is not None), "")
    return _Range(numbers[0] if low else -math.inf, numbers[-1] if high else math.inf, family)


def _quote(row: FoundRow) -> Quote:
    places = (*header_of(row.passage, row.at), row.at)
    return Quote(row.passage.node, tuple(row.passage.units[place] for place in places), 1.0)
