"""The requests made with the `openai` package, version 2 or 3. Importing it takes a second: do it in a thread."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar, cast
from urllib.parse import parse_qsl

import openai
from openai import AsyncAPIResponse, AsyncStream

from bookwheel.engine.llms.openai.bounded_body import MAX_ERROR_BYTES, TooLargeError, bound_body
from bookwheel.engine.llms.openai.endpoint import NO_KEY, Endpoint
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.engine.llms.openai.transport import (
    ConnectionFailedError,
    OversizedError,
    Refusal,
    RefusedError,
    SilenceError,
)
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import ModelUnreachableError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

T = TypeVar("T")

CONNECT_TIMEOUT_S = 10.0
LIST_TIMEOUT_S = 3.0
MAX_ERROR_CHARS = 20_000
# The time limit of the HTTP library is for each read: a header or a byte of an error every second would never end.
REPLY_TIMES = 4


class AnswerBody:
    """The body of a successful response, still being received."""

    def __init__(self, response: AsyncAPIResponse[ChatCompletion | AsyncStream[ChatCompletionChunk]]) -> None:
        self._response = response
        self.content_type = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives.

        Raises ConnectionFailedError when the connection breaks, SilenceError when no data arrives.
        """
        with _own_errors(was_made=True):
            async for chunk in self._response.iter_bytes():
                yield chunk


class Connection:
    """A client of one endpoint, for one event loop; does not read `OPENAI_…` variables."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = BookwheelClient(
            api_key=endpoint.api_key or NO_KEY,
            base_url=endpoint.base_url,
            organization="",
            project="",
            max_retries=0,
            default_query=dict(parse_qsl(endpoint.query, keep_blank_values=True)),
            http_client=_http_client(endpoint),
        ).forget_environment(_own_headers(endpoint))
        self._other_base_url = endpoint.other_base_url
        # Load these parts of the package now: it takes as long as the import itself.
        self._completions = self._client.chat.completions.with_streaming_response

    @asynccontextmanager
    async def ask(self, body: JsonObject, *, timeout_s: float) -> AsyncGenerator[AnswerBody]:
        """Send a chat-completions request; leaving closes the connection unless the answer is complete.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        async with AsyncExitStack() as stack:
            response = await self._found(lambda: stack.enter_async_context(self._request(body, timeout_s)), timeout_s)
            yield AnswerBody(response)

    def _request(
        self, body: JsonObject, timeout_s: float
    ) -> AbstractAsyncContextManager[AsyncAPIResponse[ChatCompletion | AsyncStream[ChatCompletionChunk]]]:
        # With `extra_body`, the package does not convert the messages, which saves time.
        return self._completions.create(
            model="",
            messages=[],
            stream=body.get("stream") is True,
            extra_body=body,
            timeout=openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
        )

    async def _found(self, ask: Callable[[], Awaitable[T]], timeout_s: float) -> T:
        """The result of `ask`; if the API is not found, tried once more with the other form of the base URL."""
        other, self._other_base_url = self._other_base_url, ""
        try:
            return await _within(ask, timeout_s)
        except RefusedError as error:
            if not other or error.refusal.status not in (404, 405) or error.refusal.is_unknown_model:
                raise
            given = self._client.base_url
            self._client.base_url = other
            try:
                return await _within(ask, timeout_s)
            except RefusedError:
                self._client.base_url = given
                raise error from None

    async def embed(self, body: JsonObject, *, timeout_s: float) -> bytes:
        """Send an embeddings request; returns the body of the answer.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        timeout = openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S)
        create = self._client.embeddings.with_raw_response.create
        response = await self._found(lambda: create(model="", input=[], extra_body=body, timeout=timeout), timeout_s)
        return response.content

    async def post(self, path: str, body: JsonObject, *, timeout_s: float) -> str:
        """Send a request that the package has no method for; returns the body of the answer.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        timeout = openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S)
        ask = partial(self._client.post, path, cast_to=str, body=body, options={"timeout": timeout})
        return await _within(ask, timeout_s)

    async def models(self) -> list[str]:
        """The names of the models that the endpoint lists.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        models = self._client.models.with_raw_response
        response = await self._found(lambda: models.list(timeout=LIST_TIMEOUT_S), LIST_TIMEOUT_S)
        listing = parse_object(response.content) or {}
        names = (text_of((object_of(entry) or {}).get("id")) for entry in list_of(listing.get("data")))
        return [name for name in names if name]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.close()


class BookwheelClient(openai.AsyncOpenAI):
    def forget_environment(self, headers: Mapping[str, str]) -> Self:
        """Send `headers` only, not those of `OPENAI_…` variables, which may be for another endpoint."""
        self.organization = None
        self.project = None
        self._custom_headers = headers
        return self


def _own_headers(endpoint: Endpoint) -> dict[str, str]:
    # Compression saves little here, and a small body can unpack to gigabytes.
    headers = {"Accept-Encoding": "identity", **endpoint.headers}
    is_azure = endpoint.host.endswith(".azure.com") or "api-version=" in endpoint.query
    # Azure accepts a key only in this header.
    return {"api-key": endpoint.api_key, **headers} if is_azure and endpoint.api_key else headers


def _http_client(endpoint: Endpoint) -> openai.DefaultAsyncHttpxClient:
    """Raises ModelUnreachableError when the proxy or the certificates of the environment cannot be used."""
    if endpoint.http_client is not None:
        return cast("openai.DefaultAsyncHttpxClient", endpoint.http_client)
    try:
        return openai.DefaultAsyncHttpxClient(
            # A redirect would send the question, if not the key, to another host.
            follow_redirects=False,
            # On this machine, use the certificates of the environment, but not its proxy.
            trust_env=not endpoint.is_loopback,
            verify=_loopback_certificates() if endpoint.is_loopback else True,
            event_hooks={"response": [bound_body]},
        )
    except ImportError as error:
        raise ModelUnreachableError(
            f"The proxy on the way to {endpoint.host} speaks SOCKS, which needs the package socksio.",
            hint="Install it (pip install socksio), or set HTTPS_PROXY and ALL_PROXY to an HTTP proxy, or NO_PROXY.",
        ) from error
    except (OSError, ValueError) as error:
        raise ModelUnreachableError(
            f"No connection to {endpoint.host} can be prepared: {error}",
            hint="Check SSL_CERT_FILE, SSL_CERT_DIR and the proxy settings.",
        ) from error


def _loopback_certificates() -> ssl.SSLContext | bool:
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    return ssl.create_default_context(cafile=file or None, capath=folder or None) if file or folder else True


async def _within(ask: Callable[[], Awaitable[T]], timeout_s: float) -> T:
    with _own_errors(was_made=False):
        async with asyncio.timeout(timeout_s * REPLY_TIMES):
            return await ask()


@contextmanager
def _own_errors(*, was_made: bool) -> Generator[None, None, None]:
    try:
        yield
    except openai.APIStatusError as error:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        is_whole = len(error.response.content) < MAX_ERROR_BYTES
        refusal = Refusal(error.status_code, error.response.text[:MAX_ERROR_CHARS], headers, is_whole=is_whole)
        raise RefusedError(refusal) from None
    except TooLargeError as error:
        raise OversizedError(str(error)) from None
    except openai.APITimeoutError as error:
        if _is_connecting(error.__cause__):
            raise ConnectionFailedError("the connection attempt timed out", was_made=False) from error
        raise SilenceError from error
    except openai.APIConnectionError as error:
        cause = error.__cause__ or error
        if isinstance(cause, TooLargeError):
            raise OversizedError(str(cause)) from None
        raise ConnectionFailedError(str(cause), was_made=was_made or not _is_connecting(cause)) from cause
    except _transport_errors() as error:
        if "Timeout" in type(error).__name__:
            raise SilenceError from error
        raise ConnectionFailedError(str(error) or type(error).__name__, was_made=was_made) from error


def _is_connecting(error: BaseException | None) -> bool:
    return any(base.__name__ in ("ConnectError", "ConnectTimeout", "ProxyError") for base in type(error).__mro__)


def _transport_errors() -> tuple[type[Exception], ...]:
    """The errors of the HTTP library of the installed `openai`: httpx up to version 2, httpx2 from 3."""
    loaded = (sys.modules.get(name) for name in ("httpx", "httpx2"))
    families = ("HTTPError", "StreamError", "InvalidURL")
    found = (getattr(module, family) for module in loaded if module is not None for family in families)
    return (OSError, *found)
