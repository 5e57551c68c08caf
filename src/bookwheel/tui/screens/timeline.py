"""The timeline of one question: each of its steps as a bar on one time axis, with its tokens and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters

from bookwheel.engine.events.run_events import RunUsage
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.markup.counted import counted, thousands
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.event_rows import EventRow, EventRowKind
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_list import RowList
from bookwheel.tui.widgets.text_line import PaneTitle, TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from bookwheel.tui.rows.row_text import Run

_WORDS: Mapping[EventRowKind, str] = {"retrieve": "search", "llm": "model"}
_MIN_BAR, _MOST_LABEL = 12, 46
_NARROW = 90


class StepList(RowList[EventRow]):
    """A row for each step: what it is, its bar, how long it took, its tokens and their cost."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("timeline")]

    def __init__(
        self,
        run: EventRow,
        seconds: float,
        cost_of: Callable[[RunUsage], float | None],
        open_step: Callable[[EventRow], None],
    ) -> None:
        super().__init__()
        self._open_step = open_step
        self._start = run.t
        self._seconds = max(seconds, 0.001)
        self._cost_of = cost_of

    def parts(self, width: int) -> tuple[int, int, int]:
        """The cells of the label, of the bar and of the numbers."""
        numbers = 10 if width < _NARROW else 32
        label = min(_MOST_LABEL, max(16, (width - numbers) * 2 // 5))
        return label, max(_MIN_BAR, width - label - numbers - 2), numbers

    def runs_of(self, item: EventRow, width: int) -> list[Run]:
        look = self.look
        label, bar, numbers = self.parts(width)
        words = f" {_WORDS.get(item.kind, item.kind):<7}{clean_line(item.summary)}"
        shown = clip(words, label)
        begin = round((item.t - self._start) / self._seconds * bar)
        length = max(1, round((item.duration_s or 0.0) / self._seconds * bar))
        begin = max(0, min(begin, bar - 1))
        length = min(length, bar - begin)
        is_trouble = item.status == "error" or item.kind == "error"
        style = look.error if is_trouble else look.accent if item.kind == "llm" else look.muted
        facts = clip(self._facts(item, is_short=width < _NARROW), numbers)
        return [
            (shown + " " * (label - cells(shown)), look.error if is_trouble else look.text),
            (" " + self.signs.line * begin, look.faint),
            (self.signs.block * length, style),
            (self.signs.line * (bar - begin - length) + " ", look.faint),
            (" " * (numbers - cells(facts)) + facts, look.muted),
        ]

    def _facts(self, item: EventRow, *, is_short: bool) -> str:
        seconds = _seconds(item.duration_s) if item.duration_s is not None else ""
        if is_short or item.usage is None:
            return seconds
        about = "~" if item.usage.estimated else ""
        tokens = f"{about}{thousands(item.usage.prompt_tokens)} in {thousands(item.usage.completion_tokens)} out"
        cost = self._cost_of(item.usage)
        return "  ".join(filter(None, (tokens, shown_cost(cost) if cost else "", seconds)))

    def action_open(self) -> None:
        if self.current is not None:
            self._open_step(self.current)

    def action_close(self) -> None:
        self.screen.dismiss(None)


class TimeAxis(TextLine):
    """The seconds above the bars."""

    DEFAULT_CSS = "TimeAxis { height: 1; }"

    def __init__(self, seconds: float, steps: StepList) -> None:
        super().__init__()
        self._seconds = seconds
        self._steps = steps

    def render(self) -> Content:
        label, bar, _ = self._steps.parts(max(1, self.size.width - 1))
        marks = [_seconds(self._seconds * part / 4) for part in range(5)]
        line = " " * label + " "
        for part, mark in enumerate(marks):
            at = label + 1 + round(part * (bar - 1) / 4)
            at = min(at, label + 1 + bar - cells(mark))
            line = line.ljust(at)[:at] + mark if part == 0 or at > cells(line.rstrip()) else line
        return self.content([[(line, "muted")]])


class TimelineScreen(KeyedScreen[None]):
    """`rows` are the event rows of one run, the first of them that of its beginning.

    `cost_of` gives what tokens cost; `open_step` shows the details of a row.
    """

    steps = getters.query_one(StepList)

    def __init__(
        self,
        rows: Sequence[EventRow],
        cost_of: Callable[[RunUsage], float | None],
        open_step: Callable[[EventRow], None],
    ) -> None:
        super().__init__()
        self._open_step = open_step
        self._rows = rows
        self._cost_of = cost_of

    def compose(self) -> ComposeResult:
        run = self._rows[0]
        seconds = max((row.t + (row.duration_s or 0.0) for row in self._rows[1:-1]), default=run.t) - run.t
        seconds = max(seconds, self._rows[-1].t - run.t)
        steps = StepList(run, seconds, self._cost_of, self._open_step)
        yield PaneTitle(id="timeline-title")
        yield TimeAxis(seconds, steps)
        yield steps
        yield KeyHints()

    def on_mount(self) -> None:
        steps = [row for row in self._rows if row.kind != "run"]
        self.steps.set_items(steps)
        self.steps.focus()
        usages = [row.usage for row in steps if row.usage is not None]
        costs = [cost for usage in usages if (cost := self._cost_of(usage))]
        spent = f"{thousands(sum(usage.total_tokens for usage in usages))} tok" if usages else ""
        facts = " · ".join(filter(None, (counted(len(steps), "step"), spent, shown_cost(sum(costs)) if costs else "")))
        self.query_one("#timeline-title", PaneTitle).show(self._rows[0].summary, facts)


def run_rows(rows: Sequence[EventRow], run: str) -> Sequence[EventRow]:
    """The event rows of one run, in the order of their beginnings."""
    return sorted((row for row in rows if row.run == run), key=lambda row: (row.t, row.seq_from))


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"
