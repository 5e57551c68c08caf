"""Finds a local model server: tries the usual ports of this machine at the same time, with a short timeout."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Sequence

from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_object, text_of
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

HOST = "127.0.0.1"
MAX_ANSWER_BYTES = 262_144
_LENGTH = lazy_regex(rb"content-length:\s*(\d{1,9})\b")
# Parts of the names of models that are not chat models.
_NO_CHAT = ("embed", "bge-", "rerank", "whisper", "tts", "clip")


@dataclass(frozen=True, slots=True)
class KnownServer:
    """A kind of server and its default port."""

    name: str
    port: int


@dataclass(frozen=True, slots=True)
class LocalServer:
    """An OpenAI-compatible server that answers on this machine; `models` are the names that it lists."""

    base_url: str
    models: tuple[str, ...]
    name: str

    @property
    def chat_models(self) -> tuple[str, ...]:
        """The models that are not embedding or speech models, judged by their names."""
        return tuple(model for model in self.models if not any(word in model.lower() for word in _NO_CHAT))


# When several answer, the first of this list is used.
KNOWN_SERVERS = (
    KnownServer("Ollama", 11434),
    KnownServer("llama.cpp", 8080),
    KnownServer("LM Studio", 1234),
    KnownServer("vLLM", 8000),
)


async def find_local_server(
    timeout_s: float = 0.5, servers: Sequence[KnownServer] = KNOWN_SERVERS
) -> LocalServer | None:
    """The first of the known servers that answers with a list of models within the time; None when none does."""
    return next(iter(await find_local_servers(timeout_s, servers)), None)


async def find_local_servers(
    timeout_s: float = 0.5, servers: Sequence[KnownServer] = KNOWN_SERVERS
) -> list[LocalServer]:
    """All of the known servers that answer with a list of models within the time, in the order of `servers`."""
    found = await asyncio.gather(*(_probe(server, timeout_s) for server in servers))
    return [server for server in found if server is not None]


async def _probe(server: KnownServer, timeout_s: float) -> LocalServer | None:
    try:
        if _is_refused(server.port):
            return None
        async with asyncio.timeout(timeout_s):
            models = await _list_models(server.port)
    except (OSError, TimeoutError, ValueError):
        return None
    return LocalServer(f"http://{HOST}:{server.port}/v1", models, server.name) if models else None


def _is_refused(port: int) -> bool:
    """Whether nothing listens there, as far as the system says so at once: asyncio takes 0.3 ms a port to hear it."""
    with socket.socket() as probe:
        probe.setblocking(False)
        error = probe.connect_ex((HOST, port))
        if error == errno.EINPROGRESS:
            error = probe.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return error == errno.ECONNREFUSED


async def _list_models(port: int) -> tuple[str, ...]:
    """The ids of GET /v1/models; empty when another program uses the port."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        headers = f"Host: {HOST}:{port}\r\nAccept: application/json\r\nConnection: close\r\n"
        writer.write(f"GET /v1/models HTTP/1.1\r\n{headers}\r\n".encode())
        await writer.drain()
        answer = bytearray()
        # Some servers ignore "Connection: close".
        while not _is_whole(answer) and (part := await reader.read(65_536)):
            answer += part
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    head, body = _parts(answer)
    if b" 200" not in head.partition(b"\r\n")[0]:
        return ()
    listing = parse_object(_unchunk(body) if _is_chunked(head) else body) or {}
    names = (text_of((object_of(entry) or {}).get("id")) for entry in list_of(listing.get("data")))
    return tuple(name for name in names if name)


def _parts(answer: bytes | bytearray) -> tuple[bytes, bytes]:
    head, _, body = bytes(answer).partition(b"\r\n\r\n")
    return head.lower(), body


def _is_chunked(head: bytes) -> bool:
    return b"transfer-encoding: chunked" in head


def _is_whole(answer: bytearray) -> bool:
    head, body = _parts(answer)
    if len(answer) >= MAX_ANSWER_BYTES:
        return True
    if _is_chunked(head):
        return body.endswith(b"0\r\n\r\n")
    length = _LENGTH.search(head)
    return length is not None and len(body) >= int(length[1])


def _unchunk(body: bytes) -> bytes:
    """The body without its chunk sizes.

    Raises ValueError for an invalid size.
    """
    whole = bytearray()
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if length == 0:
            break
        whole += rest[:length]
        body = rest[length + 2 :]
    return bytes(whole)
