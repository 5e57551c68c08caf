"""Checks the tables of a settings file: unknown names, wrong types, values out of range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import cast

from bookwheel.config.mcp_servers import TABLE as MCP_TABLE
from bookwheel.config.mcp_servers import McpServer, checked_servers
from bookwheel.config.secret import Secret, checked_secret
from bookwheel.config.setting_info import SettingInfo
from bookwheel.config.setting_tables import SECTIONS, Value
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass

TOP_LEVEL = (*SECTIONS, "keys", "profile", "profiles", MCP_TABLE)
_PROFILES = "profiles"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the dotted name of the setting, and what is wrong with it."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} {self.reason}"


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """A setting: its dotted name, its default and its allowed values."""

    name: str
    default: Value
    info: SettingInfo


def _default(item: Field[Value]) -> Value:
    return Secret() if item.default is MISSING else item.default


def _known_settings() -> dict[str, KnownSetting]:
    known: dict[str, KnownSetting] = {}
    for section_name, section in SECTIONS.items():
        for item in fields(section):
            name = f"{section_name}.{item.name}"
            known[name] = KnownSetting(name, _default(item), cast("SettingInfo", item.metadata["setting"]))
    return known


KNOWN: Mapping[str, KnownSetting] = _known_settings()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSettings:
    """The content of a settings file: values by dotted name, key bindings, the values of each profile, MCP servers."""

    values: Mapping[str, Value]
    keys: Mapping[str, str]
    profile: str
    profiles: Mapping[str, Mapping[str, Value]]
    mcp: tuple[McpServer, ...]
    problems: tuple[Mistake, ...]


def check_tables(tables: Mapping[str, object]) -> CheckedSettings:
    """Every valid setting in `tables`, and every problem."""
    problems: list[Mistake] = []
    values = _checked_sections(tables, "", problems)
    problems += _unknown(tables, TOP_LEVEL, "")
    profiles: dict[str, Mapping[str, Value]] = {}
    for name, table in _table(tables, _PROFILES, problems).items():
        if not isinstance(table, dict):
            problems.append(Mistake(f"{_PROFILES}.{name}", "must be a table, such as [profiles.work.model]"))
            continue
        sections = cast("dict[str, object]", table)
        profiles[name] = _checked_sections(sections, f"{_PROFILES}.{name}.", problems)
        problems += _unknown(sections, SECTIONS, f"{_PROFILES}.{name}.")
    servers = checked_servers(
        _table(tables, MCP_TABLE, problems), lambda name, reason: problems.append(Mistake(name, reason))
    )
    return CheckedSettings(
        values=values,
        keys=_checked_keys(_table(tables, "keys", problems), problems),
        profile=_checked_profile(tables.get("profile", ""), profiles, problems),
        profiles=profiles,
        mcp=servers,
        problems=tuple(problems),
    )


def converted(known: KnownSetting, raw: object) -> Value:
    """`raw` as a value of the setting.

    Raises ValueError with what it must be instead.
    """
    match known.default, raw:
        case bool(), bool():
            return raw
        case int(), int() if not isinstance(known.default, bool) and not isinstance(raw, bool):
            return _in_range(raw, known.info)
        case float(), int() | float() if not isinstance(raw, bool) and math.isfinite(raw):
            return _in_range(float(raw), known.info)
        case Secret(), str():
            return _as_secret(raw, known.name)
        case str(), str():
            return _checked_text(raw, known.info)
        case tuple(), list():
            return _checked_rules(cast("list[object]", raw))
        case default, _:
            raise ValueError(f"must be {_WANTED[type(default)]}, not {_kind(raw)}.")


def nearest(name: str, names: Iterable[str]) -> str:
    """The question "Did you mean …?" with the most similar of `names`; empty when none is similar."""
    from difflib import get_close_matches  # imported late: it takes 1 ms, and few settings are wrong

    found = get_close_matches(name, list(names), n=1)
    return f" Did you mean {found[0]}?" if found else ""


_WANTED: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    Secret: "a text in quotes",
    tuple: 'a list of texts, such as ["web_search"]',
}
_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
}


def _kind(raw: object) -> str:
    if isinstance(raw, float) and not math.isfinite(raw):
        return str(raw)
    return _KINDS.get(type(raw), "a date or time")


def _in_range(number: float, info: SettingInfo) -> float:
    if info.minimum is not None and number < info.minimum:
        raise ValueError(f"must be at least {info.minimum:g}, not {number:g}.")
    if info.maximum is not None and number > info.maximum:
        raise ValueError(f"must be at most {info.maximum:g}, not {number:g}.")
    return number


def _checked_text(text: str, info: SettingInfo) -> str:
    if info.choices and text not in info.choices and text not in (names := _with_plugins(info)):
        choices = ", ".join(f'"{name}"' for name in names)
        raise ValueError(f"must be one of {choices}, not {_quoted(text)}.{nearest(text, names)}")
    if not text.isprintable():
        raise ValueError("must not hold line breaks or control characters.")
    return text


def _checked_rules(items: list[object]) -> tuple[str, ...]:
    """The rules of `tools.allow`, which is the only list among the settings."""
    # Imported late: most settings have no rules.
    from bookwheel.engine.tools.allow_rules import read_rule

    rules: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise ValueError(f"must be a list of texts; it holds {_kind(item)}.")
        try:
            rules.append(str(read_rule(item)))
        except ValueError as error:
            raise ValueError(f"holds {_quoted(item)}. {error}") from error
    return tuple(rules)


def _with_plugins(info: SettingInfo) -> tuple[str, ...]:
    if info.plugins is None:
        return info.choices
    # Reads the metadata of all packages: only for a name that is not built in.
    from bookwheel.engine.plugins import plugins

    return tuple(dict.fromkeys((*info.choices, *plugins(info.plugins))))


def _as_secret(text: str, name: str) -> Secret:
    try:
        return checked_secret(text, name)
    except ConfigError as error:
        raise ValueError("holds a space, a line break or another character that keys do not have.") from error


def _quoted(text: str) -> str:
    return f'"{text[:60]}"'


def _checked_sections(tables: Mapping[str, object], prefix: str, problems: list[Mistake]) -> Mapping[str, Value]:
    values: dict[str, Value] = {}
    for section_name in SECTIONS:
        section = _table(tables, section_name, problems, prefix)
        for key, raw in section.items():
            name = f"{section_name}.{key}"
            known = KNOWN.get(name)
            if known is None:
                problems.append(Mistake(prefix + name, f"is not a setting.{_nearest_setting(name)}"))
                continue
            try:
                values[name] = converted(known, raw)
            except ValueError as error:
                problems.append(Mistake(prefix + name, str(error)))
    return values


def _table(tables: Mapping[str, object], name: str, problems: list[Mistake], prefix: str = "") -> Mapping[str, object]:
    table = tables.get(name, {})
    if isinstance(table, dict):
        return cast("dict[str, object]", table)
    problems.append(Mistake(prefix + name, f"must be a table, not {_kind(table)}: write [{prefix}{name}]."))
    return {}


def _unknown(tables: Mapping[str, object], known: Iterable[str], prefix: str) -> Iterator[Mistake]:
    names = list(known)
    for name in tables:
        if name not in names:
            yield Mistake(prefix + name, f"is not a setting.{nearest(name, names) or _nearest_setting(name)}")


def _nearest_setting(name: str) -> str:
    # A setting in the wrong table, or in none, is the most frequent mistake.
    elsewhere = [known for known in KNOWN if known.rpartition(".")[2] == name.rpartition(".")[2]]
    return f" Did you mean {elsewhere[0]}?" if elsewhere else nearest(name, KNOWN)


def _checked_keys(table: Mapping[str, object], problems: list[Mistake]) -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for action, key in table.items():
        if isinstance(key, str) and key.isprintable():
            keys[action] = key
        else:
            problems.append(Mistake(f"keys.{action}", 'must be a key in quotes, such as "ctrl+t" or "f5,ctrl+r".'))
    return keys


def _checked_profile(raw: object, profiles: Mapping[str, object], problems: list[Mistake]) -> str:
    if not isinstance(raw, str):
        problems.append(Mistake("profile", f"must be a text in quotes, not {_kind(raw)}."))
        return ""
    if raw and raw not in profiles:
        problems.append(
            Mistake("profile", f"does not name a profile of this file: {_quoted(raw)}.{nearest(raw, profiles)}")
        )
        return ""
    return raw
