"""Bookwheel's own parts are named in the code as its package registers them."""

import tomllib
from pathlib import Path

import pytest

from bookwheel.engine.plugins import KINDS, Kind, find_plugin, plugins

REGISTERED = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "entry-points"
]


@pytest.mark.parametrize("kind", KINDS)
def test_own_parts_are_those_that_the_package_registers(kind: Kind) -> None:
    own = {name: plugin.point for name, plugin in plugins(kind).items() if plugin.is_ours}
    registered = REGISTERED.get(f"bookwheel.{kind}", {})
    assert {name: getattr(point, "value", "") for name, point in own.items()} == registered


def test_an_own_part_is_loaded_by_its_name() -> None:
    part = find_plugin("stores", "memory").load()
    assert getattr(part, "__name__", "") == "MemoryStore"
