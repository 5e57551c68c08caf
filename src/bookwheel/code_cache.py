"""The code of the modules that a question, or the app, imports, in one file of the data folder.

Python finds, opens and checks a file of its own cache for each of some 230 modules; that takes as long as a bare
interpreter. Here a module counts only while its source is the file that it was, by its times, its size and its number.
What has changed, and what the file does not have, is imported as usual and written into the file at the end.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import TYPE_CHECKING, TypeAlias

from bookwheel import __version__
from bookwheel.own_files import read_own, write_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import CodeType, ModuleType

_State: TypeAlias = "tuple[int, int, int, int]"
"""What changes with a file: its two times in nanoseconds, its size, its number."""
_Kept: TypeAlias = "tuple[_State, bool, bytes | memoryview]"
"""The state of the source; whether it is that of a package; the code as `marshal` writes it."""

_LARGEST_FILE = 16_000_000
_LENGTH = 4


class CodeCache:
    """The code of a package whose folder is `root`, as a finder for Python's import; nothing is kept before `open`."""

    def __init__(self, package: str, root: str) -> None:
        self._package = package
        self._root = root
        self._known: dict[str, _Kept] = {}
        self._path: Path | None = None
        self._settled: set[str] = set()

    def open(self, path: Path) -> None:
        """Import from this file from now on, as far as it is whole and of this Python and this installation."""
        self._path, self._known = path, _read(path, self._version())
        self._settled = set(sys.modules)
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How to load the module `name`; None for one that Python must find."""
        if (kept := self._known.get(name)) is None:
            return None
        state, is_package, code = kept
        source = self._source_of(name, is_package=is_package)
        if _state_of(source) != state:
            return None
        spec = ModuleSpec(name, _KeptCode(name, source, code), origin=source, is_package=is_package)
        spec.has_location, spec.cached = True, str(self._path)
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        self._settled.add(name)
        return spec

    def close(self) -> None:
        """Import as usual from now on, and write the file if a module was not in it.

        Without the right to write nothing is kept, nor where Python was told to write no bytecode.
        """
        path, self._path = self._path, None
        known, self._known = self._known, {}
        if path is None:
            return
        # A new list: another thread may import, and walk through this one.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        if sys.dont_write_bytecode:
            return
        names = [name for name in sys.modules if name.startswith(f"{self._package}.") and name not in self._settled]
        if new := {name: kept for name in names if (kept := self._code_of(sys.modules[name])) is not None}:
            write_own(path, _written(known | new, self._version()))

    def _version(self) -> tuple[str, ...]:
        return sys.implementation.name, sys.version, __version__, self._root

    def _source_of(self, name: str, *, is_package: bool) -> str:
        module = self._root + name.removeprefix(self._package).replace(".", os.sep)
        return f"{module}{os.sep}__init__.py" if is_package else f"{module}.py"

    def _code_of(self, module: ModuleType) -> _Kept | None:
        """What is kept of a module that was imported; None for one that has changed meanwhile, or has no source."""
        spec = module.__spec__
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        is_package = spec.submodule_search_locations is not None
        source = self._source_of(spec.name, is_package=is_package)
        state = _state_of(source)
        with suppress(ImportError, OSError, SyntaxError):
            code = spec.loader.get_code(spec.name)
            if state is not None and code is not None and _state_of(source) == state:
                return state, is_package, marshal.dumps(code)
        return None


CODE = CodeCache("bookwheel", os.path.dirname(os.path.abspath(__file__)))
"""The one of this process; the command line opens and closes it."""


class _KeptCode(SourceFileLoader):
    def __init__(self, name: str, source: str, code: bytes | memoryview) -> None:
        super().__init__(name, source)
        self._code: bytes | memoryview | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        # Once: otherwise each module would hold the whole file in memory.
        code, self._code = self._code, None
        return super().get_code(fullname) if code is None else marshal.loads(code)


def _read(path: Path, version: tuple[str, ...]) -> dict[str, _Kept]:
    # `marshal` may not be given what others can write, which `read_own` does not read.
    data = read_own(path, _LARGEST_FILE)
    codes = data[_LENGTH + int.from_bytes(data[:_LENGTH], "big") :]
    with suppress(EOFError, ValueError, TypeError):
        known_version, table = marshal.loads(data[_LENGTH:])
        if known_version == version:
            return {name: (state, package, codes[start:end]) for name, (state, package, start, end) in table.items()}
    return {}


def _written(known: Mapping[str, _Kept], version: tuple[str, ...]) -> bytes:
    """The length of a table, the table, and all code: with the code in it, the table would be read a second time."""
    table: dict[str, tuple[_State, bool, int, int]] = {}
    end = 0
    for name, (state, is_package, code) in known.items():
        table[name] = state, is_package, end, (end := end + len(code))
    head = marshal.dumps((version, table))
    return b"".join((len(head).to_bytes(_LENGTH, "big"), head, *(code for _, _, code in known.values())))


def _state_of(source: str) -> _State | None:
    try:
        status = os.stat(source)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
