"""The list above a line that is typed into: what the word under the cursor could become."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.content import Content

MAX_ROWS = 8
MAX_NAME = 48


@dataclass(frozen=True, slots=True)
class CandidateNote:
    """What stands beside a candidate: what it does or where it is, and the key that does the same."""

    about: str = ""
    key: str = ""


class CandidateList(TextLine):
    """At most eight rows, the chosen one in sight; gone when there is nothing to choose."""

    DEFAULT_CSS = "CandidateList { height: auto; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._candidates: tuple[str, ...] = ()
        self._chosen = ""
        self._top = 0
        self._note_of: Callable[[str], CandidateNote] = _no_note

    def set_notes(self, note_of: Callable[[str], CandidateNote]) -> None:
        """Set the function that gives the notes beside the candidates."""
        self._note_of = note_of

    def show(self, candidates: tuple[str, ...], chosen: str = "") -> None:
        if (candidates, chosen) == (self._candidates, self._chosen):
            return
        if candidates != self._candidates:
            self._top = 0
        self._candidates, self._chosen = candidates, chosen
        if chosen in candidates:
            index = candidates.index(chosen)
            self._top = max(index - MAX_ROWS + 1, min(self._top, index))
        self.display = bool(candidates)
        self.refresh(layout=True)

    def render(self) -> Content:
        width = max(20, self.size.width)
        shown = self._candidates[self._top : self._top + MAX_ROWS]
        names = [clip(clean(name).replace("\n", " "), min(MAX_NAME, width // 2)) for name in shown]
        column = max(map(cells, names), default=0)
        rows = [
            self._row(name, label, column, width, is_last=number == len(shown) - 1)
            for number, (name, label) in enumerate(zip(shown, names, strict=True))
        ]
        return self.content(rows)

    def _row(self, name: str, label: str, column: int, width: int, *, is_last: bool) -> list[StyledText]:
        note = self._note_of(name)
        below = len(self._candidates) - self._top - MAX_ROWS
        more = f"{terminal_signs().down} {below} more" if is_last and below > 0 else ""
        right = more or clean(note.key)
        room = width - column - cells(right) - 7
        about = clip(clean(note.about).replace("\n", " "), room) if room > 8 else ""
        gap = " " * max(1, width - column - cells(about) - cells(right) - 6)
        style = "chosen" if name == self._chosen else "plain"
        padded = label + " " * (column - cells(label))
        return [("  ", "plain"), (f" {padded} ", style), (f" {about}", "muted"), (f"{gap}{right} ", "muted")]


def _no_note(_candidate: str) -> CandidateNote:
    return CandidateNote()
