"""`BaseTool`, the base class of tools, and `ToolMetadata`, its description for the model."""

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
    """The description of a tool for the model; `parameters` is the JSON schema of its arguments.

    `fn_schema` is the same as a pydantic model; `parameters` is made from it if not given. A tool with neither takes
    one text, `input`.
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
        """The arguments as a pydantic model, made on first use."""
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
        """The tool for the OpenAI API. Raises ValueError for a description of more than 1024 characters."""
        if not skip_length_check and len(self.description) > 1024:
            raise ValueError("Tool description exceeds maximum length of 1024 characters. Please shorten it.")
        function: JsonObject = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}

    def spec(self) -> ToolSpec:
        """The tool as models of Bookwheel get it."""
        return ToolSpec(self.name, self.description, self.parameters)


class BaseTool(ABC):
    """Base class of tools: define `metadata` and `__call__`, and `acall` if the tool is asynchronous."""

    @property
    @abstractmethod
    def metadata(self) -> ToolMetadata:
        """The description of the tool for the model."""

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool; its exceptions are passed on."""

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `__call__`."""
        return self(*args, **kwargs)

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the tool in a thread; its exceptions are passed on."""
        from bookwheel.engine.workflow.tasks import in_thread

        return await in_thread(lambda: self.call(*args, **kwargs), name=f"tool {self.metadata.name}")


AsyncBaseTool = BaseTool
"""LlamaIndex's name for a tool with `acall`; here every tool has it."""


def _text_model() -> type[Any]:
    from pydantic import create_model

    return create_model("DefaultToolFnSchema", input=(str, ...))
