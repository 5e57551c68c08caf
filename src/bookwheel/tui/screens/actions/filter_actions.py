"""The document filter: which folders, types and dates the next questions search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.assistant.updates import DeskStatus, LibraryChanged
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.filter_text import BETWEEN
from bookwheel.tui import messages
from bookwheel.tui.rows.library_rows import LibraryRow
from bookwheel.tui.screens.actions.ask_actions import AskActions
from bookwheel.tui.screens.desk_parts import DeskParts

if TYPE_CHECKING:
    from bookwheel.tui.screens.pick import Choice

HERE, SINCE, UNTIL, ALL = "here", "since", "until", "all"
TYPE, TAG = "type:", "tag:"
_MOST_TAGS = 200


class FilterActions:
    """What the library pane and its filter menu ask for."""

    def __init__(self, desk: DeskParts, asking: AskActions) -> None:
        self._desk = desk
        self._asking = asking

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"clear_filter": self.clear, "scope": self.open_menu}

    def take(self, message: messages.FilterMessage) -> None:
        """Do what a widget asks for."""
        match message:
            case messages.AskHereWanted(path=path):
                self._set(with_path(self._desk.assistant.status.selection, path))
            case messages.FilterMenuWanted():
                self.open_menu()
            case _:
                raise TypeError(f"not about the filter: {message}")

    def clear(self) -> None:
        """Search all documents again."""
        if self._desk.assistant.status.filter:
            self._set(EVERYTHING)
            self._desk.say("Searching all documents", timeout=2.0)
        else:
            self._desk.say("All documents are searched already", timeout=2.0)

    def open_menu(self, start: str = "") -> None:
        """Show what can be chosen, with the cursor on `start`."""
        from bookwheel.tui.screens.pick import PickScreen

        assistant, library = self._desk.assistant, self._desk.library
        choices = filter_choices(assistant.documents.state, assistant.status, library.current, library.signs.done)
        menu = PickScreen("Search only… (each choice takes effect at once)", list(choices), start=start)
        self._desk.open_screen(menu, self._chosen)

    def _chosen(self, value: str | None) -> None:
        selection, row = self._desk.assistant.status.selection, self._desk.library.current
        if value == HERE and row is not None:
            self._set(with_path(selection, row.path))
        elif value in (SINCE, UNTIL):
            self._type_day(value)
        elif value == ALL:
            self.clear()
        elif value is not None and value.startswith(TAG):
            self._desk.do(self._toggle(with_tag(selection, value.removeprefix(TAG)), value))
        elif value is not None:
            self._desk.do(self._toggle(with_type(selection, value.removeprefix(TYPE)), value))

    async def _toggle(self, selection: Selection, value: str) -> None:
        await self._desk.assistant.documents.set_filter(selection)
        self.open_menu(value)  # users often choose several types or tags in a row

    def _type_day(self, word: str) -> None:
        def entered(typed: str) -> None:
            self._desk.do(self._asking.run_line(f"/{word} {typed}".rstrip()))

        selection = self._desk.assistant.status.selection
        day = selection.since if word == SINCE else selection.until
        start = day.isoformat() if day else ""
        self._desk.ask_line(f"only {word}", start, entered, placeholder="2024, 2024-03 or 2024-03-01; empty: any day")

    def _set(self, selection: Selection) -> None:
        self._desk.do(self._desk.assistant.documents.set_filter(selection))


def filter_choices(state: LibraryChanged, status: DeskStatus, row: LibraryRow | None, done: str) -> Iterator[Choice]:
    """What can be chosen; `done` marks what is in force, `row` is the one under the library's cursor."""
    from bookwheel.tui.screens.pick import Choice

    selection = status.selection
    if row is not None and row.kind in ("folder", "file"):
        mark = done if row.path in (selection.scope or ()) else " "
        note = "folder" if row.kind == "folder" else "file"
        yield Choice(value=HERE, label=f"{mark} only in {row.label}", note=note)
    for name, count in sorted(Counter(file.format for file in state.files if file.format).items()):
        mark = done if name in selection.types else " "
        yield Choice(value=f"{TYPE}{name}", label=f"{mark} {name.removeprefix('.')}", note=f"{count}", words="type")
    tags = Counter(tag for file in state.files for tag in file.tags)
    for name, count in sorted(tags.most_common(_MOST_TAGS)):
        mark = done if name in selection.tags else " "
        yield Choice(value=f"{TAG}{name}", label=f"{mark} {clean_line(name)}", note=f"{count}", words="tag collection")
    for value, day in ((SINCE, selection.since), (UNTIL, selection.until)):
        note = day.isoformat() if day is not None else "a year, a month or a day"
        yield Choice(value=value, label=f"{done if day is not None else ' '} {value}…", note=note, words="date")
    if status.filter:
        yield Choice(value=ALL, label="  all documents", note=BETWEEN.join(("now", status.filter)), words="clear")


def with_type(selection: Selection, name: str) -> Selection:
    """`selection` with a file type added, or removed when it was in it."""
    kept = tuple(other for other in selection.types if other != name)
    return replace(selection, types=kept if name in selection.types else (*kept, name))


def with_tag(selection: Selection, name: str) -> Selection:
    """`selection` with a tag added, or removed when it was in it."""
    kept = tuple(other for other in selection.tags if other != name)
    return replace(selection, tags=kept if name in selection.tags else (*kept, name))


def with_path(selection: Selection, path: str) -> Selection:
    """`selection` with a path added (folders around it and paths below it go), or removed when it was in it."""
    scope = selection.scope or ()
    if path in scope:
        kept = tuple(other for other in scope if other != path)
        return replace(selection, scope=kept or None)
    apart = [other for other in scope if not (_is_below(other, path) or _is_below(path, other))]
    return replace(selection, scope=(*apart, path))


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
