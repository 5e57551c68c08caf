"""The reranking endpoint of the settings, tried out: for `bookwheel doctor`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bookwheel.config.keys import rerank_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.errors import BookwheelError
from bookwheel.wiring.rerank_choice import rerank_endpoint

TIMEOUT_S = 15.0
# What the endpoint is asked to order: nothing of the user's.
_QUESTION, _PROBES = "Is anybody there?", ("Yes, somebody is there.", "The weather is fine.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankReport:
    """The endpoint, and what is wrong with it if anything is."""

    url: str
    model: str
    key_source: str
    error: str = ""
    hint: str = ""


async def examine_reranking(config: Config) -> RerankReport | None:
    """Have two sentences put in order; None when the settings name no endpoint. Never raises BookwheelError."""
    if config.retrieval.rerank != "endpoint":
        return None
    message = hint = ""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await _try_out(config)
    except BookwheelError as error:
        message, hint = error.message, error.hint
    except TimeoutError:
        message, hint = f"The endpoint has not answered within {TIMEOUT_S:g} seconds.", "Is the address right?"
    settings = config.retrieval
    return RerankReport(
        url=settings.rerank_url,
        model=settings.rerank_model,
        key_source=rerank_key_source(config),
        error=message,
        hint=hint,
    )


async def _try_out(config: Config) -> None:
    from bookwheel.engine.schema import NodeWithScore, TextNode

    reranker = await asyncio.to_thread(rerank_endpoint, config)
    try:
        await reranker.arerank(_QUESTION, [NodeWithScore(TextNode(text)) for text in _PROBES])
    finally:
        await reranker.aclose()
