"""The settings as they are shown and changed: each with its value in force, its source and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bookwheel import paths
from bookwheel.config.check import KNOWN, KnownSetting, converted
from bookwheel.config.keys import embedding_key_source, model_key_source, tavily_key_source
from bookwheel.config.load import load_config
from bookwheel.config.secret import Secret
from bookwheel.config.setting_info import SettingInfo
from bookwheel.config.setting_tables import Config, Value
from bookwheel.config.store_address import shown_address
from bookwheel.config.write import toml_value
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """A setting: `written` is its value as TOML, `plain` as JSON; keys and passwords are in neither.

    `is_table`: an entry of a table whose names the user gives, which is changed in the file alone.
    """

    known: KnownSetting
    written: str
    plain: bool | int | float | str | list[str] | None
    origin: str
    is_secret: bool = False
    is_table: bool = False

    @property
    def name(self) -> str:
        return self.known.name

    @property
    def section(self) -> str:
        return self.known.name.partition(".")[0]

    @property
    def is_default(self) -> bool:
        return self.origin == "default"


def shown_settings(config: Config) -> Iterator[ShownSetting]:
    """Every setting in force, in the order of the example file. Raises ConfigError where a key cannot be read."""
    sources: Mapping[str, str] = {
        "model.api_key": model_key_source(config),
        "embeddings.api_key": embedding_key_source(config),
        "tools.tavily_api_key": tavily_key_source(config),
    }
    for name, known in KNOWN.items():
        section, _, key = name.partition(".")
        value: Value = getattr(getattr(config, section), key)
        origin = str(config.origin(name))
        if name == "index.store":
            address = shown_address(config.index.store)
            yield ShownSetting(
                known=known, written=toml_value(address), plain=address, origin=origin, is_secret="@" in address
            )
        elif isinstance(value, Secret):
            source = sources[name]
            shown = "(set, not shown)" if source else "(not set)"
            yield ShownSetting(known=known, written=shown, plain=None, origin=source or "default", is_secret=True)
        else:
            plain = list(value) if isinstance(value, tuple) else value
            yield ShownSetting(known=known, written=toml_value(value), plain=plain, origin=origin)


def shown_tables(config: Config) -> Iterator[ShownSetting]:
    """What the file has beside settings: the profile in force, key bindings, MCP servers."""
    if config.profiles:
        known = ", ".join(config.profiles)
        yield _entry("profile", toml_value(config.profile), f"The profile in force; the file has: {known}.")
    for action, key in config.keys.items():
        yield _entry(f"keys.{action}", toml_value(key), "Your own key for this action; ? in the app lists all actions.")
    for server in config.mcp:
        about = "An MCP server whose tools the agent may call; docs/mcp.md has its settings."
        yield _entry(f"mcp.{server.name}", server.command or server.url, about)


def _entry(name: str, written: str, about: str) -> ShownSetting:
    known = KnownSetting(name, "", SettingInfo(about))
    return ShownSetting(known=known, written=written, plain=None, origin="file", is_table=True)


def settings_now(running: Config) -> list[ShownSetting]:
    """The settings as the next start would find them with the flags of `running`. Blocks. Raises ConfigError."""
    config = load_config(profile=running.profile)
    flags = {name: origin for name, origin in running.origins.items() if origin.kind == "flag"}
    shown = {setting.name: setting for setting in shown_settings(config)}
    given = {setting.name: setting for setting in shown_settings(running) if setting.name in flags}
    return [*(given.get(name, setting) for name, setting in shown.items()), *shown_tables(config)]


def save_setting(running: Config, setting: ShownSetting, text: str | None) -> None:
    """Write a setting to the settings file, in the profile where it is set there; None removes it, for its default.

    Blocks. Raises ConfigError for a value that is not allowed, and when the file cannot be changed.
    """
    from bookwheel.config.edit import change_setting  # imported late: most starts change nothing

    in_profile = setting.origin.startswith("profile ")
    name = f"profiles.{running.profile}.{setting.name}" if in_profile else setting.name
    change_setting(paths.config_file(), name, None if text is None else value_from(setting.known, text))


def value_from(known: KnownSetting, text: str) -> Value:
    """What was typed, as a value of the setting. Raises ConfigError with what it must be."""
    try:
        return converted(known, _raw(known, text.strip()))
    except ValueError as error:
        raise ConfigError(f"{known.name} {error}") from error


def _raw(known: KnownSetting, text: str) -> object:
    """Raises ValueError for a number that is not one."""
    match known.default:
        case bool():
            return {"true": True, "false": False}.get(text.lower(), text)
        case int():
            return int(text)
        case float():
            return float(text)
        case tuple():
            return _list_of(text)
        case _:
            return text


def _list_of(text: str) -> object:
    from bookwheel.config.toml_text import parse_toml

    return parse_toml(f"x = {text}")["x"]


def stronger_source(setting: ShownSetting) -> str:
    """What goes before the settings file for this setting, so that a change there has no effect now; "" for nothing."""
    kind, _, detail = setting.origin.partition(" ")
    return f"{kind} {detail}".strip() if kind in ("environment", "flag", "system") else ""
