"""Completion in the prompt: `@` names a document of the library, `/` at the start a command and its argument."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line
from bookwheel.paths import from_home, last_path

MAX_CANDIDATES = 50

Candidates = Callable[[str], Iterable[str]]
Completer = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Completion:
    """What can stand for the characters from `start` to `end`; `text` is what is there now."""

    start: int
    end: int
    text: str
    candidates: tuple[str, ...]


def completion_at(text: str, index: int, *, documents: Candidates, commands: Candidates) -> Completion | None:
    """What the word before the character `index` could become; None where there is nothing to complete."""
    line_start = text.rfind("\n", 0, index) + 1
    if line_start == 0 and text.startswith("/"):
        return _made(0, index, text[:index], commands(text[:index]))
    start = max(text.rfind(blank, line_start, index) for blank in " \t")
    start = max(start + 1, line_start)
    word = text[start:index]
    if not word.startswith("@"):
        return None
    return _made(start, index, word, (f"@{name}" for name in documents(word[1:])))


def matching_names(names: Iterable[str], typed: str) -> list[str]:
    """Names that begin with what was typed, then those that hold it, then those that hold its letters in order."""
    wanted = typed.casefold()
    ranked = [(_rank(name.casefold(), wanted), name) for name in dict.fromkeys(names)]
    return [name for _, name in sorted(pair for pair in ranked if pair[0] < 3)]


def common_prefix(candidates: Sequence[str]) -> str:
    """What all candidates begin with."""
    first, last = min(candidates), max(candidates)
    length = next((index for index, char in enumerate(first) if index >= len(last) or char != last[index]), len(first))
    return first[:length]


def index_of(text: str, location: tuple[int, int]) -> int:
    """The number of the character at (row, column)."""
    row, column = location
    return sum(len(line) + 1 for line in text.split("\n")[:row]) + column


def location_of(text: str, index: int) -> tuple[int, int]:
    """The (row, column) of a character."""
    before = text[:index]
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _made(start: int, end: int, text: str, candidates: Iterable[str]) -> Completion | None:
    found = tuple(candidates)[:MAX_CANDIDATES]
    return Completion(start, end, text, found) if found else None


def _rank(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0
    if wanted in name:
        return 1
    letters = iter(name)
    return 2 if all(letter in letters for letter in wanted) else 3


MAX_FOUND = 100


def complete_path(typed: str) -> list[str]:
    """Paths that `typed` could become, folders with a slash; hidden ones only when asked for. Blocks.

    Names that must be cleaned to be shown are left out: they cannot be typed. Their folder can be added.
    """
    path = last_path(typed)
    before = typed[: len(typed) - len(path)] if typed.endswith(path) else ""
    folder_text, _, name = path.rpartition("/")
    folder = from_home(f"{folder_text}/" if "/" in path else ".")
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.is_dir()) for entry in entries if entry.name.startswith(name)]
    except OSError:
        return []
    shown = sorted(pair for pair in found if (name or not pair[0].startswith(".")) and clean_line(pair[0]) == pair[0])
    prefix = before + (f"{folder_text}/" if "/" in path else "")
    return [f"{prefix}{entry}{'/' if is_folder else ''}" for entry, is_folder in shown[:MAX_FOUND]]
