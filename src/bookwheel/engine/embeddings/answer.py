"""What an embeddings endpoint answers, read into vectors: by their `index`, as numbers or as base64."""

from __future__ import annotations

import base64
import binascii
import math
import sys
from array import array
from collections.abc import Sequence

from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.engine.llms.openai.transport import error_text
from bookwheel.engine.schema import JsonValue


class UnusableAnswerError(Exception):
    """The answer holds no vectors for what was asked; the message says what it holds instead."""


def vectors_of(body: bytes, count: int) -> list[list[float]]:
    """The `count` vectors of an answer, in the order of the texts.

    Raises UnusableAnswerError unless it holds exactly one vector of real numbers for each text, all of one length.
    """
    answer = parse_object(body)
    if answer is None:
        head = " ".join(body[:200].decode("utf-8", "replace").split())
        raise UnusableAnswerError(f'something that is no JSON object: "{head}"' if head else "nothing")
    rows = list_of(answer.get("data"))
    if not rows and (said := error_text(answer)):
        raise UnusableAnswerError(f'an error: "{said}"')
    vectors: dict[int, list[float]] = {}
    for place, row in enumerate(rows):
        fields = object_of(row) or {}
        index = fields.get("index")
        vectors[index if isinstance(index, int) else place] = _vector(fields.get("embedding"))
    if len(rows) != count or vectors.keys() != set(range(count)):
        raise UnusableAnswerError(f"{len(vectors)} vectors for {count} texts")
    return _of_one_length([vectors[place] for place in range(count)])


def _vector(value: JsonValue) -> list[float]:
    numbers = _decoded(value) if isinstance(value, str) else [_number(item) for item in list_of(value)]
    if not numbers:
        raise UnusableAnswerError("an empty vector")
    if not all(map(math.isfinite, numbers)):
        raise UnusableAnswerError("a vector that holds no numbers")
    return numbers


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableAnswerError(f"a vector that holds {text_of(value)[:20]!r}")
    return float(value)


def _decoded(encoded: str) -> list[float]:
    numbers = array("f")
    try:
        numbers.frombytes(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UnusableAnswerError("a vector that is no base64 of numbers") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def _of_one_length(vectors: Sequence[list[float]]) -> list[list[float]]:
    lengths = sorted({len(vector) for vector in vectors})
    if len(lengths) > 1:
        raise UnusableAnswerError(f"vectors of different lengths ({', '.join(map(str, lengths))})")
    return list(vectors)
