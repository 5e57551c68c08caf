"""The terminal driver that sleeps while nothing is typed, never waits for a slow terminal, and notices when it is gone.

Textual's own reads with a timeout of 0.1 s for ever (10 wake-ups a second in an idle app), and spins on the end of its
input when an ssh connection drops. When the terminal takes no more bytes (a stalled ssh) it blocks the whole app, and
with it the run that goes on; here frames are dropped then, and the screen is drawn anew once there is room.
"""

from __future__ import annotations

import os
import selectors
import signal
from codecs import getincrementaldecoder
from contextlib import suppress
from tempfile import TemporaryFile

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.geometry import Size

from bookwheel.transcript.sanitize import clean
from bookwheel.tui.messages import RedrawWanted, TerminalGone

TICK_S = 0.1
# A lone Escape is known as such after Textual's ESCAPE_DELAY (0.1 s): tick that long after the last byte, then sleep.
TICKS = 4
CHUNK = 4096
CATCH_UP_S = 0.25


class QuietDriver(LinuxDriver):
    """Tells the app `TerminalGone` when nothing can be read any more."""

    _wake_write: int | None = None
    _is_stopping = False
    _is_behind = False
    _stderr: KeptStderr | None = None

    def start_application_mode(self) -> None:
        """Textual's, with the size read on the event loop.

        Its signal handler reads it at once; a storm of resizes nests such handlers, and the outermost, which read the
        oldest size, is the last to tell it.
        """
        if self._stderr is None:
            self._stderr = KeptStderr()
            self._file = self._stderr.screen
        self._stderr.keep()
        super().start_application_mode()
        self._loop.add_signal_handler(signal.SIGWINCH, self._tell_size)

    def _tell_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self.send_message(Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own word goes before LINES and COLUMNS, which stay as they were when it is resized."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self.fileno)
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def write(self, data: str) -> None:
        if self._is_stopping:
            super().write(data)  # what gives the screen back must not be dropped
        elif not self._is_behind and not self._try_write(data):
            self._is_behind = True
            self._loop.call_later(CATCH_UP_S, self._catch_up)

    def _try_write(self, data: str) -> bool:
        assert self._writer_thread is not None, "the driver is in application mode"
        if self._writer_thread._queue.full():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - its `write` would block
            return False
        super().write(data)
        return True

    def _catch_up(self) -> None:
        """Draw everything anew when the terminal has taken what it was given; until then look again."""
        if self._is_stopping or self._writer_thread is None:
            return
        if self._writer_thread._queue.empty():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see above
            self._is_behind = False
            self.send_message(RedrawWanted())
        else:
            self._loop.call_later(CATCH_UP_S, self._catch_up)

    def stop_application_mode(self) -> None:
        super().stop_application_mode()
        if self._stderr is not None:
            self._stderr.give_back()

    def close(self) -> None:
        super().close()  # what gives the screen back is written when this returns
        if self._stderr is not None and (said := self._stderr.take()):
            with suppress(OSError):
                os.write(self._stderr.screen.fileno(), f"A library complained meanwhile:\n{said}\n".encode())

    def disable_input(self) -> None:
        self._is_stopping = True
        if self._wake_write is not None:
            with suppress(OSError):
                os.write(self._wake_write, b"\0")
        super().disable_input()

    def run_input_thread(self) -> None:
        self._is_stopping = False
        wake_read, self._wake_write = os.pipe()
        parser = XTermParser(self._debug)
        try:
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                selector.register(wake_read, selectors.EVENT_READ)
                self._read_keys(selector, parser)
        finally:
            with suppress(EOFError, ParseError):
                for _ in parser.feed(""):
                    pass
            os.close(wake_read)
            os.close(self._wake_write)
            self._wake_write = None

    def _read_keys(self, selector: selectors.BaseSelector, parser: XTermParser) -> None:
        decode = getincrementaldecoder("utf-8")("replace").decode
        ticks = TICKS
        while not self.exit_event.is_set():
            ready = {key.fd for key, _ in selector.select(TICK_S if ticks or self._is_stopping else None)}
            ticks = max(0, ticks - 1)
            if self.fileno in ready:
                data = self._read()
                if not data:
                    self.send_message(TerminalGone())
                    return
                for message in parser.feed(decode(data)):
                    self.process_message(message)
                ticks = TICKS
            for message in parser.tick():
                self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, CHUNK)
        except OSError:  # EIO: the other end of the terminal is closed
            return b""


_STDERR = 2
_LONGEST = 4_000


class KeptStderr:
    """`screen` writes to the terminal that standard error was; between `keep` and `give_back` all else goes to a file.

    Where standard error is no terminal nothing is kept: it goes where the user has sent it.
    """

    def __init__(self) -> None:
        self._terminal = os.dup(_STDERR)
        self._kept = TemporaryFile(mode="a+b", buffering=0)
        self.screen = open(self._terminal, "w", encoding="utf-8", errors="backslashreplace", closefd=False)

    def keep(self) -> None:
        if os.isatty(self._terminal):
            os.dup2(self._kept.fileno(), _STDERR)

    def give_back(self) -> None:
        os.dup2(self._terminal, _STDERR)

    def take(self) -> str:
        """What has been kept, cleaned, and of a long text the end; it is forgotten then."""
        size = self._kept.seek(0, os.SEEK_END)
        self._kept.seek(max(0, size - _LONGEST))
        text = self._kept.read().decode("utf-8", errors="replace")
        self._kept.truncate(0)
        return clean(text).strip()
