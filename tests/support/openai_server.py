"""A scripted OpenAI-wire server on loopback: real sockets, real HTTP, answers under the test's control.

    async with OpenAIServer() as server:
        server.replies += [error(429, "slow down", headers={"retry-after": "0"}), say("Hello there.")]
        ...                                    # server.base_url, server.requests[0].json, .hung_up

A reply with a `Gate` stops there until the test opens it. With no scripted reply left, `server.script` answers.
By hand: `python -m tests.support.openai_server --port 8099`; the model's name picks the behaviour (see MODELS).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Self

from tests.support.manual_script import MODELS, manual_reply
from tests.support.wire_replies import (
    At,
    Close,
    Gate,
    Json,
    Pause,
    Reply,
    Reset,
    embeddings,
    json_reply,
    reranked,
    say,
    whole,
)

REASONS = {200: "OK", 307: "Temporary Redirect"}


@dataclass(slots=True)
class Request:
    """One request as it arrived; `hung_up` is set when the client left before the answer was whole."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Json:
        return json.loads(self.body)

    @property
    def last_message(self) -> str:
        content = self.json["messages"][-1]["content"]
        return content if isinstance(content, str) else ""


class OpenAIServer:
    """Speaks /v1/chat/completions, /v1/embeddings, /v1/models, /rerank and Tavily's /search and /extract.

    `replies` are taken one a chat request; `embedding_replies` one a request for embeddings, which are otherwise
    vectors of the words; `rerank_replies` one a request to /rerank, else documents are scored by the words that they
    share with the query; `search_replies` one a request to Tavily's paths. `listing` is what /models gives, when set.
    """

    def __init__(
        self,
        *,
        models: list[str] | None = None,
        script: Callable[[Request], Reply] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._tls = tls
        self.listing: Reply | None = None
        self.models = models if models is not None else ["scripted"]
        self.script = script or (lambda request: say("The answer is forty-two [1]."))
        self.replies: deque[Reply] = deque()
        self.search_replies: deque[Reply] = deque()
        self.rerank_replies: deque[Reply] = deque()
        self.embedding_replies: deque[Reply] = deque()
        self.requests: list[Request] = []
        self.connections = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._all_left = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=self._tls)

    async def stop(self) -> None:
        """Close the socket and every connection."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        while self._writers:
            self._all_left.clear()
            await self._all_left.wait()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.root_url}/v1"

    @property
    def chats(self) -> list[Request]:
        """The requests for chat completions."""
        return [request for request in self.requests if request.path.partition("?")[0].endswith("/chat/completions")]

    @property
    def embedded(self) -> list[str]:
        """The texts that were sent to be embedded, in their order."""
        asked = [request.json for request in self.requests if request.path.endswith("/embeddings")]
        return [text for body in asked for text in body["input"]]

    async def wait_for_chats(self, count: int) -> Request:
        """The `count`-th chat request, once it is here."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.chats) >= count)
        return self.chats[count - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                async with self._arrived:
                    self._arrived.notify_all()
                if not await self._answer(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._writers.discard(writer)
            self._all_left.set()

    def _pick(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        if path.endswith("/models") and self.listing is not None:
            return self.listing
        if path.endswith("/models"):
            return json_reply({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        if path.endswith("/chat/completions"):
            reply = self.replies.popleft() if self.replies else self.script(request)
            return reply if request.json.get("stream") else whole(reply)
        if path.endswith("/embeddings"):
            return self.embedding_replies.popleft() if self.embedding_replies else embeddings(request.json)
        if path.endswith("/rerank"):
            return self.rerank_replies.popleft() if self.rerank_replies else reranked(request.json)
        if path in ("/search", "/extract"):
            return self.search_replies.popleft() if self.search_replies else _tavily_reply(path, request.json)
        return json_reply({"detail": "Not Found"}, 404)

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Send the reply; False when the connection is over."""
        reply = self._pick(request)
        went_through = False

        async def watch() -> None:
            # A client that waits for its answer sends nothing: the end of this read means that it left.
            if not await _left(reader):
                return
            raise ConnectionResetError("the client has left")

        try:
            async with asyncio.TaskGroup() as tasks:
                watcher = tasks.create_task(watch())
                went_through = await _send(reply, writer)
                watcher.cancel()
        except* (ConnectionError, OSError):
            request.hung_up.set()
        else:
            request.answered.set()
        return went_through


async def _left(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1) == b""
    except OSError:
        return True


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    reason = REASONS.get(reply.status, "Error")
    head = [f"HTTP/1.1 {reply.status} {reason}", f"content-type: {reply.content_type}", "transfer-encoding: chunked"]
    head += [f"{name}: {value}" for name, value in reply.headers.items()]
    writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
    began = asyncio.get_running_loop().time()
    for part in reply.parts:
        match part:
            case Gate():
                await writer.drain()
                part.reached.set()
                await part.opened.wait()
            case Pause():
                await writer.drain()
                await asyncio.sleep(part.seconds)
            case At():
                await writer.drain()
                if (wait := began + part.seconds - asyncio.get_running_loop().time()) > 0:
                    await asyncio.sleep(wait)
            case Reset():
                await writer.drain()
                writer.transport.abort()
                return False
            case Close():
                break
            case bytes():
                _write_chunk(writer, part)
            case _:
                _write_chunk(writer, b"data: " + json.dumps(part).encode() + b"\n\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _write_chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def _tavily_reply(path: str, asked: Json) -> Reply:
    if path == "/extract":
        urls: list[Any] = asked["urls"] if isinstance(asked["urls"], list) else [asked["urls"]]
        good = [{"url": url, "raw_content": f"The page at {url}."} for url in urls if "broken" not in url]
        failed = [{"url": url, "error": "timed out"} for url in urls if "broken" in url]
        return json_reply({"results": good, "failed_results": failed, "response_time": 0.1})
    hits = [
        {
            "title": f"Result {n} for {asked['query']}", "url": f"https://example.org/{n}", "score": 1 / n,
            "content": f"Content {n} about {asked['query']}.", "published_date": f"2026-01-0{n}",
        }
        for n in (1, 2)
    ]  # fmt: skip
    return json_reply({"query": asked["query"], "results": hits, "response_time": 0.1})


@contextlib.contextmanager
def server_in_thread(**options: Any) -> Generator[OpenAIServer]:
    """The server on a separate loop, for callers that have none."""
    ready = threading.Event()
    running: list[tuple[OpenAIServer, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        async with OpenAIServer(**options) as server:
            stop = asyncio.Event()
            running.append((server, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="openai-server")
    thread.start()
    ready.wait()
    server, loop, stop = running[0]
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _main(port: int, delay_s: float) -> None:
    server = OpenAIServer(models=list(MODELS), script=lambda request: manual_reply(request.json, delay_s))
    await server.start(port)
    print(f"listening on {server.base_url}\nmodels: {', '.join(MODELS)}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.03, help="seconds between two pieces of an answer")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(options.port, options.delay))
