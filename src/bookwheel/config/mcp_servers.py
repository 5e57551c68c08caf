"""The MCP servers whose tools the agent may call: the tables `[mcp.NAME]` of the settings file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Literal, cast

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

Approve = Literal["ask", "on"]
TABLE = "mcp"

_NAME = lazy_regex(r"[a-z][a-z0-9_-]{0,23}")


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServer:
    """A server of the user's: a `command` that is started here, or a `url` that is connected to.

    `env` names variables of the environment that the command gets beside PATH and HOME; `token_env` names the one that
    holds the token for `url`. `tools` are the only ones that the agent gets, none for all. With `approve` "on" its
    calls run without asking. `timeout_s` bounds one call, in seconds.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    url: str = ""
    token_env: str = ""
    tools: tuple[str, ...] = ()
    approve: Approve = "ask"
    timeout_s: float = 60.0


def checked_servers(table: Mapping[str, object], report: Callable[[str, str], None]) -> tuple[McpServer, ...]:
    """The servers of the table; `report` gets the dotted name and the reason of each mistake."""
    servers: list[McpServer] = []
    for name, raw in table.items():
        place = f"{TABLE}.{name}"
        if not _NAME.fullmatch(name):
            report(place, "must have a name of small letters, digits, - and _, at most 24 of them.")
        elif not isinstance(raw, dict):
            report(place, f"must be a table, such as [{place}].")
        elif (server := _server(name, cast("dict[str, object]", raw), report)) is not None:
            servers.append(server)
    return tuple(servers)


def _server(name: str, table: Mapping[str, object], report: Callable[[str, str], None]) -> McpServer | None:
    known = [item.name for item in fields(McpServer) if item.name != "name"]
    values: dict[str, object] = {}
    problems: list[tuple[str, str]] = []
    for key, raw in table.items():
        if key not in known:
            problems.append((key, f"is not a setting of an MCP server: {', '.join(known)}."))
        elif (reason := _problem(key, raw)) != "":
            problems.append((key, reason))
        else:
            values[key] = tuple(cast("list[str]", raw)) if isinstance(raw, list) else raw
    if not problems and bool(values.get("command")) == bool(values.get("url")):
        problems.append(("command", "or url must be set, and not both."))
    for key, reason in problems:
        report(f"{TABLE}.{name}.{key}", reason)
    return None if problems else McpServer(name=name, **values)  # pyright: ignore[reportArgumentType] - checked above


def _problem(key: str, raw: object) -> str:
    """What is wrong with a value, or ""."""
    if key in ("args", "env", "tools"):
        is_right = isinstance(raw, list) and all(isinstance(item, str) for item in cast("list[object]", raw))
        return "" if is_right else 'must be a list of texts, such as ["a", "b"].'
    if key == "approve":
        return "" if raw in ("ask", "on") else 'must be "ask" or "on".'
    if key == "timeout_s":
        is_right = isinstance(raw, int | float) and not isinstance(raw, bool) and 1 <= raw <= 3_600
        return "" if is_right else "must be a number of seconds from 1 to 3600."
    return "" if isinstance(raw, str) else "must be a text in quotes."
