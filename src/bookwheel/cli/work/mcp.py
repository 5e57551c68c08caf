"""Runs the MCP server of the documents until its client leaves or a signal comes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel import wiring
from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.documents.desk_documents import DeskDocuments
from bookwheel.assistant.subscription import Hub
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import selection_of
from bookwheel.config.setting_tables import Config
from bookwheel.engine.selection import EVERYTHING
from bookwheel.errors import MissingExtraError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible
from bookwheel.serving.document_service import DocumentService
from bookwheel.serving.loopback_http import new_token, serve_http
from bookwheel.serving.research_service import MODE, ResearchService
from bookwheel.wiring.research_options import ResearchOptions

if TYPE_CHECKING:
    from mcp.server import MCPServer

EXTRA = "mcp"
TOKEN_VARIABLE = "BOOKWHEEL_MCP_TOKEN"


def serve(roots: Sequence[Path], options: Options, *, port: int | None) -> int:
    """Serve the documents below `roots` on standard input and output, or with `port` over HTTP; the exit code."""
    config = options.load()
    console = make_console(no_color=True, is_data=True)
    console.notes(config)
    return run_interruptible(lambda _: _serve(roots, options, config, console, port))


async def _serve(roots: Sequence[Path], options: Options, config: Config, console: Console, port: int | None) -> int:
    library = wiring.build_library(config)
    documents = DeskDocuments(library, Hub(), status_changed=lambda: None, follows_disk=config.index.watch, embeds=True)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(documents.aclose)
        stack.push_async_callback(documents.stop)
        selection = await asyncio.to_thread(selection_of, options, roots)
        research = ResearchService(partial(_research_desk, config), roots, selection)
        stack.push_async_callback(research.aclose)
        server = await asyncio.to_thread(_server, DocumentService(library, documents), research)
        await documents.set_roots(roots)
        if selection != EVERYTHING:
            await documents.set_filter(selection)
        if port is None:
            await server.run_stdio_async()
        else:
            await _over_http(server, port, console)
    return ExitCode.OK


def _research_desk(config: Config) -> Assistant:
    """A desk that runs its plan without approval and never searches the web, because it cannot ask a user."""
    desk = wiring.build(config, mode=MODE, research=ResearchOptions(approves_itself=True))
    desk.set_web("off")
    return desk


def _server(service: DocumentService, research: ResearchService) -> MCPServer:
    """Blocks for imports. Raises MissingExtraError."""
    try:
        from bookwheel.serving.mcp_server import document_server
    except ModuleNotFoundError as error:
        raise MissingExtraError(EXTRA, "bookwheel mcp") from error
    return document_server(service, research)


async def _over_http(server: MCPServer, port: int, console: Console) -> None:
    given = os.environ.get(TOKEN_VARIABLE, "")
    token = given or new_token()

    def ready(address: str) -> None:
        console.err.say(f"Serving on {address}")
        if not given:
            console.err.say(f"Send the header: Authorization: Bearer {token}")

    await serve_http(server, port, token, ready)
