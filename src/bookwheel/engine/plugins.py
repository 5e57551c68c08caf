"""Parts that packages register by entry points: models, embedding models, tools, readers and stores.

The group of a kind is `bookwheel.llms`, `bookwheel.embeddings` and so on. Bookwheel registers its own parts there too,
in `pyproject.toml`. Names are listed without importing a package; only the part that is used is imported.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, get_args

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


@dataclass(frozen=True, slots=True)
class Plugin:
    """A registered part: its name, and the package that registers it."""

    kind: Kind
    name: str
    package: str
    version: str
    point: EntryPoint = field(repr=False)

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
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        points = distribution(_OURS).entry_points.select(group=_group(kind))
    except PackageNotFoundError:  # run from its source, without having been installed
        return {}
    return {point.name: Plugin(kind, point.name, _OURS, "", point) for point in points}


def _plugin(kind: Kind, point: EntryPoint) -> Plugin:
    package, version = (point.dist.name, point.dist.version) if point.dist is not None else ("an unknown package", "")
    return Plugin(kind, point.name, package, version, point)


def _group(kind: Kind) -> str:
    return f"bookwheel.{kind}"
