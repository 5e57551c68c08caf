"""The description of a setting: its effect, for the example file, and its allowed values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookwheel.engine.plugins import Kind


class SettingInfo:
    """The effect and the allowed values of a setting; `doc` is its comment in the example file.

    With `plugins` the names of this kind that installed packages register are allowed beside `choices`.
    """

    def __init__(
        self,
        text: str,
        choices: tuple[str, ...] = (),
        plugins: Kind | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> None:
        self._text = text
        self.choices = choices
        self.plugins: Kind | None = plugins
        self.minimum = minimum
        self.maximum = maximum

    @cached_property
    def doc(self) -> str:
        """The comment, in one line."""
        return " ".join(self._text.split())


def about(
    doc: str,
    *,
    choices: tuple[str, ...] = (),
    plugins: Kind | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> Mapping[str, SettingInfo]:
    """The metadata of a setting's dataclass field."""
    return {"setting": SettingInfo(doc, choices, plugins, minimum, maximum)}
