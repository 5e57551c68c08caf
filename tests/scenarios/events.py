"""A run's events for comparing: their classes, each with its identifying fields."""

from collections.abc import Iterable

from bookwheel import AgentInput, AgentOutput, AgentStream, Event, ToolCall, ToolCallResult


def outline(events: Iterable[Event]) -> list[str]:
    """A line an event, the pieces of one text as one."""
    lines: list[str] = []
    for event in events:
        line = _line(event)
        if not (isinstance(event, AgentStream) and lines and lines[-1] == line):
            lines.append(line)
    return lines


def _line(event: Event) -> str:
    name = type(event).__name__
    match event:
        case AgentInput() | AgentOutput() | AgentStream():
            return f"{name} {event.current_agent_name}"
        case ToolCall() | ToolCallResult():
            return f"{name} {event.tool_name}"
        case _:
            return name
