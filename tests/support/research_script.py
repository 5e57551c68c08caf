"""Scripted research: a scenario's replies are chosen by what a call is for, its sub-question and its round.

A scenario is a JSON file:

    {"question": "…", "documents": {"bridge.md": "…"}, "options": {"breadth": 4, "concurrency": 1},
     "limits": {"max_calls": 8},
     "replies": {"plan": ["…"], "read Who built it?": ["…"], "section Who built it?": "…", "summary": "…"},
     "steer": [{"at": "read Who built it?", "kind": "drop", "branch": "2"}]}

A steer is sent while the model is asked for `at`, or when the log has a line with `after` in it, and one with
`later` where that is given: what runs side by side comes in any order.

A reply is the text that the model writes, an object (sent as JSON), or {"status": 500, "message": "…", "headers": {}},
{"cut": "text before the connection breaks"}, {"text": "…", "usage": [prompt, completion]}, {"hangs": true}. Of a list
the replies are given one after the other, the last one again and again. Lines are joined where a list of lists stands.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.wire_replies import Gate, Reply, Reset, chunk, error, say, usage_chunk

from bookwheel.engine.events.event_base import Event
from bookwheel.engine.events.research_events import (
    BranchFinished,
    BranchReflected,
    BranchSearched,
    BranchStarted,
    LimitReached,
    ModelCalled,
    NoteRefused,
    NoteTaken,
    PlanApproved,
    PlanProposed,
    PlanReview,
    ReportStarted,
    SectionFinished,
    SectionStarted,
    Steered,
)
from bookwheel.engine.events.run_events import Notice, Retrieval

if TYPE_CHECKING:
    from tests.support.openai_server import Request

SCENARIOS = Path(__file__).parents[1] / "engine" / "research" / "scenarios"


@dataclass(slots=True)
class ResearchScript:
    """Answers the calls of a research run from a scenario's replies; `asked` are the keys, in their order."""

    replies: Mapping[str, Any]
    asked: list[str] = field(default_factory=list[str])
    gate: Gate = field(default_factory=Gate)
    on_ask: Callable[[str], None] = lambda key: None
    _counts: Counter[str] = field(default_factory=Counter[str])

    def __call__(self, request: Request) -> Reply:
        key = purpose_of(request.json)
        self.asked.append(key)
        self.on_ask(key)
        reply = self.replies.get(key, self.replies.get(key.partition(" ")[0], ""))
        number = self._counts[key]
        self._counts[key] += 1
        if isinstance(reply, list):
            reply = reply[min(number, len(reply) - 1)]
        return self._reply(reply)

    def _reply(self, reply: Any) -> Reply:
        match reply:
            case str():
                return say(reply)
            case {"status": int(status), **more}:
                return error(status, more.get("message", "failed"), headers=more.get("headers"))
            case {"cut": str(text)}:
                return Reply(parts=[chunk({"role": "assistant", "content": text}), Reset()])
            case {"hangs": True}:
                return Reply(parts=[self.gate, chunk({"content": "{}"})])
            case {"text": text, "usage": [int(prompt), int(completion)]}:
                said = say(text if isinstance(text, str) else json.dumps(text))
                kept = [part for part in said.parts if not (isinstance(part, dict) and part.get("usage"))]
                return Reply(parts=[*kept[:-1], usage_chunk(prompt, completion), kept[-1]])
            case _:
                return say(json.dumps(reply, ensure_ascii=False))


def purpose_of(body: Mapping[str, Any]) -> str:
    """What a call is for: "plan", "read QUESTION", "section QUESTION" or "summary"."""
    system, last = body["messages"][0]["content"], _question(body)
    if system.startswith("You plan research"):
        return "plan"
    if system.startswith("You read passages"):
        return f"read {last}"
    return f"section {last}" if system.startswith("You write one section") else "summary"


def _question(body: Mapping[str, Any]) -> str:
    """The first line after the passages."""
    asked = next(message["content"] for message in body["messages"] if message["role"] == "user")
    return asked.partition("The question: ")[2].splitlines()[0] if "The question: " in asked else ""


def log_line(event: Event) -> str:
    """An event as one line of a scenario's expected log; "" for one that the log does not compare."""
    line = _LINES.get(type(event))
    return line(event) if line is not None else ""


def _proposed(event: PlanProposed) -> str:
    changes = "".join(f" {change.kind} {change.id}" for change in event.changes)
    return f"PlanProposed {event.version}: " + " | ".join(f"{i.id} {i.question}" for i in event.items) + changes


def _searched(event: BranchSearched) -> str:
    found = f"{event.where} {event.round}: {event.query}, {event.new} new"
    return f"{event.branch or '-'} BranchSearched {found}"


def _noted(event: NoteTaken) -> str:
    place = f"{event.path.rpartition('/')[2]} {event.start_char_idx}-{event.end_char_idx}"
    return f"{event.branch} NoteTaken {event.note} {place}: {event.quote}"


def _reflected(event: BranchReflected) -> str:
    return f"{event.branch} BranchReflected {event.round}: missing {event.missing!r}, next {event.next_query!r}"


def _finished(event: SectionFinished) -> str:
    statuses = " ".join(f"{s.status}{list(s.missing) or ''}" for s in event.sentences)
    return f"SectionFinished {event.section} asked={event.asked} {statuses}".rstrip()


def _sources(event: Retrieval) -> str:
    return "Retrieval " + " ".join(f"[{n.number}] {(n.node.path or '').rpartition('/')[2]}" for n in event.nodes)


_LINES: Mapping[type[Event], Callable[[Any], str]] = {
    PlanProposed: _proposed,
    PlanReview: lambda event: f"PlanReview {event.version}",
    PlanApproved: lambda event: f"PlanApproved {event.version}: " + " ".join(item.id for item in event.items),
    Steered: lambda event: f"Steered {event.kind} {event.branch} {event.text}".rstrip(),
    BranchStarted: lambda event: f"{event.branch} BranchStarted, {event.rounds} rounds: {event.question}",
    BranchSearched: _searched,
    NoteTaken: _noted,
    NoteRefused: lambda event: f"{event.branch} NoteRefused, {event.reason}: {event.quote}",
    BranchReflected: _reflected,
    BranchFinished: lambda event: f"{event.branch} BranchFinished {event.status} {event.error}".rstrip(),
    ModelCalled: lambda event: f"{event.branch or '-'} ModelCalled {event.purpose} {event.round}",
    ReportStarted: lambda event: f"ReportStarted {' '.join(event.sections)}",
    SectionStarted: lambda event: f"SectionStarted {event.section}: {' '.join(event.notes) or 'no notes'}",
    SectionFinished: _finished,
    LimitReached: lambda event: f"LimitReached {event.limit}",
    Retrieval: _sources,
    Notice: lambda event: f"Notice {event.text}",
}
