"""Bookwheel: a terminal research assistant, and the small streaming library under it.

Each public name is loaded when it is first used: `import bookwheel` itself loads nothing.
"""

# Type checkers know this name; importing `typing` for it would double the time that `import bookwheel` takes.
from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_memory import ChatMemoryBuffer as ChatMemoryBuffer
    from bookwheel.engine.agents.agent_memory import Memory as Memory
    from bookwheel.engine.agents.agent_workflow import AgentWorkflow as AgentWorkflow
    from bookwheel.engine.agents.base_agent import BaseAgent as BaseAgent
    from bookwheel.engine.agents.base_agent import BaseWorkflowAgent as BaseWorkflowAgent
    from bookwheel.engine.agents.base_agent import FunctionAgent as FunctionAgent
    from bookwheel.engine.agents.base_agent import ReActAgent as ReActAgent
    from bookwheel.engine.embeddings.local import LocalEmbedding as LocalEmbedding
    from bookwheel.engine.embeddings.openai_compatible import OpenAIEmbedding as OpenAIEmbedding
    from bookwheel.engine.events import AgentInput as AgentInput
    from bookwheel.engine.events import AgentOutput as AgentOutput
    from bookwheel.engine.events import AgentSetup as AgentSetup
    from bookwheel.engine.events import AgentStream as AgentStream
    from bookwheel.engine.events import AgentStreamStructuredOutput as AgentStreamStructuredOutput
    from bookwheel.engine.events import AgentWorkflowStartEvent as AgentWorkflowStartEvent
    from bookwheel.engine.events import Event as Event
    from bookwheel.engine.events import HumanResponseEvent as HumanResponseEvent
    from bookwheel.engine.events import InputRequiredEvent as InputRequiredEvent
    from bookwheel.engine.events import StartEvent as StartEvent
    from bookwheel.engine.events import StepFailedEvent as StepFailedEvent
    from bookwheel.engine.events import StepState as StepState
    from bookwheel.engine.events import StepStateChanged as StepStateChanged
    from bookwheel.engine.events import StopEvent as StopEvent
    from bookwheel.engine.events import ToolCall as ToolCall
    from bookwheel.engine.events import ToolCallResult as ToolCallResult
    from bookwheel.engine.events import ToolProgress as ToolProgress
    from bookwheel.engine.events import UnhandledEvent as UnhandledEvent
    from bookwheel.engine.events import WorkflowCancelledEvent as WorkflowCancelledEvent
    from bookwheel.engine.events import WorkflowFailedEvent as WorkflowFailedEvent
    from bookwheel.engine.events import WorkflowIdleEvent as WorkflowIdleEvent
    from bookwheel.engine.events import WorkflowTimedOutEvent as WorkflowTimedOutEvent
    from bookwheel.engine.index.directory_reader import SimpleDirectoryReader as SimpleDirectoryReader
    from bookwheel.engine.index.document_index import DocumentIndex as DocumentIndex
    from bookwheel.engine.index.document_index import VectorStoreIndex as VectorStoreIndex
    from bookwheel.engine.index.document_index import load_index_from_storage as load_index_from_storage
    from bookwheel.engine.index.splitter import SentenceSplitter as SentenceSplitter
    from bookwheel.engine.index.storage_context import StorageContext as StorageContext
    from bookwheel.engine.llms.call_reports import llm_chat_callback as llm_chat_callback
    from bookwheel.engine.llms.call_reports import llm_completion_callback as llm_completion_callback
    from bookwheel.engine.llms.callbacks import BaseCallbackHandler as BaseCallbackHandler
    from bookwheel.engine.llms.callbacks import CallbackManager as CallbackManager
    from bookwheel.engine.llms.callbacks import CBEventType as CBEventType
    from bookwheel.engine.llms.callbacks import EventPayload as EventPayload
    from bookwheel.engine.llms.chat import ChatResponse as ChatResponse
    from bookwheel.engine.llms.chat import ChatResponseAsyncGen as ChatResponseAsyncGen
    from bookwheel.engine.llms.chat import ChatResponseGen as ChatResponseGen
    from bookwheel.engine.llms.chat import CompletionResponse as CompletionResponse
    from bookwheel.engine.llms.chat import CompletionResponseAsyncGen as CompletionResponseAsyncGen
    from bookwheel.engine.llms.chat import CompletionResponseGen as CompletionResponseGen
    from bookwheel.engine.llms.chat import LLMMetadata as LLMMetadata
    from bookwheel.engine.llms.custom_llm import CustomLLM as CustomLLM
    from bookwheel.engine.llms.extractive.model import ExtractiveLLM as ExtractiveLLM
    from bookwheel.engine.llms.huggingface.model import HuggingFaceLLM as HuggingFaceLLM
    from bookwheel.engine.llms.langchain.model import LangChainLLM as LangChainLLM
    from bookwheel.engine.llms.llm import LLM as LLM
    from bookwheel.engine.llms.llm import FunctionCallingLLM as FunctionCallingLLM
    from bookwheel.engine.llms.mock import MockLLM as MockLLM
    from bookwheel.engine.llms.openai.models import OpenAI as OpenAI
    from bookwheel.engine.llms.openai.models import OpenAILike as OpenAILike
    from bookwheel.engine.llms.prompt_templates import ChatPromptTemplate as ChatPromptTemplate
    from bookwheel.engine.llms.prompt_templates import PromptTemplate as PromptTemplate
    from bookwheel.engine.metadata_text import MetadataMode as MetadataMode
    from bookwheel.engine.query.query_engine import RetrieverQueryEngine as RetrieverQueryEngine
    from bookwheel.engine.query.response import AsyncStreamingResponse as AsyncStreamingResponse
    from bookwheel.engine.query.response import Response as Response
    from bookwheel.engine.query.response import StreamingResponse as StreamingResponse
    from bookwheel.engine.query.settings import Settings as Settings
    from bookwheel.engine.query.sub_questions import SubQuestion as SubQuestion
    from bookwheel.engine.query.sub_questions import SubQuestionQueryEngine as SubQuestionQueryEngine
    from bookwheel.engine.query.synthesizer import ResponseSynthesizer as ResponseSynthesizer
    from bookwheel.engine.query.synthesizer import get_response_synthesizer as get_response_synthesizer
    from bookwheel.engine.retrieval.metadata_filters import ExactMatchFilter as ExactMatchFilter
    from bookwheel.engine.retrieval.metadata_filters import FilterCondition as FilterCondition
    from bookwheel.engine.retrieval.metadata_filters import FilterOperator as FilterOperator
    from bookwheel.engine.retrieval.metadata_filters import MetadataFilter as MetadataFilter
    from bookwheel.engine.retrieval.metadata_filters import MetadataFilters as MetadataFilters
    from bookwheel.engine.retrieval.retriever import BaseRetriever as BaseRetriever
    from bookwheel.engine.schema import ChatMessage as ChatMessage
    from bookwheel.engine.schema import Document as Document
    from bookwheel.engine.schema import MessageRole as MessageRole
    from bookwheel.engine.schema import NodeWithScore as NodeWithScore
    from bookwheel.engine.schema import QueryBundle as QueryBundle
    from bookwheel.engine.schema import TextBlock as TextBlock
    from bookwheel.engine.schema import TextNode as TextNode
    from bookwheel.engine.schema import ToolSelection as ToolSelection
    from bookwheel.engine.tool_output import ToolOutput as ToolOutput
    from bookwheel.engine.tools.base_tool import AsyncBaseTool as AsyncBaseTool
    from bookwheel.engine.tools.base_tool import BaseTool as BaseTool
    from bookwheel.engine.tools.base_tool import ToolMetadata as ToolMetadata
    from bookwheel.engine.tools.document_search import document_search_tool as document_search_tool
    from bookwheel.engine.tools.function_tool import BaseToolSpec as BaseToolSpec
    from bookwheel.engine.tools.function_tool import FunctionTool as FunctionTool
    from bookwheel.engine.tools.query_engine_tool import QueryEngineTool as QueryEngineTool
    from bookwheel.engine.tools.tavily import TavilyToolSpec as TavilyToolSpec
    from bookwheel.engine.workflow.collecting import All as All
    from bookwheel.engine.workflow.collecting import Cardinality as Cardinality
    from bookwheel.engine.workflow.collecting import Collect as Collect
    from bookwheel.engine.workflow.collecting import Take as Take
    from bookwheel.engine.workflow.context import Context as Context
    from bookwheel.engine.workflow.drawing import draw_all_possible_flows as draw_all_possible_flows
    from bookwheel.engine.workflow.drawing import draw_all_possible_flows_mermaid as draw_all_possible_flows_mermaid
    from bookwheel.engine.workflow.handler import WorkflowHandler as WorkflowHandler
    from bookwheel.engine.workflow.pickling import JsonPickleSerializer as JsonPickleSerializer
    from bookwheel.engine.workflow.pickling import PickleSerializer as PickleSerializer
    from bookwheel.engine.workflow.resources import Resource as Resource
    from bookwheel.engine.workflow.retry import ConstantDelayRetryPolicy as ConstantDelayRetryPolicy
    from bookwheel.engine.workflow.retry import ExponentialBackoffRetryPolicy as ExponentialBackoffRetryPolicy
    from bookwheel.engine.workflow.retry import RetryInfo as RetryInfo
    from bookwheel.engine.workflow.retry import RetryPolicy as RetryPolicy
    from bookwheel.engine.workflow.retry_parts import retry_all as retry_all
    from bookwheel.engine.workflow.retry_parts import retry_always as retry_always
    from bookwheel.engine.workflow.retry_parts import retry_any as retry_any
    from bookwheel.engine.workflow.retry_parts import retry_if_exception as retry_if_exception
    from bookwheel.engine.workflow.retry_parts import retry_if_exception_cause_type as retry_if_exception_cause_type
    from bookwheel.engine.workflow.retry_parts import retry_if_exception_message as retry_if_exception_message
    from bookwheel.engine.workflow.retry_parts import retry_if_exception_type as retry_if_exception_type
    from bookwheel.engine.workflow.retry_parts import retry_if_not_exception_message as retry_if_not_exception_message
    from bookwheel.engine.workflow.retry_parts import retry_if_not_exception_type as retry_if_not_exception_type
    from bookwheel.engine.workflow.retry_parts import retry_never as retry_never
    from bookwheel.engine.workflow.retry_parts import retry_policy as retry_policy
    from bookwheel.engine.workflow.retry_parts import retry_unless_exception_type as retry_unless_exception_type
    from bookwheel.engine.workflow.retry_parts import stop_after_attempt as stop_after_attempt
    from bookwheel.engine.workflow.retry_parts import stop_after_delay as stop_after_delay
    from bookwheel.engine.workflow.retry_parts import stop_all as stop_all
    from bookwheel.engine.workflow.retry_parts import stop_any as stop_any
    from bookwheel.engine.workflow.retry_parts import stop_before_delay as stop_before_delay
    from bookwheel.engine.workflow.retry_parts import stop_never as stop_never
    from bookwheel.engine.workflow.retry_parts import wait_chain as wait_chain
    from bookwheel.engine.workflow.retry_parts import wait_combine as wait_combine
    from bookwheel.engine.workflow.retry_parts import wait_exponential as wait_exponential
    from bookwheel.engine.workflow.retry_parts import wait_exponential_jitter as wait_exponential_jitter
    from bookwheel.engine.workflow.retry_parts import wait_fixed as wait_fixed
    from bookwheel.engine.workflow.retry_parts import wait_full_jitter as wait_full_jitter
    from bookwheel.engine.workflow.retry_parts import wait_incrementing as wait_incrementing
    from bookwheel.engine.workflow.retry_parts import wait_none as wait_none
    from bookwheel.engine.workflow.retry_parts import wait_random as wait_random
    from bookwheel.engine.workflow.retry_parts import wait_random_exponential as wait_random_exponential
    from bookwheel.engine.workflow.saved import JsonSerializer as JsonSerializer
    from bookwheel.engine.workflow.state_store import DictState as DictState
    from bookwheel.engine.workflow.state_store import InMemoryStateStore as InMemoryStateStore
    from bookwheel.engine.workflow.step_decorator import catch_error as catch_error
    from bookwheel.engine.workflow.step_decorator import step as step
    from bookwheel.engine.workflow.workflow import Workflow as Workflow
    from bookwheel.errors import WorkflowCancelledByUser as WorkflowCancelledByUser
    from bookwheel.errors import WorkflowRuntimeError as WorkflowRuntimeError
    from bookwheel.errors import WorkflowTimeoutError as WorkflowTimeoutError
    from bookwheel.errors import WorkflowValidationError as WorkflowValidationError

__version__ = "0.1.0"

_MODULES = {
    "AgentInput": "engine.events",
    "AgentOutput": "engine.events",
    "AgentSetup": "engine.events",
    "AgentStream": "engine.events",
    "AgentStreamStructuredOutput": "engine.events",
    "AgentWorkflow": "engine.agents.agent_workflow",
    "AgentWorkflowStartEvent": "engine.events",
    "All": "engine.workflow.collecting",
    "AsyncBaseTool": "engine.tools.base_tool",
    "AsyncStreamingResponse": "engine.query.response",
    "BaseAgent": "engine.agents.base_agent",
    "BaseCallbackHandler": "engine.llms.callbacks",
    "BaseRetriever": "engine.retrieval.retriever",
    "BaseTool": "engine.tools.base_tool",
    "BaseToolSpec": "engine.tools.function_tool",
    "BaseWorkflowAgent": "engine.agents.base_agent",
    "CBEventType": "engine.llms.callbacks",
    "CallbackManager": "engine.llms.callbacks",
    "Cardinality": "engine.workflow.collecting",
    "ChatMemoryBuffer": "engine.agents.agent_memory",
    "ChatMessage": "engine.schema",
    "ChatPromptTemplate": "engine.llms.prompt_templates",
    "ChatResponse": "engine.llms.chat",
    "ChatResponseAsyncGen": "engine.llms.chat",
    "ChatResponseGen": "engine.llms.chat",
    "Collect": "engine.workflow.collecting",
    "CompletionResponse": "engine.llms.chat",
    "CompletionResponseAsyncGen": "engine.llms.chat",
    "CompletionResponseGen": "engine.llms.chat",
    "ConstantDelayRetryPolicy": "engine.workflow.retry",
    "Context": "engine.workflow.context",
    "CustomLLM": "engine.llms.custom_llm",
    "DictState": "engine.workflow.state_store",
    "Document": "engine.schema",
    "DocumentIndex": "engine.index.document_index",
    "Event": "engine.events",
    "EventPayload": "engine.llms.callbacks",
    "ExactMatchFilter": "engine.retrieval.metadata_filters",
    "ExponentialBackoffRetryPolicy": "engine.workflow.retry",
    "ExtractiveLLM": "engine.llms.extractive.model",
    "FilterCondition": "engine.retrieval.metadata_filters",
    "FilterOperator": "engine.retrieval.metadata_filters",
    "FunctionAgent": "engine.agents.base_agent",
    "FunctionCallingLLM": "engine.llms.llm",
    "FunctionTool": "engine.tools.function_tool",
    "HuggingFaceLLM": "engine.llms.huggingface.model",
    "HumanResponseEvent": "engine.events",
    "InMemoryStateStore": "engine.workflow.state_store",
    "InputRequiredEvent": "engine.events",
    "JsonPickleSerializer": "engine.workflow.pickling",
    "JsonSerializer": "engine.workflow.saved",
    "LLM": "engine.llms.llm",
    "LLMMetadata": "engine.llms.chat",
    "LangChainLLM": "engine.llms.langchain.model",
    "LocalEmbedding": "engine.embeddings.local",
    "Memory": "engine.agents.agent_memory",
    "MessageRole": "engine.schema",
    "MetadataFilter": "engine.retrieval.metadata_filters",
    "MetadataFilters": "engine.retrieval.metadata_filters",
    "MetadataMode": "engine.metadata_text",
    "MockLLM": "engine.llms.mock",
    "NodeWithScore": "engine.schema",
    "OpenAI": "engine.llms.openai.models",
    "OpenAIEmbedding": "engine.embeddings.openai_compatible",
    "OpenAILike": "engine.llms.openai.models",
    "PickleSerializer": "engine.workflow.pickling",
    "PromptTemplate": "engine.llms.prompt_templates",
    "QueryBundle": "engine.schema",
    "QueryEngineTool": "engine.tools.query_engine_tool",
    "ReActAgent": "engine.agents.base_agent",
    "Resource": "engine.workflow.resources",
    "Response": "engine.query.response",
    "ResponseSynthesizer": "engine.query.synthesizer",
    "RetrieverQueryEngine": "engine.query.query_engine",
    "RetryInfo": "engine.workflow.retry",
    "RetryPolicy": "engine.workflow.retry",
    "SentenceSplitter": "engine.index.splitter",
    "Settings": "engine.query.settings",
    "SimpleDirectoryReader": "engine.index.directory_reader",
    "StartEvent": "engine.events",
    "StepFailedEvent": "engine.events",
    "StepState": "engine.events",
    "StepStateChanged": "engine.events",
    "StopEvent": "engine.events",
    "StorageContext": "engine.index.storage_context",
    "StreamingResponse": "engine.query.response",
    "SubQuestion": "engine.query.sub_questions",
    "SubQuestionQueryEngine": "engine.query.sub_questions",
    "Take": "engine.workflow.collecting",
    "TavilyToolSpec": "engine.tools.tavily",
    "TextBlock": "engine.schema",
    "TextNode": "engine.schema",
    "ToolCall": "engine.events",
    "ToolCallResult": "engine.events",
    "ToolMetadata": "engine.tools.base_tool",
    "ToolOutput": "engine.tool_output",
    "ToolProgress": "engine.events",
    "ToolSelection": "engine.schema",
    "UnhandledEvent": "engine.events",
    "VectorStoreIndex": "engine.index.document_index",
    "Workflow": "engine.workflow.workflow",
    "WorkflowCancelledByUser": "errors",
    "WorkflowCancelledEvent": "engine.events",
    "WorkflowFailedEvent": "engine.events",
    "WorkflowHandler": "engine.workflow.handler",
    "WorkflowIdleEvent": "engine.events",
    "WorkflowRuntimeError": "errors",
    "WorkflowTimedOutEvent": "engine.events",
    "WorkflowTimeoutError": "errors",
    "WorkflowValidationError": "errors",
    "catch_error": "engine.workflow.step_decorator",
    "document_search_tool": "engine.tools.document_search",
    "draw_all_possible_flows": "engine.workflow.drawing",
    "draw_all_possible_flows_mermaid": "engine.workflow.drawing",
    "get_response_synthesizer": "engine.query.synthesizer",
    "llm_chat_callback": "engine.llms.call_reports",
    "llm_completion_callback": "engine.llms.call_reports",
    "load_index_from_storage": "engine.index.document_index",
    "retry_all": "engine.workflow.retry_parts",
    "retry_always": "engine.workflow.retry_parts",
    "retry_any": "engine.workflow.retry_parts",
    "retry_if_exception": "engine.workflow.retry_parts",
    "retry_if_exception_cause_type": "engine.workflow.retry_parts",
    "retry_if_exception_message": "engine.workflow.retry_parts",
    "retry_if_exception_type": "engine.workflow.retry_parts",
    "retry_if_not_exception_message": "engine.workflow.retry_parts",
    "retry_if_not_exception_type": "engine.workflow.retry_parts",
    "retry_never": "engine.workflow.retry_parts",
    "retry_policy": "engine.workflow.retry_parts",
    "retry_unless_exception_type": "engine.workflow.retry_parts",
    "step": "engine.workflow.step_decorator",
    "stop_after_attempt": "engine.workflow.retry_parts",
    "stop_after_delay": "engine.workflow.retry_parts",
    "stop_all": "engine.workflow.retry_parts",
    "stop_any": "engine.workflow.retry_parts",
    "stop_before_delay": "engine.workflow.retry_parts",
    "stop_never": "engine.workflow.retry_parts",
    "wait_chain": "engine.workflow.retry_parts",
    "wait_combine": "engine.workflow.retry_parts",
    "wait_exponential": "engine.workflow.retry_parts",
    "wait_exponential_jitter": "engine.workflow.retry_parts",
    "wait_fixed": "engine.workflow.retry_parts",
    "wait_full_jitter": "engine.workflow.retry_parts",
    "wait_incrementing": "engine.workflow.retry_parts",
    "wait_none": "engine.workflow.retry_parts",
    "wait_random": "engine.workflow.retry_parts",
    "wait_random_exponential": "engine.workflow.retry_parts",
}

__all__ = [
    "LLM",
    "AgentInput",
    "AgentOutput",
    "AgentSetup",
    "AgentStream",
    "AgentStreamStructuredOutput",
    "AgentWorkflow",
    "AgentWorkflowStartEvent",
    "All",
    "AsyncBaseTool",
    "AsyncStreamingResponse",
    "BaseAgent",
    "BaseCallbackHandler",
    "BaseRetriever",
    "BaseTool",
    "BaseToolSpec",
    "BaseWorkflowAgent",
    "CBEventType",
    "CallbackManager",
    "Cardinality",
    "ChatMemoryBuffer",
    "ChatMessage",
    "ChatPromptTemplate",
    "ChatResponse",
    "ChatResponseAsyncGen",
    "ChatResponseGen",
    "Collect",
    "CompletionResponse",
    "CompletionResponseAsyncGen",
    "CompletionResponseGen",
    "ConstantDelayRetryPolicy",
    "Context",
    "CustomLLM",
    "DictState",
    "Document",
    "DocumentIndex",
    "Event",
    "EventPayload",
    "ExactMatchFilter",
    "ExponentialBackoffRetryPolicy",
    "ExtractiveLLM",
    "FilterCondition",
    "FilterOperator",
    "FunctionAgent",
    "FunctionCallingLLM",
    "FunctionTool",
    "HuggingFaceLLM",
    "HumanResponseEvent",
    "InMemoryStateStore",
    "InputRequiredEvent",
    "JsonPickleSerializer",
    "JsonSerializer",
    "LLMMetadata",
    "LangChainLLM",
    "LocalEmbedding",
    "Memory",
    "MessageRole",
    "MetadataFilter",
    "MetadataFilters",
    "MetadataMode",
    "MockLLM",
    "NodeWithScore",
    "OpenAI",
    "OpenAIEmbedding",
    "OpenAILike",
    "PickleSerializer",
    "PromptTemplate",
    "QueryBundle",
    "QueryEngineTool",
    "ReActAgent",
    "Resource",
    "Response",
    "ResponseSynthesizer",
    "RetrieverQueryEngine",
    "RetryInfo",
    "RetryPolicy",
    "SentenceSplitter",
    "Settings",
    "SimpleDirectoryReader",
    "StartEvent",
    "StepFailedEvent",
    "StepState",
    "StepStateChanged",
    "StopEvent",
    "StorageContext",
    "StreamingResponse",
    "SubQuestion",
    "SubQuestionQueryEngine",
    "Take",
    "TavilyToolSpec",
    "TextBlock",
    "TextNode",
    "ToolCall",
    "ToolCallResult",
    "ToolMetadata",
    "ToolOutput",
    "ToolProgress",
    "ToolSelection",
    "UnhandledEvent",
    "VectorStoreIndex",
    "Workflow",
    "WorkflowCancelledByUser",
    "WorkflowCancelledEvent",
    "WorkflowFailedEvent",
    "WorkflowHandler",
    "WorkflowIdleEvent",
    "WorkflowRuntimeError",
    "WorkflowTimedOutEvent",
    "WorkflowTimeoutError",
    "WorkflowValidationError",
    "catch_error",
    "document_search_tool",
    "draw_all_possible_flows",
    "draw_all_possible_flows_mermaid",
    "get_response_synthesizer",
    "llm_chat_callback",
    "llm_completion_callback",
    "load_index_from_storage",
    "retry_all",
    "retry_always",
    "retry_any",
    "retry_if_exception",
    "retry_if_exception_cause_type",
    "retry_if_exception_message",
    "retry_if_exception_type",
    "retry_if_not_exception_message",
    "retry_if_not_exception_type",
    "retry_never",
    "retry_policy",
    "retry_unless_exception_type",
    "step",
    "stop_after_attempt",
    "stop_after_delay",
    "stop_all",
    "stop_any",
    "stop_before_delay",
    "stop_never",
    "wait_chain",
    "wait_combine",
    "wait_exponential",
    "wait_exponential_jitter",
    "wait_fixed",
    "wait_full_jitter",
    "wait_incrementing",
    "wait_none",
    "wait_random",
    "wait_random_exponential",
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
