"""Runs the server of the app for browsers until a signal comes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from pathlib import Path

from bookwheel.cli.console import make_console
from bookwheel.cli.inputs import with_env_endpoint
from bookwheel.cli.options import Options
from bookwheel.errors import MissingExtraError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible
from bookwheel.serving.loopback_http import new_token

EXTRA = "serve"
TOKEN_VARIABLE = "BOOKWHEEL_SERVE_TOKEN"

Serve = Callable[[Sequence[str], int, str, Callable[[str], None]], Awaitable[None]]


def serve(roots: Sequence[Path], options: Options, *, port: int) -> int:
    """Serve the app on `roots`. The exit code."""
    with_env_endpoint(options.load_or_defaults(), options.load_or_defaults)  # the apps have no terminal to ask on
    console = make_console(no_color=options.no_color)

    def ready(address: str) -> None:
        console.err.say(f"The desk is at {address}\nCtrl+C ends it.")

    async def run() -> int:
        serve_browser = await asyncio.to_thread(_imported)
        token = os.environ.get(TOKEN_VARIABLE) or new_token()
        await serve_browser(_command(roots, options), port, token, ready)
        return ExitCode.OK

    return run_interruptible(lambda _: run())


def _command(roots: Sequence[Path], options: Options) -> list[str]:
    """The command of each app, with the options that were given here."""
    given: list[tuple[str, str]] = [
        ("--session", options.session_id),
        ("--desk", options.desk),
        ("--model", options.model),
        ("--profile", options.profile),
        ("--top-k", str(options.top_k or "")),
        ("--theme", options.theme),
        *(("--in", path) for path in options.only_in),
        *(("--type", name) for name in options.types),
        ("--since", options.since),
        ("--until", options.until),
    ]
    flags = [
        ("--continue", options.resume_last),
        ("--agent", options.agent),
        ("--no-color", options.no_color),
        ("--allow-env-endpoint", options.allow_env_endpoint),
    ]
    return [
        sys.executable,
        "-m",
        "bookwheel",
        *(flag for flag, is_given in flags if is_given),
        *(part for name, value in given if value for part in (name, value)),
        *map(str, roots),
    ]


def _imported() -> Serve:
    """Blocks for imports. Raises MissingExtraError."""
    try:
        import_module("textual_serve.server")
        from bookwheel.serving.browser_server import serve_browser
    except ModuleNotFoundError as error:
        raise MissingExtraError(EXTRA, "bookwheel serve") from error
    return serve_browser
