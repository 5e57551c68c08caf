"""The documents of the desk as the rows of a tree: roots, folders, files, and what was left out with the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import PurePath
from typing import Literal

from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.progress import FileState, LeftOut
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line

RowKind = Literal["folder", "file", "left_out", "reason", "left_file", "more"]
LEFT_OUT = "\0left out"
MAX_LEFT_FILES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRow:
    """One row. `path` is uncleaned (it identifies the row); `label` and `note` are cleaned.

    `asked` is how many of a folder's `count` documents pass the filter; `is_asked` is false for a file that does not.
    """

    kind: RowKind
    path: str
    label: str
    depth: int = 0
    note: str = ""
    count: int = 0
    asked: int = 0
    is_asked: bool = True
    is_open: bool = True
    is_root: bool = False
    file: FileState | None = None


@dataclass(slots=True)
class _Folder:
    path: str
    folders: dict[str, _Folder] = field(default_factory=lambda: dict[str, "_Folder"]())
    files: list[FileState] = field(default_factory=list[FileState])
    count: int = 0
    asked: int = 0


class LibraryTree:
    """The tree of the library, of which `selection` is searched; rows are made only for what is unfolded."""

    def __init__(self, state: LibraryChanged, selection: Selection = EVERYTHING) -> None:
        self._selection = selection
        self._left_out = state.left_out
        # Until the first look at them, a folder is not known to be empty.
        roots = () if state.is_loading else state.roots
        self._roots = {root: _Folder(root) for root in roots}
        self._root_files: dict[str, FileState] = {}
        self._above: dict[tuple[str, str], list[_Folder]] = {}
        self._asked = sum(file.status != "failed" and selection.takes(file) for file in state.files)
        for file in state.files:
            self._place(file)

    @property
    def asked(self) -> int:
        """How many documents the selection takes, without those that cannot be read."""
        return self._asked

    def rows(self, folded: Mapping[str, bool], pattern: str = "") -> list[LibraryRow]:
        """The visible rows. `folded` says what the user folded or unfolded; `pattern` keeps files whose path fits."""
        return list(self._rows(folded, pattern.casefold()))

    def _place(self, file: FileState) -> None:
        folder = self._roots.setdefault(file.root, _Folder(file.root))
        if file.path == file.root:
            self._root_files[file.root] = file
            return
        asked = self._selection.takes(file)
        above = self._folders_above(file, folder)
        for folder in above:
            folder.count += 1
            folder.asked += asked
        above[-1].files.append(file)

    def _folders_above(self, file: FileState, root: _Folder) -> Sequence[_Folder]:
        """From `root` down to the folder that the file is in."""
        place = file.root, file.path.rpartition("/")[0]
        above = self._above.get(place)
        if above is None:
            above = self._above[place] = [root]
            for name in _parts_below(file.path, file.root)[:-1]:
                path = str(PurePath(above[-1].path, name))
                above.append(above[-1].folders.setdefault(name, _Folder(path)))
        return above

    def _rows(self, folded: Mapping[str, bool], pattern: str) -> Iterator[LibraryRow]:
        for root, folder in self._roots.items():
            file = self._root_files.get(root)
            if file is not None:
                if _fits(file, pattern):
                    yield _file_row(file, 0, is_root=True, is_asked=self._selection.takes(file))
            else:
                yield from self._folder_rows(folder, PurePath(root).name or root, 0, folded, pattern)
        if not pattern:
            yield from self._left_out_rows(folded)

    def _folder_rows(
        self, folder: _Folder, name: str, depth: int, folded: Mapping[str, bool], pattern: str
    ) -> Iterator[LibraryRow]:
        below = list(self._below(folder, depth + 1, folded, pattern)) if pattern else None
        if below == []:
            return
        is_open = bool(pattern) or not folded.get(folder.path, False)
        yield LibraryRow(
            kind="folder",
            path=folder.path,
            label=clean_line(name),
            depth=depth,
            count=folder.count,
            asked=folder.asked,
            is_asked=folder.asked > 0 or not folder.count,
            is_open=is_open,
            is_root=depth == 0,
        )
        if is_open:
            yield from self._below(folder, depth + 1, folded, pattern) if below is None else below

    def _below(self, folder: _Folder, depth: int, folded: Mapping[str, bool], pattern: str) -> Iterator[LibraryRow]:
        for name in sorted(folder.folders, key=str.casefold):
            yield from self._folder_rows(folder.folders[name], name, depth, folded, pattern)
        for file in sorted(folder.files, key=lambda file: file.path.casefold()):
            if _fits(file, pattern):
                yield _file_row(file, depth, is_asked=self._selection.takes(file))

    def _left_out_rows(self, folded: Mapping[str, bool]) -> Iterator[LibraryRow]:
        """Folded at first: a count for each reason, and the names under it."""
        if not self._left_out:
            return
        is_open = not folded.get(LEFT_OUT, True)
        yield LibraryRow(kind="left_out", path=LEFT_OUT, label="left out", count=len(self._left_out), is_open=is_open)
        if not is_open:
            return
        for reason, count in Counter(left.reason for left in self._left_out).most_common():
            path = f"{LEFT_OUT}\0{reason}"
            is_open = not folded.get(path, True)
            yield LibraryRow(kind="reason", path=path, label=clean_line(reason), depth=1, count=count, is_open=is_open)
            if is_open:
                yield from _left_files([left for left in self._left_out if left.reason == reason], count)


def counts(files: Sequence[FileState]) -> tuple[int, int, int]:
    """How many files are searchable, how many failed, and how many there are."""
    status = Counter(file.status for file in files)
    return status["indexed"], status["failed"], len(files)


def _left_files(left_out: Sequence[LeftOut], count: int) -> Iterator[LibraryRow]:
    for left in left_out[:MAX_LEFT_FILES]:
        name = "/".join(_parts_below(left.path, left.root)) or left.path
        yield LibraryRow(
            kind="left_file", path=left.path, label=clean_line(name), note=clean_line(left.reason), depth=2
        )
    if count > MAX_LEFT_FILES:
        yield LibraryRow(kind="more", path="", label=f"and {count - MAX_LEFT_FILES} more", depth=2)


def _file_row(file: FileState, depth: int, *, is_asked: bool, is_root: bool = False) -> LibraryRow:
    return LibraryRow(
        kind="file",
        path=file.path,
        label=clean_line(file.path.rpartition("/")[2] or file.path),
        depth=depth,
        note=_note(file),
        is_asked=is_asked,
        is_root=is_root,
        file=file,
    )


def percent(share: float) -> str:
    """Such as "34%  "; "" below one percent: a nought that stands for seconds looks like a standstill."""
    return f"{share:.0%}  " if share >= 0.01 else ""


def _note(file: FileState) -> str:
    match file.status:
        case "indexing":
            return percent(file.fraction).strip() or "reading"
        case "failed":
            return clean_line(file.reason.partition("\n")[0]) or "failed"
        case "indexed" if file.pages:
            return f"{file.pages} p"
        case "indexed" if not file.passages:
            return "empty"
        case _:
            return ""


def _fits(file: FileState, pattern: str) -> bool:
    return pattern in file.path.casefold() or pattern in (file.title or "").casefold()


def _parts_below(path: str, root: str) -> Sequence[str]:
    try:
        return PurePath(path).relative_to(root).parts
    except ValueError:
        return PurePath(path).parts
