"""Prints the settings in force with their sources, and the mistakes in the settings file."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bookwheel import paths
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.config.load import describe, load_config, read_settings_file
from bookwheel.config.setting_tables import Config
from bookwheel.config.shown_settings import shown_settings
from bookwheel.config.write import toml_value
from bookwheel.errors import ConfigError
from bookwheel.headless.exit_codes import ExitCode


def show_settings(options: Options, *, as_json: bool) -> None:
    """Print every setting in force with its source."""
    settings = options.load()
    console = make_console(no_color=options.no_color, is_data=as_json)
    if as_json:
        rows = {row.name: {"value": row.plain, "from": row.origin} for row in shown_settings(settings)}
        rows |= {f"keys.{action}": {"value": key, "from": "file"} for action, key in settings.keys.items()}
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


def _show(settings: Config, console: Console) -> None:
    file = paths.config_file()
    console.out.say_styled((f"# {file}{'' if file.exists() else ' (does not exist)'}", "dim"))
    if settings.profile:
        console.out.say_styled((f"# profile: {settings.profile}", "dim"))
    rows = [(f"{row.name} = {row.written}", row.origin) for row in shown_settings(settings)]
    rows += [(f"keys.{action} = {toml_value(key)}", "file") for action, key in settings.keys.items()]
    width = min(max(len(setting) for setting, _ in rows), 64)
    for setting, origin in rows:
        style = None if origin == "default" else "bold"
        console.out.say_styled((setting.ljust(width), style), (f"  # {origin}", "dim"))
    console.notes(settings)
