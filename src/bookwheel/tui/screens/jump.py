"""Jump labels: a letter on everything that can have the focus or the cursor; typing it goes there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import ModalScreen
from textual.widgets import Input

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.keymap import bindings
from bookwheel.tui.widgets.key_hints import KeyHints
from bookwheel.tui.widgets.row_list import RowList
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual import events
    from textual.app import App, ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widget import Widget

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


@dataclass(frozen=True, slots=True)
class JumpTarget:
    """A position on the screen, in cells, and the action of going there."""

    x: int
    y: int
    go: Callable[[], object]


def targets_on(screen: Widget) -> list[JumpTarget]:
    """The fields of a screen, and the rows that its lists show."""
    fields = [each for each in screen.query(Input) if each.is_on_screen]
    targets = [JumpTarget(*field.region.offset, field.focus) for field in fields]
    for rows in cast("Iterable[RowList[object]]", screen.query(RowList)):
        x, y = rows.region.offset
        shown = rows.shown if rows.is_on_screen else range(0)
        targets += [JumpTarget(x, y + row, partial(_go_to_row, rows, number)) for row, number in enumerate(shown)]
    return targets


def _go_to_row(rows: RowList[object], number: int) -> None:
    if rows.can_focus:
        rows.focus()
    rows.move_to(number)


def go_to(target: JumpTarget | None) -> None:
    """Go where a label was typed; nowhere after Esc."""
    if target is not None:
        target.go()


class JumpLabel(TextLine):
    """One or two letters over the screen."""

    DEFAULT_CSS = "JumpLabel { position: absolute; height: 1; background: $background; }"

    def __init__(self, text: str, x: int, y: int) -> None:
        super().__init__()
        self._text = text
        self.styles.width = len(text)
        self.styles.offset = (x, y)

    def render(self) -> Content:
        return self.content([[(self._text, "badge")]])


class JumpHint(TextLine):
    """What to do now, over the status line."""

    DEFAULT_CSS = "JumpHint { dock: bottom; height: 1; width: 1fr; background: $panel; }"

    def render(self) -> Content:
        return self.content([[(" type a letter to go there", "accent"), ("   Esc", "strong"), (" back", "muted")]])


class JumpScreen(ModalScreen[JumpTarget | None]):
    """Gives the target whose label was typed; None for Esc and for any other key."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("jump")]
    DEFAULT_CSS = "JumpScreen { align: left top; }"

    def __init__(self, targets: Sequence[JumpTarget]) -> None:
        super().__init__()
        self._targets = dict(zip(labels(len(targets)), targets, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        for label, target in self._targets.items():
            yield JumpLabel(label, target.x, target.y)
        yield JumpHint()

    def on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character is None:
            return
        event.stop()
        event.prevent_default()
        self._typed += event.character
        if self._typed in self._targets:
            self.dismiss(self._targets[self._typed])
        elif not any(label.startswith(self._typed) for label in self._targets):
            self.dismiss(None)

    def action_close(self) -> None:
        self.dismiss(None)


def labels(count: int) -> list[str]:
    """`count` labels: one letter each, or two each if there are more, so that no label begins another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return ["".join(pair) for pair in product(LETTERS, repeat=2)][:count]


def jump_on(app: App[None]) -> None:
    """Show a letter on each target of the screen that is shown, or say that it has none."""
    if targets := targets_on(app.screen):
        app.push_screen(JumpScreen(targets), go_to)
    else:
        for hints in app.screen.query(KeyHints):
            hints.remark("Nothing to jump to here")
