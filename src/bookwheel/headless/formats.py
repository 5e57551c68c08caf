"""A run as text: the answer as it is written, then its sources."""

from __future__ import annotations

import json
from collections.abc import Callable

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.headless.outlet import Outlet
from bookwheel.transcript import fields
from bookwheel.transcript.marks import marks_from
from bookwheel.transcript.reducer import citation_from
from bookwheel.transcript.sanitize import clean, clean_line

MAX_UNSUPPORTED = 5
MAX_EXCERPT = 100
_MAX_ARGUMENTS = 120


class PlainText:
    """Prints the answer; with `activity`, what the tools do is told as messages.

    `shown_path` makes a file's path as short as the reader likes it.
    """

    def __init__(self, outlet: Outlet, *, shown_path: Callable[[str], str], activity: bool = False) -> None:
        self._outlet = outlet
        self._shown_path = shown_path
        self._activity = activity
        self._last = "\n"
        self._is_new_text = False

    def show(self, record: EventRecord) -> None:
        match fields.kind(record.type, record.data):
            case "AgentStream":
                self._show_text(fields.text(record.data, "delta"))
            case "AgentOutput":
                self._is_new_text = True
            case "ToolCall" if self._activity:
                self._end_line()
                self._outlet.tell(f"· {_call(record.data)}\n")
            case "RunFinished":
                self._end_line()
                self._show_sources(record.data)
                self._tell_unsupported(record.data)
            case _:
                pass

    def _show_text(self, delta: str) -> None:
        if not delta:
            return
        if self._is_new_text and self._last != "\n":
            self._outlet.put("\n\n")
        self._is_new_text = False
        self._outlet.put(clean(delta))
        self._last = delta[-1]

    def _end_line(self) -> None:
        if self._last != "\n":
            self._outlet.put("\n")
            self._last = "\n"

    def _show_sources(self, finished: JsonObject) -> None:
        citations = [citation_from(item) for item in fields.objects(finished, "citations")]
        if not citations:
            return
        lines = [f"[{cited.number}] {self._place(cited.path, cited.page)}" for cited in citations]
        self._outlet.put("\n" + "".join(f"{clean_line(line)}\n" for line in lines))

    def _tell_unsupported(self, finished: JsonObject) -> None:
        """What no source bears out, each with its reason."""
        marks = marks_from(finished)
        lines = [f"Not supported: {_excerpt(mark.words)} ({mark.reason})" for mark in marks[:MAX_UNSUPPORTED]]
        if len(marks) > MAX_UNSUPPORTED:
            lines.append(f"Not supported: {len(marks) - MAX_UNSUPPORTED} more sentences")
        self._outlet.tell("".join(f"{clean_line(line)}\n" for line in lines))

    def _place(self, path: str, page: int | None) -> str:
        return f"{self._shown_path(path)} p {page}" if page else self._shown_path(path)


def _excerpt(sentence: str) -> str:
    return sentence if len(sentence) <= MAX_EXCERPT else f"{sentence[: MAX_EXCERPT - 1]}…"


def _call(data: JsonObject) -> str:
    arguments = json.dumps(fields.obj(data, "tool_kwargs"), ensure_ascii=False)
    return clean_line(f"{fields.text(data, 'tool_name')} {arguments}"[:_MAX_ARGUMENTS])
