"""`CallbackManager`: reports the begin and the end of model calls and sub-questions to handlers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, TypeAlias

ROOT = "root"


class CBEventType(StrEnum):
    """What an event is about. Reported are LLM and SUB_QUESTION; the others are for callers of the manager."""

    CHUNKING = "chunking"
    NODE_PARSING = "node_parsing"
    EMBEDDING = "embedding"
    LLM = "llm"
    QUERY = "query"
    RETRIEVE = "retrieve"
    SYNTHESIZE = "synthesize"
    TREE = "tree"
    SUB_QUESTION = "sub_question"
    TEMPLATING = "templating"
    FUNCTION_CALL = "function_call"
    RERANKING = "reranking"
    EXCEPTION = "exception"
    AGENT_STEP = "agent_step"


class EventPayload(StrEnum):
    """The keys of a payload."""

    DOCUMENTS = "documents"
    CHUNKS = "chunks"
    NODES = "nodes"
    PROMPT = "formatted_prompt"
    MESSAGES = "messages"
    COMPLETION = "completion"
    RESPONSE = "response"
    QUERY_STR = "query_str"
    SUB_QUESTION = "sub_question"
    EMBEDDINGS = "embeddings"
    TOP_K = "top_k"
    ADDITIONAL_KWARGS = "additional_kwargs"
    SERIALIZED = "serialized"
    FUNCTION_CALL = "function_call"
    FUNCTION_OUTPUT = "function_call_response"
    TOOL = "tool"
    MODEL_NAME = "model_name"
    TEMPLATE = "template"
    TEMPLATE_VARS = "template_vars"
    SYSTEM_PROMPT = "system_prompt"
    QUERY_WRAPPER_PROMPT = "query_wrapper_prompt"
    EXCEPTION = "exception"


Payload: TypeAlias = Mapping[str, Any]

# Events without others inside them: they are never a parent.
_LEAVES = (CBEventType.CHUNKING, CBEventType.EMBEDDING, CBEventType.LLM)
_open_events: ContextVar[tuple[str, ...]] = ContextVar("open_events", default=())


class BaseCallbackHandler:
    """A handler of one's own overrides the methods that it needs. What a method raises reaches the caller."""

    def __init__(
        self,
        event_starts_to_ignore: Sequence[CBEventType] = (),
        event_ends_to_ignore: Sequence[CBEventType] = (),
    ) -> None:
        self.event_starts_to_ignore = tuple(event_starts_to_ignore)
        self.event_ends_to_ignore = tuple(event_ends_to_ignore)

    def on_event_start(
        self,
        event_type: CBEventType,
        payload: Payload | None = None,
        event_id: str = "",
        parent_id: str = "",
        **kwargs: Any,
    ) -> str:
        """Something begins; `parent_id` is the event around it, or "root"."""
        return event_id

    def on_event_end(
        self, event_type: CBEventType, payload: Payload | None = None, event_id: str = "", **kwargs: Any
    ) -> None:
        """It has ended; after an error the payload has `EventPayload.EXCEPTION`."""

    def start_trace(self, trace_id: str | None = None) -> None:
        """The outermost trace begins."""

    def end_trace(self, trace_id: str | None = None, trace_map: Mapping[str, list[str]] | None = None) -> None:
        """The outermost trace has ended; `trace_map` gives the events inside each event, by their ids."""


class EventContext:
    """One event that has begun; it ends once."""

    def __init__(self, manager: CallbackManager, event_type: CBEventType, event_id: str = "") -> None:
        self._manager = manager
        self.event_type = event_type
        self.event_id = event_id or _new_id()
        self.finished = False

    def on_start(self, payload: Payload | None = None, **kwargs: Any) -> None:
        """Report the begin."""
        self._manager.on_event_start(self.event_type, payload, self.event_id, **kwargs)

    def on_end(self, payload: Payload | None = None, **kwargs: Any) -> None:
        """Report the end, unless it has been reported."""
        if not self.finished:
            self.finished = True
            self._manager.on_event_end(self.event_type, payload, self.event_id, **kwargs)


class CallbackManager(BaseCallbackHandler):
    """Hands events to its `handlers`, in their order."""

    def __init__(self, handlers: Sequence[BaseCallbackHandler] | None = None) -> None:
        super().__init__()
        self.handlers = list(handlers or ())
        self._trace_map: defaultdict[str, list[str]] = defaultdict(list)
        self._traces: list[str] = []

    @property
    def trace_map(self) -> Mapping[str, list[str]]:
        """The events of the trace so far: the ids inside each event."""
        return self._trace_map

    def add_handler(self, handler: BaseCallbackHandler) -> None:
        """Report to one more handler."""
        self.handlers.append(handler)

    def remove_handler(self, handler: BaseCallbackHandler) -> None:
        """Report to it no longer. Raises ValueError when it is not among the handlers."""
        self.handlers.remove(handler)

    def set_handlers(self, handlers: Sequence[BaseCallbackHandler]) -> None:
        """Report to these alone."""
        self.handlers = list(handlers)

    def on_event_start(
        self,
        event_type: CBEventType,
        payload: Payload | None = None,
        event_id: str = "",
        parent_id: str = "",
        **kwargs: Any,
    ) -> str:
        """Report a begin; gives the event's id, a new one unless given."""
        event_id = event_id or _new_id()
        around = _open_events.get()
        parent_id = parent_id or (around[-1] if around else ROOT)
        if self._traces:
            # Kept only within a trace: a manager without one would grow with each call.
            self._trace_map[parent_id].append(event_id)
        for handler in self.handlers:
            if event_type not in handler.event_starts_to_ignore:
                handler.on_event_start(event_type, payload, event_id=event_id, parent_id=parent_id, **kwargs)
        if event_type not in _LEAVES:
            _open_events.set((*around, event_id))
        return event_id

    def on_event_end(
        self, event_type: CBEventType, payload: Payload | None = None, event_id: str = "", **kwargs: Any
    ) -> None:
        """Report an end."""
        _open_events.set(tuple(other for other in _open_events.get() if other != event_id))
        for handler in self.handlers:
            if event_type not in handler.event_ends_to_ignore:
                handler.on_event_end(event_type, payload, event_id=event_id, **kwargs)

    @contextmanager
    def event(
        self, event_type: CBEventType, payload: Payload | None = None, event_id: str = ""
    ) -> Generator[EventContext, None, None]:
        """An event around a block; it ends with the block at the latest."""
        event = EventContext(self, event_type, event_id)
        event.on_start(payload)
        try:
            yield event
        except BaseException as error:
            event.on_end({EventPayload.EXCEPTION: error})
            raise
        event.on_end()

    @contextmanager
    def as_trace(self, trace_id: str) -> Generator[None, None, None]:
        """A trace around a block."""
        self.start_trace(trace_id)
        try:
            yield
        finally:
            self.end_trace(trace_id)

    def start_trace(self, trace_id: str | None = None) -> None:
        """Begin a trace; inside another one it belongs to that."""
        self._traces.append(trace_id or "")
        if len(self._traces) == 1:
            self._trace_map.clear()
            for handler in self.handlers:
                handler.start_trace(trace_id)

    def end_trace(self, trace_id: str | None = None, trace_map: Mapping[str, list[str]] | None = None) -> None:
        """End the trace that began last; handlers learn of the outermost."""
        if self._traces:
            self._traces.pop()
        if not self._traces:
            ended = dict(self._trace_map if trace_map is None else trace_map)
            for handler in self.handlers:
                handler.end_trace(trace_id, ended)


def _new_id() -> str:
    # `uuid` imports `platform`: together 2 ms, and most programs have no handler that needs an id.
    from uuid import uuid4

    return str(uuid4())
