"""The user's lasting permissions for tool calls: those of this session, and those of `tools.allow` in the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookwheel import paths
from bookwheel.errors import ConfigError

if TYPE_CHECKING:
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.schema import ToolSelection
    from bookwheel.engine.tools.allow_rules import AllowRule


class ToolPermissions:
    """Rules by their text. Those of the settings are written to the settings file, to the table that they came from."""

    def __init__(self, config: Config) -> None:
        origin = config.origin("tools.allow")
        self._table = f"profiles.{config.profile}.tools" if origin.kind == "profile" else "tools"
        self._always: dict[str, AllowRule] = {text: _read(text) for text in config.tools.allow}
        self._session: dict[str, AllowRule] = {}

    @property
    def always(self) -> Sequence[str]:
        """The rules of the settings."""
        return tuple(self._always)

    @property
    def session(self) -> Sequence[str]:
        """The rules that end with this program."""
        return tuple(self._session)

    def allows(self, call: ToolSelection) -> bool:
        return any(rule.allows(call) for rules in (self._always, self._session) for rule in rules.values())

    async def grant(self, rule: str, *, always: bool) -> str:
        try:
            read = _read(rule)
        except ValueError as error:
            return f"This call runs once, for its rule cannot be kept. {error}"
        if not always:
            self._session[str(read)] = read
            return ""
        try:
            await self._save(add=str(read))
        except ConfigError as error:
            self._session[str(read)] = read
            return f"The rule holds for this session only. {error.message} {error.hint}".strip()
        self._always[str(read)] = read
        return ""

    async def revoke(self, rule: str) -> None:
        """Delete a rule, from the settings file too. Raises ConfigError when that cannot be written."""
        if rule in self._always:
            await self._save(remove=rule)
            del self._always[rule]
        self._session.pop(rule, None)

    async def replace(self, rule: str, other: str) -> None:
        """Write another rule in place of one. Raises ConfigError when it is not a rule, or cannot be written."""
        try:
            read = _read(other)
        except ValueError as error:
            raise ConfigError(str(error), hint="The rule was not changed.") from error
        if rule in self._always:
            await self._save(add=str(read), remove=rule)
            self._always = {**{text: kept for text, kept in self._always.items() if text != rule}, str(read): read}
        elif self._session.pop(rule, None) is not None:
            self._session[str(read)] = read

    async def _save(self, *, add: str = "", remove: str = "") -> None:
        # Imported late: most sessions save no rule.
        from bookwheel.config.edit import change_allowed

        await asyncio.to_thread(change_allowed, paths.config_file(), self._table, add=add, remove=remove)


def _read(rule: str) -> AllowRule:
    """Raises ValueError for what is not a rule."""
    from bookwheel.engine.tools.allow_rules import read_rule  # late: most desks have no rules

    return read_rule(rule)
