"""The live line: one row while a run is going on, one for a queued question, none otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.assistant.updates import DeskStatus
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.status_bar import phase_text
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.content import Content


class LiveLine(TextLine):
    """Height 0, 1 or 2. In the wide layout, where the log is open, only a queued question shows (see app.tcss)."""

    DEFAULT_CSS = "LiveLine { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._status = DeskStatus()
        self._keys = ("t", "Ctrl+C", "x")
        self._signs = terminal_signs()

    def set_keys(self, trace: str, stop: str, unqueue: str) -> None:
        """The keys that the line names."""
        self._keys = (trace, stop, unqueue)

    def show(self, status: DeskStatus) -> None:
        before = self._rows(self._status)
        self._status = status
        after = self._rows(status)
        if before == after:
            return
        self.set_class(bool(after), "-busy")
        self.set_class(bool(status.queued), "-queued")
        self.refresh(layout=len(before) != len(after))

    def render(self) -> Content:
        width = self.size.width
        lines: list[list[StyledText]] = []
        for left, right in self._rows(self._status):
            left = clip(left, width - cells(right) - 3)
            gap = " " * max(1, width - cells(left) - cells(right) - 2)
            lines.append([(" ", "plain"), (left, "muted" if lines else "accent"), (f"{gap}{right} ", "muted")])
        return self.content(lines)

    def _rows(self, status: DeskStatus) -> list[tuple[str, str]]:
        trace, stop, unqueue = self._keys
        rows: list[tuple[str, str]] = []
        if status.phase not in ("idle", "waiting"):  # a request is shown in the approval bar
            rows.append((f"{self._signs.running} {phase_text(status)}", f"{trace} events  {stop} stop"))
        if queued := list(status.queued):
            more = f" (+{len(queued) - 1})" if len(queued) > 1 else ""
            question = clean_line(queued[-1])
            rows.append((f"{self._signs.folded} next{more}: {question}", f"Esc {unqueue} take back"))
        return rows
