"""Everything behind a row of the event log or a question of the agent: its records as JSON that folds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters

from bookwheel.engine.schema import JsonObject
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.json_rows import JsonRow, json_rows
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_list import RowList
from bookwheel.tui.widgets.text_line import PaneTitle

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from bookwheel.tui.rows.row_text import Run


class JsonList(RowList[JsonRow]):
    """Named values, each as (name, value)."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail")]

    def __init__(self, values: Sequence[tuple[str, JsonObject]]) -> None:
        super().__init__()
        self._values = tuple(values)
        self._folded: dict[tuple[str, ...], bool] = {}

    def on_mount(self) -> None:
        self._rebuild()

    def on_resize(self, event: events.Resize) -> None:
        self._rebuild()

    def runs_of(self, item: JsonRow, width: int) -> list[Run]:
        look = self.look
        sign = " " if item.is_open is None else self.signs.unfolded if item.is_open else self.signs.folded
        runs: list[Run] = [(f" {'  ' * item.depth}{sign} ", look.muted)]
        if item.label:
            runs.append((f"{item.label}  ", look.heading if item.depth == 0 else look.muted))
        room = width - sum(cells(text) for text, _ in runs)
        return [*runs, (clip(item.text, max(1, room)), look.text if item.is_open is None else look.faint)]

    def action_toggle_fold(self) -> None:
        row = self.current
        if row is not None and row.is_open is not None:
            self._fold(row, row.is_open)
        elif isinstance(screen := self.screen, DetailScreen):
            screen.remark("Nothing to unfold in this row")

    def action_fold(self) -> None:
        row = self.current
        if row is None:
            return
        if row.is_open:
            self._fold(row, True)
            return
        parents = [index for index in range(self.cursor) if self.items[index].depth < row.depth]
        if parents:
            self.move_to(parents[-1])

    def action_unfold(self) -> None:
        row = self.current
        if row is not None and row.is_open is False:
            self._fold(row, False)

    def action_copy(self) -> None:
        text = "\n".join(json.dumps(value, ensure_ascii=False, indent=2, default=str) for _, value in self._values)
        self.post_message(ConversationView.CopyRequested(text, "event"))

    def action_close(self) -> None:
        self.screen.dismiss(None)

    def _fold(self, row: JsonRow, folded: bool) -> None:
        self._folded[row.path] = folded
        self._rebuild()

    def _rebuild(self) -> None:
        width = max(40, self.size.width)
        rows = [row for name, value in self._values for row in json_rows(name, value, self._folded, width)]
        self.set_items(rows)


class DetailScreen(KeyedScreen[None]):
    """`title` names the event; `values` are its records' data."""

    json_list = getters.query_one(JsonList)

    def __init__(self, title: str, values: Sequence[tuple[str, JsonObject]]) -> None:
        super().__init__()
        self._title = title
        self._values = values

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="detail-title")
        yield JsonList(self._values)
        yield KeyHints()

    def on_mount(self) -> None:
        self.query_one("#detail-title", PaneTitle).show(self._title, "")
        self.json_list.focus()
