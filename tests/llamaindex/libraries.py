"""Both libraries under the same names, so that one probe runs on each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.support.wire_replies import Reply, say

import bookwheel

if TYPE_CHECKING:
    from tests.support.openai_server import OpenAIServer

_PLACES = {
    "llama_index.core": "PromptTemplate SimpleDirectoryReader get_response_synthesizer",
    "llama_index.core.base.response.schema": "AsyncStreamingResponse Response StreamingResponse",
    "llama_index.core.agent.workflow": "FunctionAgent",
    "llama_index.core.chat_engine": "ContextChatEngine SimpleChatEngine",
    "llama_index.core.llms": "ChatMessage MockLLM TextBlock",
    "llama_index.core.memory": "ChatMemoryBuffer Memory",
    "llama_index.core.postprocessor": "SimilarityPostprocessor",
    "llama_index.core.prompts": "ChatPromptTemplate",
    "llama_index.core.query_engine": "RetrieverQueryEngine",
    "llama_index.core.retrievers": "BaseRetriever",
    "llama_index.core.schema": "NodeWithScore QueryBundle TextNode",
    "llama_index.core.tools": "FunctionTool QueryEngineTool ToolOutput",
    "llama_index.core.workflow": "Context Event StartEvent StopEvent Workflow step",
    "workflows.errors": "WorkflowConfigurationError",
}

OURS: Any = bookwheel
THEIRS: Any = SimpleNamespace(
    **{name: getattr(import_module(place), name) for place, names in _PLACES.items() for name in names.split()}
)


def model(library: Any, server: OpenAIServer) -> Any:
    """The model of a library that asks `server`."""
    options: dict[str, Any] = {"api_key": "sk-test", "max_retries": 0}
    if library is OURS:
        return bookwheel.OpenAI("gpt-4o-mini", base_url=server.base_url, **options)
    theirs: Any = import_module("llama_index.llms.openai")
    return theirs.OpenAI("gpt-4o-mini", api_base=server.base_url, **options)


async def both(server: OpenAIServer, probe: Callable[[Any], Any], *replies: str | Reply) -> tuple[Any, Any]:
    """What a probe gives with our library and with theirs, in a thread, for the same replies of the server."""
    results: list[Any] = []
    for library in (OURS, THEIRS):
        server.replies.clear()
        server.replies += [say(reply) if isinstance(reply, str) else reply for reply in replies]
        results.append(await asyncio.to_thread(probe, library))
    return results[0], results[1]
