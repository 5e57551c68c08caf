"""Plays a saved session back with its own timing: in the app, or on standard output."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookwheel.assistant.session_replay import recorded_pauses
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import shown
from bookwheel.cli.work.desk import has_terminal, open_desk
from bookwheel.cli.work.sessions import read_session
from bookwheel.engine.events.run_events import Retrieval
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.errors import SessionError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.formats import JsonLines, PlainText
from bookwheel.headless.interruption import run_interruptible
from bookwheel.headless.outlet import Outlet
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean
from bookwheel.sessions.log_reader import read_part

_MOST_DOCUMENTS = 100


@dataclass(frozen=True, slots=True)
class _Played:
    """What is played back; `documents` are those of it that are there."""

    records: Sequence[EventRecord]
    title: str
    documents: Sequence[Path]


def play(given: str, speed: float, options: Options, *, as_json: bool, as_text: bool) -> int:
    """Play the session or file `given` at `speed`; the exit code. Raises SessionError when it has no events.

    In the app, or as text where there is no terminal.
    """
    console = make_console(no_color=options.no_color, is_data=as_json, theme=options.theme)
    played = _from_file(given, console) if os.path.isfile(given) else _from_session(given, console)
    if not played.records:
        raise SessionError(f"'{given}' holds no events.", hint="Name a saved session, or an exported events.jsonl.")
    if as_json or as_text or options.plain or not has_terminal():
        return run_interruptible(lambda _: _play(played.records, speed, console, as_json=as_json))
    from bookwheel.tui.opening import Recording

    return open_desk(options, played.documents, Recording(records=played.records, title=played.title, speed=speed))


def _from_session(given: str, console: Console) -> _Played:
    info, records = read_session(given, console)
    return _Played(records, info.title, [path for path in map(Path, info.documents) if path.exists()])


def _from_file(given: str, console: Console) -> _Played:
    """The paths of a log that are not absolute begin at its folder, so that both can be moved together."""
    with open(given, "rb") as file:
        part = read_part(file)
    if part.damaged:
        console.warn(f"Skipped in {shown(given)}: {counted(part.damaged, 'line')} without an event.")
    folder = os.path.dirname(os.path.abspath(given))
    records = [_with_whole_paths(record, folder) for record in part.records]
    names = dict.fromkeys(path for record in records for path in _paths(record))
    found = [path for path in map(Path, list(names)[:_MOST_DOCUMENTS]) if path.is_file()]
    return _Played(records, os.path.basename(given).removesuffix(".jsonl"), found)


def _with_whole_paths(record: EventRecord, folder: str) -> EventRecord:
    lists: JsonObject = {
        name: [_with_whole_path(item, folder) for item in items]
        for name in ("nodes", "citations")
        if isinstance(items := record.data.get(name), list)
    }
    return EventRecord(record.seq, record.t, record.run, record.type, record.data | lists) if lists else record


def _with_whole_path(item: JsonValue, folder: str) -> JsonValue:
    match item:
        case {"path": str(path)} if path and "://" not in path and not os.path.isabs(path):
            return {**item, "path": os.path.normpath(os.path.join(folder, path))}
        case _:
            return item


def _paths(record: EventRecord) -> Iterator[str]:
    event = record.event
    if isinstance(event, Retrieval):
        yield from (found.node.path for found in event.nodes if found.node.path)


async def _play(records: Sequence[EventRecord], speed: float, console: Console, *, as_json: bool) -> int:
    outlet = Outlet(console.out.stream, console.err.stream)
    sink = JsonLines(outlet) if as_json else PlainText(outlet, shown_path=shown, activity=True, paint=console.out.cite)
    async with asyncio.TaskGroup() as helpers:
        helpers.create_task(outlet.run(on_error=lambda: None))
        try:
            for record, pause_s in zip(records, recorded_pauses(records), strict=True):
                await asyncio.sleep(pause_s / speed)
                if outlet.error is not None:
                    break
                if not as_json and (started := record.run_started) is not None:
                    outlet.put(f"▌ {clean(started.user_msg)}\n\n")
                sink.show(record)
                if not as_json and record.run_finished is not None:
                    outlet.put("\n")
        finally:
            outlet.close()
    if outlet.error is not None:  # here, because the group would wrap it: a closed pipe ends the program quietly
        raise outlet.error
    return ExitCode.OK
