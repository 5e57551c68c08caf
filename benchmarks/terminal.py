"""The bytes sent for each character of a streaming answer, in a real pseudo-terminal of 140 by 42 cells.

Bookwheel's desk, the same with Textual's own output, and Textual's `Markdown` stream alone on its screen, each at 20,
100 and 500 pieces a second. After its answer a case waits for two seconds: the bytes that it writes then are "idle".
"""

import asyncio
import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.support.desk import Folder, Workflows
from textual.widgets import Markdown

from benchmarks.conversation import Stock, answer
from benchmarks.harness import main
from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.llms.chat import ChatDelta, ChatRequest
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp

if TYPE_CHECKING:
    from textual.app import App

COLUMNS, ROWS = 140, 42
PIECE = 4.27
"""Characters of a piece, the mean of recorded streams."""
LENGTHS = {20: 4_000, 100: 12_000, 500: 20_000}
GOALS = {20: 12, 100: 5, 500: 4}
IDLE_S = 2.0
OURS, OURS_STOCK, MARKDOWN = "Bookwheel", "Bookwheel, Textual's output", "Textual's Markdown stream"


def pieces(length: int) -> list[str]:
    text, count = answer(length), round(length / PIECE)
    edges = [round(number * PIECE) for number in range(count + 1)]
    return [text[start:end] for start, end in pairwise(edges)]


class PacedLLM(MockLLM):
    """Streams an answer at a given rate of pieces; marks its beginning for the parent process."""

    def __init__(self, rate: int, mark: int) -> None:
        super().__init__()
        self._rate = rate
        self._mark = mark

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        await begin(self._mark, b"S")
        async for piece in paced(self._rate):
            yield ChatDelta(delta=piece)


async def paced(rate: int) -> AsyncGenerator[str, None]:
    start = time.monotonic()
    for number, piece in enumerate(pieces(LENGTHS[rate])):
        await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
        yield piece


async def stream_ours(rate: int, mark: int) -> None:
    with TemporaryDirectory() as folder:
        assistant = Assistant(
            workflows=Workflows(llm=PacedLLM(rate, mark)),
            library=Folder("/papers/n1.md", "/papers/n2.md"),
            sessions=SessionStore(Path(folder) / "sessions"),
        )
        app = BookwheelApp(assistant, roots=[Path(folder)], theme="bookwheel-dark")

        async def ask() -> None:
            while not app.is_running or not assistant.documents.roots:  # noqa: ASYNC110 - the app has no event for it
                await asyncio.sleep(0.05)
            finished = await assistant.wait_finished(await assistant.ask("What is cheaper?"))
            assert finished.data["status"] == "completed", finished.data
            await end(mark)
            app.exit()

        await asyncio.gather(app.run_async(), ask())
        await app.close_assistant()


async def stream_markdown(rate: int, mark: int) -> None:
    app: App[None] = Stock()

    async def write() -> None:
        while not app.is_running or not app.query(Markdown):  # noqa: ASYNC110 - the app has no event for it
            await asyncio.sleep(0.05)
        stream = Markdown.get_stream(app.query_one(Markdown))
        await begin(mark, b"S")
        async for piece in paced(rate):
            await stream.write(piece)
        await stream.stop()
        await end(mark)
        app.exit()

    await asyncio.gather(app.run_async(), write())


async def end(mark: int) -> None:
    await asyncio.sleep(1.5)  # the last frames, and the moving of the cursor to the prompt
    await begin(mark, b"E")
    await asyncio.sleep(IDLE_S)
    await begin(mark, b"Q")


async def begin(mark: int, phase: bytes) -> None:
    """Begin a phase once the parent has counted all bytes of the one before: the app's end is not its idle time."""
    os.write(mark, phase)
    await asyncio.to_thread(os.read, mark, 1)


def measured(kind: str, rate: int) -> tuple[int, int]:
    """The bytes that a case writes while its answer streams, and while it is idle afterwards."""
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    own_mark, childs_mark = (end.detach() for end in socket.socketpair())
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    env |= {"BOOKWHEEL_STOCK_OUTPUT": "1"} if kind == OURS_STOCK else {}
    command = [sys.executable, "-m", "benchmarks.terminal", kind, str(rate), str(childs_mark)]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=env, pass_fds=[childs_mark], start_new_session=True
    )
    os.close(slave)
    os.close(childs_mark)
    counts = {b"": 0, b"S": 0, b"E": 0, b"Q": 0}
    phase = b""
    while process.poll() is None:
        ready, _, _ = select.select([master, own_mark], [], [], 0.5)
        if master in ready:
            try:
                counts[phase] += len(os.read(master, 1 << 20))
            except OSError:
                break
        elif own_mark in ready and (mark := os.read(own_mark, 1)):
            phase = mark
            os.write(own_mark, b"\n")
    process.wait()
    os.close(master)
    os.close(own_mark)
    return counts[b"S"], counts[b"E"]


def run() -> None:
    print(f"\nbytes for each character of an answer, {COLUMNS}x{ROWS}")
    for rate, length in LENGTHS.items():
        for kind in (OURS, OURS_STOCK, MARKDOWN):
            streamed, idle = measured(kind, rate)
            goal = f"(at most {GOALS[rate]})" if kind == OURS else ""
            print(f"  {rate:>3} pieces/s  {kind:<28}  {streamed / length:8.1f} {goal:<14}  idle {idle} B", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, rate, mark = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        asyncio.run((stream_markdown if kind == MARKDOWN else stream_ours)(rate, mark))
    else:
        main("Bytes sent to the terminal", run)
