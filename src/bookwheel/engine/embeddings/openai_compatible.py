"""`OpenAIEmbedding`: an embedding model behind any `/v1/embeddings` endpoint, by LlamaIndex's name."""

from __future__ import annotations

import base64
import binascii
import math
import sys
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from bookwheel.engine.embeddings.embedding_errors import explained, unusable
from bookwheel.engine.embeddings.embedding_model import BaseEmbedding, EmbeddingOptions
from bookwheel.engine.llms.openai.client_errors import as_client_error
from bookwheel.engine.llms.openai.connections import Connections
from bookwheel.engine.llms.openai.endpoint import Endpoint, given_endpoint
from bookwheel.engine.llms.openai.error_objects import error_text
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.engine.llms.openai.transport import FAILURES, RefusedError, SilenceError, wait_before_retry
from bookwheel.engine.llms.retry_pauses import pause_before_retry
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

DEFAULT_MODEL = "text-embedding-3-small"
DEFAULT_BATCH = 32


class Instructions(NamedTuple):
    """What goes before a question, and before a passage."""

    query: str = ""
    text: str = ""


_TASK = "Instruct: Given a question, retrieve passages that answer it\nQuery: "
_SEARCHING = "Represent this sentence for searching relevant passages: "

# From the models' own cards; the first that fits. Without them the models still work, worse.
_KNOWN = (
    (lazy_regex(r"e5-mistral|e5-.*-instruct|qwen3-embedding|gte-qwen"), Instructions(_TASK)),
    (lazy_regex(r"(^|[-_])e5($|[-_])"), Instructions("query: ", "passage: ")),
    (lazy_regex(r"nomic-embed-text"), Instructions("search_query: ", "search_document: ")),
    (lazy_regex(r"embeddinggemma"), Instructions("task: search result | query: ", "title: none | text: ")),
    (lazy_regex(r"bge-(small|base|large)-en|mxbai-embed-large|snowflake-arctic-embed"), Instructions(_SEARCHING)),
)


def instructions_for(model: str) -> Instructions:
    """The instructions of a model that we know by name; none for others."""
    name = model.rpartition("/")[2].lower()
    return next((known for pattern, known in _KNOWN if pattern.search(name)), Instructions())


class OpenAIEmbedding(BaseEmbedding):
    """An embedding model of OpenAI, or of any endpoint that speaks its protocol (`base_url`).

    The texts go to that endpoint, and nowhere else. Without `api_key` the key is `OPENAI_API_KEY`, but only for the
    endpoint that the environment means too. `query_instruction` and `text_instruction` go before each question and
    each text; by default what is known of the model. `dimensions` asks for shorter vectors, where the model can.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        api_base: str | None = None,
        dimensions: int | None = None,
        embed_batch_size: int = DEFAULT_BATCH,
        query_instruction: str | None = None,
        text_instruction: str | None = None,
        timeout: float = 60.0,
        max_retries: int = 2,
        key_source: str = "",
        allow_http: bool = False,
    ) -> None:
        self._endpoint = given_endpoint(
            model, base_url=base_url or api_base, api_key=api_key, key_source=key_source, allow_http=allow_http
        )
        known = instructions_for(model)
        self._instructions = Instructions(
            known.query if query_instruction is None else query_instruction,
            known.text if text_instruction is None else text_instruction,
        )
        self.dimensions = dimensions
        self.embed_batch_size = embed_batch_size
        self.model_name = _stored_name(model, dimensions, self._instructions.text, known.text)
        self._timeout = timeout
        self._max_retries = max_retries
        self._encodes = True
        self._connections = Connections(self._endpoint)

    @property
    def endpoint(self) -> Endpoint:
        """Where the texts go."""
        return self._endpoint

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self._endpoint.model!r}, base_url={self._endpoint.base_url!r})"

    async def aclose(self) -> None:
        await self._connections.aclose()

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        if not texts:
            await self._connections.get()
        instruction = self._instructions.query if is_query else self._instructions.text
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.embed_batch_size):
            # An empty text is refused by some.
            batch = [instruction + (text.strip() or ".") for text in texts[start : start + self.embed_batch_size]]
            vectors += await self._ask(batch)
        return vectors

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        connection = await self._connections.get()
        attempt = 0
        while True:
            try:
                body = await connection.embed(self._body(texts), timeout_s=self._timeout)
                return vectors_of(body, len(texts))
            except UnusableAnswerError as problem:
                raise as_client_error(unusable(str(problem), self._endpoint)) from problem
            except FAILURES as failure:
                if self._encodes and isinstance(failure, RefusedError) and failure.refusal.names("encoding_format"):
                    self._encodes = False
                    continue
                wait_s = wait_before_retry(failure, attempt, self._max_retries)
                if wait_s is None:
                    error = explained(failure, self._endpoint, self._timeout)
                    status = failure.refusal.status if isinstance(failure, RefusedError) else None
                    timed_out = isinstance(failure, SilenceError)
                    # A refusal's own exception may quote the key and stays out of the chain.
                    raise as_client_error(error, status, timed_out=timed_out) from failure.__cause__
            attempt += 1
            await pause_before_retry(wait_s)

    def _body(self, texts: list[str]) -> JsonObject:
        # Base64 is a quarter of the bytes. Most servers that don't know it answer with numbers.
        encoding = "base64" if self._encodes else "float"
        body: JsonObject = {"model": self._endpoint.model, "input": texts, "encoding_format": encoding}
        if self.dimensions is not None:
            body["dimensions"] = self.dimensions
        return body


def _stored_name(model: str, dimensions: int | None, text_instruction: str, known: str) -> str:
    name = model if dimensions is None else f"{model}@{dimensions}"
    return name if text_instruction == known else f"{name} after {text_instruction!r}"


class UnusableAnswerError(Exception):
    """The answer holds no vectors for what was asked; the message says what it holds instead."""


def vectors_of(body: bytes, count: int) -> list[list[float]]:
    """The `count` vectors of an answer, in the order of the texts.

    Raises UnusableAnswerError unless it holds exactly one vector of real numbers for each text, all of one length.
    """
    answer = parse_object(body)
    if answer is None:
        head = " ".join(body[:200].decode("utf-8", "replace").split())
        raise UnusableAnswerError(f'something that is not a JSON object: "{head}"' if head else "nothing")
    rows = list_of(answer.get("data"))
    if not rows and (said := error_text(answer)):
        raise UnusableAnswerError(f'an error: "{said}"')
    vectors: dict[int, list[float]] = {}
    for place, row in enumerate(rows):
        fields = object_of(row) or {}
        index = fields.get("index")
        vectors[index if isinstance(index, int) else place] = _vector(fields.get("embedding"))
    if len(rows) != count or vectors.keys() != set(range(count)):
        raise UnusableAnswerError(f"{len(vectors)} vectors for {count} texts")
    return _of_one_length([vectors[place] for place in range(count)])


def _vector(value: JsonValue) -> list[float]:
    numbers = _decoded(value) if isinstance(value, str) else [_number(item) for item in list_of(value)]
    if not numbers:
        raise UnusableAnswerError("an empty vector")
    if not all(map(math.isfinite, numbers)):
        raise UnusableAnswerError("a vector with values that are not numbers")
    return numbers


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableAnswerError(f"a vector that holds {text_of(value)[:20]!r}")
    return float(value)


def _decoded(encoded: str) -> list[float]:
    numbers = array("f")
    try:
        numbers.frombytes(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UnusableAnswerError("a vector that is not numbers in base64") from error
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def _of_one_length(vectors: Sequence[list[float]]) -> list[list[float]]:
    lengths = sorted({len(vector) for vector in vectors})
    if len(lengths) > 1:
        raise UnusableAnswerError(f"vectors of different lengths ({', '.join(map(str, lengths))})")
    return list(vectors)


def from_options(options: EmbeddingOptions) -> OpenAIEmbedding:
    """The model of an endpoint, for the desk. Raises UsageError and ModelAuthError."""
    return OpenAIEmbedding(
        options.model or DEFAULT_MODEL,
        api_key=options.api_key,
        key_source=options.key_source,
        base_url=options.base_url,
        dimensions=options.dimensions,
        query_instruction=options.query_instruction,
        text_instruction=options.text_instruction,
        timeout=options.timeout_s,
        allow_http=options.allow_http,
    )
