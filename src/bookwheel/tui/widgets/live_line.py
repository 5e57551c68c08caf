"""The live line: one row each while a run is going on, for a queued question and for a replay, none otherwise."""

from __future__ import annotations

import math
import time
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
    from textual.timer import Timer


LIVE_KEYS = (
    "desk.trace",
    "desk.model",
    "retry.now",
    "app.stop",
    "desk.unqueue",
    "replay.pause",
    "replay.step",
    "replay.faster",
    "replay.from_here",
)
"""The actions whose keys the line names."""


class LiveLine(TextLine):
    """Height 0 to 3. In the wide layout, with the log open, it shows only a retry, a replay and what is queued."""

    DEFAULT_CSS = "LiveLine { height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._status = DeskStatus()
        self._keys: Mapping[str, str] = {}
        self._is_enter_free = False
        self._timer: Timer | None = None
        self._signs = terminal_signs()

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The keys that the line names, by the ids of `LIVE_KEYS`."""
        self._keys = keys

    def show(self, status: DeskStatus, *, is_enter_free: bool) -> None:
        """`is_enter_free`: Enter would neither send nor choose anything, so it may send a request again."""
        before = self._rows(self._status)
        self._status, self._is_enter_free = status, is_enter_free
        self._count_down(status.retry_at is not None)
        after = self._rows(status)
        if before == after:
            return
        self.set_class(bool(after), "-busy")
        self.set_class(bool(status.queued or status.replay or status.retry_at is not None), "-queued")
        self.refresh(layout=len(before) != len(after))

    def _count_down(self, is_waiting: bool) -> None:
        if is_waiting and self._timer is None:
            self._timer = self.set_interval(1.0, self.refresh)
        elif not is_waiting and self._timer is not None:
            self._timer.stop()
            self._timer = None

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
        elif status.retry_at is not None:
            rows.append(self._retry(status.retry_at))
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

    def _retry(self, at: float) -> tuple[str, str]:
        seconds = max(1, math.ceil(at - time.monotonic()))
        now = self._hints({"retry.now": "now"}) + "  " if self._is_enter_free else ""
        other = f"Esc {self._hints({'desk.model': 'other model', 'app.stop': 'stop'})}"
        return f"{self._signs.running} asking again in {seconds} s", now + other

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
