"""Makes the example settings file from the settings themselves, and writes it.

`python -m bookwheel.config.write FILE` renews `config.example.toml`.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from bookwheel import paths
from bookwheel.config.check import KNOWN, KnownSetting
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import SECTIONS, Value
from bookwheel.config.small_files import not_writable
from bookwheel.errors import ConfigError
from bookwheel.own_files import replace_file

_WIDTH = 100

_OPENING = """\
# Bookwheel's settings. Each is here with its default and may be deleted.
# `bookwheel config path` says where this file belongs, `bookwheel config check` whether it is right.

# Which profile (see the end) is in force when no --profile is given.
# profile = "local"
"""

_CLOSING = """
# Your own keys, by the id of the action; `?` in the app lists all ids. Several keys: "f5,ctrl+r".
[keys]
# "desk.library" = "f2"

# MCP servers whose tools the agent may call (optional part `mcp`): a table each; docs/mcp.md says more.
# [mcp.files]
# command = "npx"
# args = ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/papers"]

# Profiles: other values for the same settings, chosen with --profile NAME.
# [profiles.local.model]
# base_url = "http://127.0.0.1:11434/v1"
# name = "qwen3:8b"
#
# [profiles.groq.model]
# base_url = "https://api.groq.com/openai/v1"
# name = "llama-3.3-70b-versatile"
# api_key_env = "GROQ_API_KEY"
"""


def example_text() -> str:
    """`config.example.toml`: every setting with its default and what it does."""
    return _OPENING + "".join(f"{line}\n" for line in _lines()) + _CLOSING


def write_config(path: Path, text: str, *, force: bool = False) -> None:
    """Write a settings file atomically, readable by its owner alone.

    Raises ConfigError when there is one already (without `force`) and when it cannot be written.
    """
    try:
        paths.make_private_dir(path.parent)
        replace_file(path, text.encode("utf-8"), may_replace=force)
    except FileExistsError as error:
        raise ConfigError(f"There is a settings file already: {path}.", hint="--force replaces it.") from error
    except OSError as error:
        raise not_writable(path, error) from error


def replace_config(path: Path, text: str) -> None:
    """Write a settings file atomically, with the mode that it has. Raises ConfigError when it cannot be written."""
    target = Path(os.path.realpath(path))  # the file may be a link into a folder of dotfiles
    try:
        paths.make_private_dir(path.parent)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        replace_file(target, text.encode("utf-8"), mode=mode)
    except OSError as error:
        raise not_writable(path, error) from error


def _lines() -> Iterator[str]:
    for section_name, section in SECTIONS.items():
        yield ""
        yield from _comment(section.__doc__ or "")
        yield f"[{section_name}]"
        for known in KNOWN.values():
            if known.name.startswith(f"{section_name}."):
                yield from _setting_lines(known)


def _setting_lines(known: KnownSetting) -> Iterator[str]:
    yield from _comment(known.info.doc)
    yield f"{known.name.partition('.')[2]} = {toml_value(known.default)}"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]


def toml_value(value: Value) -> str:
    """The value in TOML; a key is written as an empty text."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Secret():
            return '""'
        case tuple():
            return f"[{', '.join(map(toml_value, value))}]"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(example_text(), encoding="utf-8")
