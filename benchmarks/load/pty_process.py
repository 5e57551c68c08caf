"""A benchmark's own program in a pseudo-terminal of 140 by 42 cells, and a socket on which the two agree on phases."""

import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 140, 42


class PtyProcess:
    """Runs `python -m MODULE ARGUMENTS… DESCRIPTOR`; its `socket` is the other end of that descriptor.

    What it draws must be read, or it waits: `select` says what can be read. Ends with the block.
    """

    def __init__(self, module: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.socket, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, str(theirs.fileno())],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        os.close(slave)
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self.process.kill()
        self.socket.close()
        os.close(self.master)
        self.process.wait()

    def select(self, timeout_s: float) -> tuple[bytes, bytes]:
        """What it has drawn, or else what it has said; both empty after `timeout_s`. Raises EOFError at its end."""
        ready, _, _ = select.select([self.master, self.socket], [], [], timeout_s)
        if self.master in ready:
            try:
                return os.read(self.master, 1 << 20), b""
            except OSError:
                raise EOFError from None
        if self.socket not in ready:
            return b"", b""
        if not (said := self.socket.recv(1 << 16)):
            raise EOFError
        return b"", said

    def starved_s(self) -> float:
        """For how long its event loop was ready to run but had no core, in seconds; 0.0 where not known.

        Without it the time of a busy machine is nearly that of an idle one.
        """
        with suppress(OSError):
            return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1]) / 1e9
        return 0.0

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ask(self, line: str) -> str:
        """Say a line and wait for the line that it answers, while what it draws is dropped."""
        self.socket.sendall(f"{line}\n".encode())
        return self.answer()

    def answer(self) -> str:
        """The next line that it says."""
        said = b""
        while not said.endswith(b"\n"):
            said += self.select(1.0)[1]
        return said.decode().strip()
