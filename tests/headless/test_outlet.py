"""Output that is slow, closed or full."""

import asyncio
import threading
from io import StringIO

from bookwheel.headless.outlet import Outlet


class SlowStream(StringIO):
    """Takes its first text only when it is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun = threading.Event()
        self.may_go_on = threading.Event()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.has_begun.set()
        self.may_go_on.wait(10)
        self.writes.append(text)
        return len(text)


class FailingStream(StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError("nobody reads")


class Both(StringIO):
    """Another way to the same terminal."""

    def __init__(self, terminal: StringIO) -> None:
        super().__init__()
        self._terminal = terminal

    def write(self, text: str) -> int:
        return self._terminal.write(text)


async def test_whoever_writes_is_not_held_up_and_what_gathers_is_written_at_once() -> None:
    stream = SlowStream()
    outlet = Outlet(stream, StringIO())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(outlet.run(on_error=lambda: None))
        outlet.put("a")
        await asyncio.to_thread(stream.has_begun.wait, 10)
        for piece in "bcd":
            outlet.put(piece)
        stream.may_go_on.set()
        outlet.close()
    assert stream.writes == ["a", "bcd"]


async def test_nothing_is_lost_by_closing_at_once() -> None:
    stream = StringIO()
    outlet = Outlet(stream, StringIO())
    outlet.put("all of it")
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert stream.getvalue() == "all of it"


async def test_a_stream_that_fails_is_told_once_and_left_alone() -> None:
    failures: list[str] = []
    outlet = Outlet(FailingStream(), messages := StringIO())
    outlet.put("x")
    outlet.tell("a message")
    outlet.put("y")
    outlet.close()
    await outlet.run(on_error=lambda: failures.append("told"))
    assert isinstance(outlet.error, BrokenPipeError)
    assert failures == ["told"]
    assert messages.getvalue() == "a message"


async def test_messages_that_nobody_takes_do_not_stop_the_answer() -> None:
    answers = StringIO()
    outlet = Outlet(answers, FailingStream())
    outlet.tell("x")
    outlet.put("the answer")
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert (answers.getvalue(), outlet.error) == ("the answer", None)


async def test_messages_and_answers_keep_their_order() -> None:
    terminal = StringIO()
    outlet = Outlet(terminal, Both(terminal))
    for number in range(3):
        outlet.put(f"answer {number}\n")
        outlet.tell(f"message {number}\n")
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert terminal.getvalue() == "".join(f"answer {number}\nmessage {number}\n" for number in range(3))
