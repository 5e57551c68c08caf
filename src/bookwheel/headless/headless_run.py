"""One question without an app: its events to a sink, its end to an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from typing import Protocol, TypeAlias

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.updates import OWN
from bookwheel.engine.events.logged_events import UserQuestion
from bookwheel.engine.events.run_events import RunFinished
from bookwheel.engine.record import EventRecord
from bookwheel.engine.tools.approval import DENY
from bookwheel.errors import BookwheelError, LimitReachedError, SessionError
from bookwheel.headless.budget import AskLimits, Budget
from bookwheel.headless.exit_codes import ExitCode, for_error_name, for_signal
from bookwheel.headless.interruption import Interruption
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.terminal_approval import Human, is_approval
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.answer import RunAnswer
from bookwheel.transcript.closing_notices import closing_notices

Begin: TypeAlias = Callable[[], Coroutine[None, None, str]]
"""Starts a run and returns its id."""


class Sink(Protocol):
    """Turns a run's events into text."""

    def show(self, record: EventRecord) -> None:
        """The next event."""
        ...


class HeadlessRun:
    """Asks one question and follows its run to the end.

    `outlet` is written during the run; when the answers' stream fails (a closed pipe) the run is stopped.
    `beside` is work for the duration of the run, such as reading what steers it; it is cancelled
    at the end of the run.
    """

    def __init__(
        self,
        assistant: Assistant,
        sink: Sink,
        *,
        outlet: Outlet,
        human: Human,
        limits: AskLimits,
        interruption: Interruption,
        beside: Callable[[], Coroutine[None, None, None]] | None = None,
    ) -> None:
        self._assistant = assistant
        self._sink = sink
        self._outlet = outlet
        self._human = human
        self._interruption = interruption
        self._beside = beside
        self._budget = Budget(limits)
        self._answer = RunAnswer()
        self._refused = ""
        self._mode = ""
        self._is_stopping = False

    async def ask(self, question: str, mode: str, *, begin: Begin | None = None) -> int:
        """Ask, or `begin` a run in another way, and wait for the end.

        Returns the exit code. Raises OSError when the output failed, BookwheelError when the question cannot be asked.
        """
        self._mode = mode
        with self._interruption.handled():
            try:
                finished = await self._follow_run(begin or (lambda: self._assistant.ask(question, mode=mode)))
            except* BookwheelError as errors:
                raise errors.exceptions[0] from None
        if self._outlet.error is not None:
            raise self._outlet.error
        return self._exit_code(finished)

    async def _follow_run(self, begin: Begin) -> RunFinished:
        async with aclosing(self._assistant.records()) as records, asyncio.TaskGroup() as helpers:

            def stop() -> None:
                helpers.create_task(self._assistant.cancel())

            helpers.create_task(self._outlet.run(on_error=stop))
            asking = helpers.create_task(begin())
            waiting: list[asyncio.Task[None]] = [helpers.create_task(self._stop_when_interrupted(asking))]
            try:
                run_id = await asking
                if self._beside is not None:  # only now: what it reads changes the run
                    waiting.append(helpers.create_task(self._beside()))
                async for record in records:
                    self._take(record)
                    if record.run == run_id and (finished := record.run_finished) is not None:
                        await self._assistant.wait_finished(run_id)  # on disk before the command ends
                        return finished
                    # Only this event waits for the user; the sink prints the others.
                    if isinstance(record.event, UserQuestion):
                        waiting.append(helpers.create_task(self._ask_human(record.event)))
                    elif self._budget.must_stop and not self._is_stopping:
                        self._is_stopping = True
                        stop()
            finally:
                for task in waiting:
                    task.cancel()
                try:
                    await asyncio.wait(waiting)  # they may still have something to say
                finally:
                    self._outlet.close()
        raise SessionError("The run ended without a RunFinished event.")

    def _take(self, record: EventRecord) -> None:
        self._answer.apply(record.event)
        self._budget.check(self._answer)
        if record.run_finished is not None and record.run_finished.error is not None:
            if record.run_finished.error.type == LimitReachedError.__name__:
                self._budget.refuse(self._answer)
        self._sink.show(record)
        if (finished := record.run_finished) is not None and self._outlet.error is None:
            self._outlet.message("".join(f"{clean_line(line)}\n" for line in self._closing_lines(finished)))

    async def _stop_when_interrupted(self, asking: asyncio.Task[str]) -> None:
        await self._interruption.wait()
        # Before the run begins only `asking` can be cancelled: choosing a model takes seconds.
        if not await self._assistant.cancel():
            asking.cancel()

    async def _ask_human(self, question: UserQuestion) -> None:
        response = await self._human.answer(question)
        if response is None:
            self._refused = _unanswered(question)
        elif is_approval(question) and response == DENY:
            self._refused = f"you refused: {question.prefix}"
        if response is not None:
            await self._assistant.respond(question.request_id, response)
        elif is_approval(question):
            await self._assistant.respond(question.request_id, DENY, reason="There is no terminal to approve it on.")
        elif question.may_refuse:
            await self._assistant.respond(question.request_id, DENY)
        else:
            await self._assistant.cancel()

    def _closing_lines(self, finished: RunFinished) -> Iterator[str]:
        if self._interruption.signal is not None:
            yield "bookwheel: interrupted; what had arrived is saved (bookwheel --continue)"
        elif self._budget.exceeded:
            yield f"bookwheel: stopped by {self._budget.exceeded}"
        elif self._refused:
            yield f"bookwheel: {self._refused}"
        elif finished.supported is False:
            # On one terminal the answer itself has just said so.
            if not (finished.response and self._outlet.is_one_terminal):
                yield "bookwheel: nothing in the documents supports an answer"
        else:
            for text, hint, _ in closing_notices(self._mode, finished):
                yield f"bookwheel: {text}"
                if hint:
                    yield f"  {hint}"

    def _exit_code(self, finished: RunFinished) -> int:
        if self._interruption.signal is not None:
            return for_signal(self._interruption.signal)
        if self._budget.exceeded or self._refused or finished.cut == "length":
            return ExitCode.STOPPED_BY_LIMIT
        error = finished.error.type if finished.error is not None else ""
        if finished.status != "completed" or error == LimitReachedError.__name__:
            return for_error_name(error)
        if finished.research is not None and finished.supported is False:
            return ExitCode.NO_SUPPORT
        if finished.cut == "content_filter" or (not finished.response and self._mode != OWN):
            return ExitCode.FAILED
        return ExitCode.NO_SUPPORT if finished.supported is False else ExitCode.OK


def _unanswered(question: UserQuestion) -> str:
    if is_approval(question) and question.tool_name:
        return f"{question.tool_name} needs approval, but there is no terminal: {question.prefix}"
    return f"there is no terminal to answer on: {question.prefix}"
