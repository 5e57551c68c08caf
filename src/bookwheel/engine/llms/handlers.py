"""Ready-made callback handlers: one counts tokens, one keeps what happened and how long it took."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from bookwheel.engine.llms.callbacks import ROOT, BaseCallbackHandler, CBEventType, EventPayload, Payload
from bookwheel.lazy_dataclass import dataclass

_CHARACTERS_A_TOKEN = 4


@dataclass(slots=True)
class CBEvent:
    """One begin or end that a handler has kept; `time` is readable, `seconds` counts from an unknown start."""

    event_type: CBEventType
    payload: Payload | None
    id_: str
    time: str
    seconds: float


@dataclass(frozen=True, slots=True)
class EventStats:
    """How long the events of a kind took, in seconds."""

    total_secs: float
    average_secs: float
    total_count: int


class LlamaDebugHandler(BaseCallbackHandler):
    """Keeps all events; with `print_trace_on_end` prints the tree of a trace when it ends."""

    def __init__(
        self,
        event_starts_to_ignore: Sequence[CBEventType] | None = None,
        event_ends_to_ignore: Sequence[CBEventType] | None = None,
        print_trace_on_end: bool = True,
        logger: _Logger | None = None,
    ) -> None:
        super().__init__(event_starts_to_ignore or (), event_ends_to_ignore or ())
        self._print_trace_on_end = print_trace_on_end
        self._logger = logger
        self._events: list[CBEvent] = []
        self._trace_map: Mapping[str, list[str]] = {}

    def on_event_start(
        self,
        event_type: CBEventType,
        payload: Payload | None = None,
        event_id: str = "",
        parent_id: str = "",
        **kwargs: Any,
    ) -> str:
        self._events.append(_now(event_type, payload, event_id))
        return event_id

    def on_event_end(
        self, event_type: CBEventType, payload: Payload | None = None, event_id: str = "", **kwargs: Any
    ) -> None:
        self._events.append(_now(event_type, payload, event_id))

    def end_trace(self, trace_id: str | None = None, trace_map: Mapping[str, list[str]] | None = None) -> None:
        self._trace_map = trace_map or {}
        if self._print_trace_on_end:
            self.print_trace_map()

    @property
    def sequential_events(self) -> list[CBEvent]:
        """All events in their order."""
        return list(self._events)

    def get_events(self, event_type: CBEventType | None = None) -> list[CBEvent]:
        """The events of a kind, or all."""
        return [event for event in self._events if event_type in (None, event.event_type)]

    def get_event_pairs(self, event_type: CBEventType | None = None) -> list[list[CBEvent]]:
        """Begin and end of each event of a kind, in the order they began; an event at work has no end yet."""
        pairs: defaultdict[str, list[CBEvent]] = defaultdict(list)
        for event in self.get_events(event_type):
            pairs[event.id_].append(event)
        return list(pairs.values())

    def get_llm_inputs_outputs(self) -> list[list[CBEvent]]:
        """Begin and end of each model call."""
        return self.get_event_pairs(CBEventType.LLM)

    def get_event_time_info(self, event_type: CBEventType | None = None) -> EventStats:
        """How long the events of a kind took."""
        took = [pair[-1].seconds - pair[0].seconds for pair in self.get_event_pairs(event_type) if len(pair) > 1]
        return EventStats(sum(took), sum(took) / len(took) if took else 0.0, len(took))

    def flush_event_logs(self) -> None:
        """Forget all events."""
        self._events.clear()

    def print_trace_map(self) -> None:
        """Print the tree of the last trace, with the seconds that each event took."""
        write = self._logger.debug if self._logger is not None else _to_standard_output
        for line in self._tree(ROOT, 0):
            write(line)

    def _tree(self, event_id: str, depth: int) -> Iterable[str]:
        pairs = {pair[0].id_: pair for pair in self.get_event_pairs()}
        if event_id in pairs:
            pair = pairs[event_id]
            yield f"{'  ' * depth}{pair[0].event_type} {pair[-1].seconds - pair[0].seconds:.3f} s"
        for child in self._trace_map.get(event_id, ()):
            yield from self._tree(child, depth + 1)


@dataclass(frozen=True, slots=True)
class TokenCountingEvent:
    """The tokens of one model call."""

    prompt: str
    completion: str
    completion_token_count: int
    prompt_token_count: int
    event_id: str = ""

    @property
    def total_token_count(self) -> int:
        return self.prompt_token_count + self.completion_token_count


class TokenCountingHandler(BaseCallbackHandler):
    """Counts the tokens of model calls: as the endpoint says, else by `tokenizer`, else four characters each."""

    def __init__(
        self,
        tokenizer: Callable[[str], Sequence[Any]] | None = None,
        event_starts_to_ignore: Sequence[CBEventType] | None = None,
        event_ends_to_ignore: Sequence[CBEventType] | None = None,
        verbose: bool = False,
        logger: _Logger | None = None,
    ) -> None:
        super().__init__(event_starts_to_ignore or (), event_ends_to_ignore or ())
        self._tokenizer = tokenizer
        self._verbose = verbose
        self._logger = logger
        self.llm_token_counts: list[TokenCountingEvent] = []
        self.embedding_token_counts: list[TokenCountingEvent] = []

    def on_event_end(
        self, event_type: CBEventType, payload: Payload | None = None, event_id: str = "", **kwargs: Any
    ) -> None:
        if event_type is not CBEventType.LLM or payload is None:
            return
        counted = self._counted(payload, event_id)
        self.llm_token_counts.append(counted)
        if self._verbose:
            write = self._logger.info if self._logger is not None else _to_standard_output
            write(f"Prompt tokens: {counted.prompt_token_count}. Completion tokens: {counted.completion_token_count}.")

    @property
    def total_llm_token_count(self) -> int:
        return sum(event.total_token_count for event in self.llm_token_counts)

    @property
    def prompt_llm_token_count(self) -> int:
        return sum(event.prompt_token_count for event in self.llm_token_counts)

    @property
    def completion_llm_token_count(self) -> int:
        return sum(event.completion_token_count for event in self.llm_token_counts)

    @property
    def total_embedding_token_count(self) -> int:
        return sum(event.total_token_count for event in self.embedding_token_counts)

    def reset_counts(self) -> None:
        """Begin to count anew."""
        self.llm_token_counts = []
        self.embedding_token_counts = []

    def _counted(self, payload: Payload, event_id: str) -> TokenCountingEvent:
        messages = payload.get(EventPayload.MESSAGES)
        prompt = "\n".join(map(str, messages)) if messages is not None else str(payload.get(EventPayload.PROMPT) or "")
        answer: Any = payload.get(EventPayload.RESPONSE) or payload.get(EventPayload.COMPLETION)
        completion = "" if answer is None else str(getattr(answer, "message", None) or answer)
        usage = getattr(answer, "usage", None)
        if usage is not None:
            return TokenCountingEvent(prompt, completion, usage.completion_tokens, usage.prompt_tokens, event_id)
        return TokenCountingEvent(prompt, completion, self._count(completion), self._count(prompt), event_id)

    def _count(self, text: str) -> int:
        return len(self._tokenizer(text)) if self._tokenizer is not None else -(-len(text) // _CHARACTERS_A_TOKEN)


class _Logger(Protocol):
    def debug(self, msg: object, /) -> None: ...

    def info(self, msg: object, /) -> None: ...


def _now(event_type: CBEventType, payload: Payload | None, event_id: str) -> CBEvent:
    stamp = datetime.now(UTC).strftime("%m/%d/%Y, %H:%M:%S.%f")
    return CBEvent(event_type, payload, event_id, stamp, time.perf_counter())


def _to_standard_output(text: object) -> None:
    import sys

    sys.stdout.write(f"{text}\n")
