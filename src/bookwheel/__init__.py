"""Bookwheel: a terminal research assistant, and the small streaming library under it.

Each public name is loaded when it is first used: `import bookwheel` itself loads nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

# Where each public name comes from. `__init__.pyi` says the same to type checkers.
_NAMES = {
    "engine.agents.agent_memory": "ChatMemoryBuffer Memory",
    "engine.agents.agent_workflow": "AgentWorkflow",
    "engine.agents.base_agent": "BaseAgent BaseWorkflowAgent FunctionAgent ReActAgent",
    "engine.content_blocks": "ContentBlock ImageBlock TextBlock",
    "engine.embeddings.local": "LocalEmbedding",
    "engine.embeddings.openai_compatible": "OpenAIEmbedding",
    "engine.events": (
        "AgentInput AgentOutput AgentSetup AgentStream "
        "AgentStreamStructuredOutput AgentWorkflowStartEvent Event "
        "HumanResponseEvent InputRequiredEvent StartEvent StepFailedEvent "
        "StepState StepStateChanged StopEvent ToolCall ToolCallResult "
        "ToolProgress UnhandledEvent WorkflowCancelledEvent WorkflowFailedEvent "
        "WorkflowIdleEvent WorkflowTimedOutEvent"
    ),
    "engine.events.research_events": "Steer",
    "engine.index.directory_reader": "BaseReader SimpleDirectoryReader",
    "engine.index.document_index": "DocumentIndex VectorStoreIndex load_index_from_storage",
    "engine.index.markdown_parser": "MarkdownNodeParser",
    "engine.index.splitter": "SentenceSplitter",
    "engine.index.storage_context": "StorageContext",
    "engine.index.summary_index": "SummaryIndex VectorIndexRetriever",
    "engine.index.transformations": "IngestionPipeline TransformComponent",
    "engine.llms.call_reports": "llm_chat_callback llm_completion_callback",
    "engine.llms.callbacks": "BaseCallbackHandler CBEventType CallbackManager EventPayload",
    "engine.llms.chat": (
        "ChatResponse ChatResponseAsyncGen ChatResponseGen CompletionResponse "
        "CompletionResponseAsyncGen CompletionResponseGen LLMMetadata"
    ),
    "engine.llms.custom_llm": "CustomLLM",
    "engine.llms.extractive.model": "ExtractiveLLM",
    "engine.llms.handlers": "CBEvent LlamaDebugHandler TokenCountingHandler",
    "engine.llms.huggingface.model": "HuggingFaceLLM",
    "engine.llms.langchain.model": "LangChainLLM",
    "engine.llms.llm": "FunctionCallingLLM LLM StructuredLLM",
    "engine.llms.mock": "MockLLM",
    "engine.llms.openai.models": "OpenAI OpenAILike",
    "engine.llms.prompt_templates": "ChatPromptTemplate PromptTemplate",
    "engine.llms.tool_prediction": "AgentChatResponse acall_tool_with_selection call_tool_with_selection",
    "engine.metadata_text": "MetadataMode",
    "engine.node_links": "NodeRelationship RelatedNodeInfo",
    "engine.query.chat_engine": "ChatMode ContextChatEngine",
    "engine.query.named_chat_engines": "CondensePlusContextChatEngine SimpleChatEngine",
    "engine.query.named_modes": (
        "Accumulate CompactAndAccumulate CompactAndRefine Generation Refine SimpleSummarize TreeSummarize"
    ),
    "engine.query.query_engine": "BaseQueryEngine CustomQueryEngine RetrieverQueryEngine",
    "engine.query.response": "AsyncStreamingResponse PydanticResponse Response StreamingResponse",
    "engine.query.response_modes": "ResponseMode",
    "engine.query.settings": "Settings",
    "engine.query.sub_questions": "SubQuestion SubQuestionQueryEngine",
    "engine.query.synthesizer": "BaseSynthesizer ResponseSynthesizer get_response_synthesizer",
    "engine.research.research_report": "ResearchReport",
    "engine.research.research_workflow": "ResearchLimits ResearchWorkflow",
    "engine.retrieval.metadata_filters": (
        "ExactMatchFilter FilterCondition FilterOperator MetadataFilter MetadataFilters"
    ),
    "engine.retrieval.reranker": "BaseNodePostprocessor NodePostprocessor SimilarityPostprocessor",
    "engine.retrieval.retriever": "BaseRetriever",
    "engine.schema": ("ChatMessage Document MessageRole NodeWithScore QueryBundle TextNode ToolSelection"),
    "engine.tool_output": "ToolOutput",
    "engine.tools.base_tool": "AsyncBaseTool BaseTool ToolMetadata",
    "engine.tools.document_search": "document_search_tool",
    "engine.tools.function_tool": "BaseToolSpec FunctionTool",
    "engine.tools.query_engine_tool": "QueryEngineTool",
    "engine.tools.signature": "create_schema_from_function",
    "engine.tools.tavily": "TavilyToolSpec",
    "engine.tools.tool_search": "ObjectIndex ObjectRetriever RetrieverTool",
    "engine.workflow.collecting": "All Cardinality Collect Take",
    "engine.workflow.context": "Context",
    "engine.workflow.drawing": "draw_all_possible_flows draw_all_possible_flows_mermaid",
    "engine.workflow.handler": "WorkflowHandler",
    "engine.workflow.pickling": "JsonPickleSerializer PickleSerializer",
    "engine.workflow.resources": "Resource",
    "engine.workflow.retry": ("ConstantDelayRetryPolicy ExponentialBackoffRetryPolicy RetryInfo RetryPolicy"),
    "engine.workflow.retry_parts": (
        "retry_all retry_always retry_any retry_if_exception "
        "retry_if_exception_cause_type retry_if_exception_message "
        "retry_if_exception_type retry_if_not_exception_message "
        "retry_if_not_exception_type retry_never retry_policy "
        "retry_unless_exception_type stop_after_attempt stop_after_delay "
        "stop_all stop_any stop_before_delay stop_never wait_chain wait_combine "
        "wait_exponential wait_exponential_jitter wait_fixed wait_full_jitter "
        "wait_incrementing wait_none wait_random wait_random_exponential"
    ),
    "engine.workflow.saved": "JsonSerializer",
    "engine.workflow.state_store": "DictState InMemoryStateStore",
    "engine.workflow.step_decorator": "catch_error step",
    "engine.workflow.workflow": "Workflow",
    "errors": (
        "WorkflowCancelledByUser WorkflowConfigurationError "
        "WorkflowRuntimeError WorkflowTimeoutError WorkflowValidationError"
    ),
}

# The names that `__init__.pyi` imports.
__all__ = [name for names in _NAMES.values() for name in names.split()]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    module = next((module for module, names in _NAMES.items() if name in names.split()), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
