"""Every key of the app, once: which pane it works in, what it does, and the user's own keys merged in.

A pane takes its keys with `BINDINGS = bindings("library")`. Keys of "desk" work in every pane of the desk, those of
"app" everywhere. An action's id is "pane.action"; the settings give an action other keys by it:

    [keys]
    "desk.library" = "f2"

Only keys that arrive through plain ssh and tmux are used: letters, arrows, Enter, Esc, Tab, some Ctrl letters. Never
Ctrl+A and Ctrl+B (multiplexers), Ctrl+H I M [ (Backspace, Tab, Enter, Esc), Ctrl+S and Q (flow control).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key, key_to_character

from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.key_table import KEYS
from bookwheel.tui.screen_keys import PANES, Key
from bookwheel.tui.textual_private import name_of_character

_BY_ID: Mapping[str, Key] = {key.id: key for key in KEYS}
_UNREACHABLE = {"ctrl+h": "Backspace", "ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+left_square_bracket": "Esc"}
_MODIFIERS = {"ctrl", "shift", "alt", "super"}
_NAMED_KEYS = {key.value for key in Keys} | set(KEY_NAME_REPLACEMENTS) | set(KEY_NAME_REPLACEMENTS.values())
_DISPLAY = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Del",
}


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One action as the help screen, the footer and the palette show it."""

    id: str
    pane: str
    keys: str
    description: str
    tooltip: str
    action: str
    in_footer: bool


def bindings(*panes: str) -> list[Binding]:
    """The bindings of these panes, in the order of the table."""
    return [
        Binding(
            key.keys,
            key.action,
            key.description,
            show=key.footer,
            priority=key.priority,
            tooltip=key.tooltip,
            id=key.id,
            group=Binding.Group(PANES[key.pane]),
        )
        for key in KEYS
        if key.pane in panes
    ]


def actions_of(pane: str, user_keys: Mapping[str, str]) -> dict[str, str]:
    """The action of each key of one pane."""
    return {name: key.action for key in KEYS if key.pane == pane for name in _split(user_keys.get(key.id, key.keys))}


def merged_keys(user_keys: Mapping[str, str]) -> dict[str, str]:
    """The user's keys as `App.set_keymap` takes them.

    Raises ConfigError for an id or a key that does not exist, and for two actions on one key in one pane.
    """
    merged = {action_id: _checked(action_id, keys) for action_id, keys in user_keys.items()}
    if merged:  # a test checks the keys of the table itself, which takes 3 ms
        _refuse_collisions(merged)
    return merged


def key_help(user_keys: Mapping[str, str], panes: Sequence[str] = tuple(PANES)) -> Iterator[KeyHelp]:
    """What each action of `panes` is and which keys it has now."""
    for key in KEYS:
        if key.pane in panes and key.listed:
            shown = key.shown_as if key.shown_as and key.id not in user_keys else None
            keys = shown or " ".join(display_key(name) for name in _split(user_keys.get(key.id, key.keys)))
            yield KeyHelp(key.id, key.pane, keys, key.description, key.tooltip, key.action, key.footer)


def keys_of(action_id: str, user_keys: Mapping[str, str]) -> list[str]:
    """The keys of an action, by their names in the settings."""
    return _split(user_keys.get(action_id, _BY_ID[action_id].keys))


def key_of(action_id: str, user_keys: Mapping[str, str]) -> str:
    """The first key of an action, as it is shown."""
    return display_key(_split(user_keys.get(action_id, _BY_ID[action_id].keys))[0])


def display_key(name: str) -> str:
    """`name` as a reader knows it: "ctrl+j" is "Ctrl+J", "question_mark" is "?"."""
    if name in _DISPLAY:
        return _DISPLAY[name]
    if name.startswith("f") and name[1:].isdigit():
        return name.upper()
    if "+" in name:
        *modifiers, last = name.split("+")
        return "+".join([*(modifier.capitalize() for modifier in modifiers), _after_modifier(last)])
    character = key_to_character(name)
    return character if character is not None and character.isprintable() else format_key(name)


def _after_modifier(name: str) -> str:
    shown = display_key(name)
    return shown.upper() if len(shown) == 1 else shown


def _checked(action_id: str, keys: str) -> str:
    if action_id not in _BY_ID:
        nearest = get_close_matches(action_id, _BY_ID, n=1)
        hint = f"Did you mean '{nearest[0]}'? " if nearest else ""
        raise ConfigError(
            f"[keys] There is no action '{action_id}'.", hint=f"{hint}The help screen (?) shows every action's id."
        )
    names = _split(keys)
    if not names:
        raise ConfigError(f"[keys] '{action_id}' has no key.", hint="Name at least one key, such as 'f2' or 'ctrl+g'.")
    for name in names:
        _refuse_unknown_key(action_id, name)
    return ",".join(names)


def _refuse_unknown_key(action_id: str, name: str) -> None:
    if name in _UNREACHABLE:
        raise ConfigError(
            f"[keys] '{action_id}': terminals send {display_key(name)} as {_UNREACHABLE[name]}.",
            hint="Choose another key.",
        )
    *modifiers, last = name.split("+")
    if not set(modifiers) <= _MODIFIERS or not (len(last) == 1 or last in _NAMED_KEYS or key_to_character(last)):
        raise ConfigError(
            f"[keys] '{action_id}': there is no key '{name}'.",
            hint="Keys are written as 'g', 'G', 'f2', 'enter', 'ctrl+g', 'alt+left'; several with commas between.",
        )


def _refuse_collisions(merged: Mapping[str, str]) -> None:
    for pane in PANES:
        owners: defaultdict[str, list[Key]] = defaultdict(list)
        for key in KEYS:
            if key.pane == pane or key.pane in _shared_with(pane):
                for name in _split(merged.get(key.id, key.keys)):
                    owners[name].append(key)
        for name, keys in owners.items():
            if len(keys) > 1 and not _is_meant(keys, merged):
                raise ConfigError(
                    f"[keys] '{keys[0].id}' and '{keys[1].id}' are both on {display_key(name)} in {PANES[pane]}.",
                    hint="Give one of them another key.",
                )


def _shared_with(pane: str) -> tuple[str, ...]:
    """The panes whose keys work in `pane` too."""
    match pane:
        case "start" | "conversation" | "library" | "trace" | "plan" | "branch":
            return ("desk", "app")
        case "app" | "approval" | "retry" | "replay" | "jump":
            return ()
        case _:
            return ("app",)


def _is_meant(keys: Sequence[Key], merged: Mapping[str, str]) -> bool:
    """Whether the table, not the user, gives a pane its own action for a shared key."""
    return any(key.shadows for key in keys) and not any(key.id in merged for key in keys)


def _split(keys: str) -> list[str]:
    return [_normal(name.strip()) for name in keys.split(",") if name.strip()]


def _normal(name: str) -> str:
    """Named keys in their long form, as Textual compares them: "?" is "question_mark"."""
    *modifiers, last = name.split("+") if name != "+" else [name]
    if len(last) == 1 and not last.isalnum():
        last = name_of_character(last)
    return "+".join([*modifiers, last])
