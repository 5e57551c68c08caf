"""A query engine as a tool."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Protocol

from bookwheel.engine.tools.base_tool import ToolMetadata
from bookwheel.engine.tools.function_tool import FunctionTool, ToolOutput

if TYPE_CHECKING:
    from collections.abc import Awaitable

DEFAULT_NAME = "query_engine_tool"
DEFAULT_DESCRIPTION = (
    "Useful for running a natural language query against a knowledge base and get back a natural language response."
)


class AsksEngine(Protocol):
    """The part of a query engine that the tool uses."""

    def aquery(self, query: str, /) -> Awaitable[object]:
        """Answer a question."""
        ...


class QueryEngineTool(FunctionTool):
    """Sends the model's `input` to `query_engine`; the result is the answer's text, `raw_output` the response."""

    def __init__(
        self, query_engine: AsksEngine, metadata: ToolMetadata | None = None, resolve_input_errors: bool = True
    ) -> None:
        self.query_engine = query_engine

        async def ask(input: str) -> ToolOutput:  # noqa: A002 - LlamaIndex's name of the argument
            response: Any = await query_engine.aquery(input)
            if hasattr(response, "response_gen"):
                # Read a streaming answer to its end: the model needs all of it.
                response = response.get_response()
                response = await response if isawaitable(response) else response
            return ToolOutput(str(response), raw_input={"input": input}, raw_output=response)

        described = metadata or ToolMetadata(DEFAULT_NAME, DEFAULT_DESCRIPTION)
        super().__init__(
            ask,
            ToolMetadata(
                described.name or DEFAULT_NAME,
                described.description or DEFAULT_DESCRIPTION,
                return_direct=described.return_direct,
            ),
        )

    @classmethod
    def from_defaults(  # pyright: ignore[reportIncompatibleMethodOverride] - LlamaIndex's arguments
        cls,
        query_engine: AsksEngine,
        name: str | None = None,
        description: str | None = None,
        return_direct: bool = False,
        resolve_input_errors: bool = True,
    ) -> QueryEngineTool:
        """A tool that asks `query_engine`."""
        return cls(
            query_engine,
            ToolMetadata(name or DEFAULT_NAME, description or DEFAULT_DESCRIPTION, return_direct=return_direct),
        )
