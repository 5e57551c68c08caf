"""Parts that packages register by entry points: models, embedding models, tools, readers and stores.

The group of a kind is `bookwheel.llms`, `bookwheel.embeddings` and so on. Bookwheel registers its own parts there too,
in `pyproject.toml`; they are named here once more, because to read the metadata of a package costs 12 ms of each start.
Names are listed without importing a package; only the part that is used is imported.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from bookwheel.errors import PluginError, UsageError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Kind = Literal["llms", "embeddings", "tools", "readers", "stores"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_OURS = "bookwheel"
_NOUNS: dict[Kind, str] = {
    "llms": "model provider",
    "embeddings": "embedding provider",
    "tools": "tool",
    "readers": "reader",
    "stores": "store",
}
_OWN_PARTS: dict[Kind, dict[str, str]] = {
    "llms": {
        "extractive": "bookwheel.engine.llms.extractive.model:from_options",
        "huggingface": "bookwheel.engine.llms.huggingface.model:from_options",
        "langchain": "bookwheel.engine.llms.langchain.model:from_options",
        "openai": "bookwheel.engine.llms.openai.models:from_options",
    },
    "embeddings": {
        "local": "bookwheel.engine.embeddings.local:from_options",
        "openai": "bookwheel.engine.embeddings.openai_compatible:from_options",
    },
    "tools": {"tavily": "bookwheel.engine.tools.tavily:TavilyToolSpec"},
    "readers": {},
    "stores": {
        "embedded": "bookwheel.engine.stores.embedded.store:EmbeddedStore",
        "memory": "bookwheel.engine.stores.memory:MemoryStore",
        "postgres": "bookwheel.engine.stores.postgres.store:PostgresStore",
    },
}


class Importable(Protocol):
    """What an entry point does."""

    def load(self) -> object:
        """Import the part."""
        ...


@dataclass(frozen=True, slots=True)
class _OwnPart:
    value: str

    def load(self) -> object:
        module, _, name = self.value.partition(":")
        return getattr(import_module(module), name)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A registered part: its name, and the package that registers it."""

    kind: Kind
    name: str
    package: str
    version: str
    point: Importable = field(repr=False)

    @property
    def is_ours(self) -> bool:
        return self.package == _OURS

    def load(self) -> object:
        """Import the part. Raises PluginError, which names the package, when that fails."""
        try:
            return self.point.load()
        except (Exception, SystemExit) as error:  # the boundary to the code of another package
            raise PluginError(
                f"'{self.name}' ({_group(self.kind)}) of the package {self.package} cannot be loaded: "
                f"{type(error).__name__}: {error}",
                hint=f"Update or uninstall {self.package}, or choose another name.",
            ) from error


def plugins(kind: Kind) -> dict[str, Plugin]:
    """All parts of a kind by name, ours first; a name that is registered twice is the first package's.

    Reads the metadata of every installed package that may register one.
    """
    found = _own(kind)
    if not _may_be_registered(_group(kind)):
        return found
    # To import it and to read what a hundred packages register takes 20 ms: two bare interpreters.
    from importlib.metadata import entry_points

    for point in entry_points(group=_group(kind)):
        if point.dist is None or point.dist.name.lower() != _OURS:
            found.setdefault(point.name, _plugin(kind, point))
    return found


def find_plugin(kind: Kind, name: str) -> Plugin:
    """The part of this name; ours are found without reading the metadata of other packages.

    Raises UsageError for an unknown name.
    """
    found = _own(kind).get(name) or plugins(kind).get(name)
    if found is None:
        raise UsageError(f"There is no {_NOUNS[kind]} called '{name}'.", hint=f"Known: {', '.join(plugins(kind))}.")
    return found


def _own(kind: Kind) -> dict[str, Plugin]:
    return {name: Plugin(kind, name, _OURS, "", _OwnPart(value)) for name, value in _OWN_PARTS[kind].items()}


def _may_be_registered(group: str) -> bool:
    heading = f"[{group}]".encode()
    return any(_may_register(folder or ".", heading) for folder in sys.path)


def _may_register(folder: str, heading: bytes) -> bool:
    try:
        with os.scandir(folder) as entries:
            packages = [entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except NotADirectoryError:  # an archive of packages, which only `importlib.metadata` can read
        return True
    except OSError:
        return False
    for package in packages:
        with suppress(OSError), open(os.path.join(package, "entry_points.txt"), "rb") as file:
            if heading in file.read():
                return True
    return False


def _plugin(kind: Kind, point: EntryPoint) -> Plugin:
    package, version = (point.dist.name, point.dist.version) if point.dist is not None else ("an unknown package", "")
    return Plugin(kind, point.name, package, version, point)


def _group(kind: Kind) -> str:
    return f"bookwheel.{kind}"
