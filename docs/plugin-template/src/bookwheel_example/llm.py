"""A model: `model.provider = "example"`."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, LLMMetadata
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.llm_options import LLMOptions


class ShoutingLLM(LLM):
    """Answers with the last message in capital letters."""

    def __init__(self, model: str) -> None:
        self._model = model

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name=self._model, context_window=8_192)

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        for word in request.messages[-1].content.upper().split(" "):
            yield ChatDelta(delta=f"{word} ")


def from_options(options: LLMOptions) -> ShoutingLLM:
    return ShoutingLLM(options.model or "shouting-1")
