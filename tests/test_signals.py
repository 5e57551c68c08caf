"""A signal reaches the event loop, also a busy one."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from bookwheel.signals import interruptible_runner, on_signal

NUMBER = signal.SIGUSR1
LIMIT_S = 60.0  # only ends a hang


@pytest.fixture(autouse=True)
def _default_handler() -> Iterator[None]:
    before = signal.getsignal(NUMBER)
    yield
    signal.signal(NUMBER, before)


async def test_a_signal_behind_a_thousand_wake_ups_is_not_lost() -> None:
    """Each wake-up is a byte in a pair of sockets, and so was the signal: the 281st byte was dropped."""
    arrived: asyncio.Queue[signal.Signals] = asyncio.Queue()
    on_signal(NUMBER, arrived.put_nowait)
    loop = asyncio.get_running_loop()
    for _ in range(1_000):
        loop.call_soon_threadsafe(lambda: None)
    os.kill(os.getpid(), NUMBER)
    assert await asyncio.wait_for(arrived.get(), LIMIT_S) is NUMBER
    os.kill(os.getpid(), NUMBER)
    assert await asyncio.wait_for(arrived.get(), LIMIT_S) is NUMBER
    assert arrived.empty()  # once per arrival


async def test_a_signal_wakes_an_idle_loop() -> None:
    arrived = asyncio.Event()
    on_signal(NUMBER, lambda _number: arrived.set())
    threading.Thread(target=os.kill, args=(os.getpid(), NUMBER)).start()
    await asyncio.wait_for(arrived.wait(), LIMIT_S)


async def test_the_first_reaction_comes_while_the_loop_is_blocked() -> None:
    """An app that ends waits for its terminal, which may no longer be read."""
    terminal = threading.Lock()
    terminal.acquire()
    on_signal(NUMBER, lambda _number: None, at_once=lambda _number: terminal.release())
    threading.Thread(target=os.kill, args=(os.getpid(), NUMBER)).start()
    assert terminal.acquire(timeout=LIMIT_S)


def test_ctrl_c_while_a_loop_is_made_waits_until_it_is_whole() -> None:
    """The half loop could not be closed: "Exception ignored in" and its traceback were printed when it was deleted."""

    is_begun, is_sent = threading.Event(), threading.Event()

    def send() -> None:
        is_begun.wait()
        os.kill(os.getpid(), signal.SIGINT)
        is_sent.set()

    def interrupt(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name == "_make_self_pipe":
            sys.setprofile(None)
            is_begun.set()
            is_sent.wait()

    threading.Thread(target=send, daemon=True).start()
    work = asyncio.sleep(0)
    sys.setprofile(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt), interruptible_runner() as runner:
            runner.run(work)
    finally:
        sys.setprofile(None)
        work.close()


def test_after_a_loop_one_more_ctrl_c_is_ignored_and_the_next_ends_the_process() -> None:
    """asyncio sets Python's own handler: a third Ctrl+C behind the two that quit made the exit code 130."""

    async def work() -> None:
        on_signal(signal.SIGINT, lambda _number: None)

    python = signal.getsignal(signal.SIGINT)
    try:
        with interruptible_runner() as runner:
            runner.run(work())
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, python)


FEW_DESCRIPTORS = """
import resource, sys
from bookwheel.signals import {runner}

limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
try:
    with {runner}() as runner:
        runner.get_loop()
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.fault("P10")
@pytest.mark.parametrize("runner", ["woken_by_signals", "interruptible_runner"])
def test_too_few_descriptors_for_a_loop_print_nothing_of_it(runner: str) -> None:
    """Beside the error there was "Exception ignored in" with a traceback, of half a loop."""
    code = FEW_DESCRIPTORS.format(runner=runner)
    for limit in range(3, 10):
        ended = subprocess.run([sys.executable, "-c", code, str(limit)], capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout in ("", "Too many open files\n")
