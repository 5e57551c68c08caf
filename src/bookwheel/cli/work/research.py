"""Researches a question without the app, and prints or writes the report."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bookwheel import wiring
from bookwheel.cli.console import Console, make_console
from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import selection_of, shown
from bookwheel.cli.work.asked_desk import AskedDesk, run_on
from bookwheel.config.setting_tables import Config
from bookwheel.engine.events.run_events import RunStarted
from bookwheel.headless.budget import AskLimits
from bookwheel.headless.exit_codes import ExitCode
from bookwheel.headless.formats import JsonLines, PlainText
from bookwheel.headless.headless_run import HeadlessRun
from bookwheel.headless.interruption import Interruption, run_interruptible
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.steering_input import SteeringInput
from bookwheel.headless.terminal_approval import NoTerminal, TerminalUser
from bookwheel.lazy_dataclass import dataclass
from bookwheel.wiring.research_options import ResearchOptions

MODE = "research"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchOrder:
    """What to research: a question, or with `session_id` the unfinished research of that session.

    The report is written to `output` in this `format` where one is named.
    """

    question: str
    session_id: str = ""
    output: Path | None = None
    format: str = ""
    web: str = ""
    as_json: bool = False


def research_with(
    order: ResearchOrder, roots: Sequence[Path], config: Config, options: Options, research: ResearchOptions
) -> int:
    """Research the documents below `roots`; the exit code."""
    console = make_console(no_color=options.no_color, is_data=order.as_json)
    console.notes(config)
    if not roots:
        console.warn("There are no documents to search: name files or folders after the question.")
    is_attended = sys.stdin.isatty() and console.err.is_terminal and not order.as_json
    chosen = replace(research, approves_itself=not is_attended)
    assistant = wiring.build(config, mode=MODE, research=chosen)
    if order.web or (not is_attended and assistant.status.web == "ask"):
        # Without a terminal there is no way to ask whether a query may leave the machine.
        assistant.set_web(order.web or "off")
    desk = AskedDesk(
        assistant=assistant, roots=roots, selection=selection_of(options, roots), session_id=order.session_id
    )
    command = _Research(desk, order, console, options, is_attended=is_attended)
    return run_interruptible(command.run)


class _Research:
    def __init__(
        self, desk: AskedDesk, order: ResearchOrder, console: Console, options: Options, *, is_attended: bool
    ) -> None:
        self._desk = desk
        self._assistant = desk.assistant
        self._order = order
        self._console = console
        self._options = options
        self._is_attended = is_attended

    async def run(self, interruption: Interruption) -> int:
        async def run() -> int:
            begin = self._assistant.resume if self._order.session_id else None
            code = await self._make_run(interruption).ask(self._order.question, MODE, begin=begin)
            await self._write_report(code)
            return code

        return await run_on(self._desk, run, self._console, self._options)

    def _make_run(self, interruption: Interruption) -> HeadlessRun:
        outlet = Outlet(self._console.out.stream, self._console.err.stream)
        text = PlainText(outlet, shown_path=shown, activity=self._console.err.is_terminal)
        steering = SteeringInput(self._assistant, sys.stdin, outlet.message)
        return HeadlessRun(
            self._assistant,
            JsonLines(outlet) if self._order.as_json else text,
            outlet=outlet,
            human=TerminalUser() if self._is_attended else NoTerminal(),
            limits=AskLimits(),
            interruption=interruption,
            beside=steering.run if self._order.as_json else None,
        )

    async def _write_report(self, code: int) -> None:
        """Write the report to its file, and say how a run that was cut off goes on."""
        assistant, order = self._assistant, self._order
        records = await assistant.sessions.current.records()
        last = records[-1].run if records else ""
        finished = next((r.run_finished for r in reversed(records) if r.run_finished is not None), None)
        if code not in (ExitCode.OK, ExitCode.NO_SUPPORT):
            self._console.err.say(f"Go on with it: bookwheel research --resume {assistant.status.session_id}")
        if order.output is None or finished is None or not finished.response:
            return
        from bookwheel.transcript.export import write_report

        run = [record for record in records if record.run == last]
        question = next((r.event.user_msg for r in run if isinstance(r.event, RunStarted)), "")
        facts_of = assistant.documents.facts_of
        path = await asyncio.to_thread(write_report, order.format, order.output, question, run, facts_of)
        self._console.err.say(f"Written: {shown(str(path))}")
