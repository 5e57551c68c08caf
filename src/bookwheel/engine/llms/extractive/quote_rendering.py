"""Quotations as Markdown: word for word, each with its citation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.quote_selection import Quote
from bookwheel.engine.text.passage_units import Unit

# A bracketed number of the quoted text itself would read as a citation of ours.
_BRACKETED_NUMBER = re.compile(r"\[(?=\d+(?:\s*[,–-]\s*\d+)*\])")


def render_quotes(quotes: Sequence[Quote]) -> str:
    """The quotations by passage, the best passage first, in their order within it.

    Sentences are quoted with their white space collapsed (a PDF breaks lines in mid-sentence) and otherwise untouched;
    lists, tables and code keep their lines. What was left out between two quotations of a passage is marked by "…".
    """
    by_number: dict[int, list[Quote]] = {}
    for quote in quotes:
        by_number.setdefault(quote.node.number, []).append(quote)
    return "\n\n".join(_render_passage(number, found) for number, found in by_number.items())


def _render_passage(number: int, quotes: list[Quote]) -> str:
    text = quotes[0].node.node.text
    units = sorted({unit for quote in quotes for unit in quote.units}, key=lambda unit: unit.start)
    blocks: list[tuple[str, list[str]]] = []
    end_of_last: int | None = None
    for unit in units:
        shown = _show(text[unit.start : unit.end], unit)
        is_next = end_of_last is not None and not text[end_of_last : unit.start].strip()
        if blocks and blocks[-1][0] == unit.kind:
            blocks[-1][1].append(shown if is_next or unit.kind != "sentence" else f"… {shown}")
        else:
            blocks.append((unit.kind, [shown]))
        end_of_last = unit.end
    return _cite("\n\n".join(_join(kind, parts) for kind, parts in blocks), blocks[-1][0], number)


def _show(text: str, unit: Unit) -> str:
    if unit.kind == "code":
        return text
    escaped = _BRACKETED_NUMBER.sub(r"\\[", text)
    return " ".join(escaped.split()) if unit.kind in ("sentence", "row") else escaped.rstrip()


def _join(kind: str, parts: list[str]) -> str:
    return (" " if kind == "sentence" else "\n").join(parts)


def _cite(text: str, last_kind: str, number: int) -> str:
    # Behind a fence or a table row the citation would become a part of it.
    separator = "\n\n" if last_kind in ("code", "row") else " "
    return f"{text}{separator}[{number}]"
