"""The runs that a step or tool call starts: they are saved and continued with it, and get events sent to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bookwheel.engine.schema import JsonObject
from bookwheel.errors import WorkflowRuntimeError

# The keys of a saved nested run: its workflow's class name, and its context or its result.
NAME = "workflow"
CONTEXT = "context"
RESULT = "result"


class NestedRuns:
    """The runs of one step or tool call, in the order in which they were started.

    A step that is restarted from a saved context starts the same runs in the same order. Each continues where it was;
    one that had ended gives its saved result.
    """

    def __init__(self, saved: Sequence[JsonObject] = ()) -> None:
        self._saved = list(saved)
        self._started: list[tuple[str, Callable[[], JsonObject]]] = []

    def take_saved(self, name: str) -> JsonObject | None:
        """The saved state of the next run, if that is a run of the workflow class `name`."""
        if not self._saved or self._saved[0].get(NAME) != name:
            return None
        return self._saved.pop(0)

    def add(self, name: str, save: Callable[[], JsonObject]) -> None:
        """Add a run of the workflow class `name`; `save` gives its context or its result."""
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
