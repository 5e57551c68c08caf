"""Prints the settings in force with their sources, and the mistakes in the settings file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bookwheel import paths
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.options import Options
from bookwheel.config.check import KNOWN
from bookwheel.config.keys import embedding_key_source, model_key_source, tavily_key_source
from bookwheel.config.load import describe, load_config, read_settings_file
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, Value
from bookwheel.config.store_address import shown_address
from bookwheel.config.write import toml_value
from bookwheel.errors import ConfigError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.lazy_dataclass import dataclass


def show_settings(options: Options, *, as_json: bool) -> None:
    """Print every setting in force with its source."""
    settings = options.load()
    console = make_console(no_color=options.no_color, is_data=as_json)
    if as_json:
        rows = {row.name: {"value": row.plain, "from": row.origin} for row in _rows(settings)}
        console.out.say(json.dumps(rows, indent=2))
    else:
        _show(settings, console)


def check_settings(options: Options) -> int:
    """Print every mistake in the settings file; the exit code."""
    console = make_console(no_color=options.no_color)
    source = read_settings_file(paths.config_file())
    if source is None:
        console.out.say(f"{paths.config_file()} does not exist; the defaults are in force.")
        return ExitCode.OK
    for problem in source.settings.problems:
        console.err.say(describe(problem, source))
    colliding = _key_problems(source.settings.keys)
    for line in colliding:
        console.err.say(f"{source.path}: {line}")
    if source.settings.problems or colliding:
        return ExitCode.WRONG_USAGE
    for profile in ("", *source.settings.profiles):
        console.notes(load_config(profile=profile))
    console.out.say(f"{source.path} has no mistakes.")
    return ExitCode.OK


def _key_problems(user_keys: Mapping[str, str]) -> list[str]:
    if not user_keys:
        return []
    from bookwheel.tui.keymap import merged_keys

    try:
        merged_keys(user_keys)
    except ConfigError as error:
        return [" ".join((error.message, error.hint)).strip()]
    return []


@dataclass(frozen=True, slots=True)
class _SettingRow:
    name: str
    written: str
    plain: bool | int | float | str | None
    origin: str


def _rows(settings: Config) -> Iterator[_SettingRow]:
    sources = {
        "model.api_key": model_key_source(settings),
        "embeddings.api_key": embedding_key_source(settings),
        "tools.tavily_api_key": tavily_key_source(settings),
    }
    for name in KNOWN:
        section, _, key = name.partition(".")
        value: Value = getattr(getattr(settings, section), key)
        if name == "index.store":
            shown = shown_address(settings.index.store)
            yield _SettingRow(name, toml_value(shown), shown, str(settings.origin(name)))
        elif isinstance(value, Secret):
            source = sources[name]
            yield _SettingRow(name, "(set, not shown)" if source else "(not set)", None, source or "default")
        else:
            yield _SettingRow(name, toml_value(value), value, str(settings.origin(name)))
    for action, key in settings.keys.items():
        yield _SettingRow(f"keys.{action}", toml_value(key), key, "file")


def _show(settings: Config, console: Console) -> None:
    file = paths.config_file()
    console.out.say_styled((f"# {file}{'' if file.exists() else ' (does not exist)'}", "dim"))
    if settings.profile:
        console.out.say_styled((f"# profile: {settings.profile}", "dim"))
    rows = list(_rows(settings))
    width = max(len(f"{row.name} = {row.written}") for row in rows)
    width = min(width, 64)
    for row in rows:
        setting = f"{row.name} = {row.written}"
        is_default = row.origin == "default"
        console.out.say_styled((setting.ljust(width), None if is_default else "bold"), (f"  # {row.origin}", "dim"))
    console.notes(settings)
