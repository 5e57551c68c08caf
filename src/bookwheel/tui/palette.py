"""The palette: every action with its key, and every command, in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bookwheel.assistant.slash_commands.command_registry import Command
from bookwheel.tui.keymap import key_help
from bookwheel.tui.screen_keys import PANES
from bookwheel.tui.screens.pick import Choice

COMMAND = "command:"
OFTEN, ANYWHERE = "Often used", "Desk"
# Keys that move the cursor are left out: they would hide what users search for.
_MOVES = {
    "up", "down", "page_up", "page_down", "half_page_up", "half_page_down", "top", "bottom", "left", "right", "fold",
    "unfold", "block_up", "block_down", "citation_1", "session_1", "palette", "help_f1", "read", "next_pane",
    "previous_pane",
}  # fmt: skip
_WANTED = (
    "app.new_session", "app.sessions", "library.add", "desk.model", "app.mode", "desk.scope", "desk.web",
    "conversation.ask_again", "conversation.edit", "conversation.copy_with_sources", "conversation.search",
    "desk.export", "desk.brief", "desk.branches", "desk.desks", "desk.theme", "desk.settings", "desk.help",
)  # fmt: skip
_SELDOM = {"app.redraw", "app.suspend", "desk.narrower", "desk.wider"}
_DESK_PANES = ("app", "desk", "conversation", "library", "trace")


def palette_choices(user_keys: Mapping[str, str], commands: Iterable[Command]) -> list[Choice]:
    """What can be done now, what is wanted most first; the value is a key's id, or a command's name after `COMMAND`."""
    actions = list(_actions(user_keys))
    often = sorted((each for each in actions if each.value in _WANTED), key=lambda each: _WANTED.index(each.value))
    rest = sorted((each for each in actions if each.value not in _WANTED), key=lambda each: each.value in _SELDOM)
    groups = dict.fromkeys(each.group for each in rest)
    return [
        *(replace(each, group=OFTEN) for each in often),
        *(each for group in groups for each in rest if each.group == group),
        *_commands(commands),
    ]


def _actions(user_keys: Mapping[str, str]) -> Iterator[Choice]:
    for key in key_help(user_keys, _DESK_PANES):
        if key.id.partition(".")[2] in _MOVES:
            continue
        where = "" if key.pane in ("app", "desk") else PANES[key.pane].removeprefix("the ")
        yield Choice(
            value=key.id,
            label=key.tooltip or key.description,
            note=key.keys,
            words=f"{key.id} {key.description}",
            group=f"{where[:1].upper()}{where[1:]}" or ANYWHERE,
            where=where,
        )


def _commands(commands: Iterable[Command]) -> Iterator[Choice]:
    for command in commands:
        argument = f" {command.argument}" if command.argument else ""
        yield Choice(
            value=f"{COMMAND}{command.name}",
            label=command.help,
            note=f"/{command.name}{argument}",
            words=command.id,
            group="Commands",
        )
