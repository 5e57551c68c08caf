"""A web for tests: hosts with public addresses, whose pages one server on loopback gives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

PUBLIC = "93.184.216.34"
PAGE = "<html><title>The mill</title><main><h1>The mill</h1><p>The wheel turns at nine revolutions.</p></main></html>"


def response(body: bytes | str, *headers: str, status: str = "200 OK") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    given = headers or ("Content-Type: text/html; charset=utf-8",)
    head = "\r\n".join([f"HTTP/1.1 {status}", *given, f"Content-Length: {len(data)}", "Connection: close"])
    return head.encode() + b"\r\n\r\n" + data


def redirect(location: str) -> bytes:
    return response("", f"Location: {location}", status="302 Found")


@dataclass(slots=True)
class Web:
    """A web whose hosts all live on one loopback server; `hosts` says what their names resolve to."""

    answer: Callable[[str, str], bytes]
    hosts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    asked: list[str] = field(default_factory=list[str])
    connected: list[str] = field(default_factory=list[str])
    port: int = 0

    async def addresses(self, host: str, port: int) -> list[str]:
        if host not in self.hosts:
            raise OSError(-2, "Name or service not known")
        return self.hosts[host]

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[httpx.AsyncClient]:
        web = self

        class ToLoopback(httpx.AsyncHTTPTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                web.connected.append(request.url.host)
                request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=web.port)
                return await super().handle_async_request(request)

        async with httpx.AsyncClient(transport=ToLoopback(), trust_env=False) as client:
            yield client

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ", 2)[1]
        host = next(line.partition(": ")[2] for line in head.split("\r\n") if line.lower().startswith("host:"))
        self.asked.append(f"{host}{path}")
        writer.write(self.answer(host, path))
        writer.close()


@asynccontextmanager
async def web(answer: Callable[[str, str], bytes], **hosts: str | list[str]) -> AsyncGenerator[Web]:
    named = {name.replace("_", "."): [value] if isinstance(value, str) else value for name, value in hosts.items()}
    served = Web(answer, {"mill.example": [PUBLIC], **named})
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    async with server:
        yield served
