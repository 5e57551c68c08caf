"""Child processes always end, and their pipes are closed."""

import asyncio
import signal

import pytest

from bookwheel.engine.index.child_process import end_child, shared_file, start_child

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
WAIT = "import time; print('ready', flush=True); time.sleep(600)"


async def deaf_child() -> asyncio.subprocess.Process:
    with shared_file() as errors:
        child = await start_child("timeit", "-n1", "-r1", "-s", DEAF, WAIT, store="", errors=errors)
    assert child.stdout is not None
    assert await child.stdout.readline() == b"ready\n"
    return child


async def test_a_child_that_ignores_signals_is_killed() -> None:
    child = await deaf_child()
    await end_child(child)
    assert child.returncode == -signal.SIGKILL
    assert child.stdout is not None
    assert child.stdout.at_eof()


@pytest.mark.parametrize("times", [1, 2])
async def test_an_abandoned_child_is_killed_at_once_and_leaves_no_pipe(times: int) -> None:
    """The end of the loop cancels a second time: the process used to be left to the garbage collector."""
    child = await deaf_child()
    async with asyncio.TaskGroup() as group:
        ending = group.create_task(end_child(child))
        for _ in range(times):
            await asyncio.sleep(0)
            ending.cancel()
    assert ending.cancelled()
    assert child.returncode == -signal.SIGKILL
    assert child.stdout is not None
    assert child.stdout.at_eof()
