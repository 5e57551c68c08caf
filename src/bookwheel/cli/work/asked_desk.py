"""What `ask` and `research` do around their run: open and index the documents, and say what was not saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.cli.console import Console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import nothing_matches
from bookwheel.cli.progress_bar import show_indexing
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDesk:
    """A desk that has not been started, and what is opened on it: documents, the filter over them, a saved session."""

    assistant: Assistant
    roots: Sequence[Path]
    selection: Selection = EVERYTHING
    session_id: str = ""


async def run_on(desk: AskedDesk, run: Callable[[], Awaitable[int]], console: Console, options: Options) -> int:
    """Start the desk, index its documents, `run`, close it; the exit code.

    It is that of `run`, except where the filter leaves no document (3), and where the answer or its support is missing
    because documents could not be indexed or the session not be saved (1).
    """
    assistant = desk.assistant
    try:
        await assistant.start(desk.roots, session_id=desk.session_id or None)
        if assistant.status.session_note:
            console.warn(assistant.status.session_note)
        if desk.selection != EVERYTHING:
            await assistant.documents.set_filter(desk.selection)
        is_indexed = await show_indexing(assistant, console)
        if assistant.documents.filter_problem:
            console.err.say(nothing_matches(assistant.status.filter, desk.roots))
            return ExitCode.NO_SUPPORT
        code = await run()
    finally:
        await assistant.aclose()
    if code == ExitCode.NO_SUPPORT and not is_indexed:
        code = ExitCode.FAILED
    if assistant.status.not_saved:
        # The answer was printed, but the user may expect to find it in the session.
        console.warn(assistant.status.not_saved)
        code = code or ExitCode.FAILED
    if options.debug and assistant.last_error is not None:
        console.explain(assistant.last_error, options.secrets)
    return code
