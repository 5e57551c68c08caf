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


async def test_a_slow_stream_does_not_hold_up_the_writer_and_gets_all_at_once() -> None:
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


async def test_a_failing_stream_is_reported_once_and_not_written_again() -> None:
    failures: list[str] = []
    outlet = Outlet(FailingStream(), messages := StringIO())
    outlet.put("x")
    outlet.message("a message")
    outlet.put("y")
    outlet.close()
    await outlet.run(on_error=lambda: failures.append("told"))
    assert isinstance(outlet.error, BrokenPipeError)
    assert failures == ["told"]
    assert messages.getvalue() == "a message"


async def test_a_failing_message_stream_does_not_stop_the_answer() -> None:
    answers = StringIO()
    outlet = Outlet(answers, FailingStream())
    outlet.message("x")
    outlet.put("the answer")
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert (answers.getvalue(), outlet.error) == ("the answer", None)


async def test_messages_and_answers_keep_their_order() -> None:
    terminal = StringIO()
    outlet = Outlet(terminal, Both(terminal))
    for number in range(3):
        outlet.put(f"answer {number}\n")
        outlet.message(f"message {number}\n")
    outlet.close()
    await outlet.run(on_error=lambda: None)
    assert terminal.getvalue() == "".join(f"answer {number}\nmessage {number}\n" for number in range(3))
