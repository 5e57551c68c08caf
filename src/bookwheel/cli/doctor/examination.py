"""`bookwheel doctor`: every check in order, printed as it is made."""

from __future__ import annotations

import json
import platform
from collections.abc import AsyncIterator
from importlib.metadata import version

from bookwheel.cli.console import Console, Style, make_console
from bookwheel.cli.doctor.finding import Finding, Level
from bookwheel.cli.doctor.index_check import check_index
from bookwheel.cli.doctor.machine_check import (
    check_env_endpoint,
    check_folders,
    check_plugins,
    check_settings_file,
    check_terminal,
    check_web,
)
from bookwheel.cli.doctor.model_check import check_model
from bookwheel.cli.doctor.search_check import check_embedding, check_reranking
from bookwheel.cli.given_options import Options
from bookwheel.errors import ConfigError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible

_SIGNS: dict[Level, tuple[str, Style]] = {
    "ok": ("✓", "green"),
    "note": ("–", "dim"),
    "warning": ("!", "yellow"),
    "wrong": ("✗", "red"),
}


def examine(options: Options, *, as_json: bool) -> int:
    """Print each finding as it is made; the exit code, 1 when something is wrong."""
    console = make_console(no_color=options.no_color, is_data=as_json)

    async def work() -> int:
        code = ExitCode.OK
        async for finding in check_everything(options):
            if finding.level == "wrong":
                code = ExitCode.FAILED
            if as_json:
                console.out.say(json.dumps(finding.as_json()))
            else:
                _show(finding, console)
        return code

    return run_interruptible(lambda _: work())


async def check_everything(options: Options) -> AsyncIterator[Finding]:
    """All findings, as they are made."""
    yield Finding(
        "bookwheel", "ok", f"{version('bookwheel')} on Python {platform.python_version()}, {platform.system()}"
    )
    try:
        config = options.load()
    except ConfigError as error:
        yield Finding("settings", "wrong", error.message, error.hint)
        config = options.load_or_defaults()
    else:
        yield check_settings_file(config)
    for note in config.notes:
        yield Finding("settings", "warning", note)
    for finding in check_env_endpoint(config):
        yield finding
    yield await check_model(config)
    yield await check_embedding(config)
    yield await check_reranking(config)
    yield check_web(config)
    async for finding in check_index(config):
        yield finding
    for finding in (*check_plugins(config), *check_folders(), *check_terminal()):
        yield finding


def _show(finding: Finding, console: Console) -> None:
    sign, style = _SIGNS[finding.level]
    out, indent = console.out, " " * 15
    first, *rest = out.rows_of(finding.what, len(indent))
    out.say_styled((f"{sign} ", style), (f"{finding.subject:<12} ", "bold"), (first, None))
    for row in rest:
        out.say_styled((f"{indent}{row}", None))
    for row in out.rows_of(finding.remedy, len(indent)) if finding.remedy else ():
        out.say_styled((f"{indent}{row}", "dim"))
