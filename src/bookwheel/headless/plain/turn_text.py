"""What happens in a session as labelled text, in order, without a redraw: "Answer: …", "Sources: …", "Error: …"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from bookwheel.headless.formats import WITHDRAWN, PlanProgress, unsupported_lines
from bookwheel.headless.outlet import Outlet
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
from bookwheel.transcript.plain_blocks import PlainBlocks, outcome_of
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.research.plan_folding import PlanBlock

YOU = "You: "
_MAX_ARGUMENTS = 200
_LEVELS = {"info": "Note", "warning": "Warning", "error": "Error"}


class PlainPage:
    """Text that only grows. It knows whether a line is unfinished, so that each label begins a line."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._is_at_start = True
        self._has_prompt = False

    def say(self, text: str, *, is_apart: bool = False) -> None:
        """Write whole lines, cleaned; with `is_apart` an empty line goes before them."""
        self.end_line()
        lead = "\n" if is_apart else ""
        self._outlet.put(f"{lead}{clean(text)}\n")

    def write(self, text: str) -> None:
        """Write a piece of cleaned text."""
        if text:
            self._outlet.put(text)
            self._is_at_start = text.endswith("\n")
            self._has_prompt = False

    def prompt(self, text: str) -> None:
        """Ask for a line, unless it is asked for already."""
        if not self._has_prompt:
            self.end_line()
            self.write(f"\n{text}")
            self._has_prompt = True

    def entered(self) -> None:
        """The user has ended a line, which the terminal has shown."""
        self._is_at_start = True
        self._has_prompt = False

    def end_line(self) -> None:
        """End an unfinished line."""
        if not self._is_at_start:
            self.write("\n")


class TurnText:
    """Writes the changes of blocks to a page. `shown_path` shortens a file's path for the reader."""

    def __init__(self, page: PlainPage, shown_path: Callable[[str], str]) -> None:
        self.page = page
        self.typed = ""
        """The question that the terminal has shown while it was typed; it is not repeated."""
        self._blocks = PlainBlocks(shown_path)
        self._plan = PlanProgress()
        self._answers: set[str] = set()
        self._written: set[str] = set()
        self._cleaner = StreamCleaner()

    def show(self, change: Change) -> None:
        """Write what is new."""
        match change:
            case Opened(block):
                self._opened(block)
            case Extended(block_id, text):
                if block_id in self._answers:
                    self.page.write(self._cleaner.push(text))
            case Replaced(PlanBlock() as block):
                self._say_plan(block)
            case Closed(block):
                self._closed(block)
            case Replaced():
                pass
            case _:
                assert_never(change)

    def whole(self, blocks: Iterable[Block], *, is_new_only: bool = False) -> None:
        """Write blocks as turns, in reading order; with `is_new_only` those that were not written yet."""
        for block in reading_order(blocks):
            if is_new_only and block.id in self._written:
                continue
            self._opened(block)
            if block.status != "open":
                self._closed(block)

    def forget(self) -> None:
        """Another session is open: all of its blocks are new."""
        self._written.clear()

    def _opened(self, block: Block) -> None:
        self._written.add(block.id)
        match block:
            case QuestionBlock():
                if block.text.strip() != self.typed.strip():
                    self.page.say(f"{YOU}{block.text}", is_apart=True)
                self.typed = ""
            case AnswerBlock():
                self._answers.add(block.id)
                self.page.end_line()
                self._cleaner = StreamCleaner()
                self.page.write(f"\nAnswer: {self._cleaner.push(block.text)}")
            case PlanBlock():
                self._say_plan(block)
            case _:
                pass

    def _closed(self, block: Block) -> None:
        self.page.end_line()
        match block:
            case SourcesBlock():
                self._say_sources(block)
            case ToolBlock():
                arguments = shortened_arguments(block.tool_kwargs, _MAX_ARGUMENTS)
                took = f" in {block.duration_s:.1f} s" if block.duration_s is not None else ""
                self.page.say(f"Tool: {clean_line(block.tool_name)} ({arguments}): {outcome_of(block)}{took}")
            case NoticeBlock():
                self.page.say(f"{_LEVELS[block.level]}: {block.text} {block.hint}".rstrip())
            case EventBlock():
                self.page.say(f"Event: {block.type}")
            case ThoughtBlock() if block.id in self._answers:
                self.page.say(f"Note: {WITHDRAWN}")
            case PlanBlock() | QuestionBlock() | AnswerBlock() | ThoughtBlock() | InputBlock():
                pass
            case LinesBlock():
                if text := self._blocks.render(block):
                    self.page.say(text)
            case _:
                assert_never(block)

    def _say_sources(self, block: SourcesBlock) -> None:
        if text := self._blocks.render(block):
            self.page.say(text if block.label else f"Sources:\n{text}", is_apart=True)
        for line in unsupported_lines(block.marks):
            self.page.say(line)

    def _say_plan(self, block: PlanBlock) -> None:
        for line in self._plan.lines(block):
            self.page.say(f"Plan: {line.removeprefix('· ').strip()}")
