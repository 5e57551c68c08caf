"""Refuses tool arguments that JSON cannot hold, that hide text, or that are too large.

A model that obeys a document could put text into tag characters, which terminals do not show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import cast

from bookwheel.lazy_regex import lazy_regex

MAX_ARGUMENT_CHARS = 200_000
MAX_ARGUMENT_DEPTH = 50
MAX_ARGUMENT_VALUES = 20_000

_TAGS = lazy_regex("[\U000e0000-\U000e007f]")
_HALF_CHARACTER = lazy_regex("[\ud800-\udfff]")


def unfit_arguments(arguments: Mapping[str, object]) -> str:
    """Why a tool is not called with these arguments, for the model; "" when they are valid."""
    chars = 0
    for count, (name, value, depth) in enumerate(_values(arguments)):
        text = value if isinstance(value, str) else ""
        chars += len(text)
        if problem := _unfit_value(value, text):
            return f"the argument {name!r} {problem}"
        if depth > MAX_ARGUMENT_DEPTH:
            return f"the argument {name!r} is nested more than {MAX_ARGUMENT_DEPTH} levels deep"
        if chars > MAX_ARGUMENT_CHARS:
            return f"the arguments have more than {MAX_ARGUMENT_CHARS:,} characters"
        if count >= MAX_ARGUMENT_VALUES:
            return f"the arguments have more than {MAX_ARGUMENT_VALUES:,} values"
    return ""


def _unfit_value(value: object, text: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"holds {value}, which is not a JSON number"
    if text.isascii():
        return ""
    if hidden := _TAGS.search(text):
        return f"holds invisible tag characters (U+{ord(hidden.group()):04X})"
    return "holds half of a character (a lone surrogate)" if _HALF_CHARACTER.search(text) else ""


def _values(arguments: Mapping[str, object]) -> Iterator[tuple[str, object, int]]:
    """All values and names, each with its top argument and depth; not recursive, because the depth is not limited."""
    waiting: list[tuple[str, object, int]] = [
        (ascii(name)[1:-1][:60], {name: value}, 0) for name, value in arguments.items()
    ]
    while waiting:
        top, value, depth = waiting.pop()
        yield top, value, depth
        if isinstance(value, dict):
            fields = cast("dict[object, object]", value)
            waiting += [(top, part, depth + 1) for pair in fields.items() for part in pair]
        elif isinstance(value, (list, tuple)):
            waiting += [(top, part, depth + 1) for part in cast("list[object]", value)]
