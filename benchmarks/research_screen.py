"""The cost of research on the screen: the events of 12 branches at 200 a second against the pieces of one answer.

Both run in the app, in a real pseudo-terminal of 140 by 42 cells. Counted are frames (pieces of output after a pause of
5 ms), bytes, and the time until a typed letter is seen.
"""

import asyncio
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.desk import Folder, Scripted, Workflows

from benchmarks.harness import main
from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.research_events import (
    BranchReflected,
    BranchSearched,
    BranchStarted,
    NoteTaken,
    PlanApproved,
    PlanItem,
    PlanProposed,
)
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.workflow.context import Context
from bookwheel.sessions.session_store import SessionStore
from bookwheel.tui.app import BookwheelApp

COLUMNS, ROWS = 140, 42
RATE, SECONDS, BRANCHES = 200, 8, 12
RESEARCH, STREAM = "12 branches", "one answer"
_PAUSE_S = 0.005
_LETTERS = "βγδζηθκλμξπρστφχψω"
_TYPE_EVERY_S = 0.4


async def research_events(ctx: Context[Any]) -> str:
    items = [PlanItem(id=str(n), question=f"What did mill number {n} cost?", why="") for n in range(1, BRANCHES + 1)]
    ctx.write_event_to_stream(PlanProposed(version=1, items=items))
    ctx.write_event_to_stream(PlanApproved(version=1, items=items))
    for item in items:
        ctx.write_event_to_stream(BranchStarted(branch=item.id, question=item.question, rounds=9))
    started = time.monotonic()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, started + number / RATE - time.monotonic()))
        ctx.write_event_to_stream(_event_of(str(number % BRANCHES + 1), number // BRANCHES))
    return "done"


def _event_of(branch: str, step: int) -> BranchSearched | NoteTaken | BranchReflected:
    number = step // 3 + 1
    node = TextNode(f"It cost {step} marks.", {"file_path": "/papers/n1.md"}, f"{branch}-{step}", start_char_idx=0)
    match step % 3:
        case 0:
            nodes = [NumberedNode(1, node, 1.0)]
            return BranchSearched(
                branch=branch, round=number, query=f"cost {step}", where="documents", nodes=nodes, new=1
            )
        case 1:
            return NoteTaken(
                branch=branch,
                note=f"{branch}.{number}",
                quote=node.text,
                node_id=f"{branch}-{step - 1}",
                path="/papers/n1.md",
                start_char_idx=0,
                end_char_idx=len(node.text),
                says="its cost",
            )
        case _:
            return BranchReflected(branch=branch, round=number, missing="more", next_query=f"cost {step + 1}")


async def stream(ctx: Context[Any]) -> str:
    started = time.monotonic()
    pieces: list[str] = []
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, started + number / RATE - time.monotonic()))
        pieces.append("\n\n" if number % 60 == 59 else f"word{number % 97} ")
        ctx.write_event_to_stream(AgentStream(delta=pieces[-1], current_agent_name="writer"))
    return "".join(pieces)


async def play(kind: str, mark: int) -> None:
    with TemporaryDirectory() as folder:
        assistant = Assistant(
            workflows=Workflows(custom=Scripted(research_events if kind == RESEARCH else stream)),
            library=Folder("/papers/n1.md", "/papers/n2.md"),
            sessions=SessionStore(Path(folder) / "sessions"),
        )
        app = BookwheelApp(assistant, roots=[Path(folder)], theme="bookwheel-dark")

        async def ask() -> None:
            while not app.is_running or not assistant.documents.roots:  # noqa: ASYNC110 - the app has no event for it
                await asyncio.sleep(0.05)
            asked = await assistant.ask("What did the mills cost?")
            os.write(mark, b"S")
            await assistant.wait_finished(asked)
            os.write(mark, b"E")
            app.exit()

        await asyncio.gather(app.run_async(), ask())
        await app.close_assistant()


def measured(kind: str) -> tuple[int, int, list[float]]:
    """Frames and bytes while the events come, and the seconds until each typed letter is seen."""
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    read_mark, write_mark = os.pipe()
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    command = [sys.executable, "-m", "benchmarks.research_screen", kind, str(write_mark)]
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=env, pass_fds=[write_mark], start_new_session=True
    )
    os.close(slave)
    os.close(write_mark)
    phase, frames, size, last_at, echoes = b"", 0, 0, 0.0, list[float]()
    waiting, typed_at, next_at, letters = b"", 0.0, 0.0, iter(_LETTERS)
    while process.poll() is None:
        ready, _, _ = select.select([master, read_mark], [], [], 0.05)
        now = time.monotonic()
        if master in ready:
            try:
                data = os.read(master, 1 << 20)
            except OSError:
                break
            if phase == b"S":
                size += len(data)
                frames += now - last_at > _PAUSE_S
            last_at = now
            if waiting and waiting in data:
                echoes.append(now - typed_at)
                waiting, next_at = b"", now + _TYPE_EVERY_S
        if read_mark in ready and (mark := os.read(read_mark, 1)):
            phase, next_at = mark, now + 1.0
        if phase == b"S" and not waiting and now >= next_at and (letter := next(letters, "")):
            waiting, typed_at = letter.encode(), now
            os.write(master, waiting)
    process.wait()
    os.close(master)
    os.close(read_mark)
    return frames, size, echoes


def run() -> None:
    print(f"\n{RATE} events a second for {SECONDS} s, {COLUMNS}x{ROWS}  (target: no more than one answer)")
    for kind in (STREAM, RESEARCH):
        frames, size, echoes = measured(kind)
        echo = f"{statistics.median(echoes) * 1e3:.0f} ms ({len(echoes)} letters)" if echoes else "–"
        print(
            f"  {kind:<12} {frames / SECONDS:6.1f} frames/s  {size / SECONDS / 1e3:7.1f} kB/s   echo {echo}", flush=True
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(play(sys.argv[1], int(sys.argv[2])))
    else:
        main("Research on the screen", run)
