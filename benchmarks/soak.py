"""A long day in one process: what grows that should not.

    python -m benchmarks.soak [QUESTIONS]

The whole app with its screen asks QUESTIONS (2,000 when left out) in a tenth as many sessions, by query and by agent.
Some answers are stopped, older sessions are opened and searched, a document changes now and then. Memory, descriptors,
threads, tasks and child processes are printed ten times; they are compared from the second time on, after caches have
filled.
"""

import asyncio
import gc
import os
import sys
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.pilot import Pilot

from benchmarks.harness import machine
from benchmarks.model_server import model_server
from benchmarks.streaming import whole_app
from bookwheel.assistant.assistant import Assistant

DEFAULT_QUESTIONS = 2_000
QUESTIONS_A_SESSION = 10
LOOKS = 10
PIECES = 100
MAX_GROWTH = 0.10
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the process holds now."""

    memory_mb: float
    descriptors: int
    threads: int
    tasks: int
    children: int
    objects: int

    @classmethod
    def now(cls) -> "Sizes":
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            memory_mb=pages * PAGE_BYTES / 1e6,
            descriptors=len(os.listdir("/proc/self/fd")),
            threads=threading.active_count(),
            tasks=len(asyncio.all_tasks()),
            children=len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()),
            objects=len(gc.get_objects()),
        )


async def _ask(assistant: Assistant, number: int, *, is_stopped: bool) -> None:
    assistant.set_mode("agent" if number % 3 == 0 else "query")
    run = await assistant.ask(f"How long do cats sleep in case {number}?")
    if is_stopped:
        await asyncio.sleep(0)
        await assistant.cancel()
    await assistant.wait_finished(run)


async def _look_around(assistant: Assistant, number: int, session: str, notes: Path) -> None:
    """What a reader does between two sessions: opens and searches older ones; a document changes."""
    await assistant.sessions.open(session)
    await assistant.sessions.load_earlier(whole=True)
    await assistant.sessions.search("cats fifteen")
    await assistant.sessions.list()
    if number % 50 == 0:
        text = f"Cats sleep for fifteen hours a day, it was noted {number} times. They hunt at dawn."
        await asyncio.to_thread((notes / "cats.md").write_text, text)
        await assistant.documents.refresh()
        await assistant.documents.wait_indexed()


async def _day(assistant: Assistant, pilot: Pilot[None], notes: Path, questions: int) -> list[Sizes]:
    sizes: list[Sizes] = []
    first = ""
    for number in range(1, questions + 1):
        await _ask(assistant, number, is_stopped=number % 7 == 0)
        await pilot.pause()
        if number % QUESTIONS_A_SESSION == 0:
            first = first or assistant.sessions.info.id
            await _look_around(assistant, number, first, notes)
            await assistant.sessions.new()
        if number % (questions // LOOKS) == 0:
            await pilot.pause()
            sizes.append(Sizes.now())
            print("  ".join([f"{number:>6}", *(f"{value:>11,.0f}" for value in _values(sizes[-1]))]), flush=True)
    return sizes


def _values(sizes: Sizes) -> list[float]:
    return [getattr(sizes, field.name) for field in fields(sizes)]


def _growth(sizes: list[Sizes]) -> dict[str, float]:
    """By how much each size grew between the second look and the last, as a share."""
    first, last = sizes[1], sizes[-1]
    pairs = zip(fields(Sizes), _values(first), _values(last), strict=True)
    return {field.name: after / before - 1 if before else after for field, before, after in pairs}


async def _soak(questions: int) -> int:
    print(f"# soak: {questions} questions in {questions // QUESTIONS_A_SESSION} sessions\n{machine()}\n")
    print("  ".join(["asked", *(f"{field.name:>11}" for field in fields(Sizes))]))
    with TemporaryDirectory() as folder, model_server() as base_url:
        async with whole_app(base_url, f"pieces-{PIECES}", Path(folder)) as (assistant, pilot):
            sizes = await _day(assistant, pilot, Path(folder) / "notes", questions)
    growth = _growth(sizes)
    print("\ngrowth from the second look on:", ", ".join(f"{name} {share:+.1%}" for name, share in growth.items()))
    is_flat = all(growth[name] <= 0 for name in ("descriptors", "threads", "tasks", "children"))
    return 0 if is_flat and growth["memory_mb"] < MAX_GROWTH else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_soak(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_QUESTIONS)))
