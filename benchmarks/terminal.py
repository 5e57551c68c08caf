"""What the app sends to a terminal of 140 by 42 cells for each character of an answer, and how it bears load.

The bytes are those of Bookwheel's desk, of the same with Textual's own output, and of Textual's `Markdown` stream alone
on its screen, each at 20, 100 and 500 pieces a second. After its answer a case waits for two seconds: the bytes that it
writes then are "idle". `desk_load` is the rest: processor time at 200 pieces a second, the echo of keys at 1,000, the
cost of a frame.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.support.desk import Folder, Workflows
from textual.widgets import Markdown

from benchmarks.conversation import Stock
from benchmarks.harness import main
from benchmarks.load import desk_load
from benchmarks.load.markdown_answer import pieces_of
from benchmarks.load.pty_process import COLUMNS, ROWS, PtyProcess
from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.llms.chat import ChatDelta, ChatRequest
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp

if TYPE_CHECKING:
    from textual.app import App

LENGTHS = {20: 4_000, 100: 12_000, 500: 20_000}
GOALS = {20: 12, 100: 5, 500: 4}
IDLE_S = 2.0
OURS, OURS_STOCK, MARKDOWN = "Bookwheel", "Bookwheel, Textual's output", "Textual's Markdown stream"
STOCK = {"BOOKWHEEL_STOCK_OUTPUT": "1"}


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
    for number, piece in enumerate(pieces_of(LENGTHS[rate])):
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
    counts = {b"": 0, b"S": 0, b"E": 0, b"Q": 0}
    phase = b""
    with (
        PtyProcess("benchmarks.terminal", kind, str(rate), env=STOCK if kind == OURS_STOCK else {}) as child,
        suppress(EOFError),
    ):
        while True:
            drawn, mark = child.select(0.5)
            counts[phase] += len(drawn)
            if mark:
                phase = mark
                child.socket.sendall(b"\n")
    return counts[b"S"], counts[b"E"]


def run() -> None:
    print(f"\nbytes for each character of an answer, {COLUMNS}x{ROWS}")
    for rate, length in LENGTHS.items():
        for kind in (OURS, OURS_STOCK, MARKDOWN):
            streamed, idle = measured(kind, rate)
            goal = f"(at most {GOALS[rate]})" if kind == OURS else ""
            print(f"  {rate:>3} pieces/s  {kind:<28}  {streamed / length:8.1f} {goal:<14}  idle {idle} B", flush=True)
    desk_load.run()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, rate, mark = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        asyncio.run((stream_markdown if kind == MARKDOWN else stream_ours)(rate, mark))
    else:
        main("Bytes sent to the terminal", run)
