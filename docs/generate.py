"""Writes the pages that are made from the code, so that they cannot say anything else than it does: `make docs`.

tests/house/test_generated_pages.py fails while one of them is out of date.
"""

import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from bookwheel.cli.root import root
from bookwheel.config import write
from bookwheel.config.check import KNOWN
from bookwheel.config.setting_tables import SECTIONS
from bookwheel.tui.keymap import key_help
from bookwheel.tui.screen_keys import PANES

HELP_WIDTH = 78
REPO = Path(__file__).resolve().parent.parent


def pages() -> Mapping[Path, str]:
    """Each page and what must stand in it."""
    return {
        REPO / "config.example.toml": write.example_text(),
        REPO / "src" / "bookwheel" / "cli" / "help.txt": _help(),
        REPO / "docs" / "licences.md": "".join(f"{line}\n" for line in _licences()),
        REPO / "docs" / "keys.md": "".join(f"{line}\n" for line in _keys()),
        REPO / "src" / "bookwheel" / "samples" / "10-settings.md": _paragraphs_on_one_line(
            "".join(f"{line}\n" for line in _settings())
        ),
    }


def _help() -> str:
    """What `bookwheel --help` prints where the terminal is wide enough."""
    context = click.Context(root, info_name="bookwheel", terminal_width=HELP_WIDTH, **root.context_settings)
    return f"{root.get_help(context)}\n"


def _licences() -> Iterator[str]:
    yield "# Licences"
    yield ""
    yield "What an installation without optional parts brings along, and under which licence; made from"
    yield "`requirements/runtime.txt` by `make docs`. `make release` writes it as a bill of materials, with hashes."
    yield ""
    yield "| distribution | licence |"
    yield "| --- | --- |"
    bill = runpy.run_path(str(REPO / "docs" / "bill_of_materials.py"))
    yield from (f"| {item.name} | {item.licence} |" for item in bill["components"]() if item.licence)


def _keys() -> Iterator[str]:
    yield "# Keys"
    yield ""
    yield "Made from `src/bookwheel/tui/key_table.py` by `make docs`. The id is the name for `[keys]` in the settings."
    for pane, title in PANES.items():
        listed = list(key_help({}, [pane]))
        if not listed:
            continue
        yield ""
        yield f"## In {title}" if pane != "app" else "## Everywhere"
        yield ""
        yield "| keys | what they do | id |"
        yield "| --- | --- | --- |"
        for key in listed:
            keys = " ".join(f"`{name}`" for name in key.keys.replace("|", "\\|").split())
            yield f"| {keys} | {key.tooltip or key.description} | `{key.id}` |"


_SETTINGS_OPENING = """\
# Settings

The settings are in the file `config.toml`, and every setting has a default, so the file may be missing or hold only
what you want otherwise. To see where the file belongs, run `bookwheel config path`. To write a commented file with
every setting in it, run `bookwheel config init`. To see the value of each setting and where it came from, run
`bookwheel config show`. To check the file after a change, run `bookwheel config check`.

A setting is taken from the strongest place that names it. A flag on the command line is stronger than the chosen
profile, the profile is stronger than the environment, the environment is stronger than `config.toml`, `config.toml` is
stronger than a `.env` file in the working directory, and that is stronger than the default."""

_SETTINGS_CLOSING = """
## Keys

The section `[keys]` gives actions other keys, by the id of the action: `"desk.library" = "f2"`. The help screen shows
every action with its id.

## MCP servers

A table `[mcp.NAME]` gives the agent the tools of an MCP server: `command` and `args` start one here, `url` connects to
one. The agent asks before it calls a tool, unless `approve = "on"`. `tools` names the only ones that it gets, `env` the
variables of the environment that the command may see, `token_env` the variable with the token for `url`, and
`timeout_s` bounds a call.

## Profiles

A profile is a named group of settings that go before the others when you choose it with `--profile NAME`. The values of
a profile named "local" stand in sections such as `[profiles.local.model]`. The line `profile = "local"` at the top of
the file makes it the one that is always chosen."""


def _settings() -> Iterator[str]:
    yield _SETTINGS_OPENING
    for section_name, section in SECTIONS.items():
        yield ""
        yield f"## [{section_name}]"
        yield ""
        yield f"{section.__doc__}"
        for known in KNOWN.values():
            if known.name.startswith(f"{section_name}."):
                yield ""
                default = _default(write.toml_value(known.default))
                yield f"The setting `{known.name}` is {default}. {known.info.doc}"
    yield _SETTINGS_CLOSING


def _paragraphs_on_one_line(text: str) -> str:
    """The page view wraps lines at the width of the terminal, which nobody knows here."""
    return "\n\n".join(block.replace("\n", " ") for block in text.rstrip("\n").split("\n\n")) + "\n"


def _default(value: str) -> str:
    return "empty by default" if value == '""' else f"`{value}` by default"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
