"""Fills a schema with values from passages, each with the words that it is from, and lists the missing ones.

The quoted words must stand in the passage, and the value in the words. For a yes or no and for a choice among given
values the model's reading of the words is taken; texts, numbers and dates must stand in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal

from bookwheel.engine.json_fields import pointer_part
from bookwheel.engine.query.value_schema import ListOf, ObjectOf, OneValue, Shape
from bookwheel.engine.schema import JsonObject, JsonValue, NumberedNode
from bookwheel.engine.text.dates import MONTHS, dates_in
from bookwheel.engine.text.figures import figures_in, numbers_in_words
from bookwheel.engine.text.folding import as_needle, words_of
from bookwheel.engine.text.languages import language_of
from bookwheel.lazy_dataclass import dataclass

NOT_STATED = "the documents do not say"
MAX_QUOTE = 2_000
MIN_QUOTE = 2

# "a minute" does not name the number 1.
_ARTICLES = frozenset("a an ein eine einen einer un una une uno um uma een".split())


@dataclass(frozen=True, slots=True)
class CitedWords:
    """`passage.text[start:end]`, which a value is from."""

    passage: NumberedNode
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage.node.text[self.start : self.end]

    def model_dump(self) -> JsonObject:
        """The words with their exact range in the document."""
        node = self.passage.node
        offset = node.start_char_idx or 0
        return {
            "number": self.passage.number,
            "path": node.path or "",
            "page": node.page,
            "start_char_idx": offset + self.start,
            "end_char_idx": offset + self.end,
            "text": self.text,
        }


@dataclass(slots=True)
class CitedObject:
    """The values of a schema that the documents give.

    `value` is the object, None when the documents do not say what the schema requires. `cited` has the words behind
    each value, `missing` the reason for each that is missing, both by JSON pointer. `misfits` are values of the model
    that do not fit the schema.
    """

    value: JsonObject | None = None
    cited: dict[str, CitedWords] = field(default_factory=dict[str, CitedWords])
    missing: dict[str, str] = field(default_factory=dict[str, str])
    misfits: dict[str, str] = field(default_factory=dict[str, str])

    def model_dump(self) -> JsonObject:
        """`answer`, `citations` and `missing`, as `ask --schema` prints them."""
        citations: JsonObject = {at: words.model_dump() for at, words in self.cited.items()}
        return {"answer": self.value, "citations": citations, "missing": dict[str, JsonValue](self.missing)}


def asked_schema(shape: Shape) -> JsonObject:
    """The schema for a model: each value comes with the number of its passage and the words that it is from."""
    match shape:
        case OneValue():
            rules: JsonObject = {key: value for key, value in shape.rules.items() if key not in ("title", "default")}
            rules.setdefault("type", shape.kind)
            members: JsonObject = {
                "value": {"anyOf": [rules, {"type": "null"}]},
                "passage": {"type": ["integer", "null"]},
                "quote": {"type": ["string", "null"]},
            }
            return _object(members, shape.about)
        case ListOf():
            listed: JsonObject = {"type": "array", "items": asked_schema(shape.items)}
            return {**listed, "description": shape.about} if shape.about else listed
        case ObjectOf():
            return _object({name: asked_schema(member) for name, member in shape.members.items()}, shape.about)


def _object(members: JsonObject, about: str) -> JsonObject:
    made: JsonObject = {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }
    return {**made, "description": about} if about else made


def cited_object(shape: ObjectOf, given: JsonValue, passages: Sequence[NumberedNode]) -> CitedObject:
    """The supported part of `given`, a value of `asked_schema(shape)`: the values whose words stand in the passages."""
    filling = _Filling({passage.number: passage for passage in passages})
    found = filling.take(shape, given, "")
    result = filling.result
    result.value = found if isinstance(found, dict) and result.cited else None
    return result


class _Missing:
    """Stands for a value that the documents do not say."""


_MISSING = _Missing()


class _Filling:
    def __init__(self, passages: Mapping[int, NumberedNode]) -> None:
        self._passages = passages
        self.result = CitedObject()

    def take(self, shape: Shape, given: JsonValue, at: str) -> JsonValue | _Missing:
        match shape:
            case OneValue():
                found = self._value(shape, given, at)
            case ListOf():
                found = self._list(shape, given, at)
            case ObjectOf():
                found = self._object(shape, given, at)
        return None if isinstance(found, _Missing) and shape.is_nullable else found

    def _object(self, shape: ObjectOf, given: JsonValue, at: str) -> JsonValue | _Missing:
        members = given if isinstance(given, dict) else {}
        found: JsonObject = {}
        is_whole = True
        for name, member in shape.members.items():
            here = f"{at}/{pointer_part(name)}"
            value = self.take(member, members.get(name), here)
            is_needed = name in shape.required
            if not isinstance(value, _Missing) and (value is not None or is_needed):
                found[name] = value
            is_whole = is_whole and not (is_needed and isinstance(value, _Missing))
        if is_whole:
            return found
        if at:  # leave out the object with its other values
            self._drop(self.result.cited, at)
        return _MISSING

    def _list(self, shape: ListOf, given: JsonValue, at: str) -> JsonValue | _Missing:
        found: list[JsonValue] = []
        for each in given if isinstance(given, list) else []:
            here = f"{at}/{len(found)}"
            value = self.take(shape.items, each, here)
            is_doubled = shape.is_unique and value in found
            if isinstance(value, _Missing) or value is None or is_doubled or len(found) >= shape.largest:
                self._forget(here)
            else:
                found.append(value)
        if found and len(found) >= shape.smallest:
            return found
        self._forget(at)
        self.result.missing[at] = NOT_STATED if not found else f"only {len(found)} of {shape.smallest} were found"
        return _MISSING if shape.smallest else found

    def _forget(self, at: str) -> None:
        """Drop the notes on an item that is left out."""
        self._drop(self.result.cited, at)
        self._drop(self.result.missing, at)

    @staticmethod
    def _drop(noted: dict[str, CitedWords] | dict[str, str], at: str) -> None:
        for pointer in [key for key in noted if key == at or key.startswith(f"{at}/")]:
            del noted[pointer]

    def _value(self, shape: OneValue, given: JsonValue, at: str) -> JsonValue | _Missing:
        found = given if isinstance(given, dict) else {}
        value = found.get("value")
        if value is None:
            return self._leave_out(at, NOT_STATED)
        if problem := shape.problem(value):
            self.result.misfits[at] = problem
            return self._leave_out(at, f"the model's value does not fit: {problem}")
        words = self._words(found.get("passage"), found.get("quote"))
        if words is None:
            return self._leave_out(at, "the words that the model quotes are in no passage")
        if not (shape.choices or shape.kind == "boolean" or is_stated(value, words.text, is_date=shape.is_date)):
            return self._leave_out(at, f"the model's value, {value}, is not in the words that it quotes")
        self.result.cited[at] = words
        return int(value) if shape.kind == "integer" and isinstance(value, float) else value

    def _leave_out(self, at: str, reason: str) -> _Missing:
        self.result.missing[at] = reason
        return _MISSING

    def _words(self, number: JsonValue, quote: JsonValue) -> CitedWords | None:
        if not isinstance(quote, str) or not MIN_QUOTE <= len(quote.strip()) <= MAX_QUOTE:
            return None
        named = self._passages.get(number) if isinstance(number, int) else None
        for passage in ([named] if named else []) + list(self._passages.values()):
            span = find_words(passage.node.text, quote)
            if span is not None:
                return CitedWords(passage, *span)
        return None


def find_words(text: str, quote: str) -> tuple[int, int] | None:
    """Where the words of `quote` stand in `text`, ignoring white space and capitals."""
    words = quote.strip().strip("\"'“”„«»").split()
    if not words:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), text, re.IGNORECASE)
    return match.span() if match else None


def is_stated(value: JsonValue, words: str, *, is_date: bool = False) -> bool:
    """Whether the value stands in the words: a number in any notation, a date in any order, a text word for word."""
    if isinstance(value, int | float):
        return any(number == _decimal(value) for number, _ in numbers_stated(words))
    text = str(value)
    return _is_date_stated(text, words) if is_date else as_needle(words_of(text)) in f" {words_of(words)} "


def numbers_stated(words: str) -> Iterator[tuple[str, str]]:
    """The numbers that the words name, as canonical decimals, each with how it is written there."""
    for figure in figures_in(words):
        for value in figure.values:
            yield value, figure.text
    vocabulary = frozenset(words_of(words).split()) - _ARTICLES
    for number in numbers_in_words(vocabulary, language_of(words)) | numbers_in_words(vocabulary, "english"):
        yield number, number


def _decimal(value: float) -> str:
    text = format(abs(Decimal(str(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_date_stated(date: str, words: str) -> bool:
    year, month, day = (int(part) for part in date.split("-"))
    if any(int(found.year) == year and (month, day) in found.days for found in dates_in(words)):
        return True
    spoken = words_of(words).split()
    numbers = {re.sub(r"\D", "", word) for word in spoken}
    return str(year) in numbers and str(day) in numbers and any(MONTHS.get(word) == month for word in spoken)
