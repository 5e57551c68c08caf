"""Folds one run's events into its answer so far, the passages found and the tokens spent.

A streamed answer begins with the first delta after an `AgentInput`; where a workflow sends none, after an `AgentOutput`
or a `ToolCallResult`. The run's answer is the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bookwheel.engine.events.agent_events import AgentInput, AgentOutput, AgentStream, ToolCall, ToolCallResult
from bookwheel.engine.events.event_base import ResearchEvent, SideEvent
from bookwheel.engine.events.logged_events import LoggedEvent, UserAnswer, UserQuestion, decoded
from bookwheel.engine.events.run_events import (
    Citation,
    Cut,
    ResearchCounts,
    Retrieval,
    RunFinished,
    RunStarted,
    RunUsage,
)
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.schema import JsonObject, NumberedNode

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import ResearchStep
    from bookwheel.engine.research.research_state import ResearchState

# Roughly what tokenizers for European languages give; used only where an endpoint does not count.
CHARS_PER_TOKEN = 4


class RunAnswer:
    """The answer of a run; call `apply` with each of its events, live or from a log.

    `research` is what a research run has come to; given at the start, it is the state from which the run goes on.
    """

    def __init__(self, research: ResearchState | None = None) -> None:
        self.research = research
        self._parts: list[str] = []
        self._is_over = False
        self._nodes: dict[int, NumberedNode] = {}
        self._outputs: list[str] = []
        self._prompt_chars = 0
        self._answer_chars = 0
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._outputs_without_usage = 0
        self._unsupported = False
        self.model_calls = 0
        """How often the model was called; a workflow that sends no `AgentInput` has none."""
        self.cut: Cut | None = None
        """Why the last answer is not complete; None when it is."""

    def apply(self, event: LoggedEvent | str, data: JsonObject | None = None) -> None:
        """Take in the next event, or a record's `type` and `data`, as programs of others pass them."""
        self._take(decoded(event, data or {}) if isinstance(event, str) else event)

    def _take(self, event: LoggedEvent) -> None:
        match event:
            case AgentStream():
                self._stream(event.delta, event.thinking_delta or "")
            case AgentInput():
                self.model_calls += 1
                self._parts.clear()
                self._prompt_chars += sum(len(message.content or "") for message in event.input)
            case AgentOutput():
                self._is_over = True
                self._output(event)
            case ToolCallResult():
                self._is_over = True
                self._outputs.append(event.tool_output.content)
            case Retrieval():
                for found in event.nodes:
                    self._nodes.setdefault(found.number, found)
            case ResearchEvent():
                self._research(event)
            case RunStarted() | RunFinished() | ToolCall() | UserQuestion() | UserAnswer() | SideEvent():
                pass
            case InternalEvent():
                pass
            case _:
                assert_never(event)

    def _stream(self, delta: str, thinking: str) -> None:
        self._answer_chars += len(delta) + len(thinking)
        if not delta:
            return
        if self._is_over:
            self._parts.clear()
            self._is_over = False
        self._parts.append(delta)

    def _research(self, event: ResearchStep) -> None:
        if self.research is None:
            # Imported late: a query or an agent has no such state.
            from bookwheel.engine.research.research_state import ResearchState

            self.research = ResearchState()
        self.research = self.research.apply(event)

    def _output(self, output: AgentOutput) -> None:
        if output.usage is not None:
            self._prompt_tokens += output.usage.prompt_tokens
            self._completion_tokens += output.usage.completion_tokens
        else:
            self._outputs_without_usage += 1
        if output.supported is not None:
            self._unsupported = not output.supported
        self.cut = output.cut

    @property
    def text(self) -> str:
        """The last streamed answer."""
        return "".join(self._parts)

    @property
    def is_streamed(self) -> bool:
        """Whether the current model call (or the last one) has streamed any text."""
        return bool(self._parts) and not self._is_over

    @property
    def is_unsupported(self) -> bool:
        """Whether the engine found nothing in the documents that supports an answer."""
        return self._unsupported or (self.research is not None and self.research.has_nothing)

    @property
    def streamed_tokens(self) -> int:
        """An estimate of the tokens written so far."""
        return self._answer_chars // CHARS_PER_TOKEN

    def citations(self) -> tuple[Citation, ...]:
        """The passages that the answer cites, by number."""
        # Reading a megabyte for numbers takes 50 ms.
        numbers = sorted(set(cited_numbers(self.text))) if self._nodes else []
        return tuple(Citation.of(self._nodes[number]) for number in numbers if number in self._nodes)

    @property
    def nodes(self) -> dict[int, NumberedNode]:
        """All passages found in the run, by number."""
        return dict(self._nodes)

    @property
    def tool_outputs(self) -> list[str]:
        """The outputs of the run's tools, in order."""
        return list(self._outputs)

    def research_counts(self) -> ResearchCounts | None:
        """What a research run did; None for any other run."""
        state = self.research
        if state is None:
            return None
        branches = sum(branch.is_in_report for branch in state.branches)
        return ResearchCounts(branches=branches, notes=len(state.notes), refused=state.refused, stopped_by=state.limit)

    def usage(self) -> RunUsage:
        """Tokens of the whole run; `estimated` is true when the endpoint did not count all of them."""
        if self.research is not None:
            spent = self.research.spent
            return RunUsage(
                prompt_tokens=spent.prompt_tokens,
                completion_tokens=spent.completion_tokens,
                total_tokens=spent.tokens,
                estimated=spent.estimated,
            )
        counted = bool(self._prompt_tokens or self._completion_tokens) and not self._outputs_without_usage
        prompt = self._prompt_tokens if counted else max(self._prompt_tokens, self._prompt_chars // CHARS_PER_TOKEN)
        completion = self._completion_tokens if counted else max(self._completion_tokens, self.streamed_tokens)
        return RunUsage(
            prompt_tokens=prompt,
            completion_tokens=completion,
            total_tokens=prompt + completion,
            estimated=not counted,
        )
