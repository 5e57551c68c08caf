"""A pseudo-terminal with the program in it, and what a person would see on its screen."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Self

import pyte
from tests.cli.program import environment

from bookwheel import paths

TIMEOUT_S = 45
KEY_PATIENCE_S = 2.0
PRESSES = 3
PIECE = 512
"""Bytes after which the screen is looked at: about one remark."""
ENTER, ESCAPE, CTRL_C, CTRL_D, CTRL_T = "\r", "\x1b", "\x03", "\x04", "\x14"

# The first terminal that a session leader opens becomes the one that controls it: Ctrl+C and hang-ups reach it.
_IN_TERMINAL = 'exec "$@" <>"$0" >&0 2>&1'


class Terminal:
    """`async with Terminal("demo") as terminal`: starts `bookwheel demo` in a new terminal.

    `raw` is every byte that it wrote; the screen is what those bytes make of a terminal.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 140,
        lines: int = 42,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.raw = bytearray()
        self._arguments = arguments
        self._size = struct.pack("HHHH", lines, columns, 0, 0)
        self._env = {**environment(), "TERM": "xterm-256color", **(env or {})}
        del self._env["COLUMNS"]  # the terminal knows its size
        self._cwd = cwd
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()
        self._awaited: Sequence[str] = ()
        self._shown = ""
        self._master = -1
        self._slave = -1
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, self._size)
        os.set_blocking(self._master, False)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        program = [sys.executable, "-m", "bookwheel", *self._arguments]
        self._process = await asyncio.create_subprocess_exec(
            "sh", "-c", _IN_TERMINAL, os.ttyname(slave), *program, env=self._env, cwd=self._cwd, start_new_session=True
        )
        self._slave = slave  # kept open until the end, so that the last bytes can be read
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running.returncode is None:
            self.signal(signal.SIGKILL)
            await self.wait_for_exit()
        self.hang_up()

    @property
    def _running(self) -> Process:
        assert self._process is not None
        return self._process

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def is_restored(self) -> bool:
        """The program has left its own screen and shown the cursor again."""
        return self._comes_last("?1049l", before="?1049h") and self._comes_last("?25h", before="?25l")

    def press(self, *keys: str) -> None:
        """Type text, or keys by the bytes that a terminal sends for them."""
        for key in keys:
            os.write(self._master, key.encode())

    async def paste(self, text: str) -> None:
        """Paste text as a terminal does, as fast as the program reads it."""
        rest = f"\x1b[200~{text}\x1b[201~".encode()
        loop = asyncio.get_running_loop()
        while rest:
            writable = asyncio.Event()
            loop.add_writer(self._master, writable.set)
            await writable.wait()
            loop.remove_writer(self._master)
            rest = rest[os.write(self._master, rest) :]

    async def ask(self, question: str) -> None:
        """Type a question and send it once it stands in the prompt."""
        self.press(question)
        await self.shows(f" {question}")
        self.press(ENTER)

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed by itself, as a shell wants it."""
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    def signal(self, number: int) -> None:
        self._running.send_signal(number)

    def hang_up(self) -> None:
        """The terminal is gone: a dropped ssh."""
        if self._master < 0:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._slave)
        os.close(self._master)
        self._master = -1

    async def shows(self, *texts: str) -> str:
        """Wait until all `texts` stand on the screen at once; the screen then.

        A remark that came and went counts as well: a busy machine may read both in one piece.
        """
        self._awaited, self._shown = texts, ""
        self._note_shown()
        try:
            await self.until(lambda: bool(self._shown), f"{texts} on the screen")
        finally:
            self._awaited = ()
        return self._shown

    def _note_shown(self) -> None:
        if self._awaited and not self._shown and all(text in self.text for text in self._awaited):
            self._shown = self.text

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until `condition` holds; it is asked whenever the program has written something."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; the screen shows:\n{self.text}") from None

    async def press_until(self, text: str, *keys: str) -> None:
        """Press keys in turn until `text` is shown: an approval passes over what is pressed too soon or too fast.

        Each key has the time to show what it does: pressed again too soon, it would be typed into what it opens.
        """
        try:
            async with asyncio.timeout(TIMEOUT_S):
                for key in cycle(keys):
                    self.press(key)
                    if await self._comes(text):
                        return
        except TimeoutError:
            raise AssertionError(f"waited in vain for {text}; the screen shows:\n{self.text}") from None

    async def _comes(self, text: str) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(KEY_PATIENCE_S):
                while text not in self.text:
                    await asyncio.sleep(0.05)
        return text in self.text

    async def wait_for_exit(self) -> int:
        """Wait for the program's end; its exit code, negative for the signal that killed it."""
        async with asyncio.timeout(TIMEOUT_S):
            code = await self._running.wait()
        if self._master >= 0:
            self._read()
        return code

    async def quit(self, *keys: str) -> None:
        """Press what ends the program until it has ended, with code 0: Ctrl+C quits when it comes twice in a second,
        and a busy program may read the second one later."""
        for _ in range(PRESSES):
            self.press(*(keys or (CTRL_C, CTRL_C)))
            with suppress(TimeoutError):
                async with asyncio.timeout(TIMEOUT_S / PRESSES):
                    await self._running.wait()
                break
        assert await self.wait_for_exit() == 0

    def _comes_last(self, sequence: str, *, before: str) -> bool:
        raw = bytes(self.raw)
        return raw.rfind(f"\x1b[{sequence}".encode()) > raw.rfind(f"\x1b[{before}".encode())

    @property
    def _most(self) -> int:
        """How many bytes are read at once."""
        return 1 << 20

    def _read(self) -> None:
        try:
            data = os.read(self._master, self._most)
        except BlockingIOError:
            return
        self.raw += data
        for start in range(0, len(data), PIECE):
            self._stream.feed(data[start : start + PIECE])
            self._note_shown()
        self._changed.set()


def is_saved(text: str) -> bool:
    return any(text in log.read_text(encoding="utf-8") for log in paths.sessions_dir().glob("*/events.jsonl"))


async def until_saved(text: str) -> None:
    """Wait until a saved session has `text`: what is on the screen is on disk a fraction of a second later."""
    async with asyncio.timeout(TIMEOUT_S):
        while not await asyncio.to_thread(is_saved, text):
            await asyncio.sleep(0.02)


class SlowTerminal(Terminal):
    """Shows at most `rate` bytes a second, and says what its background is when it comes to the question for it."""

    QUESTION, BACKGROUND = b"\x1b]11;?\x07", b"\x1b]11;rgb:0000/0000/0000\x07"
    STEP_S = 0.02
    rate = 1_000_000
    _answered = 0

    def _read(self) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.call_later(self.STEP_S, self._read_on)
        super()._read()
        while (at := self.raw.find(self.QUESTION, self._answered)) >= 0:
            self._answered = at + len(self.QUESTION)
            os.write(self._master, self.BACKGROUND)

    def _read_on(self) -> None:
        if self._master >= 0:
            asyncio.get_running_loop().add_reader(self._master, self._read)

    async def hold(self, key: str, times: int) -> None:
        """Hold a key down: it repeats 30 times a second."""
        for _ in range(times):
            self.press(key)
            await asyncio.sleep(1 / 30)

    @property
    def _most(self) -> int:
        return max(1, round(self.rate * self.STEP_S))
