"""The words that act on the desk: asking again, branches, the brief, sessions, model, mode, web search, scope."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.model_change import change_model
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.errors import UsageError
from bookwheel.headless.plain.plain_words import Word
from bookwheel.markup.sanitize import clean_line
from bookwheel.sessions.header import SessionInfo
from bookwheel.transcript.blocks import AnswerBlock, SourcesBlock

MOST_SESSIONS = 20


class DeskWords:
    """`asked` follows the run that a word has started, by its id."""

    def __init__(self, assistant: Assistant, asked: Callable[[Awaitable[str]], Awaitable[None]]) -> None:
        self._assistant = assistant
        self._asked = asked
        self._listed: list[SessionInfo] = []

    def words(self) -> Iterator[Word]:
        yield Word(name="retry", key="r", help="Ask the last question again; both answers stay", act=self._retry)
        yield Word(
            name="now",
            help="Send a request again at once that waits for it (an empty line does too)",
            is_at_once=True,
            act=self.now,
        )
        yield Word(name="edit", argument="TEXT", help="Ask TEXT beside the last question, as a branch", act=self._edit)
        yield Word(
            name="fork",
            key="f",
            argument="N",
            takes_number=True,
            help="Go on from the answer to question N of the tree; what follows it stays in its branch",
            act=self._fork,
        )
        yield Word(name="tree", key="B", help="The questions of this session as a tree", act=self._tree)
        yield Word(name="pin", key="p", help="Pin the last answer to the brief", act=self._pin)
        yield Word(name="brief", key="b", help="What is pinned, with its sources", act=self._brief)
        yield Word(
            name="sessions", argument="[TEXT]", help="Earlier sessions, or those with a text", act=self._sessions
        )
        yield Word(
            name="session",
            argument="N",
            takes_number=True,
            help="Open session N of that list; /session ID opens one by its id",
            act=self._session,
        )
        yield Word(name="new", help="Begin a new session on the same documents", act=self._new)
        yield Word(name="model", key="m", argument="[NAME]", help="The model, or choose another", act=self._model)
        yield Word(name="mode", argument="[MODE]", help="How questions are answered, or choose", act=self._mode)
        yield Word(name="web", key="w", argument="[off|ask|on]", help="Web search, or choose", act=self._web)
        yield Word(name="scope", key="s", help="Which documents are searched", is_at_once=True, act=self._scope)
        yield Word(name="status", help="Session, model, tokens, context and cost", is_at_once=True, act=self._status)

    async def now(self, _: str = "") -> str:
        """Send a request now that waits to be retried; what to say where none does."""
        return "" if self._assistant.retry_now() else "No request is waiting to be sent again."

    async def _retry(self, _: str) -> str:
        runs = list(self._assistant.sessions.transcript.runs)
        if not runs:
            raise UsageError("This session has no question yet.", hint="Type one.")
        await self._asked(self._assistant.ask_again(runs[-1]))
        return ""

    async def _edit(self, text: str) -> str:
        session = self._assistant.sessions.current
        await self._asked(self._assistant.ask(text, follows=session.tree.parent(session.tip)))
        return ""

    async def _fork(self, number: str) -> str:
        rows = list(self._assistant.sessions.current.tree.rows())
        if not number.isdigit() or not 1 <= int(number) <= len(rows):
            raise UsageError(f"There is no question {clean_line(number)}.", hint="tree shows them with their numbers.")
        await self._assistant.sessions.go_to(rows[int(number) - 1].question.run)
        return "Your next question goes on from there."

    async def _tree(self, _: str) -> str:
        session = self._assistant.sessions.current
        path = session.tree.path(session.tip)
        lines: list[str] = []
        for number, row in enumerate(session.tree.rows(), start=1):
            here = "" if row.question.run in path else " (another branch)"
            depth = f"level {len(row.lead) // 2 + 1}: " if session.tree.is_branched else ""
            lines.append(f"{number}. {depth}{clean_line(row.question.text)}{here}")
        return "\n".join(lines) or "This session has no question yet."

    async def _pin(self, _: str) -> str:
        from bookwheel.transcript.formats.export_brief import pin_of

        session = self._assistant.sessions.current
        blocks = session.all_blocks
        answer = next((block for block in reversed(blocks) if isinstance(block, AnswerBlock)), None)
        if answer is None:
            raise UsageError("There is no answer to pin.", hint="Ask a question first.")
        found = [block for block in blocks if isinstance(block, SourcesBlock) and block.run == answer.run]
        pin = pin_of(answer, found[-1].cited if found else ())
        if any((each.run, each.text) == (pin.run, pin.text) for each in session.pins):
            return "This is pinned already."
        session.change_brief((*session.pins, pin))
        return f"Pinned: {len(session.pins)} in the brief."

    async def _brief(self, _: str) -> str:
        from bookwheel.transcript.formats.export_brief import brief_markdown

        session = self._assistant.sessions.current
        if not session.pins:
            return "Nothing is pinned: pin keeps the last answer."
        return brief_markdown(session.info.title, session.pins, session.all_blocks).strip()

    async def _sessions(self, text: str) -> str:
        sessions = self._assistant.sessions
        self._listed = list(await (sessions.search(text) if text else sessions.list()))[:MOST_SESSIONS]
        lines = [_listed(number, info) for number, info in enumerate(self._listed, start=1)]
        return "\n".join(lines) or ("No session holds these words." if text else "There are no sessions yet.")

    async def _session(self, given: str) -> str:
        is_number = given.isdigit() and 1 <= int(given) <= len(self._listed)
        await self._assistant.sessions.open(self._listed[int(given) - 1].id if is_number else given)
        return ""

    async def _new(self, _: str) -> str:
        await self._assistant.sessions.new()
        return "A new session."

    async def _model(self, name: str) -> str:
        doubt = await change_model(self._assistant, name) if name else ""
        known = ", ".join(map(clean_line, self._assistant.models()))
        others = f" Known: {known}." if known and not name else ""
        said = f"Model: {self._assistant.status.model or 'not chosen yet'}.{others}"
        return f"{said}\n{clean_line(doubt)}" if doubt else said

    async def _mode(self, mode: str) -> str:
        if mode:
            self._assistant.set_mode(mode)
        return f"Mode: {self._assistant.status.mode}. There are: {', '.join(self._assistant.modes)}."

    async def _web(self, policy: str) -> str:
        if policy:
            self._assistant.set_web(policy)
        return f"Web search: {self._assistant.status.web}."

    async def _scope(self, _: str) -> str:
        return (
            f"Searching only: {self._assistant.status.filter or 'all documents'}.\n"
            "/in PATH, /type TYPE, /since DATE and /until DATE narrow it; /clear-filter searches all."
        )

    async def _status(self, _: str) -> str:
        status = self._assistant.status
        facts = [
            f"Session: {status.session_title or 'new'}",
            f"Model: {status.model or 'not chosen yet'}, mode {status.mode}, web {status.web}",
            f"Now: {status.phase} {status.phase_detail}".rstrip(),
            f"Tokens of the last run: {status.prompt_tokens} in, {status.completion_tokens} out"
            + (" (estimated)" if status.estimated else ""),
        ]
        if status.context_share is not None:
            facts.append(f"Context: {status.context_share:.0%} of the model's window")
        if status.session_cost:
            facts.append(f"Cost of the session: {shown_cost(status.session_cost)}")
        facts += [text for text in (status.not_saved, status.session_note) if text]
        return "\n".join(facts)


def _listed(number: int, info: SessionInfo) -> str:
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.updated))
    excerpt = f": {clean_line(info.excerpt)}" if info.excerpt else ""
    damaged = f" ({clean_line(info.damaged)})" if info.damaged else ""
    return f"{number}. {clean_line(info.title or info.id)}, {day}{damaged}{excerpt}"
