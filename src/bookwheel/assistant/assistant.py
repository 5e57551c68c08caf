"""The interface for front ends: a desk, which answers questions from its documents and saves them in a session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.assistant.active_run import RESEARCH, ActiveRun, RunRequest
from bookwheel.assistant.call_journal import NEW, RunAgain
from bookwheel.assistant.desk_keeper import ChoicePort, DeskKeeper, DeskPort
from bookwheel.assistant.desk_sessions import DeskSessions
from bookwheel.assistant.desk_switch import switch_desk, take_desk, take_desk_of
from bookwheel.assistant.documents.desk_documents import DeskDocuments
from bookwheel.assistant.outcome import STOPPED
from bookwheel.assistant.question_pictures import asked_with, pictures_in, sent_note
from bookwheel.assistant.run_costs import RunCosts, RunLimits
from bookwheel.assistant.run_queue import QueuedQuestion, RunQueue
from bookwheel.assistant.side_tasks import SideTasks
from bookwheel.assistant.status_board import StatusBoard
from bookwheel.assistant.subscription import Hub, RecordFeed, Subscription
from bookwheel.assistant.updates import OWN, DeskStatus
from bookwheel.config.setting_tables import MODE, MODEL, WEB
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.run_events import RunError
from bookwheel.engine.llms.price_table import ModelPrice
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonValue
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.errors import BookwheelError, UsageError

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import LibraryPort, RunHandler, WorkflowSource
    from bookwheel.config.kept import NamedDesk
    from bookwheel.engine.events.research_events import SteerKind
    from bookwheel.sessions.session_store import SessionStore

# How long the first question may wait to be shown with the name of the model that answers it.
_MODEL_PATIENCE_S = 2.0

MODES = ("query", "agent", RESEARCH)


class Assistant:
    """One desk: asking here, its files and folders in `documents`, its saved work in `sessions`.

    Call every method on the event loop; disk access happens in a thread. Front ends get all changes through
    `subscribe()`; a method returns only what its caller alone needs, and raises `BookwheelError` for wrong
    arguments. A run that fails raises nothing: it ends with an event like any other.
    """

    def __init__(
        self,
        *,
        workflows: WorkflowSource,
        library: LibraryPort,
        sessions: SessionStore,
        mode: str = "query",
        limits: RunLimits | None = None,
        follows_disk: bool = False,
        embeds: bool = False,
        env_endpoint: str = "",
        choices: ChoicePort | None = None,
        desks: DeskPort | None = None,
    ) -> None:
        self.workflows = workflows
        self.modes: tuple[str, ...] = (OWN,) if mode == OWN else MODES
        self._mode = self._checked_mode(mode)
        self._limits = limits or RunLimits()
        self.costs = RunCosts(workflows, self._limits)
        self._hub = Hub()
        unknown = DeskStatus(mode=mode, web=workflows.web, env_endpoint=env_endpoint, is_model_known=False)
        self._board = StatusBoard(self._hub.status, unknown, self.costs)
        self._runs = RunQueue(self._begin_run)
        self._tasks = SideTasks()
        self.keeper = DeskKeeper(self._tasks, choices, desks)
        self._last_error: BaseException | None = None
        self.documents = DeskDocuments(
            library,
            self._hub,
            status_changed=self._update_status,
            follows_disk=follows_disk,
            embeds=embeds,
            takes_filter=mode != OWN,
        )
        self.sessions = DeskSessions(
            sessions,
            self._hub,
            self.documents,
            self._tasks,
            before_closing=self._stop_runs,
            is_running=lambda: self._runs.active is not None,
            on_opened=lambda session: take_desk_of(self, session),
            on_event=self._follow,
            cost_of=self.costs.cost_of,
            status_changed=self._update_status,
        )

    async def start(
        self,
        roots: Sequence[Path] = (),
        *,
        session_id: str | None = None,
        resume_last: bool = False,
        desk: NamedDesk | None = None,
    ) -> None:
        """Open the desk: the session asked for (else a new one), its documents, and their index in the background.

        Without `roots` the documents are the session's, or those that were used last (none on a desk on the user's own
        workflow). A named `desk` has its own, its filter and its sessions; `roots` replace its folders. Raises
        SessionError for an unknown `session_id`.
        """
        self._tasks.start(self._warm_up(), name="warm-up")
        if resume_last and session_id is None:
            session_id = await self.sessions.latest_id(desk.name if desk is not None else "")
        if session_id is not None:
            await self.sessions.load(session_id)
        if desk is None:
            return await self.documents.set_roots(roots or await self.sessions.usual_documents(self._mode))
        await take_desk(self, replace(desk, folders=tuple(map(str, roots)) or desk.folders))
        self._update_status()

    async def open_desk(self, name: str) -> None:
        """Switch to a named desk and its last session; a new one is made of what is open now. Raises ConfigError."""
        await switch_desk(self, name)
        self._update_status()

    async def aclose(self, reason: RunError = STOPPED) -> None:
        """Stop everything (a run is cancelled and keeps what came), save what is unsaved, release the session.

        `reason` is logged as the end of a run in progress.
        """
        try:
            await self._runs.stop_all(reason)
            await self.documents.stop()
            await self.keeper.aclose()
            await self._tasks.aclose()
        finally:
            await self.sessions.aclose()
            self._hub.close()
            await self.workflows.aclose()
            await self.documents.aclose()

    def subscribe(self) -> Subscription:
        """A reader of all that happens from now on; its first updates are the whole present state."""
        subscription = self.sessions.subscribe(self._pending_write)
        subscription.put_library(self.documents.state)
        subscription.put_status(self.status)
        return subscription

    def records(self) -> RecordFeed:
        """Every event record from now on, once it is on disk (what `--json` prints); ends with `aclose`."""
        return self._hub.add_feed(self._pending_write)

    async def wait_indexed(self) -> None:
        """Same as `documents.wait_indexed`, for scripts that call it here."""
        await self.documents.wait_indexed()

    async def ask(
        self,
        question: str,
        *,
        mode: str | None = None,
        follows: str | None = None,
        only: Sequence[str] = (),
        again: RunAgain = NEW,
    ) -> str:
        """Ask; returns the run's id at once. While another run is going on, the question is queued.

        `follows` is the run whose answer it follows, "" for none; only the files and folders of `only` are searched.
        `again` has the facts of the run that it repeats. Raises UsageError for an empty question, when the filter
        leaves no document to search, and for a branch while a run is going on.
        """
        text = question.strip()
        if not text:
            raise UsageError("The question is empty.", hint="Type what you want to know.")
        await self.sessions.keep_played()
        self.costs.check_session(self.sessions.current.cost)
        mode = self._checked_mode(mode or self._mode)
        filter_ = await self.documents.filter_for(only)
        if not self.documents.is_indexing and (problem := filter_.problem(self.documents.state.files)):
            raise UsageError(problem, hint="/clear-filter searches all documents again.")
        model = await self._decided_model(mode)
        pictures = await pictures_in(text, [file.path for file in self.documents.state.files], model, mode)
        session = self.sessions.current
        if is_branch := follows is not None and follows != session.tip:
            await self.sessions.go_to(follows or "")
        note = await session.begin(text, self.documents.roots, model, self.keeper.name)
        note = " ".join(filter(None, (note, sent_note(pictures), self.costs.note(model))))
        queued = QueuedQuestion(session.next_run_id(), text, mode, note, filter_, again, pictures)
        self._runs.add(queued)
        if is_branch:
            self._hub.reset()  # the questions at the fork show how many branches there are
        self._update_status()
        return queued.run_id

    async def wait_finished(self, run_id: str) -> EventRecord:
        """Wait for the end of a run: its `RunFinished`, by then on disk (else `status.not_saved` says why not).

        Raises UsageError for a run that was not asked in this session, or was removed from the queue.
        """
        record = await self._runs.wait_finished(run_id)
        await self.sessions.current.saved()
        return record

    async def ask_again(self, run_id: str) -> str:
        """Ask the question of an earlier run once more, in its mode. Raises UsageError for an unknown run.

        Where that run was cut off, a tool that it may have called already is not called again without asking the user.
        """
        from bookwheel.assistant.unfinished_research import unfinished_research

        await self.sessions.load_until(run_id)
        question = self.sessions.current.question(run_id)
        if question is None:
            raise UsageError(f"This session has no question {run_id}.", hint="Ask it as a new question.")
        text, mode = question
        again = await unfinished_research(self.sessions.current, run_id) if mode == RESEARCH else None
        again = again or self.sessions.current.again(run_id)
        return await self.ask(text, mode=mode if mode in self.modes else None, again=again)

    async def ask_replayed(self) -> str:
        """Ask the question that a replay has reached, beside its whole recorded answer. Raises UsageError before it."""
        session = self.sessions.current
        question = session.question(session.tip)
        if question is None:
            raise UsageError("The replay has not reached a question yet.", hint="The key . steps to it.")
        parent, (text, mode) = session.tree.parent(session.tip), question
        return await self.ask(text, mode=mode if mode in self.modes else None, follows=parent)

    async def resume(self, run_id: str = "") -> str:
        """Continue research that was cut off or stopped by a limit, "" for the last run. Raises UsageError."""
        from bookwheel.assistant.unfinished_research import research_to_resume

        text, again = await research_to_resume(self.sessions.current, run_id)
        return await self.ask(text, mode=RESEARCH, again=again)

    async def steer(self, kind: SteerKind, branch: str = "", text: str = "") -> bool:
        """Change the research that is going on; False when there is none."""
        return (run := self._runs.active) is not None and run.steer(kind, branch, text)

    def unqueue(self, index: int) -> str | None:
        """Remove a question from the queue; its text, or None when it has begun meanwhile."""
        removed = self._runs.remove(index)
        self._update_status()
        return removed

    def retry_now(self) -> bool:
        """Send a request now that waits to be retried; False when none waits."""
        return (run := self._runs.active) is not None and run.pauses.cut_short()

    async def cancel(self) -> bool:
        """Stop the current run and keep the partial answer, or pause a replay; False when nothing runs."""
        if self.sessions.replay is not None:
            self.sessions.replay.pause(True)
        return await self._runs.cancel()

    async def respond(self, request_id: str, response: str, **fields: JsonValue) -> bool:
        """Answer a request of the run; False when it is no longer open (answered, or the run has ended)."""
        return (run := self._runs.active) is not None and run.respond(request_id, response, fields)

    def set_mode(self, mode: str) -> None:
        """One of `modes` for the next questions. Raises UsageError for another."""
        self._mode = self._checked_mode(mode)
        self.keeper.keep(MODE, mode)
        self._update_status()

    def set_model(self, name: str) -> None:
        """The model for the next questions. Raises ConfigError for one that cannot be used."""
        self.workflows.set_model(name)
        self.keeper.keep(MODEL, name)
        self._update_status()

    def set_web(self, policy: str) -> None:
        """Web search: one of `WEB_POLICIES`. Raises UsageError for another."""
        if policy not in WEB_POLICIES:
            raise UsageError(f"'{policy}' is not a setting of web search.", hint=f"Choose {', '.join(WEB_POLICIES)}.")
        self.workflows.web = policy
        self.keeper.keep(WEB, policy)
        self._update_status()

    def models(self) -> list[str]:
        """Names for `set_model`, as far as they are known."""
        return self.workflows.models()

    @property
    def status(self) -> DeskStatus:
        """What the status line shows."""
        return self._board.status

    @property
    def last_error(self) -> BaseException | None:
        """The exception behind the last failed run, or of the warm-up before it; for `--debug`."""
        return self._last_error or self._tasks.last_error

    def _checked_mode(self, mode: str) -> str:
        if mode not in self.modes:
            hint = f"Its modes: {', '.join(self.modes)}."
            raise UsageError(f"This desk does not answer in the mode {mode!r}.", hint=hint)
        return mode

    async def delete_desk(self, name: str) -> None:
        """Delete a named desk; its documents and sessions stay. Raises ConfigError when there is none."""
        await self.keeper.delete(name)
        self._update_status()

    async def _decided_model(self, mode: str) -> str:
        """The model's name; right after the start it is chosen here, as an answer needs it anyway."""
        if not self.workflows.model_name(mode):
            with suppress(BookwheelError, TimeoutError):  # the run itself reports what is wrong
                async with asyncio.timeout(_MODEL_PATIENCE_S):
                    await self.workflows.workflow(mode, self.documents.roots)
        return self.workflows.model_name(mode)

    def _begin_run(self, queued: QueuedQuestion) -> ActiveRun:
        session = self.sessions.current
        history = session.history()

        async def begin() -> RunHandler:
            await self.documents.wait_searchable()
            before = queued.again.research
            workflow = await self.workflows.workflow(queued.mode, self.documents.roots, queued.filter.selection, before)
            return workflow.run(user_msg=asked_with(queued.question, queued.pictures), chat_history=history)

        request = RunRequest(
            run_id=queued.run_id,
            question=queued.question,
            mode=queued.mode,
            model=self.workflows.model_name(queued.mode),
            time_limit_s=self._limits.time_limit_s,
            notice=queued.note,
            filter=queued.filter.data,
            parent=session.parent_of_next,
            research=queued.again.research,
            coverage=self.documents.coverage,
            resumes=queued.again.resumes,
            earlier_calls=queued.again.earlier_calls,
        )
        return ActiveRun(request, session, begin, self._update_status)

    async def _stop_runs(self) -> None:
        await self._runs.stop_all()
        self._board.forget_costs()

    async def _warm_up(self) -> None:
        await self.workflows.warm_up()
        self._board.change(replace(self._board.status, is_model_known=True))
        self._update_status()

    def _pending_write(self) -> Awaitable[None] | None:
        return self.sessions.current.pending_write()

    def _follow(self, record: EventRecord) -> None:
        run = self._runs.active
        self._board.follow(record, run.answer if run is not None else None)
        if record.run_finished is not None:
            self._last_error = run.error if run is not None else None
        # A piece of an answer changes only the numbers of the status, which the board keeps itself.
        if not isinstance(record.event, AgentStream):
            self._update_status()
        if run is not None and not run.is_stopping and (reason := self.costs.excess(self._board.cost)):
            self._tasks.start(run.cancel(reason), name="stop for its cost")

    async def price(self) -> ModelPrice | None:
        """The price of the model that answers, which is decided for it; None where it is not known.

        Raises ConfigError and ModelError when the model cannot be used.
        """
        await self.workflows.workflow(self._mode, self.documents.roots)
        return self.costs.price

    def _update_status(self) -> None:
        run, documents, session = self._runs.active, self.documents, self.sessions.current
        self.keeper.follow(documents.roots, documents.filter.selection)
        self._board.change(
            replace(
                self._board.status,
                session_id=session.info.id,
                session_title=session.info.title,
                desk=self.keeper.name,
                session_cost=session.cost,
                mode=self._mode,
                model=self.workflows.model_name(self._mode),
                model_problem=self.workflows.problem,
                web=self.workflows.web,
                selection=documents.filter.selection,
                filter=documents.filter.text,
                queued=self._runs.waiting,
                waiting_requests=run.requests.open_ids if run is not None else (),
                retry_at=run.pauses.next_end if run is not None else None,
                embedding=documents.embedding,
                not_saved=session.not_saved,
                session_note=session.note,
                replay=self.sessions.replay.state if self.sessions.replay is not None else None,
            )
        )
