"""What was given on the command line; apart from `options.py`, so that a plain question needs no click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.config.secret import Secret
    from bookwheel.config.setting_tables import Config, Value


_ADDRESS = "address:"


def address_as_path(address: str) -> str:
    """A web address as one name of a path: as a path it would lose the second of two slashes."""
    from urllib.parse import quote

    return _ADDRESS + quote(address, safe="")


def address_of(path: Path) -> str:
    """The web address that `address_as_path` wrote; "" for any other path."""
    if not str(path).startswith(_ADDRESS):
        return ""
    from urllib.parse import unquote

    return unquote(path.name.removeprefix(_ADDRESS))


class OutputClosedError(Exception):
    """The reader of standard output has closed it; not an error, though click would report one."""


@dataclass(slots=True)
class Options:
    """What was given on the command line; one object for the whole run of the program."""

    resume_last: bool = False
    session_id: str = ""
    desk: str = ""
    agent: bool = False
    model: str = ""
    profile: str = ""
    top_k: int | None = None
    max_cost: float | None = None
    only_in: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    allow_env_endpoint: bool = False
    theme: str = ""
    no_color: bool = False
    plain: bool = False
    debug: bool = False
    _config: Config | None = field(default=None, repr=False)

    @property
    def has_filter(self) -> bool:
        """Whether only some of the documents are to be searched."""
        return bool(self.only_in or self.types or self.tags or self.since or self.until)

    @property
    def secrets(self) -> Sequence[Secret]:
        """The keys that `--debug` must not show, once the settings are read."""
        if self._config is None:
            return ()
        from bookwheel.config.keys import all_secrets

        return all_secrets(self._config)

    def flags(self) -> dict[str, Value]:
        """The settings that flags override."""
        given: dict[str, Value] = {}
        if self.model:
            given["model.name"] = self.model
        if self.top_k is not None:
            given["retrieval.top_k"] = self.top_k
        if self.max_cost is not None:
            given["limits.max_cost"] = self.max_cost
        if self.allow_env_endpoint:
            given["model.allow_env_endpoint"] = True
        if self.theme:
            given["ui.theme"] = self.theme
        return given

    def load(self) -> Config:
        """The settings in force. Raises ConfigError."""
        from bookwheel.config.load import load_config

        return self._remember(load_config(profile=self.profile, flags=self.flags()))

    def load_or_defaults(self) -> Config:
        """As `load`, but with the defaults (and a note) when the settings file cannot be used."""
        from bookwheel.config.load import load_config_or_defaults

        return self._remember(load_config_or_defaults(profile=self.profile, flags=self.flags()))

    def _remember(self, config: Config) -> Config:
        self._config = config
        return config
