"""The row of keys below a screen: the main keys that work now, as many as fit."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from bookwheel.tui.keymap import display_key
from bookwheel.tui.rows.wrapping import cells

GAP = 2


class KeyHints(Widget):
    """Reads the bindings in force, so the user's own keys show; `enter` names the action of Enter in a text field."""

    DEFAULT_CSS = "KeyHints { height: 1; color: $text-muted; }"

    def __init__(self, *, enter: str = "") -> None:
        super().__init__()
        self._enter = enter

    def render(self) -> Content:
        hints: list[Content] = []
        room = self.size.width - 2
        for key, description in self._keys():
            size = cells(key) + 1 + cells(description)
            if size > room:
                break
            room -= size + GAP
            hints.append(Content.assemble((key, "$text"), f" {description}"))
        return Content(" ") + Content(" " * GAP).join(hints)

    def _keys(self) -> list[tuple[str, str]]:
        """Each shown action once, with its first key."""
        keys: dict[str, tuple[str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.key == "enter" and active.node is not self.screen and self._enter:
                keys.setdefault(binding.action, (display_key(binding.key), self._enter))
            elif binding.show and active.enabled and active.node is self.screen:
                keys.setdefault(binding.action, (display_key(binding.key), binding.description))
        return list(keys.values())
