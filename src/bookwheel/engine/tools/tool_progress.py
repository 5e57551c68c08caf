"""Tools that are generators: the yielded values are progress, the last one is the result."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from typing import Any, TypeGuard, cast

from bookwheel.engine.events import Event
from bookwheel.engine.events.agent_events import ToolProgress
from bookwheel.engine.schema import jsonable
from bookwheel.engine.workflow.context import Context

Report = Callable[[Any], None]

_NOTHING = object()


def reporter(ctx: object, tool_name: str, tool_id: str) -> Report:
    """A function that writes progress to the events of the run; without a context it does nothing."""

    def report(value: Any) -> None:
        if isinstance(ctx, Context):
            event = value if isinstance(value, Event) else _event(value, tool_name, tool_id)
            cast("Context[Any]", ctx).write_event_to_stream(event)

    return report


def _event(value: Any, tool_name: str, tool_id: str) -> ToolProgress:
    return ToolProgress(tool_name=tool_name, tool_id=tool_id, progress=jsonable(value))


def is_generator(result: object) -> TypeGuard[Generator[Any, Any, Any]]:
    """Whether the result of a plain tool is a generator."""
    return inspect.isgenerator(result)


def is_async_generator(result: object) -> TypeGuard[AsyncGenerator[Any, Any]]:
    """Whether the result of an asynchronous tool is a generator."""
    return inspect.isasyncgen(result)


def read_generator(pieces: Generator[Any, Any, Any], report: Report) -> Any:
    """The generator's return value, or else its last value; the values before it are reported."""
    last: Any = _NOTHING
    with closing(pieces):
        while True:
            try:
                piece = next(pieces)
            except StopIteration as end:
                return _result(last, end.value, report)
            except Exception:
                _report_held(last, report)
                raise
            _report_held(last, report)
            last = piece


def _report_held(last: Any, report: Report) -> None:
    # A value is held until the next one comes: it may be the last, which is the result.
    if last is not _NOTHING:
        report(last)


def _result(last: Any, returned: Any, report: Report) -> Any:
    if returned is None:
        return None if last is _NOTHING else last
    _report_held(last, report)
    return returned


async def read_async_generator(pieces: AsyncGenerator[Any, Any], report: Report) -> Any:
    """The generator's last value; the values before it are reported."""
    last: Any = _NOTHING
    async with aclosing(pieces):
        try:
            async for piece in pieces:
                _report_held(last, report)
                last = piece
        except Exception:
            _report_held(last, report)
            raise
    return None if last is _NOTHING else last
