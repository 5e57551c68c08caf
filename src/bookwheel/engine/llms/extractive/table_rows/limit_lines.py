"""The line with the limit or target that a question compares a value with: "more lead than the limit?"."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_regex import lazy_regex

LONGEST_LIMIT = 160
_FIGURE = lazy_regex(r"\d")


def with_limit(asked: AskedQuestion, quotes: list[Quote], passages: Sequence[PassageView]) -> list[Quote]:
    """The quotes of a yes-or-no question, with the line of the same document that gives the limit it names."""
    wanted = asked.limits
    said = frozenset(term for quote in quotes for text in quote.texts for term in terms(text))
    if not wanted.isdisjoint(said):
        return quotes
    documents = {view.document for view in passages for quote in quotes if quote.node is view.node}
    about = (asked.own_terms | said) - wanted
    best: tuple[int, Quote] | None = None
    for view in passages:
        for at, unit in enumerate(view.units) if view.document in documents else ():
            there = frozenset(view.raw_terms[at])
            is_limit = not wanted.isdisjoint(there) and _FIGURE.search(view.texts[at]) is not None
            if not is_limit or unit.end - unit.start > LONGEST_LIMIT or unit.kind in ("heading", "rule", "header"):
                continue
            if best is None or len(there & about) > best[0]:
                best = (len(there & about), Quote(view.node, (unit,), quotes[0].score))
    return [*quotes, best[1]] if best is not None else quotes
