"""Child processes always end, and their pipes are closed."""

import asyncio
import os
import signal
import threading

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


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="the system does not say that a process has ended")
async def test_a_child_that_has_just_ended_keeps_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """On a busy machine the thread that waits for it is late: the signal took the code away, which became 255."""
    may_look = threading.Event()
    waitpid = os.waitpid

    def late(pid: int, options: int) -> tuple[int, int]:
        if threading.current_thread() is not threading.main_thread():
            may_look.wait()
        return waitpid(pid, options)

    monkeypatch.setattr(os, "waitpid", late)
    with shared_file() as errors:
        child = await start_child("timeit", "-n1", "-r1", "pass", store="", errors=errors)
    await asyncio.to_thread(os.waitid, os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    async with asyncio.TaskGroup() as group:
        group.create_task(end_child(child))
        await asyncio.sleep(0)
        may_look.set()
    assert child.returncode == 0
    assert caplog.messages == []
