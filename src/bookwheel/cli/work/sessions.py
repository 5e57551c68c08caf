"""Lists, prints, exports and deletes saved sessions."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bookwheel import wiring
from bookwheel.cli.confirmation import confirmed
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import session_id_of, shown
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.engine.record import EventRecord
from bookwheel.errors import UsageError
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.markup.counted import counted
from bookwheel.sessions.header import SessionInfo
from bookwheel.sessions.log_reader import read_part
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import QuestionBlock
from bookwheel.transcript.export import BIBLIOGRAPHIES, exported, write_export
from bookwheel.transcript.plain_blocks import PlainBlocks, question_facts
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.reducer import blocks_of
from bookwheel.transcript.run_tree import RunTree


def print_list(options: Options, *, text: str | None = None, as_json: bool) -> int:
    """Print the sessions, or those that hold `text`; the exit code."""
    console = make_console(no_color=options.no_color, is_data=as_json)
    store = wiring.build_sessions()
    found = store.list() if text is None else store.search(text)
    if options.desk:
        found = [info for info in found if info.desk == options.desk]
    for info in found:
        if as_json:
            console.out.say(json.dumps(asdict(info)))
        else:
            _print_info(info, console)
    if not found:
        console.err.say("No session holds these words." if text else "There are no sessions yet.")
    return ExitCode.NO_SUPPORT if text is not None and not found else ExitCode.OK


def print_session(given: str, options: Options, *, as_json: bool) -> None:
    """Print a session as text, or its event log."""
    console = make_console(no_color=options.no_color, is_data=as_json)
    _, records = read_session(given, console)
    if not as_json:
        print_records(records, console)
        return
    for record in records:
        console.out.stream.write(f"{record.to_line()}\n")


def export_session(given: str, format_: str, output: Path | None, options: Options) -> None:
    """Write a session to `output`, or to standard output."""
    console = make_console(no_color=options.no_color, is_data=True)
    info, records = read_session(given, console)
    facts_of = wiring.document_facts(options.load_or_defaults()) if format_ in BIBLIOGRAPHIES else None
    if output is not None:
        console.err.say(
            f"Written to {write_export(format_, output, info.title, records, facts_of=facts_of, theme=options.theme)}"
        )
        return
    data = exported(format_, info.title, records, facts_of=facts_of, theme=options.theme)
    if isinstance(data, str):
        console.out.stream.write(data)
    else:
        sys.stdout.buffer.write(data)


def fork_session(given: str, options: Options) -> None:
    """Copy a session; prints the id of the copy."""
    console = make_console(no_color=options.no_color)
    store = wiring.build_sessions()
    console.out.say(store.fork(_find(given, store)).id)


def import_session(file: Path, title: str, options: Options) -> None:
    """Make a session of an event log; prints its id. Raises SessionError when it holds no question."""
    console = make_console(no_color=options.no_color)
    with open(file, "rb") as log:
        part = read_part(log)
    if part.damaged:
        console.warn(f"Left out of {shown(str(file))}: {counted(part.damaged, 'line')} without an event.")
    console.out.say(wiring.build_sessions().add(part.records, title).id)


def restore_session(given: str, options: Options) -> None:
    """Bring back a deleted session. Raises SessionError when there is none."""
    console = make_console(no_color=options.no_color)
    store = wiring.build_sessions()
    session_id = session_id_of(given, store.deleted(), what="deleted session")
    store.restore(session_id)
    console.err.say(f"Restored: {session_id}")


def delete_sessions(given: Sequence[str], options: Options, *, unasked: bool, for_good: bool) -> int:
    """Delete sessions after a confirmation; the exit code."""
    console = make_console(no_color=options.no_color)
    store = wiring.build_sessions()
    known = {info.id: info for info in store.list()}
    chosen = [session_id_of(text, list(known)) for text in given]
    if not unasked:
        for session_id in chosen:
            _print_info(known[session_id], console)
        if not _agrees(len(chosen), for_good=for_good):
            console.err.say("Nothing was deleted.")
            return ExitCode.OK
    for session_id in chosen:
        store.delete(session_id, for_good=for_good)
        console.err.say(f"Deleted: {session_id}")
    if not for_good:
        console.err.say("bookwheel sessions restore ID brings a session back for a week.")
    return ExitCode.OK


def _agrees(count: int, *, for_good: bool) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "Cannot ask for confirmation: standard input is not a terminal.", hint="Add --yes to delete anyway."
        )
    what = "this session" if count == 1 else f"these {count} sessions"
    return confirmed(f"Delete {what}{' for good' if for_good else ''}?")


def read_session(given: str, console: Console) -> tuple[SessionInfo, list[EventRecord]]:
    """A saved session and its records, with a warning when it is damaged. Raises SessionError."""
    store = wiring.build_sessions()
    session = store.open(_find(given, store), for_writing=False)
    try:
        records = session.records()
    finally:
        session.close()
    if session.info.damaged:
        console.warn(f"The session is damaged: {session.info.damaged}")
    return session.info, records


def _find(given: str, store: SessionStore) -> str:
    return session_id_of(given, [info.id for info in store.list()])


def _print_info(info: SessionInfo, console: Console) -> None:
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.updated))
    documents = ", ".join(shown(document) for document in info.documents)
    cost = f"  {shown_cost(info.cost)}" if info.cost else ""
    console.out.say_styled((info.id, "cyan"), (f"  {date}  ", "dim"), (info.title, "bold"), (cost, "dim"))
    if documents:
        console.out.say_styled((f"    {documents}", "dim"))
    if info.excerpt:
        console.out.say_styled((f"    {info.excerpt}", None))
    if info.damaged:
        console.out.say_styled((f"    damaged: {info.damaged}", "yellow"))


def print_records(records: Sequence[EventRecord], console: Console) -> None:
    """Print the blocks of a session in reading order."""
    renderer = PlainBlocks(shown)
    blocks = blocks_of(records)
    for block in reading_order(RunTree(blocks).numbered(blocks)):
        text = renderer.render(block)
        if isinstance(block, QuestionBlock):
            console.out.say_styled((text, "bold"), (f"   {question_facts(block)}", "dim"))
            console.out.say()
        elif text:
            console.out.say(f"{text}\n")
