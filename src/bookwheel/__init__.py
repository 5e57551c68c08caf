"""Bookwheel: a terminal research assistant, and the small streaming library under it.

Each public name is loaded when it is first used: `import bookwheel` itself loads nothing.
"""

# Type checkers know this name; importing `typing` for it would double the time that `import bookwheel` takes.
from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_workflow import AgentWorkflow as AgentWorkflow
    from bookwheel.engine.agents.base_agent import FunctionAgent as FunctionAgent
    from bookwheel.engine.agents.base_agent import ReActAgent as ReActAgent
    from bookwheel.engine.embeddings.local import LocalEmbedding as LocalEmbedding
    from bookwheel.engine.embeddings.openai_compatible import OpenAIEmbedding as OpenAIEmbedding
    from bookwheel.engine.events import AgentInput as AgentInput
    from bookwheel.engine.events import AgentOutput as AgentOutput
    from bookwheel.engine.events import AgentSetup as AgentSetup
    from bookwheel.engine.events import AgentStream as AgentStream
    from bookwheel.engine.events import AgentStreamStructuredOutput as AgentStreamStructuredOutput
    from bookwheel.engine.events import Event as Event
    from bookwheel.engine.events import HumanResponseEvent as HumanResponseEvent
    from bookwheel.engine.events import InputRequiredEvent as InputRequiredEvent
    from bookwheel.engine.events import StartEvent as StartEvent
    from bookwheel.engine.events import StopEvent as StopEvent
    from bookwheel.engine.events import ToolCall as ToolCall
    from bookwheel.engine.events import ToolCallResult as ToolCallResult
    from bookwheel.engine.index.directory_reader import SimpleDirectoryReader as SimpleDirectoryReader
    from bookwheel.engine.index.document_index import DocumentIndex as DocumentIndex
    from bookwheel.engine.index.splitter import SentenceSplitter as SentenceSplitter
    from bookwheel.engine.llms.extractive.model import ExtractiveLLM as ExtractiveLLM
    from bookwheel.engine.llms.huggingface.model import HuggingFaceLLM as HuggingFaceLLM
    from bookwheel.engine.llms.langchain.model import LangChainLLM as LangChainLLM
    from bookwheel.engine.llms.mock import MockLLM as MockLLM
    from bookwheel.engine.llms.openai.models import OpenAI as OpenAI
    from bookwheel.engine.llms.openai.models import OpenAILike as OpenAILike
    from bookwheel.engine.query.query_engine import RetrieverQueryEngine as RetrieverQueryEngine
    from bookwheel.engine.query.response import AsyncStreamingResponse as AsyncStreamingResponse
    from bookwheel.engine.query.response import Response as Response
    from bookwheel.engine.query.response import StreamingResponse as StreamingResponse
    from bookwheel.engine.query.settings import Settings as Settings
    from bookwheel.engine.query.synthesizer import ResponseSynthesizer as ResponseSynthesizer
    from bookwheel.engine.query.synthesizer import get_response_synthesizer as get_response_synthesizer
    from bookwheel.engine.schema import ChatMessage as ChatMessage
    from bookwheel.engine.schema import Document as Document
    from bookwheel.engine.schema import NodeWithScore as NodeWithScore
    from bookwheel.engine.schema import TextNode as TextNode
    from bookwheel.engine.tools.document_search import document_search_tool as document_search_tool
    from bookwheel.engine.tools.function_tool import BaseToolSpec as BaseToolSpec
    from bookwheel.engine.tools.function_tool import FunctionTool as FunctionTool
    from bookwheel.engine.tools.tavily import TavilyToolSpec as TavilyToolSpec
    from bookwheel.engine.workflow.context import Context as Context
    from bookwheel.engine.workflow.saved import JsonSerializer as JsonSerializer
    from bookwheel.engine.workflow.step_decorator import step as step
    from bookwheel.engine.workflow.workflow import Workflow as Workflow

__version__ = "0.1.0"

_MODULES = {
    "AgentInput": "engine.events",
    "AgentOutput": "engine.events",
    "AgentSetup": "engine.events",
    "AgentStream": "engine.events",
    "AgentStreamStructuredOutput": "engine.events",
    "AgentWorkflow": "engine.agents.agent_workflow",
    "AsyncStreamingResponse": "engine.query.response",
    "BaseToolSpec": "engine.tools.function_tool",
    "ChatMessage": "engine.schema",
    "Context": "engine.workflow.context",
    "Document": "engine.schema",
    "DocumentIndex": "engine.index.document_index",
    "Event": "engine.events",
    "ExtractiveLLM": "engine.llms.extractive.model",
    "FunctionAgent": "engine.agents.base_agent",
    "FunctionTool": "engine.tools.function_tool",
    "HuggingFaceLLM": "engine.llms.huggingface.model",
    "HumanResponseEvent": "engine.events",
    "InputRequiredEvent": "engine.events",
    "JsonSerializer": "engine.workflow.saved",
    "LangChainLLM": "engine.llms.langchain.model",
    "LocalEmbedding": "engine.embeddings.local",
    "MockLLM": "engine.llms.mock",
    "NodeWithScore": "engine.schema",
    "OpenAI": "engine.llms.openai.models",
    "OpenAIEmbedding": "engine.embeddings.openai_compatible",
    "OpenAILike": "engine.llms.openai.models",
    "ReActAgent": "engine.agents.base_agent",
    "Response": "engine.query.response",
    "ResponseSynthesizer": "engine.query.synthesizer",
    "RetrieverQueryEngine": "engine.query.query_engine",
    "SentenceSplitter": "engine.index.splitter",
    "Settings": "engine.query.settings",
    "SimpleDirectoryReader": "engine.index.directory_reader",
    "StartEvent": "engine.events",
    "StopEvent": "engine.events",
    "StreamingResponse": "engine.query.response",
    "TavilyToolSpec": "engine.tools.tavily",
    "TextNode": "engine.schema",
    "ToolCall": "engine.events",
    "ToolCallResult": "engine.events",
    "Workflow": "engine.workflow.workflow",
    "document_search_tool": "engine.tools.document_search",
    "get_response_synthesizer": "engine.query.synthesizer",
    "step": "engine.workflow.step_decorator",
}

__all__ = [
    "AgentInput",
    "AgentOutput",
    "AgentSetup",
    "AgentStream",
    "AgentStreamStructuredOutput",
    "AgentWorkflow",
    "AsyncStreamingResponse",
    "BaseToolSpec",
    "ChatMessage",
    "Context",
    "Document",
    "DocumentIndex",
    "Event",
    "ExtractiveLLM",
    "FunctionAgent",
    "FunctionTool",
    "HuggingFaceLLM",
    "HumanResponseEvent",
    "InputRequiredEvent",
    "JsonSerializer",
    "LangChainLLM",
    "LocalEmbedding",
    "MockLLM",
    "NodeWithScore",
    "OpenAI",
    "OpenAIEmbedding",
    "OpenAILike",
    "ReActAgent",
    "Response",
    "ResponseSynthesizer",
    "RetrieverQueryEngine",
    "SentenceSplitter",
    "Settings",
    "SimpleDirectoryReader",
    "StartEvent",
    "StopEvent",
    "StreamingResponse",
    "TavilyToolSpec",
    "TextNode",
    "ToolCall",
    "ToolCallResult",
    "Workflow",
    "document_search_tool",
    "get_response_synthesizer",
    "step",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
