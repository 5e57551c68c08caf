"""The code of the modules that a question, or the app, imports, in one file of the data folder.

Python finds, opens and checks a file of its own cache for each of some 230 modules; that takes as long as a bare
interpreter. Here a module counts only while its source is the file that it was, by its times, its size and its number.
What has changed, and what the file does not have, is imported as usual and written into the file at the end.

Which modules an earlier run imported together is kept too: Python's import takes locks for each, asks its finders and
describes it, 13 us on top of its code.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from bookwheel import __version__
from bookwheel.parts_file import PartsFile, write_parts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import CodeType

_State: TypeAlias = "tuple[int, int, int, int]"
"""What changes with a file: its two times in nanoseconds, its size, its number."""
_Source: TypeAlias = "tuple[_State, bool]"
"""The state of the source of a module; whether it is that of a package."""
_Together: TypeAlias = "dict[tuple[str, ...], tuple[str, ...]]"
"""What each import of several modules imported of the package, in the order in which the modules were complete."""


class CodeCache:
    """The code of a package whose folder is `root`, as a finder for Python's import; nothing is kept before `open`."""

    def __init__(self, package: str, root: str) -> None:
        self._package = package
        self._root = root
        self._file = PartsFile()
        self._sources: dict[str, _Source] = {}
        self._known_together: _Together = {}
        self._path: Path | None = None
        self._settled: set[str] = set()
        self._together: _Together = {}

    def open(self, path: Path) -> None:
        """Import from this file from now on, as far as it is whole and of this Python and this installation."""
        self._path, self._file = path, PartsFile(path, self._version())
        if self._file.more:
            self._sources, self._known_together = marshal.loads(self._file.more)
        self._settled = set(sys.modules)
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """How to load the module `name`; None for one that Python must find."""
        if (known := self._sources.get(name)) is None:
            return None
        state, is_package = known
        source = self._source_of(name, is_package=is_package)
        if _state_of(source) != state:
            return None
        self._settled.add(name)
        return self._spec_of(name, source, is_package=is_package)

    def import_all(self, *names: str) -> None:
        """Import modules with all that they import; before there are threads, which would find modules by halves."""
        before = set(sys.modules)
        specs = [self.find_spec(name) for name in self._known_together.get(names, ()) if name not in before]
        # Where one has changed, it may import others now: what is imported is noted anew.
        if all(specs):
            for spec in filter(None, specs):
                self._import(spec)
        complete = len(sys.modules)
        for name in names:
            import_module(name)
        if self._path is not None and (not specs or len(sys.modules) > complete):
            self._together[names] = tuple(name for name in sys.modules if name not in before and self._is_ours(name))

    def _import(self, spec: ModuleSpec) -> None:
        """What Python's import does with a module that is described."""
        if spec.name in sys.modules:
            return
        code, (package, _, last) = self._file.part(spec.name), spec.name.rpartition(".")
        # A package that imports its own modules is complete after them, and imports the others of them too.
        if code is None or package not in sys.modules:
            import_module(spec.name)
            return
        module = ModuleType(spec.name)
        attributes = module.__dict__
        attributes.update(
            __spec__=spec, __loader__=spec.loader, __package__=spec.parent, __file__=spec.origin, __cached__=spec.cached
        )
        if spec.submodule_search_locations is not None:
            attributes["__path__"] = spec.submodule_search_locations
        sys.modules[spec.name] = module
        try:
            exec(marshal.loads(code), attributes)
            setattr(sys.modules[package], last, module)
        except BaseException:
            del sys.modules[spec.name]
            raise

    def close(self) -> None:
        """Import as usual from now on, and write the file if a module was not in it.

        Without the right to write nothing is kept, nor where Python was told to write no bytecode.
        """
        path, self._path = self._path, None
        file, self._file = self._file, PartsFile()
        if path is None:
            return
        # A new list: another thread may import, and walk through this one.
        sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        try:
            if not sys.dont_write_bytecode:
                self._add_new(path, file)
        finally:
            file.close()
            self._sources, self._known_together, self._together = {}, {}, {}

    def _add_new(self, path: Path, file: PartsFile) -> None:
        names = [name for name in sys.modules if self._is_ours(name) and name not in self._settled]
        new = {name: kept for name in names if (kept := self._code_of(sys.modules[name])) is not None}
        together = self._known_together | self._together
        if new or together != self._known_together:
            parts = {name: code for name in file.names if (code := file.part(name)) is not None}
            parts |= {name: code for name, (_, code) in new.items()}
            sources = self._sources | {name: source for name, (source, _) in new.items()}
            write_parts(
                path, self._version(), parts, marshal.dumps(({name: sources[name] for name in parts}, together))
            )
        elif file.is_damaged:
            # Modules whose code was damaged were imported as usual; the next run keeps all anew.
            with suppress(OSError):
                path.unlink()

    def _is_ours(self, name: str) -> bool:
        return name.startswith(f"{self._package}.")

    def _spec_of(self, name: str, source: str, *, is_package: bool) -> ModuleSpec:
        spec = ModuleSpec(name, _KeptCode(name, source, self._file), origin=source, is_package=is_package)
        spec.has_location, spec.cached = True, str(self._path)
        if is_package:
            spec.submodule_search_locations = [os.path.dirname(source)]
        return spec

    def _version(self) -> tuple[str, ...]:
        return sys.implementation.name, sys.version, __version__, self._root

    def _source_of(self, name: str, *, is_package: bool) -> str:
        module = self._root + name.removeprefix(self._package).replace(".", os.sep)
        return f"{module}{os.sep}__init__.py" if is_package else f"{module}.py"

    def _code_of(self, module: ModuleType) -> tuple[_Source, bytes] | None:
        """What is kept of a module that was imported; None for one that has changed meanwhile, or has no source."""
        spec = module.__spec__
        if spec is None or type(spec.loader) is not SourceFileLoader:
            return None
        is_package = spec.submodule_search_locations is not None
        source = self._source_of(spec.name, is_package=is_package)
        state = _state_of(source)
        with suppress(ImportError, OSError, SyntaxError, ValueError):  # ValueError: also when there is no memory
            code = spec.loader.get_code(spec.name)
            if state is not None and code is not None and _state_of(source) == state:
                return (state, is_package), marshal.dumps(code)
        return None


class _KeptCode(SourceFileLoader):
    def __init__(self, name: str, source: str, file: PartsFile) -> None:
        super().__init__(name, source)
        self._file = file

    def get_code(self, fullname: str) -> CodeType | None:
        code = self._file.part(fullname)
        return super().get_code(fullname) if code is None else marshal.loads(code)


def _state_of(source: str) -> _State | None:
    try:
        status = os.stat(source)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


CODE = CodeCache("bookwheel", os.path.dirname(os.path.abspath(__file__)))
"""The one of this process; the command line opens and closes it."""
