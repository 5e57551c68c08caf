"""`FunctionTool`, a function that a model may call, and `BaseToolSpec`, a class of several tools."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.tool_output import ToolOutput as ToolOutput
from bookwheel.engine.tool_output import output_text
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.engine.tools.arguments import ArgumentError, bind_arguments
from bookwheel.engine.tools.base_tool import BaseTool
from bookwheel.engine.tools.base_tool import ToolMetadata as ToolMetadata
from bookwheel.engine.tools.signature import read_signature
from bookwheel.engine.tools.tool_progress import (
    Report,
    is_async_generator,
    is_generator,
    read_async_generator,
    read_generator,
    reporter,
)
from bookwheel.errors import ToolError
from bookwheel.lazy_regex import lazy_regex

_ASYNC_KINDS = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
# The function names that all endpoints accept.
_NAME = lazy_regex(r"[A-Za-z0-9_-]{1,64}")


class FunctionTool(BaseTool):
    """A function as a tool; make one with `from_defaults`.

    `approval` is the rule for asking a human before each call, None without approval. `timeout` is in seconds, paused
    while a human is asked; None uses the agent's. If the function is a generator, its values are shown as
    `ToolProgress`, and the last one is the result. `only_reads` means that a second call is harmless: after a crash it
    is repeated without asking.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        metadata: ToolMetadata,
        *,
        async_fn: Callable[..., Any] | None = None,
        approval: ApprovalRule | None = None,
        timeout: float | None = None,
        fn_schema: type[Any] | None = None,
        partial_params: Mapping[str, Any] | None = None,
        callback: Callable[[Any], Any] | None = None,
    ) -> None:
        self.fn = fn
        self.async_fn = async_fn or fn
        self.approval = approval
        self.timeout = timeout
        self.only_reads = False
        self._metadata = metadata
        self._signature = read_signature(self.async_fn)
        self._fn_schema = fn_schema
        self._partial_params = dict(partial_params or {})
        self._callback = callback

    @classmethod
    def from_defaults(
        cls,
        fn: Callable[..., Any] | None = None,
        name: str | None = None,
        description: str | None = None,
        return_direct: bool = False,
        fn_schema: type[Any] | None = None,
        async_fn: Callable[..., Any] | None = None,
        tool_metadata: ToolMetadata | None = None,
        callback: Callable[[Any], Any] | None = None,
        async_callback: Callable[[Any], Any] | None = None,
        *,
        partial_params: Mapping[str, Any] | None = None,
        requires_approval: bool | ApprovalRule = False,
        timeout: float | None = None,
    ) -> FunctionTool:
        """A tool from a function: name, description and arguments from its name, docstring and annotations.

        A parameter annotated with `Context` gets the run's context and is hidden from the model; a default of
        `Field(description=…, default=…)` describes its parameter. Agents call `async_fn` where both are given; a plain
        function runs in a thread. `fn_schema` is a pydantic model for the arguments; `tool_metadata` replaces all of
        these. `partial_params` are fixed arguments, hidden from the model. `callback` gets each result; a `ToolOutput`
        or text that it returns replaces the result. `requires_approval` asks a human before each call. Raises ToolError
        for a function that cannot be a tool.
        """
        function = fn or async_fn
        if function is None or not callable(function):
            raise ToolError(f"A tool needs a function, not {function!r}.", hint="FunctionTool.from_defaults(fn=...)")
        described = next((one for one in (fn, async_fn) if one is not None and inspect.getdoc(one)), function)
        name = _tool_name(function, name)
        metadata = tool_metadata or _metadata(described, name, description, return_direct, fn_schema)
        if partial_params:
            metadata = _without(metadata, partial_params)
        rule = requires_approval if isinstance(requires_approval, ApprovalRule) else None
        return cls(
            fn or function,
            metadata,
            async_fn=async_fn,
            approval=ApprovalRule() if requires_approval is True else rule,
            timeout=timeout,
            fn_schema=fn_schema,
            partial_params=partial_params,
            callback=async_callback or callback,
        )

    @property
    def metadata(self) -> ToolMetadata:
        """The description of the tool for the model."""
        return self._metadata

    @property
    def name(self) -> str:
        """The name by which the model calls the tool."""
        return self.metadata.name

    @property
    def ctx_param_name(self) -> str | None:
        """The name of the parameter that takes the run's context; None without one."""
        return self._signature.context_parameter

    @property
    def requires_context(self) -> bool:
        """Whether the function takes the context of the workflow, which no model sees."""
        return self._signature.context_parameter is not None

    @property
    def real_fn(self) -> Callable[..., Any]:
        """The function of the tool."""
        return self.fn

    def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """As `call`."""
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the function, plain or asynchronous, and wait for its result; its exceptions are passed on."""
        given = self._given(args, kwargs)
        if _is_async(self.fn):
            return run_blocking(self.acall(*args, **kwargs))
        result = _read_plain(self.fn(*args, **given), _no_report)
        if inspect.isawaitable(result) or is_async_generator(result):
            return run_blocking(self._awaited(result, args, given))
        output = self._output(result, args, given)
        replaced = self._callback(result) if self._callback is not None else None
        return _replaced(output, run_blocking(_of(replaced)) if inspect.isawaitable(replaced) else replaced)

    async def acall(self, *args: Any, **kwargs: Any) -> ToolOutput:
        """Call the function, a plain one in a thread; its exceptions are passed on."""
        given = self._given(args, kwargs)
        return await self._finished(await self._run(args, given, _no_report), args, given)

    async def invoke(self, arguments: Mapping[str, Any], ctx: object = None, *, tool_id: str = "") -> ToolOutput:
        """Call the function with a model's arguments.

        Raises only CancelledError. Wrong arguments (the function is then not called), an exception, and a result that
        cannot be converted to text give a result with `is_error`.
        """
        raw_input: dict[str, Any] = {"args": (), "kwargs": {**self._partial_params, **arguments}}
        try:
            positional, keywords = self._bind(arguments)
        except ArgumentError as error:
            content = f"The arguments do not fit the tool {self.name!r}: {error}. The tool was not called."
            return ToolOutput(content, self.name, raw_input, is_error=True, exception=error)
        if self._signature.context_parameter is not None:
            keywords[self._signature.context_parameter] = ctx
        try:
            result = await self._run(positional, keywords, reporter(ctx, self.name, tool_id))
            return await self._finished(result, (), raw_input["kwargs"])
        # A tool is foreign code: all its exceptions go to the model, even `sys.exit`.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            content = str(error) or type(error).__name__
            return ToolOutput(content, self.name, raw_input, raw_output=content, is_error=True, exception=error)

    def _given(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        taken = {parameter.name for parameter in self._signature.parameters[: len(args)]}
        defaults = {
            parameter.name: parameter.default
            for parameter in self._signature.parameters
            if parameter.has_field_default and parameter.name not in taken
        }
        return {**defaults, **self._partial_params, **kwargs}

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

    async def _run(self, args: Sequence[Any], kwargs: dict[str, Any], report: Report) -> Any:
        function = self.async_fn
        if _is_async(function):
            result = function(*args, **kwargs)
        else:
            from bookwheel.engine.workflow.tasks import in_thread

            result = await in_thread(lambda: _read_plain(function(*args, **kwargs), report), name=f"tool {self.name}")
        # A lambda or partial around a coroutine function is recognised only by its result.
        if is_async_generator(result):
            return await read_async_generator(result, report)
        return await result if inspect.isawaitable(result) else result

    async def _awaited(self, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> ToolOutput:
        if is_async_generator(result):
            result = await read_async_generator(result, _no_report)
        return await self._finished(await result if inspect.isawaitable(result) else result, args, kwargs)

    async def _finished(self, result: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> ToolOutput:
        replaced = self._callback(result) if self._callback is not None else None
        if inspect.isawaitable(replaced):
            replaced = await replaced
        return _replaced(self._output(result, args, kwargs), replaced)

    def _output(self, result: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> ToolOutput:
        raw_input: dict[str, Any] = {"args": tuple(args), "kwargs": dict(kwargs)}
        if isinstance(result, ToolOutput):
            result.tool_name = result.tool_name or self.name
            result.raw_input = result.raw_input or raw_input
            return result
        return ToolOutput(output_text(result), self.name, raw_input, raw_output=result)


class BaseToolSpec:
    """A class of several tools that share a client or key: its methods named in `spec_functions` are the tools.

    An entry may be a pair of names (plain, asynchronous): the tool calls the asynchronous method under the plain name.
    """

    spec_functions: ClassVar[Sequence[str | tuple[str, str]]] = ()

    def to_tool_list(
        self,
        spec_functions: Sequence[str | tuple[str, str]] | None = None,
        func_to_metadata_mapping: Mapping[str, ToolMetadata] | None = None,
    ) -> list[FunctionTool]:
        """The tools, in the order of `spec_functions`, by default those of the class.

        `func_to_metadata_mapping` gives descriptions by tool name.
        """
        known = func_to_metadata_mapping or {}
        entries = self.spec_functions if spec_functions is None else spec_functions
        return [self._tool(entry, known) for entry in entries]

    def _tool(self, entry: str | tuple[str, str], known: Mapping[str, ToolMetadata]) -> FunctionTool:
        name, async_name = entry if isinstance(entry, tuple) else (entry, entry)
        async_fn, fn = getattr(self, async_name, None), getattr(self, name, None)
        if async_fn is None:
            raise ToolError(f"{type(self).__name__} has no tool function {async_name!r}.")
        return FunctionTool.from_defaults(fn or async_fn, name, async_fn=async_fn, tool_metadata=known.get(name))


def as_tools(given: Iterable[object] | BaseToolSpec) -> list[FunctionTool]:
    """Functions, tools and tool specs as a list of tools; a single tool spec is accepted too.

    Raises ToolError for other objects and for two tools with the same name.
    """
    tools: list[FunctionTool] = []
    for item in [given] if isinstance(given, BaseToolSpec) else given:
        if isinstance(item, FunctionTool):
            tools.append(item)
        elif isinstance(item, BaseTool):
            tools.append(_adapted(item))
        elif isinstance(item, BaseToolSpec):
            tools += item.to_tool_list()
        elif callable(item):
            tools.append(FunctionTool.from_defaults(cast("Callable[..., Any]", item)))
        else:
            raise ToolError(f"{item!r} is not a tool.", hint="Give functions, FunctionTool or BaseToolSpec objects.")
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
    call = type(target).__call__
    return any(is_async(item) for item in (target, call) for is_async in _ASYNC_KINDS)


def _replaced(output: ToolOutput, replaced: Any) -> ToolOutput:
    if isinstance(replaced, ToolOutput):
        return replaced
    if replaced is not None:
        output.content = str(replaced)
    return output


async def _of(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def _no_report(progress: Any) -> None:
    """Ignore progress outside a run."""


def _read_plain(result: Any, report: Report) -> Any:
    return read_generator(result, report) if is_generator(result) else result


def _metadata(
    function: Callable[..., Any],
    name: str | None,
    description: str | None,
    return_direct: bool,
    fn_schema: type[Any] | None,
) -> ToolMetadata:
    tool_name = _tool_name(function, name)
    signature = read_signature(function)
    return ToolMetadata(
        tool_name,
        description or signature.summary or tool_name,
        cast("JsonObject", fn_schema.model_json_schema()) if fn_schema is not None else signature.json_schema(),
        return_direct,
        fn_schema or (lambda: signature.model(tool_name)),
    )


def _without(metadata: ToolMetadata, hidden: Mapping[str, Any]) -> ToolMetadata:
    parameters = metadata.parameters
    properties = cast("JsonObject", parameters.get("properties", {}))
    required = cast("list[str]", parameters.get("required", []))
    shown: JsonObject = {
        **parameters,
        "properties": {name: schema for name, schema in properties.items() if name not in hidden},
        "required": [name for name in required if name not in hidden],
    }
    return ToolMetadata(metadata.name, metadata.description, shown, metadata.return_direct, lambda: metadata.fn_schema)


def _adapted(tool: BaseTool) -> FunctionTool:
    async def call(**arguments: Any) -> ToolOutput:
        return await tool.acall(**arguments)

    metadata = tool.metadata
    _tool_name(call, metadata.name)
    return FunctionTool(call, metadata)
