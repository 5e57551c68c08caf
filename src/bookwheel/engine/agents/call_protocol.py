"""The two forms of tool calls between an agent and its model: native tool calls, or ReAct text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from bookwheel.engine.agents.agent_prompts import REACT, REACT_RETRY
from bookwheel.engine.agents.model_call import AskedCall, ProtocolReader, Reply
from bookwheel.engine.agents.react_reader import ReActReader, read_action
from bookwheel.engine.events import ToolCallResult
from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.schema import ChatMessage, MessageRole, ToolSelection, new_id
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import UsageError


class CallProtocol(Protocol):
    """The form of messages and replies; with `keeps_rounds` the tool calls stay in the memory for later runs."""

    keeps_rounds: bool

    def system(self, system_prompt: str | None, tools: Sequence[FunctionTool]) -> list[ChatMessage]:
        """The system messages that go before the conversation."""
        ...

    def specs(self, tools: Sequence[FunctionTool]) -> list[ToolSpec]:
        """The tools to send with the request; empty when they are described in the prompt."""
        ...

    def reader(self) -> ProtocolReader | None:
        """A reader for one reply; None when the text of a reply is the answer as it is."""
        ...

    def asked(self, reply: Reply) -> ChatMessage:
        """The message to keep for a reply that calls tools."""
        ...

    def answered(self, result: ToolCallResult) -> ChatMessage:
        """The message to keep for a tool's result."""
        ...

    def corrected(self, reply: Reply) -> list[ChatMessage]:
        """The messages to keep for a reply in the wrong form: the reply, and what was wrong with it."""
        ...


class NativeProtocol:
    """Tool calls as the endpoint's API has them."""

    keeps_rounds = True

    def system(self, system_prompt: str | None, tools: Sequence[FunctionTool]) -> list[ChatMessage]:
        return [ChatMessage(MessageRole.SYSTEM, system_prompt)] if system_prompt else []

    def specs(self, tools: Sequence[FunctionTool]) -> list[ToolSpec]:
        return [tool.metadata.spec() for tool in tools]

    def reader(self) -> ProtocolReader | None:
        return None

    def asked(self, reply: Reply) -> ChatMessage:
        return ChatMessage(MessageRole.ASSISTANT, reply.text, tool_calls=[call.selection for call in reply.calls])

    def answered(self, result: ToolCallResult) -> ChatMessage:
        output = result.tool_output
        return ChatMessage(MessageRole.TOOL, output.content, tool_call_id=result.tool_id, nodes=output.nodes)

    def corrected(self, reply: Reply) -> list[ChatMessage]:
        return []


class ReActProtocol:
    """Thought, Action and Observation as text, for models without tool calling."""

    def __init__(self, header: Template | str = REACT) -> None:
        # As in LlamaIndex, the header is text for `str.format`, also where it was given as a template.
        self._header = header if isinstance(header, str) else header.format()

    # In the memory, answers stand without the protocol: with old rounds beside them, models drop the protocol.
    keeps_rounds = False

    def system(self, system_prompt: str | None, tools: Sequence[FunctionTool]) -> list[ChatMessage]:
        listing = "\n".join(
            f"- {tool.name}: {tool.metadata.description}\n  Arguments: {json.dumps(tool.metadata.parameters)}"
            for tool in tools
        )
        names = ", ".join(tool.name for tool in tools)
        protocol = _with_tools(self._header, tool_desc=listing or "(none)", tool_names=names or "(none)")
        return [ChatMessage(MessageRole.SYSTEM, f"{system_prompt}\n\n{protocol}" if system_prompt else protocol)]

    def specs(self, tools: Sequence[FunctionTool]) -> list[ToolSpec]:
        return []

    def reader(self) -> ProtocolReader | None:
        return _ReActReply()

    def asked(self, reply: Reply) -> ChatMessage:
        call = reply.calls[0].selection
        action = f"Action: {call.tool_name}\nAction Input: {json.dumps(call.tool_kwargs, ensure_ascii=False)}"
        return ChatMessage(MessageRole.ASSISTANT, f"Thought: {reply.thought.strip()}\n{action}")

    def answered(self, result: ToolCallResult) -> ChatMessage:
        output = result.tool_output
        return ChatMessage(MessageRole.USER, f"Observation: {output.content}", nodes=output.nodes)

    def corrected(self, reply: Reply) -> list[ChatMessage]:
        return [
            ChatMessage(MessageRole.ASSISTANT, f"Thought: {reply.thought.strip()}"),
            ChatMessage(MessageRole.USER, REACT_RETRY.format(error=reply.problem)),
        ]


def _with_tools(header: str, **values: str) -> str:
    try:
        return header.format(**values)
    except (KeyError, IndexError, ValueError) as error:
        raise UsageError(
            f"The prompt 'react_header' cannot be filled in: {error!r}.",
            hint="Its names are {tool_desc} and {tool_names}. Write {{ and }} for braces that are meant as such.",
        ) from error


class _ReActReply:
    """Reads a ReAct reply and fills in its calls or its problem."""

    def __init__(self) -> None:
        self._reader = ReActReader()
        self._thought: list[str] = []

    def push(self, text: str) -> tuple[str, str]:
        answer, thought = self._reader.push(text)
        self._thought.append(thought)
        return answer, thought

    def take_restart(self) -> bool:
        return self._reader.take_restart()

    def finish(self, reply: Reply) -> tuple[str, str]:
        answer, thought = self._reader.finish()
        self._thought.append(thought)
        reply.thought = "".join(self._thought)
        if self._reader.action:
            self._read_action(reply)
        elif not self._reader.has_answer and reply.thought.strip():
            reply.problem = "there is neither an Action nor an Answer"
        return answer, thought

    def _read_action(self, reply: Reply) -> None:
        try:
            name, arguments = read_action(self._reader.action, self._reader.arguments)
        except ValueError as error:
            reply.problem = str(error)
        else:
            reply.calls = [AskedCall(ToolSelection(new_id(), name, arguments))]
