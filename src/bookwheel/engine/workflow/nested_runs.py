"""The runs that a step or tool call starts: saved with it, continued with it, and reached by events sent to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bookwheel.engine.schema import JsonObject
from bookwheel.errors import WorkflowRuntimeError

# How a nested run is saved: its workflow's class name, and its context or its result.
NAME = "workflow"
CONTEXT = "context"
RESULT = "result"


class NestedRuns:
    """The runs of one step or tool call, in the order in which they were started.

    A step that begins again from a saved context starts the same runs in the same order; each of them goes on where it
    was, and one that had ended gives its saved result.
    """

    def __init__(self, saved: Sequence[JsonObject] = ()) -> None:
        self._saved = list(saved)
        self._started: list[tuple[str, Callable[[], JsonObject]]] = []

    def take_saved(self, name: str) -> JsonObject | None:
        """What was saved of the next run, when that is a run of the workflow class `name`."""
        if not self._saved or self._saved[0].get(NAME) != name:
            return None
        return self._saved.pop(0)

    def add(self, name: str, save: Callable[[], JsonObject]) -> None:
        """Note a run of the workflow class `name`; `save` gives its context or its result."""
        self._started.append((name, save))

    def snapshot(self) -> list[JsonObject]:
        """The runs as plain JSON. One that cannot be saved ends the list: it and those after it will run again."""
        saved: list[JsonObject] = []
        for name, save in self._started:
            try:
                saved.append({NAME: name, **save()})
            except WorkflowRuntimeError:
                return saved
        return [*saved, *self._saved]
