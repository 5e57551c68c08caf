"""The app's first frame, drawn before anything heavy is imported: as the last start drew it, or as it is shipped.

To import Textual and to draw the desk takes half a second; to draw what the last start drew first takes two bare
interpreters. The first frame holds nothing that is read later, so it is the same at each start in the same
circumstances: version, size and kind of the terminal, settings, themes, arguments other than documents. A kept frame of
other circumstances is not drawn. In another size the shipped frame is drawn, in the colours that an earlier start has
learned; where the user has no settings, also at the very first start, in those that the app begins with. The desk draws
its own first frame over it all the same.

Keys typed meanwhile stay in the terminal's queue until the app reads them.
"""

from __future__ import annotations

import os
import signal
from binascii import crc32
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, NoReturn

from bookwheel import __version__
from bookwheel.own_files import read_own, write_own
from bookwheel.paths import config_dir, data_dir, make_private_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

_INPUT, _OUTPUT, _SCREEN = 0, 1, 2
"""Textual reads keys from standard input and draws on standard error."""
_MOST_KEPT = 24
_LARGEST = 256_000
_BEGIN = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_END = b"\x1b[m\x1b[?7h\x1b[?1049l\x1b[?25h"
_VARIABLES = ("COLORFGBG", "COLORTERM", "LANG", "NO_COLOR", "TERM")
_KINDS_OF_VARIABLES = ("BOOKWHEEL_", "LC_", "TEXTUAL_")
"""What decides how the desk looks, by name and by the beginning of the name."""
_UNSEEN_FLAGS, _UNSEEN_VALUES = ("--agent", "--continue"), ("--desk", "--model", "--session")
"""Options, without and with a value, of which the first frame shows nothing."""
_LOOK_CHOICES = ('"ui.theme"', '"width.')
"""Those of the app's saved choices that decide how it looks; the model, the mode and the web are not known at first."""
_UNKNOWN_TERMINALS = ("", "dumb", "unknown")

STOCK_OUTPUT = "BOOKWHEEL_STOCK_OUTPUT"

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU)
"""Each ends a process that does not take it, and would leave the terminal without a cursor, an echo and its text."""

TerminalAttributes = list[int | list[bytes | int]]


class KeptFrame:
    """`show` draws the frame, then the app's driver takes over the terminal, or `forget` restores it."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._pens: Path | None = None
        self._size = (0, 0)
        self._text = ""
        self._attributes: TerminalAttributes | None = None
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    def show(self, arguments: Sequence[str]) -> None:
        """Draw the frame that such arguments led to in the same circumstances; without one, nothing."""
        if not all(map(os.isatty, (_INPUT, _OUTPUT, _SCREEN))):
            return
        # Imported late, as below: a command in a pipe has no frame.
        import termios

        from bookwheel.terminal_background import known_background
        from bookwheel.terminal_looks import default_theme

        with suppress(OSError, termios.error):
            if os.tcgetpgrp(_INPUT) != os.getpgrp():
                return
            if _may_ask_first():
                return
            self._size = os.get_terminal_size(_INPUT)
            asked = _facts_of(arguments)
            settings = tuple(_settings(with_desks=bool(asked)))
            theme = default_theme(os.environ, known_background(os.environ))
            facts = (*asked, theme, *_circumstances(), *settings)
            folder = data_dir() / "frames"
            self._file = folder / _digest((*map(str, self._size), *facts))
            self._pens = folder / f"{_digest(facts)}.pens"
            look = "" if asked or settings else usual_look(os.environ, theme)
            if text := _text_of(self._file) or _shipped(self._pens, self._size, look):
                self._draw(text)

    def take_over(self) -> TerminalAttributes | None:
        """Leave the terminal to the caller: its attributes from before; None when no frame is on the screen."""
        attributes, self._attributes = self._attributes, None
        while self._handlers:
            signal.signal(*self._handlers.popitem())
        return attributes

    def is_new(self, text: str, size: tuple[int, int]) -> bool:
        """Whether this first frame of the app is to be kept: none is known that is the same."""
        return self._file is not None and size == self._size and text != self._text

    def shows(self, text: str, size: tuple[int, int]) -> bool:
        """Whether this first frame of the app is what was drawn."""
        return self._file is not None and size == self._size and text == self._text

    def keep(self, text: str, cells: Sequence[Sequence[tuple[str, str]]]) -> None:
        """Keep the app's first frame for the next start, and the pens of its cells; blocks for a short write."""
        if self._file is None or self._pens is None:
            return
        from bookwheel.shipped_frames import learned, read_shipped

        with suppress(OSError):
            folder = make_private_dir(self._file.parent)
            write_own(self._file, text.encode())
            known = _known_pens(self._pens)
            if (pens := learned(read_shipped().frame(*self._size), cells, known)) != known:
                write_own(self._pens, "\t".join(pens).encode())
            elif known:
                os.utime(self._pens)  # otherwise it would be the oldest file, and removed
            kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
            for file in kept[_MOST_KEPT:]:
                file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Restore the terminal unless the app has it, and keep no frame: something else is printed."""
        self._file = None
        if (attributes := self.take_over()) is not None:
            import termios

            with suppress(OSError, termios.error):
                os.write(_SCREEN, _END)
                termios.tcsetattr(_INPUT, termios.TCSANOW, attributes)

    def _draw(self, text: str) -> None:
        import termios

        before = termios.tcgetattr(_INPUT)
        now = termios.tcgetattr(_INPUT)
        # As bytes come, without an echo over the frame; Ctrl+C still ends the program, Ctrl+Z and Ctrl+\ do nothing.
        now[3] &= ~(termios.ICANON | termios.ECHO)
        now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
        now[6][termios.VSUSP] = now[6][termios.VQUIT] = b"\0"
        self._attributes, self._text = before, text
        for number in ENDING_SIGNALS:
            self._handlers[number] = signal.signal(number, self._end)
        termios.tcsetattr(_INPUT, termios.TCSANOW, now)
        os.write(_SCREEN, (_BEGIN + text).encode())

    def _end(self, number: int, _frame: FrameType | None) -> NoReturn:
        self.forget()
        os._exit(128 + number)


FIRST_FRAME = KeptFrame()
"""The one of this process; the command line shows and forgets it, the driver takes over."""


def is_plain_opening(arguments: Sequence[str]) -> bool:
    """Whether the app opens on paths that cannot be commands, or on the sample documents, without an option."""
    return list(arguments) == ["demo"] or all("/" in a and a[0] != "-" and "://" not in a for a in arguments)


def _facts_of(arguments: Sequence[str]) -> Sequence[str]:
    """Nothing where the app opens on documents or a session: neither is known in the first frame, in no folder."""
    opened = list(_opened(iter(arguments)))
    if is_plain_opening(opened) and all(a == "demo" or os.path.exists(a) for a in opened):
        return ()
    return (os.getcwd(), *arguments)


def _opened(arguments: Iterator[str]) -> Iterator[str]:
    """The arguments without the options that are not seen in the first frame."""
    for argument in arguments:
        if argument in _UNSEEN_VALUES:
            next(arguments, None)
        elif argument not in _UNSEEN_FLAGS:
            yield argument


def _digest(facts: Iterable[str]) -> str:
    # Of two dozen frames, two share a checksum once in a hundred million cases; hashlib takes 2 ms to import.
    checksum = crc32("\0".join(facts).encode(errors="surrogateescape"))
    return f"{checksum:08x}"


def usual_look(environ: Mapping[str, str], theme: str) -> str:
    """The shipped look of the app in this terminal with the theme that suits it; "" where none is shipped."""
    from bookwheel.terminal_looks import ANSI, color_system, is_ascii_only

    is_changed = environ.get(STOCK_OUTPUT) or any(name.startswith("TEXTUAL_") for name in environ)
    if is_changed or environ.get("TERM", "") in _UNKNOWN_TERMINALS or is_ascii_only(environ):
        return ""
    if theme != ANSI:
        return f"{theme} {color_system(environ)}"
    return f"{ANSI} none" if "NO_COLOR" in environ else ANSI


def _shipped(pens_file: Path, size: tuple[int, int], look: str) -> str:
    """The shipped frame in this size, with the pens of the file, else with those of the look; "" without both."""
    if not (known := _known_pens(pens_file)) and not look:
        return ""
    from bookwheel.shipped_frames import drawn, read_shipped
    from bookwheel.terminal_looks import erases_in_color

    shipped = read_shipped()
    usual = shipped.looks().get(look, ())
    # A narrow terminal has shown no line between panes.
    pens = [pen or other for pen, other in zip_longest(known, usual, fillvalue="")]
    return drawn(shipped.frame(*size), pens, erases=erases_in_color(os.environ))


def _known_pens(file: Path) -> Sequence[str]:
    text = _text_of(file)
    return text.split("\t") if text else []


def _text_of(file: Path) -> str:
    return str(read_own(file, _LARGEST), "utf-8", errors="replace")


def _circumstances() -> Iterator[str]:
    from bookwheel.terminal_looks import erases_in_color

    yield __version__
    for name, value in sorted(os.environ.items()):
        if name in _VARIABLES or name.startswith(_KINDS_OF_VARIABLES):
            yield f"{name}={value}"
    yield str(erases_in_color(os.environ))


def _settings(*, with_desks: bool) -> Iterator[str]:
    """What is known of the files that decide how the app looks."""
    config = config_dir()
    yield from _states([str(config / "config.toml")])
    for folder in (config / "themes", *([config / "desks"] if with_desks else ())):
        with suppress(OSError):
            yield from _states(sorted(file.path for file in os.scandir(folder) if file.name.endswith(".toml")))
    choices = _foreign_text(config / "state.toml").split("[choices.")
    yield from (choice for choice in choices if choice.startswith(_LOOK_CHOICES))


def _may_ask_first() -> bool:
    """Whether the endpoint of a `.env` may be asked about, on the shell's own screen, before there is an app."""
    folder, variable, config = os.getcwd(), "OPENAI_BASE_URL", config_dir()
    if variable in os.environ or variable not in _foreign_text(os.path.join(folder, ".env")):
        return False
    is_answered = folder in _foreign_text(config / "env_endpoints.toml")
    return not is_answered and "allow_env_endpoint = true" not in _foreign_text(config / "config.toml")


def _foreign_text(path: str | Path) -> str:
    """The text of a file that anything may have written, also of one that is not a file."""
    with suppress(OSError), open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return str(file.read(_LARGEST) or b"", "utf-8", errors="replace")
    return ""


def _states(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):
            state = os.stat(path)
            yield f"{path} {state.st_mtime_ns} {state.st_size}"
