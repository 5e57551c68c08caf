"""The `openai` package, version 2 or 3, behind a few calls. Importing this takes a second: do it in a thread."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Self

import openai
from openai import AsyncAPIResponse, AsyncStream

from bookwheel.engine.llms.openai.endpoint import NO_KEY, Endpoint
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.engine.llms.openai.transport import ConnectionFailedError, Refusal, RefusedError, SilenceError
from bookwheel.engine.schema import JsonObject

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

CONNECT_TIMEOUT_S = 10.0
LIST_TIMEOUT_S = 3.0
MAX_ERROR_CHARS = 20_000


class Reply:
    """A success whose body is still on its way."""

    def __init__(self, response: AsyncAPIResponse[ChatCompletion | AsyncStream[ChatCompletionChunk]]) -> None:
        self._response = response
        self.content_type = str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body as it arrives.

        Raises ConnectionFailedError when it breaks off, SilenceError when it stalls.
        """
        with _own_errors(was_made=True):
            async for chunk in self._response.iter_bytes():
                yield chunk


class Connection:
    """A client of one endpoint, for one event loop; asks only what it is told to, with nothing from the environment."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = BookwheelClient(
            api_key=endpoint.api_key or NO_KEY,
            base_url=endpoint.base_url,
            organization="",
            project="",
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(
                # A redirect would take the question, if not the key, to somebody else.
                follow_redirects=False,
                # A proxy for the world is none for this machine.
                trust_env=not endpoint.is_loopback,
            ),
        ).forget_environment()
        # The package loads its parts on first use, which takes as long as the import itself.
        self._completions = self._client.chat.completions.with_streaming_response

    @asynccontextmanager
    async def ask(self, body: JsonObject, *, timeout_s: float) -> AsyncGenerator[Reply]:
        """Send a chat-completions request; leaving closes the connection unless the answer has come whole.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        async with AsyncExitStack() as stack:
            with _own_errors(was_made=False):
                # In `extra_body` the messages skip the package's walk over their declared types.
                request = self._completions.create(
                    model="",
                    messages=[],
                    stream=body.get("stream") is True,
                    extra_body=body,
                    timeout=openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
                )
                response = await stack.enter_async_context(request)
            yield Reply(response)

    async def embed(self, body: JsonObject, *, timeout_s: float) -> bytes:
        """Send an embeddings request; the whole answer, unread.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        with _own_errors(was_made=False):
            response = await self._client.embeddings.with_raw_response.create(
                model="",
                input=[],
                extra_body=body,
                timeout=openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            )
            return response.content

    async def post(self, path: str, body: JsonObject, *, timeout_s: float) -> str:
        """Send a request that the package has no call for; the whole answer, unread.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        with _own_errors(was_made=False):
            timeout = openai.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S)
            return await self._client.post(path, cast_to=str, body=body, options={"timeout": timeout})

    async def models(self) -> list[str]:
        """The names of the models that the endpoint lists.

        Raises RefusedError, ConnectionFailedError, SilenceError.
        """
        with _own_errors(was_made=False):
            response = await self._client.models.with_raw_response.list(timeout=LIST_TIMEOUT_S)
        listing = parse_object(response.content) or {}
        names = (text_of((object_of(entry) or {}).get("id")) for entry in list_of(listing.get("data")))
        return [name for name in names if name]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.close()


class BookwheelClient(openai.AsyncOpenAI):
    def forget_environment(self) -> Self:
        """Send no header that came from an `OPENAI_…` variable: it was meant for another endpoint."""
        self.organization = None
        self.project = None
        self._custom_headers = {}
        return self


@contextmanager
def _own_errors(*, was_made: bool) -> Generator[None, None, None]:
    try:
        yield
    except openai.APIStatusError as error:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        raise RefusedError(Refusal(error.status_code, error.response.text[:MAX_ERROR_CHARS], headers)) from None
    except openai.APITimeoutError as error:
        if _is_connecting(error.__cause__):
            raise ConnectionFailedError("no answer to the attempt to connect", was_made=False) from error
        raise SilenceError from error
    except openai.APIConnectionError as error:
        cause = error.__cause__ or error
        raise ConnectionFailedError(str(cause), was_made=was_made or not _is_connecting(cause)) from cause
    except _transport_errors() as error:
        if "Timeout" in type(error).__name__:
            raise SilenceError from error
        raise ConnectionFailedError(str(error) or type(error).__name__, was_made=was_made) from error


def _is_connecting(error: BaseException | None) -> bool:
    return any(base.__name__ in ("ConnectError", "ConnectTimeout", "ProxyError") for base in type(error).__mro__)


def _transport_errors() -> tuple[type[Exception], ...]:
    """The errors of the HTTP library that the installed `openai` uses: httpx up to 2, httpx2 from 3 on."""
    loaded = (sys.modules.get(name) for name in ("httpx", "httpx2"))
    families = ("HTTPError", "StreamError", "InvalidURL")
    found = (getattr(module, family) for module in loaded if module is not None for family in families)
    return (OSError, *found)
