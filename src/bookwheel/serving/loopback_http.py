"""Serves an MCP server over HTTP on this machine alone, to those who have the token."""

from __future__ import annotations

import hmac
import secrets
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bookwheel.errors import UsageError

if TYPE_CHECKING:
    import uvicorn
    from mcp.server import MCPServer
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"
PATH = "/mcp"
_REFUSAL = b"A token is needed: send the header 'Authorization: Bearer TOKEN'.\n"


def new_token() -> str:
    """A token of 256 bits."""
    return secrets.token_urlsafe(32)


async def serve_http(server: MCPServer, port: int, token: str, ready: Callable[[str], None]) -> None:
    """Serve until cancelled; `ready` gets the address. With port 0 the system chooses one.

    Requests without the token get 401; the package itself refuses foreign Host and Origin headers. Raises UsageError
    when the port is taken.
    """
    import uvicorn

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            # From here on a client that has read the address can connect.
            listener.listen()
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be opened: {error.strerror}.", hint="Choose another with --port."
            ) from error
        app = _WithToken(server.streamable_http_app(streamable_http_path=PATH, host=HOST), token)
        config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="on")
        ready(f"http://{HOST}:{listener.getsockname()[1]}{PATH}")
        await _server(config).serve(sockets=[listener])


class _WithToken:
    """Lets only requests with the token through to `app`."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_allowed(scope):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": _REFUSAL})

    def _is_allowed(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], self._expected)


def _server(config: uvicorn.Config) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """Leaves the signals to the command, which cancels it."""

        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            yield

    return Server(config)
