"""The documents of the desk: a tree with the state of each file, drawn on demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.progress import FileState
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import (
    AddDocumentsWanted,
    AskHereWanted,
    DocumentWanted,
    FailureWanted,
    FilterMenuWanted,
    NameFilterWanted,
    RefreshWanted,
    RemoveRootWanted,
    RowFocused,
    TitleChanged,
)
from bookwheel.tui.rows.library_rows import LibraryRow, LibraryTree, counts, percent
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.wrapping import cells, clip, clip_middle, wrap
from bookwheel.tui.widgets.row_list import RowList, spread

if TYPE_CHECKING:
    from textual.binding import BindingType

MIN_NOTE = 10
MIN_NAME = 16
NOTE_ROOM = 5
_WITH_PAGES = (".pdf", ".djvu", ".epub", ".pptx", ".odp", ".docx")
UNFOLDED_SHOWN = 5
TITLE_GAP = 2
_NOTHING = LibraryChanged((), (), (), is_loading=True)


class LibraryList(RowList[LibraryRow]):
    """Rows of folders and files; what is folded and filtered is remembered while the library changes."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("library")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._state = _NOTHING
        self._selection = EVERYTHING
        self._tree = LibraryTree(_NOTHING)
        self._folded: dict[str, bool] = {}
        self._pattern = ""

    def show(self, state: LibraryChanged, selection: Selection = EVERYTHING) -> None:
        """Show the library as it is now, and what of it is searched; the cursor stays on its file."""
        self._state = state
        self._selection = selection
        self._tree = LibraryTree(state, selection)
        self._rebuild()
        self.post_message(TitleChanged())

    @property
    def pattern(self) -> str:
        return self._pattern

    def set_pattern(self, pattern: str) -> None:
        """Show only the files whose path or title holds `pattern`; an empty one shows all."""
        self._pattern = pattern.strip()
        self._rebuild()
        self.post_message(TitleChanged())

    @property
    def named(self) -> Mapping[str, Sequence[str]]:
        """The paths behind each name of a file or a folder of the library (names as they came)."""
        paths = dict.fromkeys(file.path for file in self._state.files)
        folders = dict.fromkeys(folder for path in paths for folder in _folders(path, self._state.roots))
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in (*paths, *folders):
            found[path.rpartition("/")[2]].append(path)
        return found

    def title(self) -> tuple[str, str]:
        """The title of the pane: how many documents, and the progress of indexing."""
        done, failed, total = counts(self._state.files)
        if self._pattern:
            shown = sum(row.kind == "file" for row in self.items)
            return "Library", f"{shown} of {total} · /{self._pattern}"
        progress = self._state.progress
        if progress is None and self._selection != EVERYTHING:
            return "Library", f"{self.asked} of {total} searched"
        if progress is None and not total and self._state.error:
            return "Library", f"{self.signs.warning} not read"
        if progress is None and failed:
            return "Library", f"{total} {self.signs.dot} {failed} failed"
        if progress is None:
            return "Library", counted(total, "file") if total else ""
        if progress.waiting_for:
            return "Library", "waits for another process"
        share = progress.bytes_done / progress.bytes_total if progress.bytes_total else 0.0
        return (
            "Library",
            f"{self.signs.running} {percent(share)}{max(done, progress.files_done)}/{max(total, progress.files_total)}",
        )

    @property
    def asked(self) -> int:
        """How many documents the filter lets through."""
        return self._tree.asked

    def runs_of(self, item: LibraryRow, width: int) -> list[Run]:
        look = self.look
        indent = "  " * item.depth
        if item.kind == "file" and item.file is not None:
            return self._file_runs(item, item.file, indent, width)
        if item.kind in {"left_file", "more"}:
            return [(clip(f" {indent}{item.label}", width), look.faint)]
        sign = self.signs.unfolded if item.is_open else self.signs.folded
        style = look.muted if item.kind != "folder" else look.strong if item.is_asked else look.faint
        is_part = item.kind == "folder" and item.asked < item.count
        count = f"{item.asked}/{item.count} " if is_part else f"{item.count} "
        return spread([(f" {indent}{sign} ", look.muted), (item.label, style)], [(count, look.muted)], width, look.text)

    def cursor_moved(self) -> None:
        self.post_message(RowFocused(self.current))

    def empty_lines(self) -> Sequence[str]:
        if self._pattern:
            return ("no file matches", "", "Esc shows all again")
        if self._state.error:
            text, room = clean_line(self._state.error), max(10, self.size.width - 3)
            return [text[start:end] for start, end in wrap(text, room)]
        if self._state.is_loading:
            return ("looking for documents",)
        if self._state.roots:
            return ("no documents found",)
        return ("no documents yet", "", "a  add a file or folder")

    def _file_runs(self, row: LibraryRow, file: FileState, indent: str, width: int) -> list[Run]:
        look = self.look
        sign, style, note_style = {
            "indexed": ("●" if self.signs.done == "✓" else "*", look.muted, look.faint),
            "indexing": (self.signs.running, look.accent, look.accent),
            "waiting": (self.signs.event, look.faint, look.faint),
            "failed": (self.signs.warning, look.error, look.error),
        }[file.status]
        if file.remarks:
            sign, style = self.signs.warning, look.warning
        room = width - cells(indent) - 4
        note = clip(row.note, max(MIN_NOTE, room - cells(row.label) - 1))
        if file.status == "failed" and room - cells(note) - 1 < min(cells(row.label), MIN_NAME):
            note = ""  # the sign shows that something is wrong, the box below the list says what
        # A long name is cut at the same place before, during and after indexing: its middle does not jump.
        has_pages = file.status != "failed" and file.path.lower().endswith(_WITH_PAGES)
        kept = NOTE_ROOM if has_pages else 0
        if file.status == "indexing" and not kept and cells(row.label) + cells(note) >= room:
            note = ""  # the sign shows it
        kept = max(kept, cells(note))
        label = clip_middle(row.label, max(MIN_NOTE, room - (kept + 1 if kept else 0)))
        left: list[Run] = [(f" {indent}", look.text), (f"{sign} ", style)]
        left.append((label, look.text if row.is_asked else look.faint))
        left_over = room - cells(label) - (cells(note) + 1 if note else 0) - TITLE_GAP
        # What was not brought in matters more than the title.
        beside = file.remarks[0] if file.remarks else file.title
        if beside and left_over >= MIN_NOTE:
            left.append(
                (" " * TITLE_GAP + clip(clean_line(beside), left_over), look.muted if row.is_asked else look.faint)
            )
        return spread(left, [(f"{note} ", note_style)] if note else [], width, look.text)

    def _rebuild(self) -> None:
        current = self.current
        rows = self._tree.rows(self._folded, self._pattern)
        wanted = None
        if current is not None:
            wanted = next((index for index, row in enumerate(rows) if row.path == current.path), None)
        self.set_items(rows, cursor=wanted)
        self.post_message(RowFocused(self.current))

    def _fold(self, row: LibraryRow, folded: bool) -> None:
        self._folded[row.path] = folded
        self._rebuild()
        if not folded:
            below = range(self.cursor + 1, len(self.items))
            inside = next((n for n in below if self.items[n].depth <= row.depth), len(self.items))
            self.reveal(min(inside - 1, self.cursor + UNFOLDED_SHOWN))

    def action_open_row(self) -> None:
        row = self.current
        if row is None:
            return
        if row.kind in {"folder", "left_out", "reason"}:
            self._fold(row, row.is_open)
        elif row.file is not None and row.file.status == "failed":
            self.post_message(FailureWanted(row.path, row.file.reason))
        elif row.file is not None:
            self.post_message(DocumentWanted(row.path))
        elif row.kind == "left_file":
            self.post_message(FailureWanted(row.path, f"left out: {row.note}"))

    def action_fold(self) -> None:
        row = self.current
        if row is None:
            return
        if row.kind != "file" and row.is_open:
            self._fold(row, True)
            return
        parents = [index for index in range(self.cursor) if self.items[index].depth < row.depth]
        if parents:
            self.move_to(parents[-1])

    def action_unfold(self) -> None:
        row = self.current
        if row is not None and not row.is_open:
            self._fold(row, False)
        elif row is not None and row.kind == "folder":
            self.move_to(self.cursor + 1)

    def action_add(self) -> None:
        self.post_message(AddDocumentsWanted())

    def action_remove(self) -> None:
        row = self.current
        if row is not None and row.is_root:
            self.post_message(RemoveRootWanted(row.path))
        elif row is not None:
            self.notify("Only a folder or file that you added can be removed, not a file inside it.", markup=False)

    def action_filter(self) -> None:
        self.post_message(NameFilterWanted(self._pattern))

    def action_ask_here(self) -> None:
        row = self.current
        if row is not None and row.kind in ("file", "folder"):
            self.post_message(AskHereWanted(row.path))
        elif row is not None:
            self.notify("Files that are left out cannot be searched.", markup=False)

    def action_choose_asked(self) -> None:
        self.post_message(FilterMenuWanted())

    def action_refresh_index(self) -> None:
        self.post_message(RefreshWanted())


def _folders(path: str, roots: Sequence[str]) -> Iterator[str]:
    """The folders around a file, up to its root."""
    root = next((root for root in roots if path.startswith(f"{root.rstrip('/')}/")), None)
    folder = path.rpartition("/")[0]
    while root is not None and len(folder) >= len(root.rstrip("/")):
        yield folder
        folder = folder.rpartition("/")[0]
