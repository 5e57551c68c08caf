"""Renders quotations as Markdown, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.text.code_lines import with_both_fences
from bookwheel.engine.text.passage_units import Unit
from bookwheel.lazy_regex import lazy_regex

# A bracketed number in the quoted text would look like a citation.
_BRACKETED_NUMBER = lazy_regex(r"\[(?=\d+(?:\s*[,–-]\s*\d+)*\])")
# The marks of a quoted paragraph are at the beginnings of its lines, which a sentence loses.
_QUOTE_MARKS = lazy_regex(r"(?m)^[ \t]*(?:>[ \t]?)+")
_TABLE = ("row", "header", "rule")


def render_quotes(quotes: Sequence[Quote]) -> str:
    """The quotations by passage, the best passage first, in their order within it.

    Sentences are quoted unchanged except for collapsed white space (a PDF breaks lines in mid-sentence); lists, tables
    and code keep their lines. "…" marks text left out between two quotations of a paragraph. A label is on a line above
    its quotation. A row of a table that began in an earlier passage has the column names above it.
    """
    by_number: dict[int, list[Quote]] = {}
    for quote in quotes:
        by_number.setdefault(quote.node.number, []).append(quote)
    return "\n\n".join(_render_passage(number, found) for number, found in by_number.items())


def _render_passage(number: int, quotes: list[Quote]) -> str:
    text = quotes[0].node.node.text
    units = sorted({unit for quote in quotes for unit in quote.units}, key=lambda unit: unit.start)
    rendered = ""
    before: Unit | None = None
    for unit in units:
        shown = _show(text[unit.start : unit.end], unit)
        rendered += f"{_between(text, before, unit)}{shown}" if before is not None else shown
        before = unit
    columns = _columns_above(quotes[0], units)
    last_kind = units[-1].kind
    label = next((f"{_escaped(quote.label)}:\n" for quote in quotes if quote.label), "")
    return _cite(label + columns + rendered, last_kind, number)


def _between(text: str, before: Unit, unit: Unit) -> str:
    """The text between two units: a blank within a paragraph where the text has white space (Chinese and Japanese have
    none), a line break within a list or table."""
    gap = text[before.end : unit.start]
    is_next = not gap.strip()
    is_same_block = before.block == unit.block
    if unit.kind == "sentence" and before.kind == "header":
        # A sentence of a meaning, below its term.
        return "\n    " if is_next else "\n    … "
    is_other_paragraph = is_next and not is_same_block and gap.count("\n") > 1
    if unit.kind == "sentence" and (is_same_block or before.kind == "sentence") and not is_other_paragraph:
        return (" " if gap else "") if is_next else " … "
    return "\n" if is_same_block and unit.kind != "code" else "\n\n"


def _columns_above(quote: Quote, units: Sequence[Unit]) -> str:
    columns = quote.node.node.metadata.get("columns")
    is_row = units[0].kind == "row" and ": " not in quote.node.node.text[units[0].start : units[0].end]
    return f"{columns}\n" if isinstance(columns, str) and is_row else ""


def _show(text: str, unit: Unit) -> str:
    if unit.kind in ("code", "output"):
        return with_both_fences(text)
    escaped = _escaped(text)
    if unit.kind == "sentence":
        escaped = _QUOTE_MARKS.sub("", escaped)
    return " ".join(escaped.split()) if unit.kind in ("sentence", *_TABLE) else escaped.rstrip()


def _escaped(text: str) -> str:
    return _BRACKETED_NUMBER.sub(r"\\[", text)


def _cite(text: str, last_kind: str, number: int) -> str:
    # On the line of a fence or table row the citation would become a part of it.
    separator = "\n\n" if last_kind == "code" or last_kind in _TABLE else " "
    return f"{text}{separator}[{number}]"
