"""A conversation as the text that a local model continues."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.huggingface.parts import Tokenizer
from bookwheel.engine.schema import ChatMessage, MessageRole
from bookwheel.errors import ModelResponseError

TOOL_RESULT = "Result of the tool:\n"
PARAGRAPH_BREAK = "\n\n"

Turn = dict[str, str]


def prompt_of(messages: Sequence[ChatMessage], tokenizer: Tokenizer) -> str:
    """The prompt, by the tokenizer's chat template; without one a single message as it is, several line by line."""
    turns = _merged([_turn(message) for message in messages])
    if tokenizer.chat_template:
        return _by_template(turns, tokenizer)
    if len(turns) == 1:
        return turns[0]["content"]
    return "\n".join([*(f"{turn['role']}: {turn['content']}" for turn in turns), "assistant:"])


def _by_template(turns: list[Turn], tokenizer: Tokenizer) -> str:
    # Templates differ in what they refuse: Gemma's wants no system message, and all raise errors of their own.
    refusal: Exception | None = None
    for accepted in (turns, _without_system(turns)):
        try:
            return tokenizer.apply_chat_template(accepted, tokenize=False, add_generation_prompt=True)
        except Exception as error:  # noqa: BLE001 - a template is code of its own
            refusal = refusal or error
    raise ModelResponseError(
        f"The model's chat template refuses the conversation: {refusal}",
        hint="Give HuggingFaceLLM your own messages_to_prompt=.",
    ) from refusal


def _turn(message: ChatMessage) -> Turn:
    content = message.content or ""
    match message.role:
        case MessageRole.TOOL | MessageRole.FUNCTION:
            return {"role": "user", "content": TOOL_RESULT + content}
        case MessageRole.DEVELOPER:
            return {"role": "system", "content": content}
        case MessageRole.MODEL | MessageRole.CHATBOT:
            return {"role": "assistant", "content": content}
        case role:
            return {"role": str(role), "content": content}


def _merged(turns: Sequence[Turn]) -> list[Turn]:
    """One system message at the beginning, then no two messages of one role in a row, as many templates require."""
    system = PARAGRAPH_BREAK.join(turn["content"] for turn in turns if turn["role"] == "system")
    merged: list[Turn] = [{"role": "system", "content": system}] if system else []
    for turn in turns:
        if turn["role"] == "system":
            continue
        if merged and merged[-1]["role"] == turn["role"]:
            turn = {"role": turn["role"], "content": merged.pop()["content"] + PARAGRAPH_BREAK + turn["content"]}
        merged.append(turn)
    return merged


def _without_system(turns: list[Turn]) -> list[Turn]:
    if not turns or turns[0]["role"] != "system":
        return turns
    return _merged([{"role": "user", "content": turns[0]["content"]}, *turns[1:]])
