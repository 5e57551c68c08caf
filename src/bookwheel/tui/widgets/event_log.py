"""The event log: a line for every event of the agent's work, followed as it grows."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.event_rows import EventRow, EventRowKind
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import EventCopyWanted, EventDetailWanted, RunSaveWanted, TitleChanged
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.row_list import RowList, spread

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.timer import Timer

FILTERS: Mapping[str, frozenset[EventRowKind]] = {
    "all": frozenset(),
    "model": frozenset({"llm"}),
    "tools": frozenset({"tool", "ask"}),
    "search": frozenset({"retrieve"}),
    "errors": frozenset({"error"}),
}
_WORDS: Mapping[EventRowKind, str] = {
    "run": "run",
    "retrieve": "search",
    "llm": "model",
    "tool": "tool",
    "ask": "ask",
    "plan": "plan",
    "note": "note",
    "you": "you",
    "write": "write",
    "error": "error",
    "event": "event",
}
_KIND_WIDTH = 7
COUNT_S = 1.0
"""How often the numbers of a step that is going on are drawn again."""
FLOOD_ROWS, FLOOD_S = 40, 4.0
"""So many new rows at once cannot be read; each drawing sends the whole pane, 4 kB, so it waits so long."""


class EventLog(RowList[EventRow]):
    """The rows of the session's last runs; a row with a known id replaces the one that is there."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("trace")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rows: dict[str, EventRow] = {}
        self._filter = "all"
        self._branch = ""
        self._is_following = True
        self._is_open = False
        self._counting: Timer | None = None

    def load(self, rows: Sequence[EventRow]) -> None:
        """The rows of another session."""
        self._rows = {row.id: row for row in rows}
        self._is_following = True
        self._show_rows()

    def opened(self) -> None:
        """Its session is open: it may say that there is nothing."""
        if not self._is_open:
            self._is_open = True
            self.redraw()

    def add(self, rows: Sequence[EventRow]) -> None:
        """New rows, or newer versions of known ones."""
        is_counting = all(row.status == "open" and row.id in self._rows for row in rows)
        for row in rows:
            self._rows[row.id] = row
        if not is_counting and len(rows) < FLOOD_ROWS:
            self._show_rows()
        elif self._counting is None:
            self._counting = self.set_timer(COUNT_S if is_counting else FLOOD_S, self._show_rows)

    def title(self) -> tuple[str, str]:
        """The title of the pane."""
        shown = "" if self._filter == "all" else f" · {self._filter}"
        shown += f" · branch {self._branch}" if self._branch else ""
        return "Events", f"{len(self.items)}{shown}" if self._rows else ""

    def runs_of(self, item: EventRow, width: int) -> list[Run]:
        look = self.look
        clock = time.strftime("%H:%M:%S", time.localtime(item.t))
        sign, style = {
            "open": (self.signs.running, look.accent),
            "ok": (" ", look.text),
            "error": (self.signs.failed, look.error),
            "waiting": (self.signs.waiting, look.warning),
        }[item.status]
        is_trouble = item.kind == "error" or item.status == "error"
        summary = clean_line(item.summary)
        left: list[Run] = [
            (f" {clock} ", look.faint),
            (f"{_WORDS[item.kind]:<{_KIND_WIDTH}}", look.error if is_trouble else look.muted),
            (f"{sign} ", style),
            (summary, look.error if is_trouble else look.text),
        ]
        duration = _duration(item.duration_s)
        right: list[Run] = [(f"{duration} ", look.faint)] if duration and width > cells(duration) + 36 else []
        return spread(left, right, width, look.text)

    def empty_lines(self) -> Sequence[str]:
        if self._rows:
            return (f"no event of this kind ({self._filter})", "", "f  other kinds")
        return ("nothing yet:", "the first question will show here") if self._is_open else ()

    def _show_rows(self) -> None:
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        self._rebuild()
        self.post_message(TitleChanged())

    def _rebuild(self) -> None:
        kinds = FILTERS[self._filter]
        rows = [row for row in self._rows.values() if not self._branch or row.branch == self._branch]
        self.set_items([row for row in rows if _kind_of(row) & kinds] if kinds else rows)

    def action_open_row(self) -> None:
        if self.current is not None:
            self.post_message(EventDetailWanted(self.current))

    def action_copy_event(self) -> None:
        if self.current is not None:
            self.post_message(EventCopyWanted(self.current))

    def action_save_run(self) -> None:
        if self.current is not None:
            self.post_message(RunSaveWanted(self.current))

    def action_filter(self) -> None:
        names = list(FILTERS)
        self._filter = names[(names.index(self._filter) + 1) % len(names)]
        self._rebuild()
        self.post_message(TitleChanged())

    def action_only_branch(self) -> None:
        """Show only the events of the branch of the row under the cursor, or all of them again."""
        if not self._branch and (self.current is None or not self.current.branch):
            self.notify("This event belongs to no branch of a research run", markup=False)
        self._branch = "" if self._branch or self.current is None else self.current.branch
        self._rebuild()
        self.post_message(TitleChanged())

    def action_last(self) -> None:
        self.follow()


def _kind_of(row: EventRow) -> set[EventRowKind]:
    """A tool that failed is a tool and an error."""
    return {row.kind, "error"} if row.status == "error" else {row.kind}


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"
