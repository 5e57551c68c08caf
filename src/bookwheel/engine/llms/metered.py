"""A model whose calls are reserved in a ledger before they are made: limits that hold for agents and queries."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, LLMMetadata
from bookwheel.engine.llms.ledger import Ledger
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.schema import Usage

# The most that an answer may take where neither the call nor the model has an output limit.
DEFAULT_OUTPUT = 4_096
# A short answer is worth more than none.
LEAST_OUTPUT = 16


class MeteredLLM(LLM):
    """`llm` under the limits of `ledger`; a call that does not fit raises LimitReachedError and is not made.

    An answer may be as long as what is left, at most `max_tokens`.
    """

    def __init__(self, llm: LLM, ledger: Ledger, *, max_tokens: int | None = None) -> None:
        self._llm = llm
        self._ledger = ledger
        self._max_tokens = max_tokens or DEFAULT_OUTPUT
        self.callback_manager = llm.callback_manager

    @property
    def metadata(self) -> LLMMetadata:
        return self._llm.metadata

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        asked = request.body.get("max_tokens")
        wanted = asked if isinstance(asked, int) else self._max_tokens
        beside = json.dumps([[tool.parameters for tool in request.tools], request.response_schema])
        ledger = self._ledger
        reservation = await ledger.reserve(request.messages, wanted, extra=beside, least=LEAST_OUTPUT, writing=True)
        within = ChatRequest(
            request.messages,
            tools=request.tools,
            tool_choice=request.tool_choice,
            response_schema=request.response_schema,
            **{**request.body, "max_tokens": reservation.max_tokens},
        )
        usage: Usage | None = None
        written: list[str] = []
        notice = ""
        try:
            # Its own pieces, streamed or not: the call and its options stay as they are.
            async with aclosing(self._llm._answer(within, stream=stream)) as pieces:  # noqa: SLF001
                async for piece in pieces:
                    usage = piece.usage or usage
                    written.append(piece.delta + piece.thinking_delta)
                    yield piece
        finally:
            notice = ledger.settle(reservation, usage, "".join(written)).notice
        if notice:
            yield ChatDelta(notice=notice)

    def capped(self, max_tokens: int) -> LLM:
        capped = self._llm.capped(max_tokens)
        return MeteredLLM(capped, self._ledger, max_tokens=max_tokens)

    async def warm_up(self) -> None:
        await self._llm.warm_up()

    async def aclose(self) -> None:
        await self._llm.aclose()
