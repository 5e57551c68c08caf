"""The doctor's checks of search: the embedding model, and what reranks the passages found."""

from __future__ import annotations

import asyncio

from bookwheel.cli.doctor.finding import Finding, key_text, tried
from bookwheel.config.keys import embedding_key_source, rerank_key_source
from bookwheel.config.setting_tables import Config
from bookwheel.wiring.build import build_library
from bookwheel.wiring.embedding_choice import embedding_endpoint
from bookwheel.wiring.rerank_choice import rerank_endpoint

_EMBEDDING = "embedding"
_RERANKING = "reranking"
_MANY_FOR_PLAIN_PYTHON = 20_000
# What the endpoints are sent to try them: nothing of the user's.
_PROBE = "This is a test."
_PROBES = ("This is the first test sentence.", "The weather is fine.")


async def check_embedding(config: Config) -> Finding:
    """The embedding model, tried with one sentence, and how many of the passages have a vector."""
    if config.embeddings.provider == "off":
        return Finding(
            _EMBEDDING,
            "note",
            "off: passages are found by their words",
            'embeddings.provider = "local" in the settings also finds what is said in other words or languages; it '
            "needs: pip install 'bookwheel[local]'",
        )
    library = build_library(config)
    name, embedded, total = config.embeddings.name, 0, 0

    async def embed_one() -> None:
        nonlocal name, embedded, total
        found = await asyncio.to_thread(library.embedding)
        if found is not None:
            name, embedded, total = found[0], found[1].embedded, found[1].total
            await library.embed_text(_PROBE)

    try:
        problem = await tried(embed_one())
    finally:
        await library.aclose()
    endpoint = embedding_endpoint(config)
    where = f" at {endpoint}{key_text(embedding_key_source(config))}" if endpoint else " on this machine"
    what = f"{name or 'a model'}{where}"
    if problem.message:
        return Finding(_EMBEDDING, "wrong", f"{what}: {problem.message}", problem.hint)
    rest = "" if embedded >= total else "The open app embeds the others, and so does: bookwheel index PATH"
    counts = f"{embedded:,} of {total:,} passages embedded"
    return Finding(_EMBEDDING, "ok", f"{what}; {counts}", _slow_without_numpy(embedded) or rest)


def _slow_without_numpy(embedded: int) -> str:
    from bookwheel.engine.stores.byte_vectors import has_numpy

    if has_numpy() or embedded < _MANY_FOR_PLAIN_PYTHON:
        return ""
    return "Comparing so many vectors is slow without numpy: pip install 'bookwheel[local]'"


async def check_reranking(config: Config) -> Finding:
    """What orders the passages found a second time; an endpoint is tried with two sentences."""
    settings = config.retrieval
    match settings.rerank:
        case "off":
            remedy = 'retrieval.rerank = "model" in the settings lets the model that answers put the best first.'
            return Finding(_RERANKING, "note", "off: passages stay in the order in which they are found", remedy)
        case "model":
            return Finding(
                _RERANKING, "ok", "by the model that answers; the embedded default leaves the order as it is"
            )
        case "endpoint":
            problem = await tried(_rerank_two(config))
            key = key_text(rerank_key_source(config))
            where = f"{settings.rerank_model or 'its model'} at {settings.rerank_url or 'no address'}{key}"
            if problem.message:
                return Finding(_RERANKING, "wrong", f"{where}: {problem.message}", problem.hint)
            return Finding(_RERANKING, "ok", where)


async def _rerank_two(config: Config) -> None:
    from bookwheel.engine.schema import NodeWithScore, TextNode

    reranker = await asyncio.to_thread(rerank_endpoint, config)
    try:
        await reranker.arerank(_PROBE, [NodeWithScore(TextNode(text)) for text in _PROBES])
    finally:
        await reranker.aclose()
