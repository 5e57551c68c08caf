"""What `bookwheel doctor` prints."""

from __future__ import annotations

import json

from bookwheel.cli.console import Console, Style, make_console
from bookwheel.cli.doctor.finding import Finding, Level
from bookwheel.cli.doctor.machine_check import check_everything
from bookwheel.cli.options import Options
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.interruption import run_interruptible

_SIGNS: dict[Level, tuple[str, Style]] = {
    "ok": ("✓", "green"),
    "note": ("–", "dim"),
    "warning": ("!", "yellow"),
    "wrong": ("✗", "red"),
}


def examine(options: Options, *, as_json: bool) -> int:
    """Print all findings as they are made; the exit code."""
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


def _show(finding: Finding, console: Console) -> None:
    sign, style = _SIGNS[finding.level]
    console.out.say_styled((f"{sign} ", style), (f"{finding.subject:<12} ", "bold"), (finding.what, None))
    if finding.remedy:
        console.out.say_styled((f"{'':<15}{finding.remedy}", "dim"))
