"""Parts that packages register by entry points: models, embedding models, tools, readers and stores.

The group of a kind is `bookwheel.llms`, `bookwheel.embeddings` and so on. Bookwheel registers its own parts there too,
in `pyproject.toml`; they are named here once more, because to read the metadata of a package costs 12 ms of each start.
Names are listed without importing a package; only the part that is used is imported.
"""

from __future__ import annotations

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

    Reads the metadata of every installed package (about 10 ms for a hundred).
    """
    # Importing it costs 10 ms, which the first frame of the app does not spend.
    from importlib.metadata import entry_points

    found = _own(kind)
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


def _plugin(kind: Kind, point: EntryPoint) -> Plugin:
    package, version = (point.dist.name, point.dist.version) if point.dist is not None else ("an unknown package", "")
    return Plugin(kind, point.name, package, version, point)


def _group(kind: Kind) -> str:
    return f"bookwheel.{kind}"
