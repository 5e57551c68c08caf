"""The app as lines of text, for screen readers, serial lines and `script`: nothing is drawn twice.

It reads lines and writes labelled turns. Lines are taken in their order: what cannot be done while an answer is written
waits for its end, so that a file of questions can be its input. `stop`, Ctrl+C and the answer to a request act at once.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.outcome import ENDED, LOST_LINE, STOPPED
from bookwheel.assistant.slash_commands.standard_commands import standard_commands
from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import LibraryChanged, TranscriptChanged, TranscriptReset, Update
from bookwheel.config.kept import NamedDesk
from bookwheel.engine.events.run_events import RunError
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.engine.record import EventRecord
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import BookwheelError
from bookwheel.headless.exit_codes import ExitCode, for_signal
from bookwheel.headless.line_input import LineInput
from bookwheel.headless.outlet import Outlet
from bookwheel.headless.plain.desk_words import DeskWords
from bookwheel.headless.plain.plain_requests import PlainRequests
from bookwheel.headless.plain.plain_words import Meant, PlainWords, Word
from bookwheel.headless.plain.reading_words import ReadingWords
from bookwheel.headless.plain.turn_text import YOU, PlainPage, TurnText
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line
from bookwheel.signals import is_hangup_ignored, on_signal
from bookwheel.transcript.blocks import Block, Change, Closed, InputBlock, Opened, Replaced

QUIT_TWICE_S = 1.0
STOP = "stop"
MAX_SHOWN = 6
"""Blocks of a session that are shown when it is opened; `history` shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainOpening:
    """What the desk opens with, and the question that it asks at once."""

    roots: Sequence[Path] = ()
    selection: Selection = EVERYTHING
    session_id: str | None = None
    resume_last: bool = False
    desk: NamedDesk | None = None
    question: str = ""
    notes: Sequence[str] = ()


class PlainDesk:
    """`is_terminal`: the input is a terminal, which shows what is typed. `shown_path` shortens paths."""

    def __init__(
        self, assistant: Assistant, outlet: Outlet, *, is_terminal: bool, shown_path: Callable[[str], str]
    ) -> None:
        self._assistant = assistant
        self._outlet = outlet
        self._is_terminal = is_terminal
        self._page = PlainPage(outlet)
        self._turns = TurnText(self._page, shown_path)
        self._words = self._all_words(shown_path)
        self._lines: deque[tuple[float, str | None]] = deque()
        self._held: deque[str] = deque()
        self._requests = PlainRequests(assistant, self._page.say)
        self._running: set[str] = set()
        self._changed = asyncio.Event()
        self._talking: asyncio.Task[None] | None = None
        self._tasks: asyncio.TaskGroup | None = None
        self._following: set[asyncio.Task[None]] = set()
        self._subscription: Subscription | None = None
        self._code: int = ExitCode.OK
        self._reason = STOPPED
        self._is_ready = self._is_over = False
        self._interrupted_at = 0.0
        self._library_said = self._session_id = ""
        self._failure: BookwheelError | None = None

    def _all_words(self, shown_path: Callable[[str], str]) -> PlainWords:
        async def help_(name: str) -> str:
            return self._words.help_text(name)

        async def stop(_: str) -> str:
            self._held.clear()
            return "" if await self._assistant.cancel() else "No answer is being written."

        async def quit_(_: str) -> str:
            self._is_over = True
            return ""

        async def ask(text: str) -> str:
            await self._ask(text)
            return ""

        reading = ReadingWords(self._assistant, shown_path, self._turns.whole)
        desk = DeskWords(self._assistant, self._follow)
        words = [
            Word(name="help", key="?", argument="[WORD]", help="These words", is_at_once=True, act=help_),
            Word(name="ask", argument="TEXT", help="Ask TEXT, also when it begins with one of these words", act=ask),
            Word(name=STOP, help="Stop the answer and keep what has come (Ctrl+C)", is_at_once=True, act=stop),
            *reading.words(),
            *desk.words(),
            Word(name="quit", help="End (Ctrl+D)", act=quit_),
        ]
        return PlainWords(words, standard_commands())

    async def run(self, descriptor: int, opening: PlainOpening) -> int:
        """Talk until the input ends or the user quits, then close the assistant; the exit code.

        Raises BookwheelError when the desk cannot be opened, OSError when the output failed.
        """
        self._handle_signals()
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._outlet.run(on_error=self._end_now))
            try:
                with closing(self._assistant.subscribe()) as self._subscription:
                    self._talking = self._tasks.create_task(self._talk(descriptor, opening))
                    watching = self._tasks.create_task(self._watch(self._subscription))
                    await asyncio.wait([self._talking])
                    for task in (watching, *self._following):
                        task.cancel()
            finally:
                await self._assistant.aclose(self._reason)
                self._page.end_line()
                self._outlet.close()
        if failure := self._outlet.error or self._failure:
            raise failure
        return self._code

    async def _talk(self, descriptor: int, opening: PlainOpening) -> None:
        lines = LineInput(descriptor, self._arrived)
        lines.start()
        try:
            await self._open(opening)
        except BookwheelError as error:
            self._failure = error
            return
        self._is_ready = True
        while not self._is_over:
            self._prompt()
            await self._until(lambda: bool(self._lines or (self._held and not self._running)))
            if self._held and not self._running:
                await self._take(0.0, self._held.popleft())
                continue
            typed_at, line = self._lines.popleft()
            lines.took()
            if line is None:
                await self._end_of_input()
                return
            await self._take(typed_at, line)

    async def _open(self, opening: PlainOpening) -> None:
        self._page.say("Bookwheel, plain mode. Type a question, or help, or quit.")
        for note in opening.notes:
            self._page.say(f"Note: {note}")
        await self._assistant.start(
            opening.roots, session_id=opening.session_id, resume_last=opening.resume_last, desk=opening.desk
        )
        if opening.selection != EVERYTHING:
            await self._assistant.documents.set_filter(opening.selection)
        roots = ", ".join(map(str, self._assistant.documents.roots))
        self._page.say(f"Documents: {roots}" if roots else "Documents: none yet. /add PATH adds a file or folder.")
        if opening.question:
            await self._do(Meant(), opening.question)

    def _prompt(self) -> None:
        if not (self._is_terminal and self._is_ready) or self._lines:
            return
        if self._requests:
            self._page.prompt("Your answer: ")
        elif not (self._running or self._held):
            self._page.prompt(YOU)

    def _arrived(self, line: str | None) -> None:
        """A line has been read."""
        if self._is_terminal:
            self._page.entered()
        self._lines.append((time.monotonic(), line))
        self._changed.set()

    async def _take(self, typed_at: float, line: str) -> None:
        """Do what a line asks for, once that is possible. On a terminal it is held until then, and reading goes on."""
        if self._is_terminal and not line.strip():
            self._assistant.retry_now()
        while line.strip():
            is_late = self._is_terminal and not self._requests.was_shown_before(typed_at)
            if await self._requests.respond(line, is_late=is_late):
                return
            try:
                meant = self._words.meaning(line)
            except BookwheelError as error:
                self._complain(error)
                return
            if not self._running or self._is_at_once(meant):
                await self._do(meant, line)
                return
            if self._is_terminal:
                self._hold(typed_at, line)
                return
            if self._requests:
                await self._requests.refuse("The next line of the input does not answer it.")
            await self._wait()

    def _is_at_once(self, meant: Meant) -> bool:
        """Whether the line acts while an answer is written: a file reads the answer to the question before it."""
        word = meant.word
        return word is not None and word.is_at_once and (self._is_terminal or word.name == STOP)

    def _hold(self, typed_at: float, line: str) -> None:
        if self._requests.was_shown_before(typed_at):
            self._page.say(f"Not an answer: {line.strip()}. {self._requests.ways()}")
        else:
            self._held.append(line)

    async def _do(self, meant: Meant, line: str) -> None:
        try:
            if meant.word is not None:
                said = await meant.word.act(meant.argument)
            elif meant.command:
                said = await self._words.commands.run(self._assistant, meant.command)
            else:
                said = ""
                await self._ask(line)
        except BookwheelError as error:
            self._complain(error)
            return
        if said:
            self._page.say(said)

    async def _ask(self, text: str) -> None:
        self._turns.typed = text if self._is_terminal else ""
        await self._follow(self._assistant.ask(text))

    async def _follow(self, asking: Awaitable[str]) -> None:
        run = await asking
        assert self._tasks is not None, "words are taken inside `run`"
        self._running.add(run)
        task = self._tasks.create_task(self._until_finished(run))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _until_finished(self, run: str) -> None:
        try:
            with suppress(BookwheelError):  # the session was closed
                finished = await self._assistant.wait_finished(run)
                if self._subscription is not None:
                    self._show(self._subscription.take())
                self._say_end(finished)
        finally:
            self._running.discard(run)
            self._prompt()
            self._changed.set()

    def _say_end(self, record: EventRecord) -> None:
        finished, cost = record.run_finished, self._assistant.status.cost
        if finished is None:
            return
        facts = [finished.status]
        if finished.usage is not None:
            facts.append(f"{finished.usage.prompt_tokens} tokens in, {finished.usage.completion_tokens} out")
        if cost:
            facts.append(shown_cost(cost))
        if finished.duration_s is not None:
            facts.append(f"{finished.duration_s:.1f} s")
        first = finished.citations[0].number if finished.citations else 0
        hint = f"; open {first} reads the first source" if first else ""
        self._page.say(f"End: {', '.join(facts)}{hint}.")

    async def _end_of_input(self) -> None:
        while self._running:
            if self._requests:
                await self._requests.refuse("The input has ended.")
            await self._wait()

    async def _watch(self, subscription: Subscription) -> None:
        async for updates in subscription:
            self._show(updates)

    def _show(self, updates: Sequence[Update]) -> None:
        for update in updates:
            match update:
                case TranscriptChanged(changes):
                    self._session_id = self._assistant.sessions.info.id
                    for change in changes:
                        self._show_change(change)
                case TranscriptReset(blocks):
                    self._opened_session(blocks)
                case LibraryChanged():
                    self._say_library(update)
                case _:
                    pass
        self._prompt()
        self._changed.set()

    def _say_library(self, library: LibraryChanged) -> None:
        """How many documents can be searched, when indexing has ended, and what keeps them from being read."""
        if library.is_loading or library.is_indexing or not library.roots:
            return
        found = sum(file.status == "indexed" for file in library.files)
        failed = sum(file.status == "failed" for file in library.files)
        unread = f"; {failed} could not be read (library says why)" if failed else ""
        said = f"Documents: {found} can be searched{unread}. {clean_line(library.error)}".rstrip()
        if said != self._library_said:
            self._library_said = said
            self._page.say(said)

    def _show_change(self, change: Change) -> None:
        self._turns.show(change)
        match change:
            case Opened(InputBlock() as block) | Replaced(InputBlock() as block) | Closed(InputBlock() as block):
                self._requests.note(block)
            case _:
                pass

    def _opened_session(self, blocks: Sequence[Block]) -> None:
        """The blocks of another session, or of another branch of this one."""
        session = self._assistant.sessions.info
        if session.id == self._session_id:
            self._turns.whole(blocks, is_new_only=True)
        else:
            self._session_id = session.id
            self._turns.forget()
            if blocks:
                more = f", its last {MAX_SHOWN} parts (history shows all)" if len(blocks) > MAX_SHOWN else ""
                self._page.say(f"Session: {clean_line(session.title)}{more}", is_apart=True)
                self._turns.whole(blocks[-MAX_SHOWN:])
        self._requests.clear()
        for block in blocks:
            if isinstance(block, InputBlock):
                self._requests.note(block)

    def _complain(self, error: BookwheelError) -> None:
        self._page.say(f"Error: {error.message} {error.hint}".rstrip())

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._wait()

    async def _wait(self) -> None:
        """Wait until something has happened: a line, an update, the end of a run."""
        self._changed.clear()
        await self._changed.wait()

    def _handle_signals(self) -> None:
        on_signal(signal.SIGINT, lambda _number: self._interrupt())
        on_signal(signal.SIGTERM, lambda number: self._end_for(number, ENDED))
        if not is_hangup_ignored():
            on_signal(signal.SIGHUP, lambda number: self._end_for(number, LOST_LINE))

    def _interrupt(self) -> None:
        """Ctrl+C: stop the answer; without one, twice within a second ends."""
        now = time.monotonic()
        self._held.clear()
        if self._is_terminal:
            self._page.entered()  # the terminal has shown ^C
            self._page.write("\n")
        if self._running and self._tasks is not None:
            self._tasks.create_task(self._cancel())
        elif now - self._interrupted_at < QUIT_TWICE_S:
            self._end_now()
        else:
            self._page.say("Ctrl+C again ends Bookwheel.")
            self._prompt()
        self._interrupted_at = now

    async def _cancel(self) -> None:
        await self._assistant.cancel()

    def _end_for(self, number: signal.Signals, reason: RunError) -> None:
        self._reason, self._code = reason, for_signal(number)
        self._end_now()

    def _end_now(self) -> None:
        self._is_over = True
        if self._talking is not None:
            self._talking.cancel()
