"""Runs Bookwheel as an agent of an editor until the editor leaves or a signal comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bookwheel import wiring
from bookwheel.cli.console import make_console
from bookwheel.cli.given_options import Options
from bookwheel.config.setting_tables import Config
from bookwheel.errors import MissingExtraError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible

if TYPE_CHECKING:
    from acp.interfaces import Agent

    from bookwheel.serving.acp_agent import DocumentAgent

EXTRA = "acp"


def serve(roots: Sequence[Path], options: Options) -> int:
    """Serve the documents below `roots` to the editor at the other end of standard input and output."""
    config = options.load()
    make_console(no_color=True, is_data=True).notes(config)
    return run_interruptible(lambda _: _serve(roots, options, config))


async def _serve(roots: Sequence[Path], options: Options, config: Config) -> int:
    agent = await asyncio.to_thread(_agent, roots, options, config)
    from acp.core import run_agent

    try:
        # The package calls the methods that are there; for the others it answers "method not found".
        await run_agent(cast("Agent", agent))
    finally:
        await agent.aclose()
    return ExitCode.OK


def _agent(roots: Sequence[Path], options: Options, config: Config) -> DocumentAgent:
    """Blocks for imports. Raises MissingExtraError."""
    try:
        from bookwheel.serving.acp_agent import DocumentAgent
    except ModuleNotFoundError as error:
        raise MissingExtraError(EXTRA, "bookwheel acp") from error
    mode = "agent" if options.agent else "query"
    return DocumentAgent(partial(wiring.build, config, mode=mode, stays_open=True), roots)
