"""The list below an answer that fits a schema: each line names a place in the object, then quotes the words behind it.

    - `/total`: “1,250.50 euros” [1]
    - `/due`: the documents do not say

The place is a JSON pointer (RFC 6901). It is the schema's word, so no passage need hold it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from bookwheel.engine.json_fields import pointer_part
from bookwheel.engine.query.citations import CITATION
from bookwheel.engine.query.no_answer import NOTHING_REQUIRED
from bookwheel.engine.schema import JsonValue
from bookwheel.lazy_regex import lazy_regex

_OBJECT = lazy_regex(r"(?s)\A```json\n(\{.*?\})\n```(?:\n|\Z)")
_PLACE = lazy_regex(r"\s*`(/[^`\n]*)`:\s*")


class PointerLines:
    """The lines of `answer` that begin with a place in its object."""

    def __init__(self, answer: str) -> None:
        self._is_refusal = answer.startswith(NOTHING_REQUIRED)
        found = None if self._is_refusal else _OBJECT.match(answer)
        self._places = frozenset(_places(found[1])) if found else None

    def without_place(self, sentence: str) -> str:
        """A sentence of the answer without the place that it begins with."""
        if self._places is None and not self._is_refusal:
            return sentence
        found = _PLACE.match(sentence)
        return sentence[found.end() :] if found and self._is_place(found[1], sentence) else sentence

    def _is_place(self, pointer: str, sentence: str) -> bool:
        """Whether the object has this place; a value that is missing has none, and its line cites nothing."""
        return self._is_refusal or pointer in (self._places or ()) or not CITATION.search(sentence)


def _places(text: str) -> Iterator[str]:
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _below(value, "")


def _below(value: JsonValue, at: str) -> Iterator[str]:
    members: Iterator[tuple[str, JsonValue]] = iter(())
    if isinstance(value, dict):
        members = iter(value.items())
    elif isinstance(value, list):
        members = ((str(index), item) for index, item in enumerate(value))
    for name, member in members:
        here = f"{at}/{pointer_part(name)}"
        yield here
        yield from _below(member, here)
