"""Finding a model server on this machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from tests.support.openai_server import OpenAIServer

from bookwheel.engine.llms.openai.discover import KnownServer, LocalServer, find_local_server


@asynccontextmanager
async def listener(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_the_server_that_answers_is_found_with_its_models() -> None:
    async with OpenAIServer(models=["llama3", "nomic-embed-text"]) as server:
        found = await find_local_server(2.0, [KnownServer("Nobody", 9), KnownServer("Somebody", server.port)])
        assert found == LocalServer(server.base_url, ("llama3", "nomic-embed-text"), "Somebody")
    assert found.chat_models == ("llama3",)


async def test_the_first_of_several_is_preferred() -> None:
    async with OpenAIServer() as first, OpenAIServer() as second:
        found = await find_local_server(2.0, [KnownServer("A", first.port), KnownServer("B", second.port)])
    assert found is not None
    assert found.name == "A"


async def test_no_server_is_found_where_none_listens() -> None:
    assert await find_local_server(0.5, [KnownServer("Nobody", 9)]) is None


async def test_a_port_that_may_not_be_connected_to_has_no_server() -> None:
    # The suite forbids this port: the call raises, as under a sandbox.
    assert await find_local_server(0.5, [KnownServer("Ollama", 11434)]) is None


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n\r\n<html>a web server</html>",
        b"HTTP/1.1 404 Not Found\r\n\r\n{}",
        b'HTTP/1.1 200 OK\r\n\r\n{"data": []}',
        b'HTTP/1.1 200 OK\r\n\r\n{"data": "x"}',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
async def test_another_program_on_the_port_is_not_a_model_server(said: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    async with listener(serve) as port:
        assert await find_local_server(2.0, [KnownServer("Somebody", port)]) is None


async def test_a_server_that_says_nothing_costs_no_more_than_the_timeout() -> None:
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    async with listener(serve) as port:
        began = time.monotonic()
        assert await find_local_server(0.1, [KnownServer("Silent", port)] * 3) is None
        assert time.monotonic() - began < 2
        release.set()
