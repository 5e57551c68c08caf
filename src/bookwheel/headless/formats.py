"""Prints a run: the answer as it is written and then its sources, or every event as a JSON line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import assert_never

from bookwheel.engine.events.agent_events import AgentStreamStructuredOutput
from bookwheel.engine.record import EventRecord
from bookwheel.headless.citation_paint import CitationPaint
from bookwheel.headless.outlet import Outlet
from bookwheel.markup.counted import more
from bookwheel.markup.sanitize import StreamCleaner, clean, clean_line
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Change,
    Closed,
    EventBlock,
    Extended,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    Opened,
    QuestionBlock,
    Replaced,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.call_arguments import shortened_arguments
from bookwheel.transcript.marks import Mark
from bookwheel.transcript.plain_blocks import PlainBlocks
from bookwheel.transcript.reducer import Transcript
from bookwheel.transcript.research.plan_folding import PlanBlock

MAX_UNSUPPORTED = 5
MAX_EXCERPT = 100
_MAX_ARGUMENTS = 80
WITHDRAWN = "What came so far were the model's thoughts; its answer follows."


class JsonLines:
    """Prints every event in the format of the session file, and nothing else."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def show(self, record: EventRecord) -> None:
        self._outlet.put(record.to_line() + "\n")


class SchemaObject:
    """Prints the object of `ask --schema` with its citations, and as messages what the documents do not say."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def show(self, record: EventRecord) -> None:
        output = record.data.get("output")
        if record.type != AgentStreamStructuredOutput.__name__ or not isinstance(output, dict):
            return
        if output.get("answer") is not None:
            self._outlet.put(json.dumps(output, ensure_ascii=False, indent=2) + "\n")
        missing = output.get("missing")
        for at, reason in missing.items() if isinstance(missing, dict) else ():
            self._outlet.message(f"Not found: {clean_line(f'{at}: {reason}')}\n")


class PlainText:
    """Prints the blocks of a run: answers and sources as the output, notices as messages, with `activity` tools too.

    `shown_path` shortens a file's path for the reader. The notices that end a run are left to the caller. With `labels`
    the answer and its sources begin with what they are. `paint` gives citations the accent colour of a terminal.
    """

    def __init__(
        self,
        outlet: Outlet,
        *,
        shown_path: Callable[[str], str],
        activity: bool = False,
        labels: bool = False,
        paint: Callable[[str], str] = str,
    ) -> None:
        self._outlet = outlet
        self._renderer = PlainBlocks(shown_path)
        self._activity = activity
        self._labels = labels
        self._transcript = Transcript()
        self._answers: set[str] = set()
        self._cleaner = StreamCleaner()
        self._paint = CitationPaint(paint)
        self._last = "\n"
        self._plan = PlanProgress()

    def show(self, record: EventRecord) -> None:
        changes = self._transcript.apply(record)
        run = self._transcript.runs.get(record.run)
        is_over = run is not None and run.status is not None
        for change in changes:
            self._show(change, is_over=is_over)
        if is_over:
            self._end_line()

    def _show(self, change: Change, *, is_over: bool) -> None:
        match change:
            case Opened(block):
                self._show_opened(block, is_over=is_over)
            case Extended(block_id, text):
                if block_id in self._answers:
                    self._outlet.put(self._paint.push(self._cleaner.push(text)))
                    self._last = text[-1:] or self._last
            case Closed(SourcesBlock() as block):
                self._show_sources(block)
            case Closed(ThoughtBlock() as block) if block.id in self._answers:
                self._end_line()
                self._outlet.message(f"bookwheel: {WITHDRAWN}\n")
            case Replaced(PlanBlock() as block):
                self._show_progress(block)
            case Closed(LinesBlock() as block) if not isinstance(block, PlanBlock):
                self._show_lines(block)
            case Closed() | Replaced():
                pass
            case _:
                assert_never(change)

    def _show_opened(self, block: Block, *, is_over: bool) -> None:
        match block:
            case AnswerBlock():
                self._outlet.put(self._paint.flush())
                if self._answers and self._last != "\n":
                    self._outlet.put("\n\n")
                self._answers.add(block.id)
                self._outlet.put("Answer: " if self._labels else "")
            case ToolBlock() if self._activity:
                self._end_line()
                arguments = shortened_arguments(block.tool_kwargs, _MAX_ARGUMENTS)
                self._outlet.message(f"· {clean_line(f'{block.tool_name} {arguments}')}\n")
            case NoticeBlock() if not is_over:
                self._end_line()
                self._outlet.message(f"bookwheel: {clean_line(block.text)}\n")
            case ToolBlock() | NoticeBlock() | QuestionBlock() | ThoughtBlock() | InputBlock() | EventBlock():
                pass
            case PlanBlock():
                self._show_progress(block)
            case SourcesBlock() | LinesBlock():
                pass  # printed once they are complete, sources below the answer
            case _:
                assert_never(block)

    def _show_progress(self, block: PlanBlock) -> None:
        if self._activity:
            self._outlet.message("".join(f"{line}\n" for line in self._plan.lines(block)))

    def _show_lines(self, block: LinesBlock) -> None:
        self._end_line()
        if text := self._renderer.render(block):
            self._outlet.message(f"{clean(text)}\n")

    def _end_line(self) -> None:
        self._outlet.put(self._paint.flush())
        if self._last != "\n":
            self._outlet.put("\n")
            self._last = "\n"

    def _show_sources(self, block: SourcesBlock) -> None:
        self._end_line()
        text = self._renderer.render(block)
        if text and block.is_nearest:
            # Not an answer's sources: a script that reads standard output gets none.
            self._outlet.message(f"{clean(text)}\n")
        elif text:
            label = "Sources:\n" if self._labels else ""
            self._outlet.put(f"\n{label}{self._paint.push(clean(text))}{self._paint.flush()}\n")
        self._outlet.message("".join(f"{clean_line(line)}\n" for line in unsupported_lines(block.marks)))


class PlanProgress:
    """The progress of a research run as lines: its proposed plan, then each branch when it begins and when it ends."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def lines(self, block: PlanBlock) -> list[str]:
        """The cleaned lines of what is new since the last call."""
        from bookwheel.transcript.research.research_rows import plan_rows, row_text

        state = block.state
        lines: list[str] = []
        if state.is_reviewing and self._shown.get("") != str(state.version):
            self._shown[""] = str(state.version)
            lines += [f"  {clean_line(row_text(row))}" for row in plan_rows(state)]
        for row in plan_rows(state):
            if row.status not in ("planned", "proposed") and self._shown.get(row.id) != row.status:
                self._shown[row.id] = row.status
                at_work = " at work" if row.status == "running" else ""
                lines.append(f"· {clean_line(row_text(row))}{at_work}")
        return lines


def unsupported_lines(marks: tuple[Mark, ...]) -> list[str]:
    """The sentences that no source supports, each with its reason; the first few, and how many more there are."""
    lines = [f"Not supported: {_excerpt(mark.words)} ({mark.reason})" for mark in marks[:MAX_UNSUPPORTED]]
    if len(marks) > MAX_UNSUPPORTED:
        lines.append(f"Not supported: {more(len(marks) - MAX_UNSUPPORTED, 'sentence')}")
    return lines


def _excerpt(sentence: str) -> str:
    return sentence if len(sentence) <= MAX_EXCERPT else f"{sentence[: MAX_EXCERPT - 1]}…"
