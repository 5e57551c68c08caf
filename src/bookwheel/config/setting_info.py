"""The description of a setting: its effect, for the example file, and its allowed values."""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.engine.plugins import Kind
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """The effect and the allowed values of a setting; `doc` is its comment in the example file.

    With `plugins` the names of this kind that installed packages register are allowed beside `choices`.
    """

    doc: str
    choices: tuple[str, ...] = ()
    plugins: Kind | None = None
    minimum: float | None = None
    maximum: float | None = None


def about(
    doc: str,
    *,
    choices: tuple[str, ...] = (),
    plugins: Kind | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Mapping[str, SettingInfo]:
    """The metadata of a setting's dataclass field."""
    return {"setting": SettingInfo(" ".join(doc.split()), choices, plugins, minimum, maximum)}
