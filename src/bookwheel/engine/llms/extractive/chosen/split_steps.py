"""Joins the steps of a how-to that two or more passages of one document hold: a long recipe is quoted whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.passage_units import Unit
from bookwheel.lazy_regex import lazy_regex

MOST_STEPS_CHARS = 4_000
_STEP = lazy_regex(r"\s*\(?(\d{1,3})[.)]\s")


def with_all_steps(quotes: Sequence[Quote], passages: Sequence[PassageView]) -> list[Quote]:
    """The quotations, the first of them with the steps before and behind it in the other passages, in text order."""
    if not quotes:
        return []
    steps = [quotes[0]]
    of_document = [passage for passage in passages if passage.document == _document_of(quotes[0], passages)]
    numbers = _numbers(quotes[0].units, quotes[0].node.node.text)
    if len(numbers) < 2:
        return list(quotes)
    room = MOST_STEPS_CHARS - _length(quotes[0].units)
    first, last = numbers[0], numbers[-1]
    for passage in of_document * 2:
        if any(passage.node is quote.node for quote in steps):
            continue
        for run in _numbered_runs(passage):
            units = [passage.units[at] for at in run]
            there = _numbers(units, passage.node.node.text)
            if _length(units) > room or not (there[0] == last + 1 or there[-1] == first - 1):
                continue
            steps.append(Quote(passage.node, tuple(units), quotes[0].score))
            first, last, room = min(first, there[0]), max(last, there[-1]), room - _length(units)
            break
    steps.sort(key=lambda quote: _numbers(quote.units, quote.node.node.text)[0])
    joined = {id(quote.node) for quote in steps}
    return [*steps, *(quote for quote in quotes[1:] if id(quote.node) not in joined)]


def _document_of(quote: Quote, passages: Sequence[PassageView]) -> str:
    return next((passage.document for passage in passages if passage.node is quote.node), "")


def _numbered_runs(passage: PassageView) -> list[range]:
    """The numbered lists of a passage."""
    found: list[range] = []
    at = 0
    while at < len(passage.units):
        run = passage.run_of(at)
        if _numbers([passage.units[other] for other in run], passage.node.node.text):
            found.append(run)
        at = run[-1] + 1
    return found


def _numbers(units: Sequence[Unit], text: str) -> list[int]:
    """The numbers of the steps among units that are a list; empty where they do not count up one by one."""
    marks = [_STEP.match(text, unit.start) for unit in units if unit.kind == "item"]
    numbers = [int(mark[1]) for mark in marks if mark is not None]
    is_counted = all(after == before + 1 for before, after in pairwise(numbers))
    return numbers if is_counted and len(numbers) == len(marks) else []


def _length(units: Sequence[Unit]) -> int:
    return units[-1].end - units[0].start
