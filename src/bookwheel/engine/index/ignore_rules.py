"""What `.gitignore` files leave out, as git reads them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_LARGEST_IGNORE_FILE = 256_000
_MOST_STARS = 12
_AS_WRITTEN = lazy_regex(r"[\w.-]+")


def ignore_files_above(root: str) -> list[str]:
    """The `.gitignore` files above `root` whose rules apply in it, whether they exist or not."""
    return [os.path.join(folder, ".gitignore") for folder in _folders_up_to_repository(root)]


@dataclass(frozen=True)
class Ignored:
    """What the `.gitignore` files of a folder and of those above it leave out, as git reads them."""

    folder: str
    above: Ignored | None

    def matches(self, path: str, is_folder: bool) -> bool:
        """The deepest file with a matching pattern decides."""
        level: Ignored | None = self
        while level is not None:
            verdict = level.verdict(os.path.relpath(path, level.folder) + ("/" if is_folder else ""))
            if verdict is not None:
                return verdict
            level = level.above
        return False

    def verdict(self, relative: str) -> bool | None:
        """What this file alone says of a path in its folder; None where none of its patterns matches."""
        # To import pathspec takes as long as a bare interpreter; most folders have nothing that is to be left out.
        if not any(part in relative for part in self._needed_parts):
            return None
        return self._spec.check_file(relative).include

    @cached_property
    def _lines(self) -> list[str]:
        return _lines(os.path.join(self.folder, ".gitignore"))

    @cached_property
    def _needed_parts(self) -> frozenset[str]:
        return frozenset(_needed_part(line) for line in self._lines if line.strip() and line[0] != "#")

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec(_compiled(self._lines))


def _needed_part(pattern: str) -> str:
    """What each path that a pattern matches holds as it is written; "" where that may be anything."""
    return max(_AS_WRITTEN.findall(pattern.split("[", 1)[0]), key=len, default="")


def _lines(path: str) -> list[str]:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return []  # as in git: a file that cannot be read ignores nothing
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return []
        text = file.read(_LARGEST_IGNORE_FILE).decode("utf-8", "surrogateescape")
        # Not `splitlines`: names of files may hold the other characters that it cuts at.
        return text.replace("\r\n", "\n").split("\n")


def _compiled(lines: Iterable[str]) -> Iterator[GitIgnoreSpecPattern]:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    for line in lines:
        # Each star multiplies the worst time of matching.
        if line.count("*") > _MOST_STARS:
            continue
        try:
            yield GitIgnoreSpecPattern(line)
        except (ValueError, re.error):
            continue  # as in git: an invalid pattern ignores nothing


def ignored_above(root: str) -> Ignored | None:
    """The rules of the folders above `root`, which apply inside a git repository."""
    above = list(_folders_up_to_repository(root))
    ignored: Ignored | None = None
    for folder in reversed(above):
        if os.path.lexists(os.path.join(folder, ".gitignore")):
            ignored = Ignored(folder, ignored)
    # A user who names an ignored folder wants it: the rules that ignore it would leave out all that is in it.
    if ignored is not None and any(ignored.matches(folder, is_folder=True) for folder in (root, *above[:-1])):
        return None
    return ignored


def ignored_in(root: str, folder: str) -> Ignored | None:
    """The rules in `folder`, which is `root` or below it."""
    names = os.path.relpath(folder, root).split(os.sep) if folder != root else []
    ignored, below = ignored_above(root), root
    for name in ("", *names):
        below = os.path.join(below, name) if name else below
        if os.path.lexists(os.path.join(below, ".gitignore")):
            ignored = Ignored(below, ignored)
    return ignored


def _folders_up_to_repository(root: str) -> Iterator[str]:
    folders: list[str] = []
    folder = root
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent
        folders.append(folder)
    yield from folders
