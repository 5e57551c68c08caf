"""`predict_and_call`: a model chooses tools for a message, the tools are called, and their results are the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.schema import ChatMessage, NodeWithScore, ToolSelection
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.llms.chat import ChatResponse


@dataclass(slots=True)
class AgentChatResponse:
    """What tools gave for a message: the text in `response`, the results in `sources`."""

    response: str = ""
    sources: list[ToolOutput] = field(default_factory=list[ToolOutput])
    source_nodes: list[NodeWithScore] = field(default_factory=list[NodeWithScore])
    metadata: dict[str, Any] | None = None

    def __str__(self) -> str:
        return self.response


class CallableTool(Protocol):
    """A tool that can be described and called."""

    @property
    def metadata(self) -> Any: ...

    def acall(self, *args: Any, **kwargs: Any) -> Awaitable[Any]: ...


class AsksWithTools(Protocol):
    """A model that is asked with tools."""

    async def achat_with_tools(self, tools: Sequence[Any], user_msg: Any = None, **options: Any) -> ChatResponse: ...

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True
    ) -> list[ToolSelection]: ...


async def predict_and_call(
    model: AsksWithTools,
    tools: Sequence[CallableTool],
    user_msg: ChatMessage | str | None = None,
    chat_history: Sequence[ChatMessage] | None = None,
    *,
    verbose: bool = False,
    allow_parallel_tool_calls: bool = False,
    error_on_no_tool_call: bool = True,
    error_on_tool_error: bool = False,
    **options: Any,
) -> AgentChatResponse:
    """Ask `model` which tools to call, and call them. `verbose` changes nothing.

    Raises ValueError when it calls none, unless `error_on_no_tool_call` is False: the answer then is the model's text;
    and, with `error_on_tool_error`, when a tool fails.
    """
    answer = await model.achat_with_tools(
        tools, user_msg, chat_history=chat_history, allow_parallel_tool_calls=allow_parallel_tool_calls, **options
    )
    calls = model.get_tool_calls_from_response(answer, error_on_no_tool_call=error_on_no_tool_call)
    if not calls:
        return AgentChatResponse(answer.message.content or "")
    results = [await acall_tool_with_selection(call, tools) for call in calls]
    text = "\n\n".join(result.content for result in results)
    if error_on_tool_error and any(result.is_error for result in results):
        raise ValueError(text)
    return AgentChatResponse(text, results)


async def acall_tool_with_selection(
    tool_call: ToolSelection, tools: Sequence[CallableTool], verbose: bool = False
) -> ToolOutput:
    """Call the tool that a model chose; what it raises, and a tool that is not there, become an error result."""
    name, arguments = tool_call.tool_name, dict(tool_call.tool_kwargs)
    tool = next((tool for tool in tools if tool.metadata.get_name() == name), None)
    if tool is None:
        return ToolOutput(f"There is no tool called {name!r}.", name, arguments, is_error=True)
    try:
        result = await tool.acall(**arguments)
    except Exception as error:  # noqa: BLE001 - any failure of a user's tool is a result
        return ToolOutput(f"{type(error).__name__}: {error}", name, arguments, is_error=True, exception=error)
    return result if isinstance(result, ToolOutput) else ToolOutput(str(result), name, arguments, raw_output=result)


def call_tool_with_selection(
    tool_call: ToolSelection, tools: Sequence[CallableTool], verbose: bool = False
) -> ToolOutput:
    """As `acall_tool_with_selection`, blocking."""
    return run_blocking(acall_tool_with_selection(tool_call, tools, verbose))
