"""The requests to an endpoint, over the HTTP library of the installed `openai`: httpx2 from version 3, else httpx.

The package itself is not imported: its models of answers, which are read as JSON here, take half a second and 43 MB.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, cast

from bookwheel import __version__
from bookwheel.engine.llms.openai.bounded_body import MAX_ERROR_BYTES, TooLargeError, bound_body
from bookwheel.engine.llms.openai.endpoint import NO_KEY, Endpoint
from bookwheel.engine.llms.openai.error_mapping import unprepared
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.engine.llms.openai.transport import (
    ConnectionFailedError,
    OversizedError,
    Refusal,
    RefusedError,
    SilenceError,
)
from bookwheel.engine.schema import JsonObject

if TYPE_CHECKING:
    import httpx2 as http
else:
    try:
        import httpx2 as http
    except ImportError:
        import httpx as http

CONNECT_TIMEOUT_S = 10.0
LIST_TIMEOUT_S = 3.0
MAX_CONNECTIONS = 1000
MAX_ERROR_CHARS = 20_000
# The time limit of the HTTP library is for each read: a header or a byte of an error every second would never end.
REPLY_TIMES = 4


class AnswerBody:
    """The body of a successful response, still being received."""

    def __init__(self, response: http.Response) -> None:
        self._response = response
        self.content_type = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives.

        Raises ConnectionFailedError when the connection breaks, SilenceError when no data arrives.
        """
        with _own_errors(was_made=True):
            async for chunk in self._response.aiter_bytes():
                yield chunk


class Connection:
    """A client of one endpoint, for one event loop; does not read `OPENAI_…` variables."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._http = _http_client(endpoint)
        self._headers = _headers(endpoint)
        self._base_url = endpoint.base_url
        self._other_base_url = endpoint.other_base_url
        self._query = f"?{endpoint.query}" if endpoint.query else ""

    @asynccontextmanager
    async def ask(self, body: JsonObject, *, timeout_s: float) -> AsyncGenerator[AnswerBody]:
        """Send a chat-completions request; leaving closes the connection unless the answer is complete.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        response = await self._found(lambda: self._send("/chat/completions", body, timeout_s, stream=True))
        try:
            yield AnswerBody(response)
        finally:
            await response.aclose()

    async def embed(self, body: JsonObject, *, timeout_s: float) -> bytes:
        """Send an embeddings request; returns the body of the answer.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        return (await self._found(lambda: self._send("/embeddings", body, timeout_s))).content

    async def post(self, path: str, body: JsonObject, *, timeout_s: float) -> str:
        """Send a request to another path of the endpoint; returns the body of the answer.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        return (await self._send(path, body, timeout_s)).text

    async def models(self) -> list[str]:
        """The names of the models that the endpoint lists.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        response = await self._found(lambda: self._send("/models", None, LIST_TIMEOUT_S))
        listing = parse_object(response.content) or {}
        names = (text_of((object_of(entry) or {}).get("id")) for entry in list_of(listing.get("data")))
        return [name for name in names if name]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _found(self, ask: Callable[[], Awaitable[http.Response]]) -> http.Response:
        """The result of `ask`; if the API is not found, tried once more with the other form of the base URL."""
        other, self._other_base_url = self._other_base_url, ""
        try:
            return await ask()
        except RefusedError as error:
            if not other or error.refusal.status not in (404, 405) or error.refusal.is_unknown_model:
                raise
            given, self._base_url = self._base_url, other
            try:
                return await ask()
            except RefusedError:
                self._base_url = given
                raise error from None

    async def _send(
        self, path: str, body: JsonObject | None, timeout_s: float, *, stream: bool = False
    ) -> http.Response:
        """The response to a POST of `body`, or to a GET without one; with `stream` its body is still to be read."""
        with _own_errors(was_made=False):
            request = self._http.build_request(
                "GET" if body is None else "POST",
                f"{self._base_url}{path}{self._query}",
                headers=self._headers,
                content=None if body is None else _json(body),
                # The client may be of either library, whose own types the other refuses: connect, read, write, pool.
                timeout=(CONNECT_TIMEOUT_S, timeout_s, timeout_s, timeout_s),
            )
            async with asyncio.timeout(timeout_s * REPLY_TIMES):
                response = await self._http.send(request, stream=stream)
                if not response.is_success:
                    raise RefusedError(await _refusal(response))
                return response


def _json(body: JsonObject) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


async def _refusal(response: http.Response) -> Refusal:
    try:
        await response.aread()
    finally:
        await response.aclose()
    headers = {name.lower(): value for name, value in response.headers.items()}
    is_whole = len(response.content) < MAX_ERROR_BYTES
    return Refusal(response.status_code, response.text[:MAX_ERROR_CHARS], headers, is_whole=is_whole)


def _headers(endpoint: Endpoint) -> dict[str, str]:
    headers = {
        "accept": "application/json",
        # Compression saves little here, and a small body can unpack to gigabytes.
        "accept-encoding": "identity",
        "authorization": f"Bearer {endpoint.api_key or NO_KEY}",
        "content-type": "application/json",
        "user-agent": f"Bookwheel/{__version__}",
    }
    is_azure = endpoint.host.endswith(".azure.com") or "api-version=" in endpoint.query
    if is_azure and endpoint.api_key:
        # Azure accepts a key only in this header.
        headers["api-key"] = endpoint.api_key
    return headers | {name.lower(): value for name, value in endpoint.headers.items()}


def _http_client(endpoint: Endpoint) -> http.AsyncClient:
    """Raises ModelUnreachableError when the proxy or the certificates of the environment cannot be used."""
    if endpoint.http_client is not None:
        return cast("http.AsyncClient", endpoint.http_client)
    try:
        return http.AsyncClient(
            # A redirect would send the question, if not the key, to another host.
            follow_redirects=False,
            # On this machine, use the certificates of the environment, but not its proxy.
            trust_env=not endpoint.is_loopback,
            verify=_loopback_certificates(endpoint) if endpoint.is_loopback else True,
            limits=http.Limits(max_connections=MAX_CONNECTIONS),
            event_hooks={"response": [bound_body]},
        )
    except (ImportError, OSError, ValueError, http.InvalidURL) as error:
        raise unprepared(error, endpoint) from error


def _loopback_certificates(endpoint: Endpoint) -> ssl.SSLContext | bool:
    if not endpoint.base_url.startswith("https:"):
        # Certificates of the environment that cannot be read are no obstacle without TLS. This context trusts none.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    return ssl.create_default_context(cafile=file or None, capath=folder or None) if file or folder else True


@contextmanager
def _own_errors(*, was_made: bool) -> Generator[None, None, None]:
    try:
        yield
    except TooLargeError as error:
        raise OversizedError(str(error)) from None
    except _transport_errors() as error:
        is_connecting = _is_connecting(error)
        if "Timeout" not in type(error).__name__:
            reason = str(error) or type(error).__name__
            raise ConnectionFailedError(reason, was_made=was_made or not is_connecting) from error
        if is_connecting:
            raise ConnectionFailedError("the connection attempt timed out", was_made=False) from error
        raise SilenceError from error


def _is_connecting(error: BaseException) -> bool:
    return any(base.__name__ in ("ConnectError", "ConnectTimeout", "ProxyError") for base in type(error).__mro__)


def _transport_errors() -> tuple[type[Exception], ...]:
    """The errors of the HTTP libraries: that of `Connection`, and the other one, of which a caller's client may be."""
    loaded = (sys.modules.get(name) for name in ("httpx", "httpx2"))
    families = ("HTTPError", "StreamError", "InvalidURL")
    found = (getattr(module, family) for module in loaded if module is not None for family in families)
    return (OSError, *found)
