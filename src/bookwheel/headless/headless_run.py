"""One question without an app: its events to a sink, its end to an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Protocol

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.tools.approval import DENY
from bookwheel.errors import BookwheelError, SessionError
from bookwheel.headless.budget import Budget
from bookwheel.headless.exit_codes import ExitCode, for_error_name, for_signal
from bookwheel.headless.interruption import Interruption
from bookwheel.headless.limits import Limits
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.terminal_approval import Human, question_from
from bookwheel.transcript import fields
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.sanitize import clean_line


class Sink(Protocol):
    """Makes text of a run's events."""

    def show(self, record: EventRecord) -> None:
        """The next event."""
        ...


class HeadlessRun:
    """Asks one question and stays with it to its end.

    `outlet` is written while the run goes on; when the answers' stream fails (a closed pipe) the run is stopped.
    """

    def __init__(
        self,
        assistant: Assistant,
        sink: Sink,
        *,
        outlet: Outlet,
        human: Human,
        limits: Limits,
        interruption: Interruption,
    ) -> None:
        self._assistant = assistant
        self._sink = sink
        self._outlet = outlet
        self._human = human
        self._interruption = interruption
        self._budget = Budget(limits)
        self._answer = RunAnswer()
        self._refused = ""
        self._is_stopping = False

    async def ask(self, question: str, mode: str) -> int:
        """Ask, and wait for the end.

        Returns the exit code. Raises OSError when the output failed, BookwheelError when the question cannot be asked.
        """
        with self._interruption.handled():
            try:
                finished = await self._attend(question, mode)
            except* BookwheelError as errors:
                raise errors.exceptions[0] from None
        if self._outlet.error is not None:
            raise self._outlet.error
        return self._exit_code(finished)

    async def _attend(self, question: str, mode: str) -> JsonObject:
        async with aclosing(self._assistant.records()) as records, asyncio.TaskGroup() as helpers:

            def stop() -> None:
                helpers.create_task(self._assistant.cancel())

            helpers.create_task(self._outlet.run(on_error=stop))
            waiting = [helpers.create_task(self._stop_when_interrupted())]
            try:
                run_id = await self._assistant.ask(question, mode=mode)
                async for record in records:
                    match self._take(record):
                        case "InputRequiredEvent":
                            waiting.append(helpers.create_task(self._ask_human(record)))
                        case "RunFinished" if record.run == run_id:
                            await self._assistant.wait_finished(run_id)  # on disk before anybody hears of it
                            return record.data
                        case _ if self._budget.must_stop and not self._is_stopping:
                            self._is_stopping = True
                            stop()
                        case _:
                            pass
            finally:
                for task in waiting:
                    task.cancel()
                self._outlet.close()
        raise SessionError("The run ended without a word about how it ended.")

    def _take(self, record: EventRecord) -> str:
        """Show the record; its kind."""
        kind = fields.kind(record.type, record.data)
        self._answer.apply(kind, record.data)
        self._budget.count(kind, self._answer)
        self._sink.show(record)
        if kind == "RunFinished" and self._outlet.error is None:
            self._outlet.tell("".join(f"{clean_line(line)}\n" for line in self._last_words(record.data)))
        return kind

    async def _stop_when_interrupted(self) -> None:
        await self._interruption.wait()
        await self._assistant.cancel()

    async def _ask_human(self, record: EventRecord) -> None:
        question = question_from(record)
        response = await self._human.answer(question)
        if response is None:
            self._refused = f"nobody was there to answer: {question.text}"
        elif question.is_approval and response == DENY:
            self._refused = f"you said no to: {question.text}"
        if response is not None:
            await self._assistant.respond(question.request_id, response)
        elif question.is_approval:
            await self._assistant.respond(question.request_id, DENY, reason="Nobody is there to approve it.")
        else:
            await self._assistant.cancel()

    def _last_words(self, finished: JsonObject) -> Iterator[str]:
        error = fields.obj(finished, "error")
        message, hint = fields.text(error, "message"), fields.text(error, "hint")
        if self._interruption.signal is not None:
            yield "bookwheel: interrupted; what had arrived is saved (bookwheel --continue)"
        elif self._budget.exceeded:
            yield f"bookwheel: stopped by {self._budget.exceeded}"
        elif self._refused:
            yield f"bookwheel: {self._refused}"
        elif message:
            yield f"bookwheel: {message}"
            if hint:
                yield f"  {hint}"
        elif self._answer.is_unsupported:
            yield "bookwheel: nothing in the documents supports an answer"

    def _exit_code(self, finished: JsonObject) -> int:
        if self._interruption.signal is not None:
            return for_signal(self._interruption.signal)
        if self._budget.exceeded or self._refused:
            return ExitCode.STOPPED_BY_LIMIT
        if fields.text(finished, "status") != "completed":
            return for_error_name(fields.text(fields.obj(finished, "error"), "type"))
        return ExitCode.NO_SUPPORT if self._answer.is_unsupported else ExitCode.OK
