"""Quotations from passages that a question leads to in two steps: their document's title is named where it matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.folding import as_needle, words_of
from bookwheel.engine.text.passage_units import units
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

# "Casablanca (film)" is called Casablanca in a sentence.
_QUALIFIER = lazy_regex(r"\s*\([^()]*\)\s*$")
_SHORTEST_TITLE = 4
_STEPS = 2


def linked_quotes(
    question: str, quoted: Sequence[str], passages: Sequence[NumberedNode], used: set[int]
) -> Iterator[tuple[int, str]]:
    """Number and sentence of each passage whose title is named in the question or in a quotation, `used` ones left out.

    Of each the sentence that shares most words with the question beside the title; without such a word, none. The
    question links passages only if it names two titles, or something is quoted: a title alone is not an answer.
    """
    titled = [(passage, title) for passage in passages if (title := _title(passage))]
    asked = [passage.number for passage, title in titled if _names(question, title)]
    texts = [*quoted, question] if quoted or len(set(asked)) > 1 else list(quoted)
    seen = set(used)
    for _ in range(_STEPS):
        for passage, title in titled:
            if passage.number in seen or not any(_names(text, title) for text in texts):
                continue
            if quote := _best_sentence(question, title, passage.node.text):
                seen.add(passage.number)
                texts.append(quote)
                yield passage.number, quote


def _title(passage: NumberedNode) -> str:
    """The words of the document's title; "" where it has none, or only the name of its file."""
    title = passage.node.metadata.get("title")
    if not isinstance(title, str) or title == PurePath(passage.node.path or "").name:
        return ""
    words = words_of(_QUALIFIER.sub("", title))
    return words if len(words) >= _SHORTEST_TITLE else ""


def _names(text: str, title: str) -> bool:
    return as_needle(title) in as_needle(words_of(text))


def _best_sentence(question: str, title: str, text: str) -> str:
    wanted = set(content_terms(question)) - set(content_terms(title))
    best, most = "", 0
    for unit in units(text):
        sentence = text[unit.start : unit.end]
        shared = len(wanted & set(content_terms(sentence)))
        if unit.kind == "sentence" and shared > most:
            best, most = sentence.strip(), shared
    return best
