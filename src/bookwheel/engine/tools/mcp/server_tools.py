"""The tools of an MCP server as tools of an agent, with approval, limits, and results as numbered passages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from bookwheel.engine.events import InputRequiredEvent
from bookwheel.engine.events.run_events import Retrieval
from bookwheel.engine.query.answer_prompts import without_hidden
from bookwheel.engine.query.citations import SourceNumbers
from bookwheel.engine.schema import JsonObject, NodeWithScore
from bookwheel.engine.tools.approval import DENY, ApprovalRule
from bookwheel.engine.tools.base_tool import ToolMetadata
from bookwheel.engine.tools.function_tool import FunctionTool, ToolOutput
from bookwheel.engine.tools.mcp.connection import McpConnection
from bookwheel.engine.tools.mcp.server_schema import plain_schema
from bookwheel.engine.tools.mcp.server_texts import (
    ServerOffer,
    ServerSearch,
    bounded_text,
    offer_of,
    passage,
    prompt_text,
    query_argument,
    text_of,
    texts_of,
)
from bookwheel.engine.tools.tool_progress import reporter
from bookwheel.engine.tools.web_results import hits_text
from bookwheel.engine.workflow.context import Context, ask, run_of
from bookwheel.errors import McpServerError
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from mcp_types import ElicitRequestParams, ElicitResult, Tool

MAX_DESCRIPTION = 1_000
MAX_NAME = 64
MAX_FIELDS = 8

_OTHER = lazy_regex(r"[^A-Za-z0-9_-]+")
_YES, _NO = "yes", "no"


class McpTools:
    """The tools of one server, named `SERVER__TOOL`, so that they cannot be mistaken for Bookwheel's own.

    A permission for the session covers one tool of one server, as long as this object exists.
    """

    def __init__(self, connection: McpConnection) -> None:
        self._connection = connection
        self._rules: dict[str, ApprovalRule] = {}
        self._made: list[FunctionTool] | None = None

    @property
    def name(self) -> str:
        """The name of the server."""
        return self._connection.address.name

    async def tools(self) -> list[FunctionTool]:
        """The tools allowed by the settings. The first call connects. Raises McpServerError."""
        if self._made is None:
            wanted = self._connection.address.tools
            listed = [tool for tool in await self._connection.tools() if not wanted or tool.name in wanted]
            missing = [name for name in wanted if name not in {tool.name for tool in listed}]
            if missing:
                raise McpServerError(
                    f"The MCP server '{self.name}' has no tool {missing[0]!r}.", hint=f"See mcp.{self.name}.tools."
                )
            made = {made.name: made for made in map(self._tool, listed)}
            for further in [] if wanted else await self._reading_tools():
                made.setdefault(further.name, further)
            self._made = list(made.values())
        return self._made

    async def searches(self) -> list[ServerSearch]:
        """The allowed tools that need one text and nothing else. Raises McpServerError."""
        await self.tools()
        address = self._connection.address
        found: list[ServerSearch] = []
        for tool in await self._connection.tools():
            argument, name = query_argument(tool.input_schema), self._named(tool.name)
            if argument and (not address.tools or tool.name in address.tools):
                rule = self._rules.get(name) if address.asks else None
                found.append(
                    ServerSearch(connection=self._connection, tool=tool.name, name=name, argument=argument, rule=rule)
                )
        return found

    async def offers(self) -> list[ServerOffer]:
        """The prompts and resources of the server. Raises McpServerError."""
        prompts = [offer_of(prompt, self.name) for prompt in await self._connection.prompts()]
        resources = [
            ServerOffer(server=self.name, kind="resource", name=str(each.uri), about=without_hidden(each.name)[:200])
            for each in await self._connection.resources()
        ]
        return [*prompts, *resources]

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> str:
        """The text of a prompt. Raises McpServerError and UsageError."""
        return await prompt_text(self._connection, name, arguments)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.aclose()

    def _tool(self, tool: Tool) -> FunctionTool:
        name = self._named(tool.name)

        async def call(bookwheel_context: Context[Any], **arguments: Any) -> ToolOutput:
            return await self._call(tool.name, name, arguments, bookwheel_context)

        description = without_hidden(tool.description or tool.title or tool.name)[:MAX_DESCRIPTION]
        return self._made_tool(name, f"[{self.name}] {description}", plain_schema(tool.input_schema), call, tool.name)

    async def _reading_tools(self) -> list[FunctionTool]:
        """What reads the resources and the prompts of the server, where it has some."""
        tools: list[FunctionTool] = []
        if resources := await self._connection.resources():
            tools.append(self._reading_tool([f"{each.name}: {each.uri}" for each in resources[:20]]))
        if prompts := await self._connection.prompts():
            tools.append(self._prompt_tool([offer_of(each, self.name) for each in prompts[:20]]))
        return tools

    def _prompt_tool(self, listed: list[ServerOffer]) -> FunctionTool:
        name = self._named("get_prompt")

        async def get(bookwheel_context: Context[Any], prompt: str, arguments: dict[str, str]) -> ToolOutput:
            given = {key: str(value) for key, value in arguments.items()}
            text = await prompt_text(self._connection, prompt, given)
            return self._output(text, f"mcp://{self.name}/{prompt}", f"{self.name}: {prompt}", bookwheel_context)

        schema: JsonObject = {
            "type": "object",
            "properties": {"prompt": {"type": "string"}, "arguments": {"type": "object"}},
            "required": ["prompt", "arguments"],
        }
        known = "; ".join(f"{one.name}({', '.join(one.arguments)}) {one.about}" for one in listed)[:MAX_DESCRIPTION]
        return self._made_tool(name, f"[{self.name}] Get one of its prompts: {known}", schema, get, "get_prompt")

    def _reading_tool(self, listed: list[str]) -> FunctionTool:
        name = self._named("read_resource")

        async def read(bookwheel_context: Context[Any], uri: str) -> ToolOutput:
            contents = await self._connection.read(uri)
            return self._output("\n\n".join(map(text_of, contents)), uri, f"{self.name}: {uri}", bookwheel_context)

        schema: JsonObject = {"type": "object", "properties": {"uri": {"type": "string"}}, "required": ["uri"]}
        known = without_hidden("; ".join(listed))[:MAX_DESCRIPTION]
        return self._made_tool(name, f"[{self.name}] Read one of its resources: {known}", schema, read, "read_resource")

    def _made_tool(self, name: str, description: str, schema: JsonObject, function: Any, known_as: str) -> FunctionTool:
        question = f"May {known_as} of the MCP server '{self.name}' run? It is a program outside Bookwheel."
        rule = self._rules.setdefault(name, ApprovalRule(question=question, one_at_a_time=True))
        return FunctionTool.from_defaults(
            function,
            tool_metadata=ToolMetadata(name, description, schema),
            requires_approval=rule if self._connection.address.asks else False,
        )

    def _named(self, tool: str) -> str:
        return _OTHER.sub("_", f"{self.name}__{tool}")[:MAX_NAME]

    async def _call(self, tool: str, name: str, arguments: Mapping[str, Any], ctx: Context[Any]) -> ToolOutput:
        report = reporter(ctx, name, "")

        async def progress(progress: float, total: float | None, message: str | None) -> None:
            report({"done": progress, "total": total, "message": without_hidden(message or "")[:200]})

        async def elicit(params: ElicitRequestParams) -> ElicitResult:
            return await _answer(self.name, params, ctx)

        address = self._connection.address
        await self._connection.open()
        try:
            async with asyncio.timeout(address.timeout_s):
                result = await self._connection.call(tool, arguments, progress=progress, elicit=elicit)
        except TimeoutError as error:
            await self._connection.aclose()
            raise McpServerError(
                f"The MCP server '{self.name}' gave no result within {address.timeout_s:g} seconds.",
                hint=f"Raise mcp.{self.name}.timeout_s, or ask for less.",
            ) from error
        text = "\n\n".join(texts_of(result)).strip()
        if result.is_error:
            raise McpServerError(f"{tool} of the MCP server '{self.name}' failed: {without_hidden(text)[:1_000]}")
        return self._output(text, f"mcp://{self.name}/{tool}", f"{self.name}: {tool}", ctx)

    def _output(self, text: str, path: str, title: str, ctx: Context[Any]) -> ToolOutput:
        """The text as a numbered passage that can be cited."""
        text = bounded_text(text)
        if not text.strip():
            return ToolOutput("The tool gave no text.")
        node = passage(text, path, title)
        numbered = run_of(ctx).shared(SourceNumbers).number([NodeWithScore(node, None)])
        ctx.write_event_to_stream(Retrieval(query=title, nodes=numbered))
        return ToolOutput(hits_text(numbered), raw_output=text, nodes=numbered)


async def _answer(server: str, params: ElicitRequestParams, ctx: Context[Any]) -> ElicitResult:
    """Ask the user the server's questions, field by field.

    A refused answer declines, and so does an empty one where the field has no default.
    """
    from mcp_types import ElicitResult

    schema = cast("JsonObject", getattr(params, "requested_schema", None) or {})
    if getattr(params, "mode", "form") == "url":
        return ElicitResult(action="decline")  # never open an address for a server
    properties = cast("dict[str, JsonObject]", schema.get("properties") or {})
    message = f"The MCP server '{server}' asks: {without_hidden(params.message)[:500]}"
    content: dict[str, str | int | float | bool | list[str] | None] = {}
    for field, about in list(properties.items())[:MAX_FIELDS]:
        default = about.get("default")
        prefix = f"{message} — {without_hidden(str(about.get('title') or field))[:80]}"
        if default is not None:
            prefix += f" (empty: {without_hidden(str(default))[:80]})"
        question = InputRequiredEvent(prefix=prefix, choices=_choices(about), may_refuse=True)
        response = str((await ask(ctx, question)).get("response"))
        if not response.strip() and isinstance(default, str | int | float | bool):
            content[field] = default
            continue
        if response.strip().lower() in ("", DENY):
            return ElicitResult(action="decline")
        content[field] = _converted(response, about)
    if not properties:
        answer = await ask(ctx, InputRequiredEvent(prefix=message, choices=[_YES, DENY]))
        return ElicitResult(action="accept" if answer.get("response") == _YES else "decline", content={})
    return ElicitResult(action="accept", content=content)


def _choices(about: JsonObject) -> list[str]:
    options = about.get("enum")
    if isinstance(options, list):
        return [*map(str, cast("Iterable[object]", options)), DENY]
    return [_YES, _NO, DENY] if about.get("type") == "boolean" else []


def _converted(response: str, about: JsonObject) -> str | int | float | bool:
    """The answer converted to the type of its field; unchanged when it does not fit, so that the server refuses it."""
    kind = about.get("type")
    try:
        if kind == "boolean":
            return response == _YES
        if kind == "integer":
            return int(response)
        return float(response) if kind == "number" else response
    except ValueError:
        return response
