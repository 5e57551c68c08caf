"""Questions to a human: which step or tool call asks, with which id, and which questions are open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext

from bookwheel.engine.events import InputRequiredEvent, Retrieval
from bookwheel.engine.schema import new_id
from bookwheel.engine.workflow.given_answers import GivenAnswers
from bookwheel.engine.workflow.nested_runs import NestedRuns


class Caller:
    """One step or tool call that uses a context; adds `fields` and a `request_id` to its questions.

    `waiting` is entered during a wait for a human, to pause a tool's time limit. `key` identifies the call, also when
    it runs again from a saved context; `step` is the name of the step. `nested` are the runs that the call starts,
    `answers` the answers it got: both are kept when the call starts again.
    """

    def __init__(
        self,
        fields: Mapping[str, object],
        waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
        key: str = "",
        step: str = "",
        nested: NestedRuns | None = None,
        answers: GivenAnswers | None = None,
    ) -> None:
        self._fields = fields
        self._key = key
        self._count = 0
        self.step = step
        self.nested = nested or NestedRuns()
        self.answers = answers or GivenAnswers()
        self.waiting = waiting
        self.asked: str | None = None

    def again(self) -> None:
        """Note that the call is tried again: its questions keep their ids, and it gets the earlier answers again."""
        self._count = 0
        self.answers.begin_again()

    def mark(self, retrieval: Retrieval) -> None:
        """Add the id of the tool call that searched."""
        if "tool_id" in self._fields and "tool_id" not in retrieval:
            retrieval["tool_id"] = self._fields["tool_id"]

    def complete(self, question: InputRequiredEvent) -> str:
        """Fill in the missing fields; returns the question's `request_id`."""
        for name, value in self._fields.items():
            if name not in question:
                question[name] = value
        if "request_id" not in question:
            self._count += 1
            # With a key, a question keeps its id when its call runs again from a saved context.
            question["request_id"] = f"{self._key}-{self._count}" if self._key else new_id()
        return str(question["request_id"])


class QuestionLog:
    """The ids of the open questions of one run, including those asked before the run was saved."""

    def __init__(self, asked_before: Iterable[str] = ()) -> None:
        self._asked_before = set(asked_before)
        self._open = dict.fromkeys(self._asked_before)

    def ask(self, request_id: str) -> bool:
        """Add an open question; False when it was already shown before the run was saved."""
        self._open[request_id] = None
        if request_id in self._asked_before:
            self._asked_before.remove(request_id)
            return False
        return True

    def close(self, request_id: str | None) -> None:
        """Remove a question from the open ones."""
        if request_id is not None:
            self._open.pop(request_id, None)

    @property
    def open(self) -> list[str]:
        """The ids of the open questions, oldest first."""
        return list(self._open)
