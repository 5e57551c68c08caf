"""The user's own workflow as the one workflow of a desk, for `bookwheel run`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_overloads

from bookwheel.assistant.protocols import RunHandler, Runnable
from bookwheel.engine.schema import ChatMessage
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import UsageError

if TYPE_CHECKING:
    from bookwheel.engine.research.research_state import ResearchState


class OwnWorkflow:
    """The source of one workflow, `workflow`, which is shown as `name`.

    It has its own model and its own tools. Raises UsageError when its `run()` takes no `user_msg`.
    """

    problem = ""

    def __init__(self, workflow: object, name: str) -> None:
        self._name = name
        self._runnable = _ForeignRunnable(workflow, name)
        self.web = "off"

    async def workflow(
        self,
        mode: str,
        roots: Sequence[Path],
        selection: Selection = EVERYTHING,
        resume: ResearchState | None = None,
    ) -> Runnable:
        return self._runnable

    def model_name(self, mode: str) -> str:
        return self._name

    def models(self) -> list[str]:
        return []

    def set_model(self, name: str) -> None:
        raise UsageError(f"{self._name} chooses its own model.", hint="Change it in its code.")

    async def warm_up(self) -> None:
        """Do nothing: it was imported before the desk was opened."""

    async def aclose(self) -> None:
        """Do nothing: the workflow owns its connections."""


class _ForeignRunnable:
    """Calls the `run()` of a foreign workflow with the arguments that it accepts."""

    def __init__(self, workflow: object, name: str) -> None:
        self._run = cast("Callable[..., object]", getattr(workflow, "run"))  # noqa: B009 - known to be there
        self._name = name
        if not _takes(self._run, "user_msg"):
            named = ", ".join(inspect.signature(self._run).parameters) or "nothing"
            raise UsageError(
                f"The run() of '{name}' does not accept user_msg, only: {named}.",
                hint="Bookwheel calls run(user_msg=…): add this argument.",
            )
        self._takes_history = _takes(self._run, "chat_history", by_name=True)

    def run(self, *, user_msg: str | ChatMessage, chat_history: list[ChatMessage] | None = None) -> RunHandler:
        if chat_history and self._takes_history:
            handler = self._run(user_msg=user_msg, chat_history=_translated(chat_history, self._run))
        else:
            handler = self._run(user_msg=user_msg)
        if not callable(getattr(handler, "stream_events", None)):
            if inspect.iscoroutine(handler):
                handler.close()
            raise UsageError(
                f"The run() of '{self._name}' returned a {type(handler).__name__}, which has no stream_events().",
                hint="Return the handler of a run that has begun, as Workflow.run() does.",
            )
        return cast("RunHandler", handler)


def _takes(run: Callable[..., object], name: str, *, by_name: bool = False) -> bool:
    """Whether `run` takes an argument of this name; not `by_name`, also among its `**kwargs`."""
    for parameters in _signatures(run):
        parameter = parameters.get(name)
        if parameter is not None and parameter.kind is not inspect.Parameter.POSITIONAL_ONLY:
            return True
        if not by_name and any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
            return True
    return False


def _signatures(run: Callable[..., object]) -> Iterator[dict[str, inspect.Parameter]]:
    """Its parameters, and those of its overloads: LlamaIndex's agents declare theirs there alone."""
    for function in (run, *get_overloads(_function(run))):
        yield dict(inspect.signature(function).parameters)


def _function(run: Callable[..., object]) -> Callable[..., object]:
    return inspect.unwrap(cast("Callable[..., object]", getattr(run, "__func__", run)))


def _translated(messages: Sequence[ChatMessage], run: Callable[..., object]) -> list[object]:
    """The messages as the `ChatMessage` of the module that `run` is from; as they are where it has none."""
    names = cast("dict[str, object]", getattr(_function(run), "__globals__", {}))
    theirs = names.get("ChatMessage")
    if theirs is ChatMessage or not isinstance(theirs, type):
        return list(messages)
    make = cast("Callable[..., object]", theirs)
    return [make(role=message.role.value, content=message.content) for message in messages]
