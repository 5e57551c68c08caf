"""The live line: one row each while a run is going on, for a queued question and for a replay, none otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bookwheel.assistant.session_replay import ReplayState
from bookwheel.assistant.updates import DeskStatus
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.status_bar import phase_text
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.content import Content


LIVE_KEYS = (
    "desk.trace",
    "app.stop",
    "desk.unqueue",
    "replay.pause",
    "replay.step",
    "replay.faster",
    "replay.from_here",
)
"""The actions whose keys the line names."""


class LiveLine(TextLine):
    """Height 0 to 3. In the wide layout, where the log is open, it shows only what waits and a replay (app.tcss)."""

    DEFAULT_CSS = "LiveLine { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._status = DeskStatus()
        self._keys: Mapping[str, str] = {}
        self._signs = terminal_signs()

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The keys that the line names, by the ids of `LIVE_KEYS`."""
        self._keys = keys

    def show(self, status: DeskStatus) -> None:
        before = self._rows(self._status)
        self._status = status
        after = self._rows(status)
        if before == after:
            return
        self.set_class(bool(after), "-busy")
        self.set_class(bool(status.queued or status.replay), "-queued")
        self.refresh(layout=len(before) != len(after))

    def render(self) -> Content:
        width = self.size.width
        lines: list[list[StyledText]] = []
        for left, right in self._rows(self._status):
            while "  " in right and cells(left) + cells(right) + 3 > width:
                right = right.rpartition("  ")[0]
            left = clip(left, width - cells(right) - 3)
            gap = " " * max(1, width - cells(left) - cells(right) - 2)
            lines.append([(" ", "plain"), (left, "muted" if lines else "accent"), (f"{gap}{right} ", "muted")])
        return self.content(lines)

    def _rows(self, status: DeskStatus) -> list[tuple[str, str]]:
        rows: list[tuple[str, str]] = []
        if status.replay is not None:
            rows.append(self._replay(status.replay))
        elif status.phase not in ("idle", "waiting"):  # a request is shown in the approval bar
            rows.append(
                (
                    f"{self._signs.running} {phase_text(status)}",
                    self._hints({"desk.trace": "events", "app.stop": "stop"}),
                )
            )
        if queued := list(status.queued):
            more = f" (+{len(queued) - 1})" if len(queued) > 1 else ""
            question = clean_line(queued[-1])
            rows.append(
                (f"{self._signs.folded} next{more}: {question}", f"Esc {self._hints({'desk.unqueue': 'take back'})}")
            )
        return rows

    def _replay(self, replay: ReplayState) -> tuple[str, str]:
        sign, word = (self._signs.done, "replayed") if replay.is_over else (self._signs.folded, "replay")
        if not (replay.is_over or replay.is_playing):
            sign, word = self._signs.stopped, "paused"
        of = f" {self._signs.dot} question {replay.question} of {replay.questions}" if replay.questions > 1 else ""
        speed = f" {self._signs.dot} {replay.speed:g} times as fast" if replay.speed != 1 else ""
        left = f"{sign} {word} {_clock(replay.at_s)} of {_clock(replay.total_s)}{of}{speed}"
        again = {"replay.from_here": "ask another model"}
        if replay.is_over:
            return left, self._hints(again)
        pause = "pause" if replay.is_playing else "go on"
        return left, self._hints({"replay.pause": pause, **again, "replay.step": "step", "replay.faster": "faster"})

    def _hints(self, words: Mapping[str, str]) -> str:
        return "  ".join(f"{self._keys.get(name, '')} {word}" for name, word in words.items())


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
