"""What the reducer knows of one run: its question, how it ended, and which of its blocks are open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from bookwheel.engine.record import EventRecord
from bookwheel.transcript import fields
from bookwheel.transcript.blocks import NoticeBlock, NoticeLevel

DENIED = "denied"
"""The type of a run's error when the user refused one of its tools."""


class Place(TypedDict):
    """The fields that every block begins with."""

    id: str
    run: str
    t: float


@dataclass(slots=True)
class RunState:
    """One question and what has become of it.

    `status` is "" while it runs, then as `RunFinished` has it. `answer` is its last answer block, `sources` the block
    of its sources, `open_text` the open block of each kind of text ("answer", "thought"); tools are kept by `tool_id`,
    several when a model repeats one, questions by `request_id`.
    """

    id: str
    question: str = ""
    mode: str = ""
    model: str = ""
    status: str = ""
    response: str = ""
    sources: str = ""
    answer: str = ""
    open_text: dict[str, str] = field(default_factory=dict[str, str])
    open_tools: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    open_inputs: dict[str, str] = field(default_factory=dict[str, str])
    block_count: int = 0

    def next_place(self, t: float) -> Place:
        self.block_count += 1
        return {"id": f"{self.id}.{self.block_count}", "run": self.id, "t": t}


def closing_notices(run: RunState, record: EventRecord) -> list[NoticeBlock]:
    """What a reader must be told at the end of a run that did not simply succeed."""
    error = fields.obj(record.data, "error")
    message, hint = fields.text(error, "message"), fields.text(error, "hint")
    notices: list[NoticeBlock] = []

    def add(text: str, hint: str, level: NoticeLevel) -> None:
        notices.append(NoticeBlock(**run.next_place(record.t), text=text, hint=hint, level=level))

    if run.status == "failed":
        add(message or "The run failed.", hint, "error")
    elif run.status == "cancelled":
        add(message or "Stopped.", hint, "warning")
    elif message and fields.text(error, "type") != DENIED:  # the answered question says so already
        add(message, hint, "warning")
    elif not run.response and run.mode != "workflow":
        add("The model gave no answer.", "Ask again, or choose another model.", "warning")
    if run.status == "completed" and record.data.get("supported") is False:
        add("Not in your documents.", "", "info")
    coverage = fields.obj(record.data, "coverage")
    indexed, total = fields.integer(coverage, "indexed"), fields.integer(coverage, "total")
    if run.status == "completed" and indexed is not None and total is not None and indexed < total:
        add(f"Answered from {indexed} of {total} documents so far.", "Ask again when all are indexed.", "info")
    return notices
