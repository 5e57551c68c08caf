"""What every tool has: how it presents itself to a model, and how it is called."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, cast

from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.tool_output import ToolOutput

_TEXT_INPUT: JsonObject = {
    "type": "object",
    "properties": {"input": {"type": "string", "title": "input query string"}},
    "required": ["input"],
}


class ToolMetadata:
    """How a tool presents itself; `parameters` is the JSON schema of its arguments.

    `fn_schema` is the same as a pydantic model; where only one of the two is given the other is made of it. A tool with
    neither takes one text, `input`.
    """

    def __init__(
        self,
        name: str = "",
        description: str = "",
        parameters: JsonObject | None = None,
        return_direct: bool = False,
        fn_schema: type[Any] | Callable[[], type[Any]] | None = None,
    ) -> None:
        self.name = name
        self.description = description
        self.return_direct = return_direct
        self._parameters = parameters
        self._fn_schema = fn_schema

    @property
    def parameters(self) -> JsonObject:
        """The JSON schema of the arguments."""
        if self._parameters is None:
            schema = self.fn_schema if self._fn_schema is not None else None
            self._parameters = _TEXT_INPUT if schema is None else cast("JsonObject", schema.model_json_schema())
        return self._parameters

    @property
    def fn_schema(self) -> type[Any]:
        """The arguments as a pydantic model, made when it is first asked for."""
        made = self._fn_schema
        if not isinstance(made, type):
            made = self._fn_schema = made() if made is not None else _text_model()
        return made

    @property
    def fn_schema_str(self) -> str:
        """The JSON schema of the arguments as text."""
        return json.dumps(self.get_parameters_dict(), ensure_ascii=False)

    def get_name(self) -> str:
        return self.name

    def get_parameters_dict(self) -> JsonObject:
        return self.parameters

    def to_openai_tool(self, skip_length_check: bool = False) -> JsonObject:
        """The tool as the OpenAI API takes it; ValueError for a description of more than 1024 characters."""
        if not skip_length_check and len(self.description) > 1024:
            raise ValueError("Tool description exceeds maximum length of 1024 characters. Please shorten it.")
        function: JsonObject = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}

    def spec(self) -> ToolSpec:
        """The tool as our models take it."""
        return ToolSpec(self.name, self.description, self.parameters)


class BaseTool(ABC):
    """A tool of the user's own: `metadata` says what it is, `__call__` calls it; `acall` where it is asynchronous."""

    @property
    @abstractmethod
    def metadata(self) -> ToolMetadata:
        """How the tool presents itself."""

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool; raises what it raises."""

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `__call__`."""
        return self(*args, **kwargs)

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool in a thread; raises what it raises."""
        from bookwheel.engine.workflow.tasks import in_thread

        return await in_thread(lambda: self.call(*args, **kwargs), name=f"tool {self.metadata.name}")


AsyncBaseTool = BaseTool
"""LlamaIndex's name for a tool with `acall`, which every tool has here."""


def _text_model() -> type[Any]:
    from pydantic import create_model

    return create_model("DefaultToolFnSchema", input=(str, ...))
