"""What an MCP server offers besides an agent's tools: searches for research, prompts and resources for the user."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from bookwheel.engine.query.answer_prompts import without_hidden
from bookwheel.engine.schema import JsonObject, NumberedNode, TextNode
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.engine.tools.mcp.connection import McpConnection
from bookwheel.errors import McpServerError, UsageError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, Prompt

MAX_RESULT_CHARS = 24_000
MAX_PROMPT_CHARS = 50_000
_MAX_PASSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOffer:
    """A prompt with its arguments, the needed ones first, or a resource, whose `name` is its address."""

    server: str
    kind: Literal["prompt", "resource"]
    name: str
    about: str = ""
    arguments: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.server}:{self.name}"


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """What a search found, as passages."""

    nodes: list[NumberedNode]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSearch:
    """A tool of a server with one argument that is needed, a text. `rule` is its approval; None where it needs none."""

    connection: McpConnection
    tool: str
    name: str
    argument: str
    rule: ApprovalRule | None

    async def search(self, query: str) -> FoundTexts:
        """Each text of the result as a passage, at most 10. Raises McpServerError.

        Questions of the server are declined: a branch has no place for them.
        """
        server = self.connection.address.name
        await self.connection.open()
        try:
            async with asyncio.timeout(self.connection.address.timeout_s):
                result = await self.connection.call(
                    self.tool, {self.argument: query}, progress=_ignored, elicit=_declined
                )
        except TimeoutError as error:
            await self.connection.aclose()
            raise McpServerError(f"The MCP server '{server}' gave no result in time.") from error
        texts = list(texts_of(result))
        if result.is_error:
            reason = without_hidden(" ".join(texts))[:1_000]
            raise McpServerError(f"{self.tool} of the MCP server '{server}' failed: {reason}")
        path, title = f"mcp://{server}/{self.tool}", f"{server}: {self.tool}"
        passages = [bounded_text(text) for text in texts if text.strip()][:_MAX_PASSAGES]
        return FoundTexts([NumberedNode(at, passage(text, path, title)) for at, text in enumerate(passages, 1)])


def query_argument(schema: Mapping[str, Any]) -> str:
    """The one argument that a tool needs, when it is a text; "" for other tools."""
    required = cast("list[object]", schema.get("required") or [])
    properties = cast("dict[str, JsonObject]", schema.get("properties") or {})
    if len(required) != 1 or not isinstance(required[0], str):
        return ""
    return required[0] if properties.get(required[0], {}).get("type") == "string" else ""


def offer_of(prompt: Prompt, server: str) -> ServerOffer:
    """A prompt as it is listed."""
    arguments = sorted(prompt.arguments or [], key=lambda argument: not argument.required)
    return ServerOffer(
        server=server,
        kind="prompt",
        name=prompt.name,
        about=without_hidden(prompt.description or prompt.title or "")[:200],
        arguments=tuple(argument.name for argument in arguments),
    )


async def prompt_text(connection: McpConnection, name: str, arguments: Mapping[str, str]) -> str:
    """The texts of a prompt's messages. Raises McpServerError, and UsageError for a prompt without a text."""
    messages = await connection.prompt(name, arguments)
    text = "\n\n".join(text_of(message.content) for message in messages).strip()
    if not text:
        raise UsageError(f"The prompt {name} of the MCP server '{connection.address.name}' has no text.")
    return without_hidden(text)[:MAX_PROMPT_CHARS]


def texts_of(result: CallToolResult) -> Iterable[str]:
    """The texts in the result of a tool, else its data as JSON."""
    texts = [text_of(block) for block in result.content]
    if not any(text.strip() for text in texts) and result.structured_content is not None:
        return [json.dumps(result.structured_content, ensure_ascii=False)]
    return texts


def text_of(block: object) -> str:
    """The text of a block of content; for other kinds, the name of the kind."""
    text = getattr(block, "text", None) or getattr(getattr(block, "resource", None), "text", None)
    if isinstance(text, str):
        return text
    kind = getattr(block, "mime_type", None) or getattr(block, "type", "content")
    return f"[{kind} left out]"


def bounded_text(text: str) -> str:
    """The text without hidden letters, cut when it is too long, and then saying so."""
    text = without_hidden(text)
    if len(text) > MAX_RESULT_CHARS:
        return f"{text[:MAX_RESULT_CHARS]}\n[cut: the result has {len(text):,} characters]"
    return text


def passage(text: str, path: str, title: str) -> TextNode:
    """A result as a passage; the same text from the same tool has the same id."""
    node_id = "mcp-" + hashlib.sha256(f"{path}\n{text}".encode("utf-8", "replace")).hexdigest()[:24]
    return TextNode(text, {"file_path": path, "title": title}, node_id, start_char_idx=0, end_char_idx=len(text))


async def _ignored(progress: float, total: float | None, message: str | None) -> None:
    pass


async def _declined(params: ElicitRequestParams) -> ElicitResult:
    from mcp_types import ElicitResult

    return ElicitResult(action="decline")
