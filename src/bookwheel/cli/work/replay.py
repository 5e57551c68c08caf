"""Plays a saved session back on standard output, with its own timing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from itertools import pairwise

from bookwheel.cli.console import Console, make_console
from bookwheel.cli.inputs import shown
from bookwheel.cli.options import Options
from bookwheel.cli.work.sessions import read_session
from bookwheel.engine.record import EventRecord
from bookwheel.errors import SessionError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.formats import JsonLines, PlainText
from bookwheel.headless.interruption import run_interruptible
from bookwheel.headless.outlet import Outlet
from bookwheel.sessions.log_reader import read_part
from bookwheel.transcript.sanitize import clean

# Hours may have passed between two questions.
_LONGEST_PAUSE_S = 2.0


def play(given: str, speed: float, options: Options, *, as_json: bool) -> int:
    """Play the session or file `given` at `speed`; the exit code. Raises SessionError when it has no events."""
    console = make_console(no_color=options.no_color, is_data=as_json)
    records = _records_of(given, console)
    if not records:
        raise SessionError(f"'{given}' holds no events.", hint="Name a saved session, or an exported events.jsonl.")
    return run_interruptible(lambda _: _play(records, speed, console, as_json=as_json))


def _records_of(given: str, console: Console) -> Sequence[EventRecord]:
    if not os.path.isfile(given):
        return read_session(given, console)[1]
    with open(given, "rb") as file:
        part = read_part(file)
    if part.damaged:
        console.warn(f"{part.damaged} lines of {shown(given)} are not events, and are skipped.")
    return part.records


async def _play(records: Sequence[EventRecord], speed: float, console: Console, *, as_json: bool) -> int:
    outlet = Outlet(console.out.stream, console.err.stream)
    sink = JsonLines(outlet) if as_json else PlainText(outlet, shown_path=shown, activity=True)
    async with asyncio.TaskGroup() as helpers:
        helpers.create_task(outlet.run(on_error=lambda: None))
        try:
            for record, pause_s in zip(records, _pauses(records), strict=True):
                await asyncio.sleep(pause_s / speed)
                if outlet.error is not None:
                    raise outlet.error
                if not as_json and (started := record.run_started) is not None:
                    outlet.put(f"▌ {clean(started.user_msg)}\n\n")
                sink.show(record)
                if not as_json and record.run_finished is not None:
                    outlet.put("\n")
        finally:
            outlet.close()
    return ExitCode.OK


def _pauses(records: Sequence[EventRecord]) -> list[float]:
    """The seconds before each record; negative ones, of a clock that was set back, count as none."""
    pauses = [0.0]
    for before, record in pairwise(records):
        pause_s = max(0.0, record.t - before.t)
        pauses.append(min(pause_s, _LONGEST_PAUSE_S) if before.run != record.run else pause_s)
    return pauses
