"""The keys of a pane and those that work everywhere, made from the keymap, searchable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.binding import Binding
from textual.screen import Screen

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.keymap import KeyHelp, bindings, key_help
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.screen_keys import PANES
from bookwheel.tui.widgets.row_list import RowList, spread
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import PaneTitle

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from bookwheel.tui.rows.row_text import Run

KEYS_WIDTH, NARROW_KEYS = 20, 13
ROOMY = 70


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A heading (without `key`), a blank or a key."""

    heading: str = ""
    key: KeyHelp | None = None


class HelpList(RowList[HelpRow], can_focus=False):
    """The rows; the field above has the focus."""

    LIT_WITHOUT_FOCUS: ClassVar[bool] = True

    def runs_of(self, item: HelpRow, width: int) -> list[Run]:
        look = self.look
        if item.key is None:
            return [(clip(f" {item.heading}", width), look.accent)]
        room = KEYS_WIDTH if width >= ROOMY else NARROW_KEYS
        keys = clip(item.key.keys, room)
        left = [
            (f"   {keys}{' ' * (room - cells(keys))} ", look.strong),
            (item.key.tooltip or item.key.description, look.text),
        ]
        return spread(left, [(f"{item.key.id} ", look.faint)] if width > 90 else [], width, look.text)

    def empty_lines(self) -> Sequence[str]:
        return ("no key matches",)


class HelpScreen(Screen[None]):
    """`pane` comes first, then what works in every pane, then all others."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("help")]

    filter_input = getters.query_one(Field)
    key_list = getters.query_one(HelpList)

    def __init__(self, pane: str, user_keys: Mapping[str, str]) -> None:
        super().__init__()
        order = dict.fromkeys([pane, "desk", "app", *PANES])
        self._keys = [list(key_help(user_keys, [name])) for name in order]

    def compose(self) -> ComposeResult:
        yield PaneTitle("Keys", id="help-title")
        yield Field(placeholder="search: a key, a word, an action")
        yield HelpList()

    def on_mount(self) -> None:
        self.query_one("#help-title", PaneTitle).show("Keys", "Esc back")
        self.filter_input.focus()
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll_list(self, step: int) -> None:
        self.key_list.move_to(self.key_list.cursor + step)

    def action_scroll_page(self, step: int) -> None:
        if step > 0:
            self.key_list.action_page_down()
        else:
            self.key_list.action_page_up()

    def _show(self, typed: str) -> None:
        words = typed.casefold().split()
        rows: list[HelpRow] = []
        for keys in self._keys:
            fitting = [key for key in keys if all(word in _searched(key) for word in words)]
            if fitting:
                title = PANES[fitting[0].pane]
                rows += [HelpRow(title[0].upper() + title[1:]), *(HelpRow(key=key) for key in fitting), HelpRow()]
        self.key_list.set_items(rows[:-1], cursor=0)


def _searched(key: KeyHelp) -> str:
    return f"{key.keys} {key.description} {key.tooltip} {key.id}".casefold()


def pane_of(screen: Screen[object]) -> str:
    """The pane of the key table that a screen over the desk is: that of its own keys, or else of its name."""
    ids = (binding.id for binding in screen.BINDINGS if isinstance(binding, Binding) and binding.id)
    name = next((pane_id.partition(".")[0] for pane_id in ids), type(screen).__name__.removesuffix("Screen").lower())
    return name if name in PANES else "app"
