"""Serves the app in a browser, on this machine alone, to those who have the token.

    /?token=…    sets the token as a cookie and goes to /
    /            the page with a terminal in it
    /ws          the terminal's connection: each one is a `bookwheel` process of its own

`textual-serve` starts the processes and draws the terminal. Its own page loads a font from another host; ours does not.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import shlex
import socket
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

from bookwheel.errors import UsageError

if TYPE_CHECKING:
    from textual_serve.server import Server

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOST = "127.0.0.1"
MAX_TABS = 8
"""Processes at once: each takes 70 MB."""
STOP_S = 5.0
TITLE = "Bookwheel"
_NAMES = (HOST, "localhost")
_CHILD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/static/css/xterm.css">
<script src="/static/js/textual.js"></script>
<style>
html, body {{ margin: 0; height: 100%; background: #0f1113; color: #d9dbde; font-family: monospace; }}
.textual-terminal {{ width: 100vw; height: 100vh; }}
.said {{ position: absolute; inset: 0; display: flex; align-items: center; justify-content: center; }}
body.-first-byte .opening, .ended {{ display: none; }}
body.-closed .ended {{ display: flex; background: #0f1113; z-index: 10; }}
a {{ color: #74bfb4; }}
</style>
</head>
<body>
<div class="said opening">Opening the desk</div>
<div class="said ended"><p>The desk is closed. <a href="/">Open it again</a></p></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://{host}/ws" data-font-size="16"></div>
</body>
</html>
"""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


async def serve_browser(command: Sequence[str], port: int, token: str, ready: Callable[[str], None]) -> None:
    """Serve until cancelled; `ready` gets the address with the token. With port 0 the system chooses one.

    Raises UsageError when the port is taken.
    """
    os.environ.update(_CHILD)  # of the apps; this process shows nothing itself
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be opened: {error.strerror}.", hint="Choose another with --port."
            ) from error
        port = listener.getsockname()[1]
        runner = web.AppRunner(await BrowserServer(command, port, token).application(), shutdown_timeout=STOP_S)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            ready(f"http://{HOST}:{port}/?token={token}")
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


class BrowserServer:
    """Lets only requests with the token through, from pages of this address, and at most `MAX_TABS` at once."""

    def __init__(self, command: Sequence[str], port: int, token: str) -> None:
        self.command = shlex.join(command)
        self._port = port
        self._server = _textual_server(self.command, port)
        self._token = token
        self._cookie = f"bookwheel-{port}"
        self._tabs = 0

    async def application(self) -> web.Application:
        """The web application; its start prints nothing."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._check(request)
            return await handler(request)

        app = web.Application(middlewares=[guard])
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/ws", self._connect),
                web.get("/download/{key}", self._server.handle_download),
                web.static("/static", self._server.statics_path),
            ]
        )
        return app

    def _check(self, request: web.Request) -> None:
        """Raises HTTPForbidden for a request that is not from this address, or without the token."""
        name, _, port = request.host.partition(":")
        if name not in _NAMES or port != str(self._port):
            raise web.HTTPForbidden(text="This address is served to this machine alone.\n")
        if not self._is_allowed(request):
            raise web.HTTPForbidden(text="A token is needed: open the address that bookwheel serve has printed.\n")

    def _is_allowed(self, request: web.Request) -> bool:
        given = request.cookies.get(self._cookie) or request.query.get("token", "")
        origin = request.headers.get("Origin")
        is_own = origin is None or origin == f"http://{request.host}"
        return is_own and hmac.compare_digest(given.encode(), self._token.encode())

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if "token" in request.query:
            response = web.Response(status=303, headers={"Location": "/"})
            response.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
            return response
        headers = {name: value.format(host=request.host) for name, value in _HEADERS.items()}
        page = _PAGE.format(title=TITLE, host=escape(request.host))
        return web.Response(text=page, content_type="text/html", headers=headers)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text="Only a page of this address may connect.\n")
        if self._tabs >= MAX_TABS:
            raise web.HTTPServiceUnavailable(text=f"{MAX_TABS} desks are open; close one of them.\n")
        self._tabs += 1
        try:
            return await self._server.handle_websocket(request)
        finally:
            self._tabs -= 1


def _textual_server(command: str, port: int) -> Server:
    # Imported late: it imports what only the app's room may.
    from textual_serve.server import Server

    return Server(command, host=HOST, port=port)  # pyright: ignore[reportUnknownMemberType] - its `os.PathLike` has no parameter
