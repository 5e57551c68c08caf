"""Compiled patterns that outlive the program: to compile those of one question takes as long as two bare interpreters.

`re` compiles a pattern to a list of numbers; a file keeps these lists, and a run reads those that it uses. They fit one
version of Python, which the file names. This uses private parts of `re`, the same in Python 3.11 to 3.14; without
them, patterns are compiled as usual.
"""

from __future__ import annotations

import marshal
import re
import sys
from array import array
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, AnyStr, Protocol, TypeAlias, cast

from bookwheel.parts_file import PartsFile, write_parts

if TYPE_CHECKING:
    from pathlib import Path

_Parts: TypeAlias = "tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]"
"""Flags, code, number of groups, names of groups, names by number: what `_sre.compile` takes."""


class _State(Protocol):
    flags: int
    groups: int
    groupdict: dict[str, int]


class _Parsed(Protocol):
    state: _State


_Parse: TypeAlias = "Callable[[str | bytes, int], _Parsed]"

# One question uses some 400 of 1,500 patterns; those that hold a word of a question are different each time.
_MOST_KEPT = 2_000


class PatternCache:
    """The compiled patterns of one file; empty, and saved nowhere, until `open`."""

    def __init__(self) -> None:
        self._file = PartsFile()
        self._path: Path | None = None
        self._new: dict[str, bytes] = {}
        self._used: set[str] = set()

    def open(self, path: Path) -> None:
        """Take over the patterns of this file, if it is whole and of this Python."""
        self._path, self._file = path, PartsFile(path, _version())

    def import_with(self, module: str) -> None:
        """Import a module of the standard library that compiles patterns, with kept ones; before there are threads."""
        usual = re.compile
        setattr(re, "compile", self.compiled)  # noqa: B010 - a type checker sees other kinds of arguments
        try:
            import_module(module)
        finally:
            re.compile = usual

    def compiled(self, pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """What `re.compile` gives. Raises re.error."""
        if self._path is None:
            return re.compile(pattern, flags)
        name = f"{int(flags)} {pattern}" if isinstance(pattern, str) else f"{int(flags)} {pattern!r}"
        try:
            if (part := self._new.get(name) or self._file.part(name)) is None:
                part = self._new[name] = marshal.dumps(_parts(pattern, int(flags)))
            self._used.add(name)
            return _made(pattern, marshal.loads(part))
        except (ImportError, AttributeError, KeyError, TypeError, ValueError, RuntimeError):
            return re.compile(pattern, flags)

    def save(self) -> None:
        """Write the file if there are new patterns; without the right to write, nothing is kept.

        Of more than 2,000 only those that this process used are kept.
        """
        if self._path is None or not self._new:
            return
        names = self._file.names
        if len(names) + len(self._new) > _MOST_KEPT:
            names = [name for name in names if name in self._used]
        known = {name: part for name in names if (part := self._file.part(name)) is not None}
        write_parts(self._path, _version(), known | self._new)


PATTERNS = PatternCache()
"""The one of this process; the command line opens and saves it."""


def _version() -> tuple[str, ...]:
    return sys.implementation.name, sys.version


def _parts(pattern: str | bytes, flags: int) -> _Parts:
    parsed = cast("_Parse", _private("re._parser").parse)(pattern, flags)
    code = cast("Callable[[object, int], list[int]]", vars(_private("re._compiler"))["_code"])(parsed, flags)
    names, groups = dict(parsed.state.groupdict), parsed.state.groups
    by_number: list[str | None] = [None] * groups
    for name, number in names.items():
        by_number[number] = name
    return flags | int(parsed.state.flags), array("I", map(int, code)).tobytes(), groups - 1, names, tuple(by_number)


def _made(pattern: AnyStr, parts: _Parts) -> re.Pattern[AnyStr]:
    flags, code, groups, names, by_number = parts
    make = cast("Callable[..., re.Pattern[AnyStr]]", _private("_sre").compile)
    return make(pattern, flags, array("I", code).tolist(), groups, names, by_number)


def _private(module: str) -> ModuleType:
    """A module that the types of the standard library do not describe."""
    return sys.modules.get(module) or import_module(module)
