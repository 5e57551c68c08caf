"""The keys of a pane and those that work everywhere, made from the keymap, searchable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.binding import Binding
from textual.screen import Screen

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.keymap import KeyHelp, bindings, key_help
from bookwheel.tui.rows.wrapping import cells, clip, wrap
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
WITH_IDS = 90


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A heading, a key with the first row of what it does, a further row of that (without `key`), or a blank."""

    heading: str = ""
    key: KeyHelp | None = None
    text: str = ""


class HelpList(RowList[HelpRow], can_focus=False):
    """The rows; the field above has the focus."""

    LIT_WITHOUT_FOCUS: ClassVar[bool] = True

    def runs_of(self, item: HelpRow, width: int) -> list[Run]:
        look = self.look
        if item.heading:
            return [(clip(f" {item.heading}", width), look.accent)]
        room = _keys_width(width)
        keys = clip(item.key.keys if item.key is not None else "", room)
        left = [(f"   {keys}{' ' * (room - cells(keys))} ", look.strong), (item.text, look.text)]
        has_id = item.key is not None and width > WITH_IDS
        return spread(left, [(f"{item.key.id} ", look.faint)] if item.key and has_id else [], width, look.text)

    def rows_of(self, key: KeyHelp) -> Iterator[HelpRow]:
        """A key with all that is said about it, in as many rows as that takes."""
        width = self.size.width - 1
        room = width - _keys_width(width) - 4 - (cells(key.id) + 2 if width > WITH_IDS else 0)
        text = key.tooltip or key.description
        for number, (start, end) in enumerate(wrap(text, room) if room > 0 else [(0, len(text))]):
            yield HelpRow(key=None if number else key, text=text[start:end])

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

    def on_resize(self) -> None:
        self._show(self.filter_input.value, self.key_list.cursor)

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

    def _show(self, typed: str, cursor: int = 0) -> None:
        words = typed.casefold().split()
        rows: list[HelpRow] = []
        for keys in self._keys:
            fitting = [key for key in keys if all(word in _searched(key) for word in words)]
            if fitting:
                title = PANES[fitting[0].pane]
                rows.append(HelpRow(title[0].upper() + title[1:]))
                rows += [row for key in fitting for row in self.key_list.rows_of(key)]
                rows.append(HelpRow())
        self.key_list.set_items(rows[:-1], cursor=cursor)


def _keys_width(width: int) -> int:
    return KEYS_WIDTH if width >= ROOMY else NARROW_KEYS


def _searched(key: KeyHelp) -> str:
    return f"{key.keys} {key.description} {key.tooltip} {key.id}".casefold()


def pane_of(screen: Screen[object]) -> str:
    """The pane of the key table that a screen over the desk is: that of its own keys, or else of its name."""
    ids = (binding.id for binding in screen.BINDINGS if isinstance(binding, Binding) and binding.id)
    name = next((pane_id.partition(".")[0] for pane_id in ids), type(screen).__name__.removesuffix("Screen").lower())
    return name if name in PANES else "app"
