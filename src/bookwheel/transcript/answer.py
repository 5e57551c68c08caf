"""What one run's events add up to: its answer so far, the passages found, the tokens spent.

A streamed answer begins with the first delta after an `AgentInput`; where a workflow sends none, after an `AgentOutput`
or a `ToolCallResult`. The run's answer is the last one.
"""

from __future__ import annotations

from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript import fields

# Roughly what tokenizers for European languages give; used only where an endpoint does not count.
CHARS_PER_TOKEN = 4


class RunAnswer:
    """Feed it every event of a run, live or from a log."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._is_over = False
        self._nodes: dict[int, JsonObject] = {}
        self._outputs: list[str] = []
        self._prompt_chars = 0
        self._answer_chars = 0
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self._outputs_without_usage = 0
        self._unsupported = False

    def apply(self, kind: str, data: JsonObject) -> None:
        match kind:
            case "AgentStream":
                self._stream(fields.text(data, "delta"), fields.text(data, "thinking_delta"))
            case "AgentInput":
                self._parts.clear()
                self._prompt_chars += sum(len(fields.text(message, "content")) for message in _messages(data))
            case "AgentOutput":
                self._is_over = True
                self._output(data)
            case "ToolCallResult":
                self._is_over = True
                self._outputs.append(fields.text(fields.obj(data, "tool_output"), "content"))
            case "Retrieval":
                for node in fields.objects(data, "nodes"):
                    self._nodes.setdefault(fields.integer(node, "number") or len(self._nodes) + 1, node)
            case _:
                pass

    def _stream(self, delta: str, thinking: str) -> None:
        self._answer_chars += len(delta) + len(thinking)
        if not delta:
            return
        if self._is_over:
            self._parts.clear()
            self._is_over = False
        self._parts.append(delta)

    def _output(self, data: JsonObject) -> None:
        usage = fields.obj(data, "usage")
        if usage:
            self._prompt_tokens += fields.integer(usage, "prompt_tokens") or 0
            self._completion_tokens += fields.integer(usage, "completion_tokens") or 0
        else:
            self._outputs_without_usage += 1
        if data.get("supported") is False:
            self._unsupported = True
        elif data.get("supported") is True:
            self._unsupported = False

    @property
    def text(self) -> str:
        """The last streamed answer."""
        return "".join(self._parts)

    @property
    def is_streamed(self) -> bool:
        """Whether the model call that goes on (or the last one) has streamed any text."""
        return bool(self._parts) and not self._is_over

    @property
    def is_unsupported(self) -> bool:
        """The engine found nothing in the documents that supports an answer."""
        return self._unsupported

    @property
    def streamed_tokens(self) -> int:
        """An estimate of the tokens written so far."""
        return self._answer_chars // CHARS_PER_TOKEN

    def citations(self) -> list[JsonObject]:
        """The passages that the answer cites, by number."""
        numbers = sorted(set(cited_numbers(self.text)))
        return [{"number": number, **self._nodes[number]} for number in numbers if number in self._nodes]

    @property
    def nodes(self) -> dict[int, JsonObject]:
        """All passages found in the run, by number."""
        return dict(self._nodes)

    @property
    def tool_outputs(self) -> list[str]:
        """What the tools of the run gave, in order."""
        return list(self._outputs)

    def usage(self) -> JsonObject:
        """Tokens of the whole run; `estimated` is true when the endpoint did not count all of them."""
        counted = bool(self._prompt_tokens or self._completion_tokens) and not self._outputs_without_usage
        prompt = self._prompt_tokens if counted else max(self._prompt_tokens, self._prompt_chars // CHARS_PER_TOKEN)
        completion = self._completion_tokens if counted else max(self._completion_tokens, self.streamed_tokens)
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "estimated": not counted,
        }


def _messages(data: JsonObject) -> list[JsonObject]:
    return fields.objects(data, "input")
