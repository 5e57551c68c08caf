"""Tools: functions that a model may call, and how they are made, checked and called."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.tool_output import ToolOutput as ToolOutput
from bookwheel.engine.tool_output import output_text
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.engine.tools.arguments import ArgumentError, bind_arguments
from bookwheel.engine.tools.signature import read_signature
from bookwheel.errors import ToolError

# What every endpoint takes as a function's name.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class ToolMetadata:
    """How a tool presents itself; `parameters` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: JsonObject
    return_direct: bool = False

    def get_name(self) -> str:
        return self.name

    def get_parameters_dict(self) -> JsonObject:
        return self.parameters

    def spec(self) -> ToolSpec:
        """The tool as a model sees it."""
        return ToolSpec(self.name, self.description, self.parameters)


class FunctionTool:
    """A function as a tool; make one with `from_defaults`.

    `approval` is the rule that asks a human before each call, None when nobody is asked. `timeout` is in seconds and
    does not run while a human is asked; None leaves it to the agent.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        metadata: ToolMetadata,
        *,
        approval: ApprovalRule | None = None,
        timeout: float | None = None,
        fn_schema: type[Any] | None = None,
        partial_params: Mapping[str, Any] | None = None,
    ) -> None:
        self.fn = fn
        self.metadata = metadata
        self.approval = approval
        self.timeout = timeout
        self._signature = read_signature(fn)
        self._fn_schema = fn_schema
        self._partial_params = dict(partial_params or {})

    @classmethod
    def from_defaults(
        cls,
        fn: Callable[..., Any] | None = None,
        name: str | None = None,
        description: str | None = None,
        return_direct: bool = False,
        *,
        async_fn: Callable[..., Any] | None = None,
        fn_schema: type[Any] | None = None,
        partial_params: Mapping[str, Any] | None = None,
        requires_approval: bool | ApprovalRule = False,
        timeout: float | None = None,
    ) -> FunctionTool:
        """A tool from a function: name, description and arguments from its name, docstring and annotations.

        A parameter annotated with `Context` gets the run's context and is hidden from the model. A plain function runs
        in a thread, an `async` one (or `async_fn`) on the loop. `fn_schema` is a pydantic model to be used for the
        arguments; `partial_params` are given by you, not by the model. `requires_approval` asks a human before each
        call. Raises ToolError for what cannot be a tool.
        """
        function = async_fn or fn
        if function is None or not callable(function):
            raise ToolError(f"A tool needs a function, not {function!r}.", hint="FunctionTool.from_defaults(fn=...)")
        tool_name = _tool_name(function, name)
        signature = read_signature(function)
        parameters = _model_schema(fn_schema) if fn_schema is not None else signature.json_schema()
        metadata = ToolMetadata(
            tool_name,
            description or signature.summary or tool_name,
            _without(parameters, partial_params or {}),
            return_direct,
        )
        rule = requires_approval if isinstance(requires_approval, ApprovalRule) else None
        return cls(
            function,
            metadata,
            approval=ApprovalRule() if requires_approval is True else rule,
            timeout=timeout,
            fn_schema=fn_schema,
            partial_params=partial_params,
        )

    @property
    def name(self) -> str:
        """The name that the model calls."""
        return self.metadata.name

    def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `call`."""
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call a plain function directly; raises what it raises."""
        result = self.fn(*args, **{**self._partial_params, **kwargs})
        if inspect.isawaitable(result):
            if inspect.iscoroutine(result):
                result.close()
            raise ToolError(f"The tool {self.name!r} is asynchronous.", hint="Use `await tool.acall(...)`.")
        return self._output(result, {"args": list(args), "kwargs": kwargs})

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the function, a plain one in a thread; raises what it raises."""
        result = await self._run(args, {**self._partial_params, **kwargs})
        return self._output(result, {"args": list(args), "kwargs": kwargs})

    async def invoke(self, arguments: Mapping[str, Any], ctx: object = None) -> ToolOutput:
        """Call the function with a model's arguments.

        Never raises but CancelledError: bad arguments (the function is then not called), an exception and a result that
        has no text form are results with `is_error`.
        """
        raw_input: dict[str, Any] = {"args": [], "kwargs": dict(arguments)}
        try:
            positional, keywords = self._bind(arguments)
        except ArgumentError as error:
            content = f"The arguments do not fit the tool {self.name!r}: {error}. The tool was not called."
            return ToolOutput(content, self.name, raw_input, is_error=True, exception=error)
        if self._signature.context_parameter is not None:
            keywords[self._signature.context_parameter] = ctx
        try:
            return self._output(await self._run(positional, keywords), raw_input)
        except Exception as error:  # noqa: BLE001 - a tool is foreign code; what it raises is told to the model
            content = str(error) or type(error).__name__
            return ToolOutput(content, self.name, raw_input, raw_output=content, is_error=True, exception=error)

    def _bind(self, arguments: Mapping[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        if self._fn_schema is not None:
            try:
                model = self._fn_schema.model_validate(dict(arguments))
            except ValueError as error:
                raise ArgumentError(str(error)) from error
            names: Iterable[str] = self._fn_schema.model_fields
            given = {name: getattr(model, name) for name in names}
            return (), {**self._partial_params, **given}
        return bind_arguments(self._signature, {**self._partial_params, **arguments})

    async def _run(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if _is_async(self.fn):
            return await self.fn(*args, **kwargs)
        from bookwheel.engine.workflow.tasks import in_thread

        result = await in_thread(lambda: self.fn(*args, **kwargs), name=f"tool {self.name}")
        # A lambda or partial around a coroutine function is only known by what it returns.
        return await result if inspect.isawaitable(result) else result

    def _output(self, result: Any, raw_input: dict[str, Any]) -> ToolOutput:
        if isinstance(result, ToolOutput):
            result.tool_name = result.tool_name or self.name
            result.raw_input = result.raw_input or raw_input
            return result
        return ToolOutput(output_text(result), self.name, raw_input, raw_output=result)


class BaseToolSpec:
    """Several tools with something in common (a client, a key): a class whose methods in `spec_functions` are tools.

    An entry may be a pair (plain, asynchronous) of names; the asynchronous one is used, under the plain one's name.
    """

    spec_functions: ClassVar[Sequence[str | tuple[str, str]]] = ()

    def to_tool_list(self) -> list[FunctionTool]:
        """The tools, in the order of `spec_functions`."""
        return [self._tool(entry) for entry in self.spec_functions]

    def _tool(self, entry: str | tuple[str, str]) -> FunctionTool:
        name, async_name = entry if isinstance(entry, tuple) else (entry, entry)
        return FunctionTool.from_defaults(getattr(self, async_name), name=name)


def as_tools(given: Iterable[object] | BaseToolSpec) -> list[FunctionTool]:
    """Functions, tools and tool specs as tools; one tool spec may stand for the whole list.

    Raises ToolError for anything else and for two tools of one name.
    """
    tools: list[FunctionTool] = []
    for item in [given] if isinstance(given, BaseToolSpec) else given:
        if isinstance(item, FunctionTool):
            tools.append(item)
        elif isinstance(item, BaseToolSpec):
            tools += item.to_tool_list()
        elif callable(item):
            tools.append(FunctionTool.from_defaults(cast("Callable[..., Any]", item)))
        else:
            raise ToolError(f"{item!r} is no tool.", hint="Give functions, FunctionTool or BaseToolSpec objects.")
    seen: set[str] = set()
    for tool in tools:
        if tool.name in seen:
            raise ToolError(f"Two tools are called {tool.name!r}.", hint="Give one of them another name=.")
        seen.add(tool.name)
    return tools


def _tool_name(function: Callable[..., Any], name: str | None) -> str:
    target = getattr(function, "func", function)
    found = name or str(getattr(target, "__name__", type(target).__name__))
    if _NAME.fullmatch(found) is None:
        raise ToolError(
            f"{found!r} cannot be the name of a tool.",
            hint="Give it a name= of at most 64 letters, digits, '_' and '-'.",
        )
    return found


def _is_async(function: Callable[..., Any]) -> bool:
    target = getattr(function, "func", function)
    return inspect.iscoroutinefunction(target) or inspect.iscoroutinefunction(type(target).__call__)


def _model_schema(model: type[Any]) -> JsonObject:
    return cast("JsonObject", model.model_json_schema())


def _without(parameters: JsonObject, hidden: Mapping[str, Any]) -> JsonObject:
    if not hidden:
        return parameters
    properties = cast("JsonObject", parameters.get("properties", {}))
    required = cast("list[str]", parameters.get("required", []))
    return {
        **parameters,
        "properties": {name: schema for name, schema in properties.items() if name not in hidden},
        "required": [name for name in required if name not in hidden],
    }
