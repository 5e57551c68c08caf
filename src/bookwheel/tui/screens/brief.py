"""The brief: what was pinned, in the order that the user gives it, with the sources of each piece."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel.engine.events.run_events import Pin
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean
from bookwheel.transcript.segments import Segment, segments_of
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.block_rows import source_name
from bookwheel.tui.rows.markdown_rows import needs_gap, segment_rows
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedScreen, wrapped

if TYPE_CHECKING:
    from textual.binding import BindingType

    from bookwheel.tui.rows.row_text import Run


_INDENT = "  "

NO_PIN = "No pin under the cursor"


class BriefScreen(WrappedScreen):
    """`changed` gets the pins after each change; `go_to` gets the run of a pin, to show it in the conversation.

    `export` lets the user write the brief to a file. `gone` are the paths of sources that are no longer there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("brief")]

    def __init__(
        self,
        pins: Sequence[Pin],
        *,
        changed: Callable[[Sequence[Pin]], None],
        go_to: Callable[[str], None],
        export: Callable[[], None],
        gone: Collection[str] = (),
    ) -> None:
        super().__init__()
        self._gone = gone
        self._pins = list(pins)
        self._changed = changed
        self._go_to = go_to
        self._export = export

    def make_title(self) -> tuple[str, str]:
        return "Brief", counted(len(self._pins), "pin")

    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        look = self.rows.look
        rows: list[WrappedRow] = []
        for number, pin in enumerate(self._pins):
            rows += self._text_rows(pin, width, number)
            if pin.citations:
                rows += [WrappedRow((), number), *wrapped(self._source_runs(pin), width, number)]
            rows.append(WrappedRow((), number))
        if not rows:
            rows = wrapped([("Nothing is pinned yet: p on an answer keeps it here", look.muted)], width)
        return rows

    def _source_runs(self, pin: Pin) -> list[Run]:
        """The sources by name; one that is no longer found is struck through."""
        look = self.rows.look
        runs: list[Run] = []
        for citation in pin.citations:
            named = f"[{citation.number}] {source_name(citation)}"
            is_gone = citation.path in self._gone
            runs += [("   " if runs else "", look.muted), (named, look.strike if is_gone else look.muted)]
            runs += [(" no longer found", look.warning)] if is_gone else []
        return runs

    def _text_rows(self, pin: Pin, width: int, number: int) -> list[WrappedRow]:
        """The pinned words as they look in the conversation."""
        look, cited = self.rows.look, {each.number for each in pin.citations}
        rows: list[WrappedRow] = []
        before: Segment | None = None
        for segment in segments_of(clean(pin.text)):
            if rows and needs_gap(before, segment):
                rows.append(WrappedRow((), number))
            for line in segment_rows(segment, width - len(_INDENT), look, cited):
                runs = ((part.text, part.style or look.text) for part in line.strip)
                rows.append(WrappedRow(((_INDENT, look.text), *runs), number))
            before = segment
        return rows

    def action_open(self) -> None:
        number = self._current
        if number is None:
            self.remark(NO_PIN)
            return
        self.dismiss(None)
        self._go_to(self._pins[number].run)

    def action_shift(self, step: int) -> None:
        """Move the pin under the cursor by one place."""
        number = self._current
        if number is None or not 0 <= number + step < len(self._pins):
            self.remark(NO_PIN if number is None else f"It is the {'last' if step > 0 else 'first'} pin")
            return
        self._pins[number], self._pins[number + step] = self._pins[number + step], self._pins[number]
        self._show_changed(number + step)

    def action_unpin(self) -> None:
        number = self._current
        if number is None:
            self.remark(NO_PIN)
            return
        del self._pins[number]
        self._show_changed(min(number, len(self._pins) - 1))

    def action_export(self) -> None:
        if self._pins:
            self._export()
        else:
            self.remark("Nothing is pinned yet")

    @property
    def _current(self) -> int | None:
        row = self.rows.current
        return row.number if row is not None and 0 <= row.number < len(self._pins) else None

    def _show_changed(self, number: int) -> None:
        self._changed(tuple(self._pins))
        self.rebuild()
        first = next((index for index, row in enumerate(self.rows.items) if row.number == number), 0)
        self.rows.move_to(first)
