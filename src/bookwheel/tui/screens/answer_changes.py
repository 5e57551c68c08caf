"""Two answers to the same question compared: what is gone, what is new, and which sources changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel.engine.events.run_events import Citation
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.answer_diff import source_changes, word_changes
from bookwheel.tui.rows.block_rows import source_name
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedScreen, wrapped

if TYPE_CHECKING:
    from rich.style import Style
    from textual.binding import BindingType

    from bookwheel.tui.rows.row_text import Run

# Signs beside the colours, for terminals without colour and for colour-blind readers.
SIGNS = {"gone": ("[-", "-]"), "new": ("{+", "+}")}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its model and its sources."""

    text: str
    model: str
    citations: tuple[Citation, ...]


class AnswerChangesScreen(WrappedScreen):
    """Shows `after` and its differences from `before`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("changes")]

    def __init__(self, question: str, before: Answer, after: Answer) -> None:
        super().__init__()
        self._question = question
        self._before = before
        self._after = after
        self._changed_rows: list[int] = []

    def make_title(self) -> tuple[str, str]:
        models = [answer.model or "?" for answer in (self._before, self._after)]
        return f"Two answers: {self._question}", f"{models[0]} → {models[1]}"

    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        rows: list[WrappedRow] = []
        for line in self._lines():
            rows += wrapped(line, width, indent="  ")
        self._changed_rows = [index for index, row in enumerate(rows) if self._is_changed(row)]
        rows.append(WrappedRow(()))
        if not self._changed_rows:
            rows += wrapped([("both answers have the same words", self.rows.look.muted)], width)
        rows += self._source_rows(width)
        return rows

    def action_next_change(self, step: int) -> None:
        cursor = self.rows.cursor
        beyond = [row for row in self._changed_rows if (row - cursor) * step > 0]
        target = (beyond[0] if step > 0 else beyond[-1]) if beyond else None
        if target is None:
            self.remark(f"No change {'below' if step > 0 else 'above'}")
        else:
            self.rows.move_to(target)

    def _lines(self) -> Iterator[list[Run]]:
        look = self.rows.look
        styles: dict[str, Style] = {"same": look.text, "gone": look.strike, "new": look.accent + look.strong}
        line: list[Run] = []
        for kind, text in word_changes(clean(self._before.text), clean(self._after.text)):
            before, after = SIGNS.get(kind, ("", ""))
            body = text.rstrip()
            marked = f"{before}{body}{after}{text[len(body) :]}" if body else text
            for number, part in enumerate(marked.split("\n")):
                if number:
                    yield line
                    line = []
                if part:
                    line.append((part, styles[kind]))
        yield line

    def _is_changed(self, row: WrappedRow) -> bool:
        text = "".join(text for text, _ in row.runs)
        return any(sign in text for signs in SIGNS.values() for sign in signs)

    def _source_rows(self, width: int) -> Iterator[WrappedRow]:
        look = self.rows.look
        changes = source_changes(self._before.citations, self._after.citations)
        new, gone, kept = (dict.fromkeys(map(source_name, each)) for each in (changes.new, changes.gone, changes.kept))
        # Two passages may have one name: it would be said to be new and gone at once.
        for word, names, style in (
            ("cited only now", new.keys() - gone.keys(), look.accent),
            ("no longer cited", gone.keys() - new.keys(), look.strike),
            ("other words cited", new.keys() & gone.keys(), look.text),
            ("cited by both", kept.keys(), look.muted),
        ):
            if names:
                listed = ", ".join(name for name in dict.fromkeys((*new, *gone, *kept)) if name in names)
                yield from wrapped([(f"{word}: ", look.text), (listed, style)], width)
        if not (self._before.citations or self._after.citations):
            yield from wrapped([("no sources in either", look.muted)], width)
