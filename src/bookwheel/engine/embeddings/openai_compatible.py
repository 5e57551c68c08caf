"""`OpenAIEmbedding`: an embedding model behind any `/v1/embeddings` endpoint, by LlamaIndex's name."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.embeddings.answer import UnusableAnswerError, vectors_of
from bookwheel.engine.embeddings.embedding_errors import explained, unusable
from bookwheel.engine.embeddings.embedding_model import BaseEmbedding
from bookwheel.engine.embeddings.instructions import Instructions, instructions_for
from bookwheel.engine.llms.openai.endpoint import DEFAULT_BASE_URL, Endpoint, checked_base_url, checked_key
from bookwheel.engine.llms.openai.transport import FAILURES, RefusedError, wait_before_retry
from bookwheel.engine.schema import JsonObject

if TYPE_CHECKING:
    from bookwheel.engine.llms.openai.client import Connection

    Connections = weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Connection]

DEFAULT_MODEL = "text-embedding-3-small"
DEFAULT_BATCH = 32


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
        url = base_url or api_base
        if api_key is None and url is None:
            api_key = os.environ.get("OPENAI_API_KEY", "").strip()
            key_source = key_source or "OPENAI_API_KEY"
        url = url or os.environ.get("OPENAI_BASE_URL", "").strip() or DEFAULT_BASE_URL
        source = key_source or "api_key"
        self._endpoint = Endpoint(
            base_url=checked_base_url(url, allow_http=allow_http),
            model=model,
            api_key=checked_key(api_key or "", source),
            key_source=source,
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
        # A connection belongs to the event loop that made it; scripts use more than one.
        self._connections: Connections = weakref.WeakKeyDictionary()
        # Scripts don't close their models; what is dropped must not leave sockets behind.
        weakref.finalize(self, _close_all, self._connections).atexit = False

    @property
    def endpoint(self) -> Endpoint:
        """Where the texts go."""
        return self._endpoint

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self._endpoint.model!r}, base_url={self._endpoint.base_url!r})"

    async def aclose(self) -> None:
        connection = self._connections.pop(asyncio.get_running_loop(), None)
        if connection is not None:
            await connection.aclose()

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        if not texts:
            await self._connect()
        instruction = self._instructions.query if is_query else self._instructions.text
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.embed_batch_size):
            # An empty text is refused by some.
            batch = [instruction + (text.strip() or ".") for text in texts[start : start + self.embed_batch_size]]
            vectors += await self._ask(batch)
        return vectors

    async def _ask(self, texts: list[str]) -> list[list[float]]:
        connection = await self._connect()
        attempt = 0
        while True:
            try:
                body = await connection.embed(self._body(texts), timeout_s=self._timeout)
                return vectors_of(body, len(texts))
            except UnusableAnswerError as problem:
                raise unusable(str(problem), self._endpoint) from problem
            except FAILURES as failure:
                if self._encodes and isinstance(failure, RefusedError) and failure.refusal.names("encoding_format"):
                    self._encodes = False
                    continue
                wait_s = wait_before_retry(failure, attempt, self._max_retries)
                if wait_s is None:
                    # A refusal's own exception may quote the key and stays out of the chain.
                    raise explained(failure, self._endpoint, self._timeout) from failure.__cause__
            attempt += 1
            await asyncio.sleep(wait_s)

    def _body(self, texts: list[str]) -> JsonObject:
        # Base64 is a quarter of the bytes. Most servers that don't know it answer with numbers all the same.
        encoding = "base64" if self._encodes else "float"
        body: JsonObject = {"model": self._endpoint.model, "input": texts, "encoding_format": encoding}
        if self.dimensions is not None:
            body["dimensions"] = self.dimensions
        return body

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        connection = self._connections.get(loop)
        if connection is None:
            connection = await asyncio.to_thread(_make_connection, self._endpoint)
            connection = self._connections.setdefault(loop, connection)
        return connection


def _stored_name(model: str, dimensions: int | None, text_instruction: str, known: str) -> str:
    name = model if dimensions is None else f"{model}@{dimensions}"
    return name if text_instruction == known else f"{name} after {text_instruction!r}"


def _make_connection(endpoint: Endpoint) -> Connection:
    from bookwheel.engine.llms.openai.client import Connection

    return Connection(endpoint)


def _close_all(connections: Connections) -> None:
    for loop, connection in list(connections.items()):
        if loop.is_running():
            asyncio.run_coroutine_threadsafe(connection.aclose(), loop)
