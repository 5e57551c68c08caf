"""Reads plans and notes from the JSON replies of models, also when the JSON is wrapped in text or in another shape."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.events.research_events import PlanItem
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_json, text_of
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.text.folding import fold
from bookwheel.lazy_dataclass import dataclass

MAX_QUESTION_CHARS = 400
_THOUGHT = re.compile(r"(?s)<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)")
_JSON = re.compile(r"(?s)\{.*\}|\[.*\]")
_LIST_ITEM = re.compile(r"(?m)^ {0,3}(?:[-*+•]|\d{1,2}[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$")
_ITEM_NAMES = ("items", "questions", "sub_questions", "subquestions", "plan", "queries", "steps")
_QUESTION_NAMES = ("question", "sub_question", "subquestion", "query", "title", "text")


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note as the model wrote it; `passage` is the number that it gave, 0 for none."""

    passage: int
    quote: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class RoundReading:
    """The result of reading the passages of one round."""

    notes: tuple[DraftNote, ...] = ()
    missing: str = ""
    next_query: str = ""


def read_questions(text: str) -> list[tuple[str, str]]:
    """The sub-questions of a plan as pairs of (question, why); empty when there are none.

    Accepts a JSON object or array, fenced or not, and a Markdown list. Leaves out repeated questions.
    """
    kept: dict[str, tuple[str, str]] = {}
    for question, why in _questions_in(text):
        words = one_line(question, MAX_QUESTION_CHARS)
        key = " ".join(fold(words).strip(" ?？.").split())
        if key:
            kept.setdefault(key, (words, one_line(why, MAX_QUESTION_CHARS)))
    return list(kept.values())


def repeated_questions(text: str) -> int:
    """How many sub-questions of a plan `read_questions` leaves out because they stand in it already."""
    return sum(bool(question.strip()) for question, _ in _questions_in(text)) - len(read_questions(text))


def numbered_items(questions: Sequence[tuple[str, str]], first: int = 1) -> list[PlanItem]:
    """The sub-questions as items of a plan, numbered from `first`."""
    return [
        PlanItem(id=str(number), question=question, why=why)
        for number, (question, why) in enumerate(questions, start=first)
    ]


def read_notes(text: str) -> RoundReading | None:
    """The notes in a reply; None when it does not contain a JSON object."""
    data = _json_in(text)
    found = object_of(data)
    if found is None:
        return None
    drafts = [_draft(item) for item in map(object_of, list_of(found.get("notes"))) if item is not None]
    return RoundReading(
        tuple(drafts),
        one_line(text_of(found.get("missing")), MAX_QUESTION_CHARS),
        one_line(text_of(found.get("next_query")), MAX_QUESTION_CHARS),
    )


def one_line(text: str, most: int) -> str:
    """The text on one line, cut at `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _draft(item: JsonObject) -> DraftNote:
    passage = item.get("passage")
    if isinstance(passage, str) and passage.strip().isdecimal():
        passage = int(passage)
    number = passage if isinstance(passage, int) and not isinstance(passage, bool) else 0
    return DraftNote(number, text_of(item.get("quote")), one_line(text_of(item.get("says")), MAX_QUESTION_CHARS))


def _questions_in(text: str) -> list[tuple[str, str]]:
    found = _from_json(text)
    if not found and "{" not in text:
        return [(match[1], "") for match in _LIST_ITEM.finditer(text)]
    return found


def _from_json(text: str) -> list[tuple[str, str]]:
    data = _json_in(text)
    whole = object_of(data)
    items = list_of(data)
    if whole is not None:
        lists = [list_of(whole.get(name)) for name in _ITEM_NAMES]
        items = next(filter(None, lists), lists[0])
    return [pair for pair in map(_question_of, items) if pair[0].strip()]


def _question_of(item: JsonValue) -> tuple[str, str]:
    if isinstance(item, str):
        return item, ""
    fields = object_of(item) or {}
    question = next((found for name in _QUESTION_NAMES if (found := text_of(fields.get(name)))), "")
    return question, text_of(fields.get("why"))


def _json_in(text: str) -> JsonValue:
    """The JSON in a reply, also inside a fence, after a thought or within a sentence; None when there is none."""
    bare = _THOUGHT.sub("", text)
    match = _JSON.search(bare)
    for candidate in (bare.strip(), match[0] if match else ""):
        if not candidate:
            continue
        try:
            value = parse_json(candidate)
        except ValueError:
            continue
        if isinstance(value, dict | list):
            return value
    return None
