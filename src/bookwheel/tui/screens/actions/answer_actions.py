"""What is done with an answer: pinning it to the brief, and comparing it with another to the same question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.errors import BookwheelError, UsageError
from bookwheel.paths import from_home, working_folder
from bookwheel.transcript.blocks import AnswerBlock, QuestionBlock, SourcesBlock
from bookwheel.tui.screens.desk_parts import DeskParts

if TYPE_CHECKING:
    from bookwheel.assistant.open_session import OpenSession
    from bookwheel.engine.events.run_events import Pin
    from bookwheel.tui.screens.answer_changes import Answer


class AnswerActions:
    """What the keys of the conversation ask for."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {
            "brief": lambda: self._desk.do(self._show_brief()),
            "page_up": lambda: self._desk.conversation.action_scroll_page(-1),
            "page_down": lambda: self._desk.conversation.action_scroll_page(1),
            "compare": lambda: self._desk.do(self._compare()),
            "pin": lambda: self._desk.do(self._pin()),
        }

    @property
    def _session(self) -> OpenSession:
        return self._desk.assistant.sessions.current

    async def _pin(self) -> None:
        """Pin the answer that is being read, or only the part that cites the chosen source."""
        from bookwheel.transcript.formats.export_brief import pin_of

        await self._session.earlier.read_outline()  # else the earlier pins of a long session would be replaced
        cursor = self._desk.conversation.block_cursor
        block = _answer(self._session, cursor.run)
        if block is None:
            self._desk.say("No answer here to pin")
            return
        pins = self._session.pins
        pin = pin_of(block, cursor.citations, cursor.chosen_citation)
        if any((each.run, each.text) == (pin.run, pin.text) for each in pins):
            self._desk.say("This is pinned already: b shows the brief")
            return
        self._desk.do(_with_pins(self._session.change_brief, (*pins, pin)))
        self._desk.say(f"Pinned: {len(pins) + 1} in the brief, b shows it")

    async def _show_brief(self) -> None:
        """Show what is pinned."""
        from bookwheel.tui.screens.brief import BriefScreen

        await self._session.earlier.read_outline()

        def changed(pins: Sequence[Pin]) -> None:
            self._desk.do(_with_pins(self._session.change_brief, pins))

        pins = self._session.pins
        paths = {citation.path for pin in pins for citation in pin.citations}
        screen = BriefScreen(
            pins,
            changed=changed,
            go_to=self._desk.conversation.go_to_run,
            export=self._export_brief,
            gone=[path for path in paths if await self._is_gone(path)],
        )
        self._desk.open_screen(screen)

    async def _is_gone(self, path: str) -> bool:
        """Whether a document is neither where it was nor known to be elsewhere."""
        if "://" in path or await asyncio.to_thread(Path(path).exists):
            return False
        try:
            await self._desk.assistant.documents.read(path)
        except BookwheelError:
            return True
        return False

    async def _compare(self) -> None:
        """Show how the answer that is being read differs from the one before it to the same question."""
        from bookwheel.tui.screens.answer_changes import AnswerChangesScreen

        session, run = self._session, self._desk.conversation.block_cursor.run
        await session.earlier.read_outline()
        known = (*session.earlier.questions, *session.all_blocks)
        questions = [block for block in known if isinstance(block, QuestionBlock)]
        this = next((block for block in questions if block.run == run), None)
        if this is None:
            self._desk.say("No answer here to compare")
            return
        beside = session.tree.siblings(run)
        same = [each for each in questions if each.text.strip() == this.text.strip() or each.run in beside]
        index = [each.run for each in same].index(run)
        if len(same) < 2:
            self._desk.say("There is one answer to this question: r asks it again")
            return
        first, second = (same[index - 1], this) if index else (this, same[1])
        await self._desk.assistant.sessions.load_until(first.run)
        before, after = _shown(session, first), _shown(session, second)
        if before is None or after is None:
            self._desk.say("One of the two questions has no answer yet")
            return
        self._desk.open_screen(AnswerChangesScreen(second.text, before, after))

    def _export_brief(self) -> None:
        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self._write_brief(from_home(typed)))

        self._desk.ask_line("write the brief to", f"{working_folder()}/brief.md", entered)

    async def _write_brief(self, path: Path) -> None:
        from bookwheel.transcript.formats.export_brief import brief_markdown

        session = self._session
        await session.earlier.read_outline()
        blocks = (*session.earlier.questions, *session.all_blocks)
        text = brief_markdown(session.info.title, session.pins, blocks)
        await asyncio.to_thread(_write_new, path, text)
        self._desk.say(f"Wrote the brief to {path}")


async def _with_pins(call: Callable[[Sequence[Pin]], None], pins: Sequence[Pin]) -> None:
    """`call`, for `DeskParts.do`, which shows its errors."""
    call(pins)


def _answer(session: OpenSession, run: str) -> AnswerBlock | None:
    answers = [block for block in session.all_blocks if isinstance(block, AnswerBlock) and block.run == run]
    return answers[-1] if answers else None


def _shown(session: OpenSession, question: QuestionBlock) -> Answer | None:
    from bookwheel.tui.screens.answer_changes import Answer

    block = _answer(session, question.run)
    if block is None:
        return None
    sources = [each for each in session.all_blocks if isinstance(each, SourcesBlock) and each.run == question.run]
    return Answer(block.text, question.model, sources[-1].cited if sources else ())


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already.", hint="Choose another name.") from error
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}.", hint="Name a path in a folder that you can write."
        ) from error
