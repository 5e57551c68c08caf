"""The row of keys below a screen: the main keys that work now, as many as fit; and what a letter without a key does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Input

from bookwheel.tui.keymap import bindings, display_key
from bookwheel.tui.messages import app_of
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.textual_private import size_classes

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.timer import Timer

GAP = 2
REMARK_S = 2.0
HELP = "app.help"


class KeyHints(Widget):
    """Reads the bindings in force, so the user's own keys show; `enter` names the action of Enter in a text field.

    The key of the help stands last and is always shown.
    """

    DEFAULT_CSS = "KeyHints { height: 1; color: $text-muted; }"

    def __init__(self, *, enter: str = "") -> None:
        super().__init__()
        self._enter = enter
        self._remark = ""
        self._remark_timer: Timer | None = None

    def remark(self, text: str) -> None:
        """Show this instead of the keys for a moment."""
        self._remark = text
        self.refresh()
        if self._remark_timer is not None:
            self._remark_timer.stop()
        self._remark_timer = self.set_timer(REMARK_S, self._end_remark)

    def _end_remark(self) -> None:
        self._remark, self._remark_timer = "", None
        self.refresh()

    def render(self) -> Content:
        if self._remark:
            return Content.assemble(" ", (self._remark, "$text-accent"))
        keys = self._keys()
        help_ = keys.pop(HELP, None)
        room = self.size.width - 2 - (_size(help_) + GAP if help_ else 0)
        shown: list[tuple[str, str]] = []
        for key in keys.values():
            if _size(key) > room:
                break
            room -= _size(key) + GAP
            shown.append(key)
        shown += [help_] if help_ else []
        hints = (Content.assemble((key, "$text"), f" {description}") for key, description in shown)
        return Content(" ") + Content(" " * GAP).join(hints)

    def _keys(self) -> dict[str, tuple[str, str]]:
        """Each shown action once, with its first key."""
        keys: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.key == "enter" and isinstance(active.node, Input) and self._enter:
                keys.setdefault(binding.action, (display_key(binding.key), self._enter))
            elif binding.show and active.enabled and active.node is not app_of(self):
                keys.setdefault(binding.action, (display_key(binding.key), binding.description))
        return keys


class KeyedScreen(Screen[ScreenResultType]):
    """A screen whose row of keys says so when a letter is bound to nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("screen")]

    def on_mount(self) -> None:
        # Without them the first frame would be drawn in a wrong layout and redrawn.
        self.add_class(*size_classes(app_of(self)))

    def on_key(self, event: events.Key) -> None:
        if is_unbound(self, event):
            self.remark(f"{display_key(event.key)} has no effect here")

    def remark(self, text: str) -> None:
        """Say, in the row of keys for a moment, why a key had no effect."""
        for hints in self.query(KeyHints):
            hints.remark(text)


def is_unbound(screen: Screen[ScreenResultType], event: events.Key) -> bool:
    """Whether a letter is bound to nothing, and is not typed into a field either."""
    is_bound = any(key in screen.active_bindings for key in event.aliases)
    return event.is_printable and not is_bound and not isinstance(screen.focused, Input)


def _size(hint: tuple[str, str]) -> int:
    return cells(hint[0]) + 1 + cells(hint[1])
