"""The work of `bookwheel keys`: asks for keys one by one, reads what arrives, and says what cannot be reached."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookwheel.cli.work.desk import refuse_without_terminal
from bookwheel.tui.keymap import KeyHelp, display_key, key_help, keys_of

if TYPE_CHECKING:
    from textual.events import Key

    from bookwheel.cli.given_options import Options

SKIP, END = "space", "escape"
PLAIN = frozenset({"enter", "tab", "space", "escape", "backspace", "up", "down", "left", "right"})
"""Keys that every terminal has: they are not asked for."""
SPARE = tuple(f"f{number}" for number in range(2, 13))
SETTLE_S = 0.15


@dataclass(frozen=True, slots=True)
class Tried:
    """A key that was asked for, and the names under which it arrived; empty where nothing came."""

    wanted: str
    arrived: tuple[str, ...]

    @property
    def is_there(self) -> bool:
        return self.wanted in self.arrived


def try_keys(options: Options) -> int:
    """Ask for each key of the table that may be missing; print what to do. Raises UsageError without a terminal."""
    refuse_without_terminal("Run it in the terminal that you want to know about.")
    user_keys = options.load_or_defaults().keys
    wanted = list(doubtful_keys(user_keys))
    skip, end = display_key(SKIP), display_key(END)
    sys.stdout.write(f"{len(wanted)} keys, one at a time. Press {skip} if nothing happens, {end} to stop.\n")
    tried: list[Tried] = []
    with _RawTerminal() as terminal:
        for number, name in enumerate(wanted, start=1):
            sys.stdout.write(f"\r\x1b[K{number}/{len(wanted)}  press {display_key(name)}  ")
            sys.stdout.flush()
            arrived = terminal.press()
            if END in arrived:
                break
            tried.append(Tried(name, () if SKIP in arrived else arrived))
    sys.stdout.write("\r\x1b[K")
    sys.stdout.writelines(f"{line}\n" for line in findings(tried, user_keys, os.environ))
    return 0


def doubtful_keys(user_keys: Mapping[str, str]) -> Iterator[str]:
    """The keys of the table that a terminal, a multiplexer or a window manager may keep, each once."""
    seen: set[str] = set()
    for action in key_help(user_keys):
        for name in keys_of(action.id, user_keys):
            if len(name) > 1 and ("+" in name or name[1:].isdigit() or name in _NAMED) and name not in PLAIN | seen:
                seen.add(name)
                yield name


_NAMED = frozenset({"home", "end", "pageup", "pagedown", "delete"})


def findings(tried: Sequence[Tried], user_keys: Mapping[str, str], environ: Mapping[str, str]) -> Iterator[str]:
    """What to print: the keys that do not arrive, the actions that are out of reach, and a block for the settings."""
    missing = {each.wanted: each for each in tried if not each.is_there}
    yield f"{len(tried) - len(missing)} of {len(tried)} keys arrive."
    for name, each in missing.items():
        came = ", ".join(map(display_key, each.arrived))
        yield f"  {display_key(name)}: {f'arrives as {came}' if came else 'nothing arrives'}"
    if missing and "TMUX" in environ:
        yield "  In tmux: `tmux show -g prefix` names the key that tmux keeps for itself."
    lost = [each for each in key_help(user_keys) if set(keys_of(each.id, user_keys)) <= set(missing)]
    if not lost:
        yield "Every action can be reached." if tried else "Nothing was tried."
        return
    yield ""
    yield "Out of reach:"
    yield from (f"  {each.tooltip or each.description} ({each.id})" for each in lost)
    yield ""
    yield "For the settings (`bookwheel config path` names the file):"
    yield ""
    yield from keys_block(lost, user_keys, set(missing))


def keys_block(lost: Sequence[KeyHelp], user_keys: Mapping[str, str], missing: set[str]) -> Iterator[str]:
    """A `[keys]` table that gives each lost action a function key that no action of the same pane has."""
    used = {(each.pane, name) for each in key_help(user_keys) for name in keys_of(each.id, user_keys)}
    everywhere = {name for pane, name in used if pane in ("app", "desk")}
    yield "[keys]"
    for action in lost:
        free = [name for name in SPARE if name not in everywhere | missing and (action.pane, name) not in used]
        if free:
            used.add((action.pane, free[0]))
            everywhere |= {free[0]} if action.pane in ("app", "desk") else set()
            yield f'"{action.id}" = "{free[0]}"'


class _RawTerminal:
    """Reads keys as the app does, and restores the terminal afterwards."""

    def __enter__(self) -> _RawTerminal:
        self._fd = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._fd)
        tty.setraw(self._fd)
        return self

    def __exit__(self, *_: object) -> None:
        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

    def press(self) -> tuple[str, ...]:
        """Wait for a key; the names under which it arrives, and what else comes with it."""
        from textual.events import Key

        from bookwheel.tui.input_reader import InputReader
        from bookwheel.tui.textual_private import KeyParser

        parser = KeyParser(debug=False)
        reader, decode = InputReader(parser, time.monotonic), getincrementaldecoder("utf-8")("replace").decode
        names: list[str] = []
        try:
            while not names or select.select([self._fd], [], [], SETTLE_S)[0]:
                if not select.select([self._fd], [], [], SETTLE_S)[0]:
                    names += _names(reader.tick(), Key)
                    continue
                data = os.read(self._fd, 1_024)
                if not data:
                    return (END,)
                names += _names(reader.feed(decode(data)), Key)
        finally:
            parser.close()
        return tuple(dict.fromkeys(names))


def _names(messages: Iterable[object], kind: type[Key]) -> list[str]:
    return [name for message in messages if isinstance(message, kind) for name in message.aliases]
