"""A pseudo-terminal with a program in it, and what a person would see on its screen."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import pyte
from tests.cli.program import environment

TIMEOUT_S = 40


class Terminal:
    """`async with Terminal("demo") as terminal`: starts `bookwheel demo` in a terminal of its own.

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
        self.exit_code: int | None = None
        self._arguments = arguments
        self._size = (lines, columns)
        self._env = environment({"COLUMNS": "", "TERM": "xterm-256color", **(env or {})})
        self._cwd = cwd
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()
        self._master = -1
        self._pid = 0

    async def __aenter__(self) -> Self:
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            self._become_the_program()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        os.set_blocking(self._master, False)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.exit_code is None:
            self.signal(signal.SIGKILL)
            await self.wait_for_exit()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Type text, or keys by the bytes that a terminal sends for them."""
        for key in keys:
            os.write(self._master, key.encode())

    def signal(self, number: int) -> None:
        os.kill(self._pid, number)

    async def shows(self, *texts: str) -> str:
        """Wait until all `texts` stand on the screen at once; the screen."""
        await self.until(lambda: all(text in self.text for text in texts), f"{texts} on the screen")
        return self.text

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until `condition` holds; it is asked whenever the program has written something."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; the screen shows:\n{self.text}") from None

    async def wait_for_exit(self) -> int:
        """Wait for the program's end; its exit code."""
        async with asyncio.timeout(TIMEOUT_S):
            _, status = await asyncio.to_thread(os.waitpid, self._pid, 0)
        self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def _become_the_program(self) -> None:
        try:
            if self._cwd is not None:
                os.chdir(self._cwd)
            os.execve(sys.executable, [sys.executable, "-m", "bookwheel", *self._arguments], self._env)
        finally:
            os._exit(127)

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # the other end is closed
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += data
        self._stream.feed(data)
        self._changed.set()
