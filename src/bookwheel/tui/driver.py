"""A terminal driver without idle wake-ups that never waits for a slow terminal and detects a lost one.

Textual's driver wakes up every 0.1 s (10 times a second in an idle app), and uses a whole CPU at the end of its input,
when an ssh connection drops. When the terminal takes no more bytes (a stalled ssh), it blocks the app and the run. This
driver drops frames then, and draws everything again once the terminal takes bytes.

Textual draws on standard error. What native code writes there (tantivy reports a damaged file before it is
repaired) would appear in the middle of the page, so it is kept and shown afterwards.
"""

from __future__ import annotations

import os
import select
import selectors
import signal
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NoReturn

from textual.events import Key, Resize
from textual.geometry import Size

from bookwheel.kept_frame import ENDING_SIGNALS, FIRST_FRAME, STOCK_OUTPUT, TerminalAttributes
from bookwheel.markup.sanitize import clean
from bookwheel.signals import on_signal
from bookwheel.terminal_looks import erases_in_color
from bookwheel.tui.frame_writer import SYNC_END, SYNC_FROM, SYNC_START, Cell, FrameWriter
from bookwheel.tui.input_reader import InputReader
from bookwheel.tui.messages import RedrawWanted, TerminalGone
from bookwheel.tui.textual_private import ALTERNATE_SCREEN, FrameApp, KeyParser, OpenDriver
from bookwheel.tui.theme_choice import BackgroundKnown

if TYPE_CHECKING:
    from types import FrameType

    from rich.color import ColorSystem
    from textual.app import App
    from textual.strip import Strip

TICK_S = 0.1
# A lone Escape is known after 0.1 s: tick that long after the last byte, then sleep.
TICKS = 4
CHUNK = 65_536
CATCH_UP_S = 0.25
SWITCH_S = 0.0005
"""How long the threads that read keys and write frames wait for the event loop to let them run, by default 5 ms."""
LAST_ANSWER_S = 0.5
"""How long the end waits for an answer of the terminal that answered before."""
MAX_KEPT = 4_000
"""Characters of what libraries wrote to standard error that are shown at the end."""
RESTORE = (
    b"\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""What `stop_application_mode` writes, for an exit that cannot wait for it."""
_STDOUT = 1
_STDERR = 2


class QuietDriver(OpenDriver):
    """Sends the app `TerminalGone` when nothing can be read any more."""

    _wake_write: int | None = None
    _is_stopping = False
    _is_behind = False
    _has_begun = False
    _is_on_screen = False
    _owes_answer = False
    _has_answered = False
    _stderr: KeptStderr | None = None
    _attributes: TerminalAttributes | None = None
    """The terminal's before the kept first frame was drawn."""
    frames: FrameWriter | None = None
    """Writes the frames of the app; None where Textual writes them (BOOKWHEEL_STOCK_OUTPUT)."""

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType] - a bare App there
        # Otherwise LINES and COLUMNS count until the first report, on a busy machine after the first layout.
        self._size = size or self._get_terminal_size()
        self._is_remote = bool(os.environ.get("SSH_CONNECTION"))

    def start_application_mode(self) -> None:
        """As Textual's, with the size read on the event loop.

        Textual's signal handler reads the size at once. Quick resizes nest such handlers, and the outermost, which read
        the oldest size, reports it last.
        """
        sys.setswitchinterval(SWITCH_S)
        is_first = self._stderr is None
        if self._stderr is None:
            self._stderr = KeptStderr()
            self._file = self._stderr.screen
        self._stderr.keep()
        if not os.environ.get(STOCK_OUTPUT):
            self.frames = FrameWriter(erases=erases_in_color(os.environ))
        before = FIRST_FRAME.take_over()
        # Entered once more, some terminals clear it.
        self._is_on_screen = before is not None
        self._attributes = before or self._attributes
        if is_first:
            for number in (*ENDING_SIGNALS, signal.SIGINT):
                signal.signal(number, self._end_at_once)
        super().start_application_mode()
        if before is not None:
            self.attrs_before = before
        on_signal(signal.SIGWINCH, lambda _number: self._report_size())

    def continued(self) -> None:
        """Draw everything again: a shell may have written to the screen meanwhile."""
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self.send_message, RedrawWanted())

    def _report_size(self) -> None:
        if not self.sends_sizes_itself:
            size = Size(*self._get_terminal_size())
            self.send_message(Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own size comes before LINES and COLUMNS, which do not change when it is resized."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self.fileno)
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def draw(self, strips: Iterable[tuple[int, int, Strip]], size: tuple[int, int], colors: ColorSystem | None) -> None:
        """Take the strips of a frame; `flush_frames` writes them."""
        if self.frames is not None and not self._is_behind:
            self.frames.draw(strips, size, colors)

    def flush_frames(self, *, is_sync: bool) -> int:
        """Write what differs from what the terminal shows; the number of characters."""
        if self.frames is None or self._is_behind:
            return 0
        text = self.frames.flush()
        if not self._has_begun:
            self._has_begun = True
            text = self._first(self.frames, text)
        if is_sync and len(text) >= SYNC_FROM:
            text = f"{SYNC_START}{text}{SYNC_END}"
        if text:
            self.write(text)
        return len(text)

    def _first(self, frames: FrameWriter, text: str) -> str:
        """What to write of the first frame; it is kept where it is a new one.

        Over ssh nothing where the kept frame shows the same: at 1,500 bytes a second, sent again it takes 1.6 s. In a
        terminal at hand it is written all the same, and covers what another program has printed meanwhile.
        """
        if frames.is_complete and FIRST_FRAME.is_new(text, frames.size):
            self.loop.run_in_executor(None, _keep, text, frames.cells())
        elif self._is_remote and FIRST_FRAME.shows(text, frames.size):
            frames.lift()
            return ""
        return text

    def ask(self, question: str) -> None:
        """Write a question that the terminal answers with its background."""
        self._owes_answer = True
        self.write(question)

    def park_cursor(self, x: int, y: int) -> None:
        """Put the hidden cursor where text is typed."""
        if self.frames is not None and not self._is_behind and (text := self.frames.park(x, y)):
            self.write(text)

    def forget_frames(self) -> None:
        """Forget what the terminal shows: the next frame writes every cell."""
        if self.frames is not None:
            self.frames.forget()

    def write(self, data: str) -> None:
        if self._is_on_screen and data == ALTERNATE_SCREEN:
            self._is_on_screen = False
        elif self._is_stopping:
            super().write(data)  # the sequences that restore the screen must not be dropped
        elif not self._is_behind and not self._try_write(data):
            self._is_behind = True
            self.forget_frames()
            self.loop.call_later(CATCH_UP_S, self._catch_up)

    def _try_write(self, data: str) -> bool:
        if self.is_full:
            return False
        super().write(data)
        return True

    def _catch_up(self) -> None:
        """Draw everything again once the terminal has taken what it was given; until then, check again later."""
        if self._is_stopping or not self.is_open:
            return
        if self.is_drained:
            self._is_behind = False
            self.send_message(RedrawWanted())
        else:
            self.loop.call_later(CATCH_UP_S, self._catch_up)

    def restore_now(self) -> None:
        """Restore the terminal from any thread, as far as it takes bytes at once."""
        with suppress(OSError, termios.error):
            if (attributes := self._attributes or self.attrs_before) is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
            file = self._stderr.screen.fileno() if self._stderr is not None else _STDERR
            os.set_blocking(file, False)
            os.write(file, RESTORE)

    def _end_at_once(self, number: int, _frame: FrameType | None) -> NoReturn:
        """The signals' handler until the app is mounted and takes them over; there is nothing to save yet."""
        self.restore_now()
        os._exit(128 + number)

    def stop_application_mode(self) -> None:
        super().stop_application_mode()
        if self._stderr is not None:
            self._stderr.give_back()

    def close(self) -> None:
        super().close()  # the sequences that restore the screen are written when this returns
        if self._stderr is not None and (text := self._stderr.take()):
            with suppress(OSError):
                os.write(self._stderr.screen.fileno(), f"A library wrote meanwhile:\n{text}\n".encode())

    def disable_input(self) -> None:
        self._is_stopping = True
        if (wake_write := self._wake_write) is not None:
            with suppress(OSError):
                os.write(wake_write, b"\0")
        super().disable_input()
        if self._owes_answer and self._has_answered:
            self._owes_answer = False
            self._drop_answer()

    def _drop_answer(self) -> None:
        """Wait for an answer that is on its way: the shell would read it as typed text."""
        end, taken = time.monotonic() + LAST_ANSWER_S, b""
        while not taken.endswith((b"\x07", b"\x1b\\")) and (wait := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.fileno], [], [], wait)
            data = self._read() if ready else b""
            if not data:
                return
            taken += data

    def run_input_thread(self) -> None:
        self._is_stopping = False
        wake_read, wake_write = os.pipe()
        self._wake_write = wake_write
        parser = KeyParser(debug=self._debug)
        try:
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                selector.register(wake_read, selectors.EVENT_READ)
                self._read_keys(selector, InputReader(parser, time.monotonic))
        finally:
            parser.close()
            self._wake_write = None
            os.close(wake_read)
            os.close(wake_write)

    def _read_keys(self, selector: selectors.BaseSelector, reader: InputReader) -> None:
        decode = getincrementaldecoder("utf-8")("replace").decode
        ticks = TICKS
        while not self.exit_event.is_set():
            is_ticking = ticks or reader.is_waiting or self._is_stopping
            ready = {key.fd for key, _ in selector.select(TICK_S if is_ticking else None)}
            ticks = max(0, ticks - 1)
            if self.fileno in ready:
                data = self._read()
                if not data:
                    self.send_message(TerminalGone())
                    return
                for message in reader.feed(decode(data)):
                    if isinstance(message, BackgroundKnown):
                        self._owes_answer, self._has_answered = False, True
                    if isinstance(message, Key) and isinstance(self._app, FrameApp):
                        self._app.pending_key.read()
                    self.process_message(message)
                ticks = TICKS
            for message in reader.tick():
                self.process_message(message)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, CHUNK)
        except OSError:  # EIO: the other end of the terminal is closed
            return b""


class KeptStderr:
    """`screen` writes to the terminal behind standard error; between `keep` and `give_back` all else goes to a file.

    So does what native code writes to standard output. A stream that the user has redirected is left as it is.
    """

    def __init__(self) -> None:
        self._terminal = os.dup(_STDERR)
        self._stdout = os.dup(_STDOUT)
        self._kept = TemporaryFile(mode="a+b", buffering=0)
        self.screen = open(self._terminal, "w", encoding="utf-8", errors="backslashreplace", closefd=False)

    def keep(self) -> None:
        if os.isatty(self._terminal):
            os.dup2(self._kept.fileno(), _STDERR)
        if os.isatty(self._stdout):
            os.dup2(self._kept.fileno(), _STDOUT)

    def give_back(self) -> None:
        os.dup2(self._terminal, _STDERR)
        os.dup2(self._stdout, _STDOUT)

    def take(self) -> str:
        """What was kept, cleaned, at most its last `MAX_KEPT` bytes; it is dropped then."""
        size = self._kept.seek(0, os.SEEK_END)
        self._kept.seek(max(0, size - MAX_KEPT))
        text = self._kept.read().decode("utf-8", errors="replace")
        self._kept.truncate(0)
        return clean(text).strip()


def _keep(text: str, cells: Sequence[Sequence[Cell]]) -> None:
    FIRST_FRAME.keep(text, [[(cell.text, cell.pen.code) for cell in row] for row in cells])


def driver_class() -> type[QuietDriver] | None:
    """The driver for a terminal; None where the environment names another (`bookwheel serve`)."""
    return None if "TEXTUAL_DRIVER" in os.environ else QuietDriver
