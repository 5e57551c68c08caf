"""Signals in a coroutine's life."""

import asyncio
import os
import signal
import threading

import pytest

from bookwheel.headless.interruption import SIGNALS, Interruption, run_interruptible


def test_a_signal_outside_handled_cancels_the_work_cleanly() -> None:
    steps: list[str] = []

    async def work(_: Interruption) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            steps.append("closed")
        return 0

    assert run_interruptible(work) == 143
    assert steps == ["closed"]


def test_a_handled_signal_lets_the_work_end_by_itself() -> None:
    async def work(interruption: Interruption) -> int:
        with interruption.handled():
            os.kill(os.getpid(), signal.SIGINT)
            await interruption.wait()
            await asyncio.sleep(0)
        return 7

    assert run_interruptible(work) == 7


def test_a_signal_wakes_an_idle_loop_and_nothing_of_it_stays() -> None:
    async def work(_: Interruption) -> int:
        threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM)).start()
        await asyncio.Event().wait()
        return 0

    assert run_interruptible(work) == 143
    assert signal.set_wakeup_fd(-1) == -1
    assert [signal.getsignal(number) for number in SIGNALS] == [
        signal.default_int_handler,
        signal.SIG_DFL,
        signal.SIG_DFL,
    ]


def test_afterwards_ctrl_c_is_for_the_handler_from_before() -> None:
    """The command's own one raises nothing inside an import, such as that of what prints an error."""
    arrived: list[int] = []

    async def work(_: Interruption) -> int:
        return 0

    python = signal.signal(signal.SIGINT, lambda number, _frame: arrived.append(number))
    try:
        run_interruptible(work)
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, python)
    assert arrived == [signal.SIGINT]


def test_a_second_signal_cancels_the_work() -> None:
    async def work(interruption: Interruption) -> int:
        with interruption.handled():
            os.kill(os.getpid(), signal.SIGINT)
            await interruption.wait()
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
        return 7

    assert run_interruptible(work) == 130


def test_a_signal_counts_also_when_the_work_awaits_nothing_more() -> None:
    """`doctor` ended with 0 in a script whose user had pressed Ctrl+C, and the script went on."""

    async def work(_: Interruption) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return 7

    assert run_interruptible(work) == 130


def test_an_error_is_not_reported_as_an_interruption() -> None:
    async def work(_: Interruption) -> int:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        run_interruptible(work)


def test_the_work_can_be_cancelled_by_itself() -> None:
    async def work(_: Interruption) -> int:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_interruptible(work)
