"""`EndpointRerank`: a reranking model behind `/rerank`, as Jina, Cohere, Voyage, vLLM, llama.cpp and TEI serve it.

POST {model, query, documents, top_n}  →  {results: [{index, relevance_score}]}
POST {query, texts}                    →  [{index, score}]                        (Text Embeddings Inference)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bookwheel.engine.llms.openai import error_mapping as openai_errors
from bookwheel.engine.llms.openai.connections import Connections
from bookwheel.engine.llms.openai.endpoint import Endpoint, checked_base_url, checked_key
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_json
from bookwheel.engine.llms.openai.transport import (
    FAILURES,
    ConnectionFailedError,
    Failure,
    OversizedError,
    Refusal,
    RefusedError,
    SilenceError,
    wait_before_retry,
)
from bookwheel.engine.llms.retry_pauses import pause_before_retry
from bookwheel.engine.retrieval.reranker import Reranked, Reranker, in_order
from bookwheel.engine.schema import JsonObject, JsonValue, NodeWithScore
from bookwheel.errors import ModelAuthError, ModelError, ModelResponseError, ModelUnreachableError, UsageError

PATH = "/rerank"
# Rerankers read 512 to 8,192 tokens, and cut or refuse longer texts.
MAX_DOCUMENT_CHARS = 6_000

_CHECK = "Check retrieval.rerank_url and retrieval.rerank_model in the settings."


class EndpointRerank(Reranker):
    """Sends the passages and the question to `url` only; a passage's score becomes the model's.

    `url` is the endpoint with or without its `/rerank`. Raises UsageError for an invalid address, ModelAuthError for
    a key with characters that no key has.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        *,
        api_key: str = "",
        key_source: str = "",
        top_n: int | None = None,
        timeout: float = 30.0,
        max_retries: int = 1,
        allow_http: bool = False,
    ) -> None:
        super().__init__(top_n=top_n)
        if not url.strip():
            raise UsageError("The reranker has no address.", hint="Such as https://api.jina.ai/v1/rerank.")
        self._endpoint = Endpoint(
            base_url=checked_base_url(url.strip().rstrip("/").removesuffix(PATH), allow_http=allow_http),
            model=model,
            api_key=checked_key(api_key, key_source or "api_key"),
            key_source=key_source or "api_key",
        )
        self._connections = Connections(self._endpoint)
        self._timeout = timeout
        self._max_retries = max_retries
        self._wants_texts = False

    @property
    def endpoint(self) -> Endpoint:
        """Where the passages go."""
        return self._endpoint

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self._endpoint.base_url + PATH!r}, model={self._endpoint.model!r})"

    async def arerank(self, query: str, nodes: Sequence[NodeWithScore], top_n: int | None = None) -> Reranked:
        if not nodes:
            return Reranked([])
        kept = min(top_n or self.top_n or len(nodes), len(nodes))
        documents = [node.text[:MAX_DOCUMENT_CHARS].strip() or "." for node in nodes]
        scores = _scores_in(await self._ask(query, documents, kept), len(nodes), self._endpoint)
        scored = [NodeWithScore(node.node, scores.get(index), node.word_score) for index, node in enumerate(nodes)]
        best = sorted(scores, key=lambda index: -scores[index])
        return Reranked(in_order(scored, best, kept))

    async def aclose(self) -> None:
        await self._connections.aclose()

    async def _ask(self, query: str, documents: list[str], top_n: int) -> str:
        connection = await self._connections.get()
        attempt = 0
        while True:
            try:
                return await connection.post(PATH, self._body(query, documents, top_n), timeout_s=self._timeout)
            except FAILURES as failure:
                if not self._wants_texts and isinstance(failure, RefusedError) and failure.refusal.names("texts"):
                    self._wants_texts = True
                    continue
                wait_s = wait_before_retry(failure, attempt, self._max_retries)
                if wait_s is None:
                    # Not chained: the exception of a refusal may quote the key.
                    raise self._explained(failure) from failure.__cause__
            attempt += 1
            await pause_before_retry(wait_s)

    def _body(self, query: str, documents: list[str], top_n: int) -> JsonObject:
        if self._wants_texts:
            return {"query": query, "texts": documents, "truncate": True}
        model: JsonObject = {"model": self._endpoint.model} if self._endpoint.model else {}
        return {**model, "query": query, "documents": documents, "top_n": top_n}

    def _explained(self, failure: Failure) -> ModelError:
        match failure:
            case RefusedError(refusal=refusal):
                return _refused(refusal, self._endpoint)
            case ConnectionFailedError():
                return openai_errors.unreachable(failure, self._endpoint)
            case OversizedError():
                return openai_errors.oversized(failure, self._endpoint)
            case SilenceError():
                return ModelUnreachableError(
                    f"{self._endpoint.host} did not answer within {self._timeout:.0f} seconds when asked to rerank.",
                    hint="The model may be loading or overloaded: ask again.",
                )


def _refused(refusal: Refusal, endpoint: Endpoint) -> ModelError:
    said = endpoint.quote(refusal.detail)
    quoted = f': "{said}"' if said else "."
    match refusal.status:
        case 401 | 403 if not endpoint.api_key:
            return ModelAuthError(
                f"{endpoint.host} needs an API key for reranking, and none is set ({refusal.status}).",
                hint="Set the variable that retrieval.rerank_key_env names.",
            )
        case 404 | 405 | 501 if not refusal.is_unknown_model:
            return ModelResponseError(
                f"There is no reranking API at {endpoint.base_url}{PATH} ({refusal.status}){quoted}", hint=_CHECK
            )
        case _:
            return openai_errors.refused(refusal, endpoint)


def _scores_in(body: str, count: int, endpoint: Endpoint) -> dict[int, float]:
    """The scores of an answer, by the index of the document. Raises ModelResponseError when it holds none."""
    try:
        answer = parse_json(body)
    except ValueError:
        raise _unusable(f'an answer that is not JSON: "{body[:200]}"', endpoint) from None
    fields = object_of(answer)
    rows = list_of(answer) if fields is None else list_of(fields.get("results") or fields.get("data"))
    scores: dict[int, float] = {}
    for row in map(object_of, rows):
        index = _index_in(row, count)
        if row is not None and index is not None:
            scores.setdefault(index, _score(row, endpoint))
    if not scores:
        raise _unusable(f'no scores: "{body[:200]}"', endpoint)
    return scores


def _index_in(row: JsonObject | None, count: int) -> int | None:
    index = row.get("index") if row is not None else None
    return index if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < count else None


def _score(row: JsonObject, endpoint: Endpoint) -> float:
    value: JsonValue = row.get("relevance_score", row.get("score"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _unusable("a score that is not a number", endpoint)
    return float(value)


def _unusable(what: str, endpoint: Endpoint) -> ModelResponseError:
    return ModelResponseError(
        f"{endpoint.base_url}{PATH} answered with {endpoint.quote(what)}", hint=f"Is it a reranking API? {_CHECK}"
    )
