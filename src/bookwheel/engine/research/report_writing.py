"""Writes the report: one section per branch, in plan order, each checked against its sources when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import PurePath
from typing import TypeAlias

from bookwheel.engine.events.research_events import (
    LimitReached,
    NoteStale,
    ReportSentence,
    ReportStarted,
    SectionFinished,
    SectionStarted,
)
from bookwheel.engine.llms.ledger import Ledger
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.quoting_researcher import noted_text
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.research_state import CHANGED, SUMMARY, Section
from bookwheel.engine.research.researcher import Researcher, SectionCall, Sources
from bookwheel.engine.research.slot_reading import one_line
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.support.answer_check import check_answer, passage_of
from bookwheel.errors import LimitReachedError, StoreError

Pieces: TypeAlias = AsyncGenerator[tuple[str, str], None]

MAX_SOURCES = 999
QUOTED = " Its notes are quoted instead."
_TITLE_CHARS = 300


class ReportWriter:
    """Writes one report into `log`; `before` are the finished sections of the run that is resumed."""

    def __init__(
        self,
        question: str,
        researcher: Researcher,
        log: ResearchLog,
        ledger: Ledger,
        retriever: BaseRetriever,
        before: Sequence[Section] = (),
    ) -> None:
        self._question = question
        self._researcher = researcher
        self._log = log
        self._ledger = ledger
        self._retriever = retriever
        self._before = {section.id: section for section in before if section.finished is not None}
        self._sources = Sources()
        self._sections: list[str] = []

    async def write(self) -> None:
        """Write all sections, then the summary and the list of stale notes.

        Raises ModelError; the text written so far is kept.
        """
        await self._mark_stale()
        branches = [branch for branch in self._log.state.branches if branch.is_in_report]
        noted = [branch for branch in branches if branch.notes]
        numbered = numbered_sources(branches)
        self._sources = Sources({node.node.id_: node for node in numbered})
        has_summary = self._researcher.has_summary and len(noted) > 1
        self._log.emit(
            ReportStarted(sections=[*(branch.id for branch in branches), *([SUMMARY] if has_summary else ())])
        )
        self._log.sources(self._question, numbered)
        for branch in branches:
            await self._section(branch)
        if has_summary:
            await self._summary(noted)
        await self._mark_stale()  # a document may have changed while the report was written
        await self._changed_sources()

    async def _mark_stale(self) -> None:
        """Mark the notes whose document was deleted or changed since; those marked already are left out."""
        try:
            for branch in self._log.state.branches:
                if branch.is_in_report:
                    for mark in await asyncio.to_thread(stale_notes, branch, self._retriever):
                        self._log.emit(mark)
        except StoreError as error:
            self._log.note(f"It is not known which documents have changed since they were read: {error.message}")

    async def _changed_sources(self) -> None:
        branches = [branch for branch in self._log.state.branches if branch.is_in_report]
        lines = [line for branch in branches for line in self._stale_lines(branch)]
        if lines:
            begin = SectionStarted(section=CHANGED, title="Changed since they were read")
            await self._write(begin, None, SectionCall(), "\n".join(dict.fromkeys(lines)))

    def _stale_lines(self, branch: Branch) -> list[str]:
        """One line for each stale source of a branch."""
        return [
            f"- {_heading(PurePath(note.path).name)} [{number}]: {why}. The report quotes it as it was."
            for note in branch.notes
            if (why := branch.why_stale(note.note)) and (number := self._sources.number(note.node_id)) is not None
        ]

    async def _section(self, branch: Branch) -> None:
        notes = [note.note for note in branch.notes]
        if self._is_written(branch.id, branch.question, notes):
            return
        begin = SectionStarted(section=branch.id, title=branch.question, notes=notes)
        if not branch.notes:
            await self._write(begin, None, SectionCall(), _without_notes(branch))
            return
        call = SectionCall()
        pieces = self._researcher.section(self._question, branch, self._sources, call)
        await self._write(begin, pieces, call, noted_text(branch, self._sources), _unfinished(branch))

    async def _summary(self, noted: Sequence[Branch]) -> None:
        notes = [note.note for branch in noted for note in branch.notes]
        if self._is_written(SUMMARY, "Summary", notes):
            return
        if self._log.state.limit:
            return
        call = SectionCall()
        pieces = self._researcher.summary(self._question, self._sections, self._sources, call)
        begin = SectionStarted(section=SUMMARY, title="Summary", notes=notes)
        await self._write(begin, pieces, call, "No summary was written.")

    def _is_written(self, section_id: str, title: str, notes: list[str]) -> bool:
        """Reuse a section that the resumed run finished from the same notes; False if there is none."""
        known = self._before.get(section_id)
        if known is None or known.finished is None or known.title != title or list(known.notes) != notes:
            return False
        self._log.emit(SectionStarted(section=section_id, title=title, notes=notes, input=known.input))
        start = self._log.length
        self._log.write(known.text)
        by = start - known.finished.start
        sentences = [replace(each, start=each.start + by, end=each.end + by) for each in known.finished.sentences]
        self._sections.append(known.text)
        self._log.emit(
            SectionFinished(section=section_id, start=start, end=self._log.length, sentences=sentences, asked=False)
        )
        return True

    async def _write(
        self, begin: SectionStarted, pieces: Pieces | None, call: SectionCall, instead: str, after: str = ""
    ) -> None:
        """Write one section: its heading, its text (`instead` when there is none), then `after`."""
        log = self._log
        log.emit(begin)
        start = log.length
        log.write(f"## {_heading(begin.title)}\n\n")
        body = log.length
        try:
            if pieces is not None:
                await self._stream(pieces)
        except (LimitReachedError, TimeoutError) as error:
            self._reach(error)
        if not log.text[body:].strip():
            if call.asked and not log.state.limit:
                instead_of_it = "" if begin.section == SUMMARY else QUOTED
                log.note(f"The model wrote nothing for “{_heading(begin.title)}”.{instead_of_it}")
            log.write(instead)
        text = log.text[body:]
        if after:
            log.write(f"\n\n{after}")
        log.write("\n\n")
        self._sections.append(log.text[start:].strip())
        is_checked = bool(begin.notes) and bool(text.strip())
        sentences = await asyncio.to_thread(self._checked, begin.notes, text, body) if is_checked else []
        log.emit(
            SectionFinished(
                section=begin.section,
                start=start,
                end=log.length,
                sentences=sentences,
                usage=call.usage,
                estimated=call.estimated,
                cost=call.cost,
                asked=call.asked,
            )
        )

    async def _stream(self, pieces: Pieces) -> None:
        async with asyncio.timeout(self._ledger.time_left()), aclosing(pieces):
            async for text, thought in pieces:
                self._log.write(text, thought)

    def _reach(self, error: LimitReachedError | TimeoutError) -> None:
        if self._log.state.limit:
            return
        reached = error if isinstance(error, LimitReachedError) else self._ledger.exceeded("time")
        self._log.emit(LimitReached(limit=reached.limit, text=reached.message))

    def _checked(self, notes: Sequence[str], text: str, start: int) -> list[ReportSentence]:
        """The sentences of a section, checked against the sources of its notes and the sources it cites."""
        own = {note.node_id for note in self._log.state.notes if note.note in notes}
        cited = set(cited_numbers(text))
        passages = [
            passage_of(node) for node in self._sources.by_id.values() if node.node.id_ in own or node.number in cited
        ]
        return [
            ReportSentence(
                start=start + sentence.start,
                end=start + sentence.end,
                status=sentence.status,
                cited=sentence.cited,
                missing=sentence.missing,
                found_in=tuple(sorted(sentence.found_in)),
            )
            for sentence in check_answer(text, passages, self._question)
        ]


def numbered_sources(branches: Sequence[Branch]) -> list[NumberedNode]:
    """The passages of the notes, numbered in plan order, so that the numbers do not depend on timing."""
    numbered: dict[str, NumberedNode] = {}
    for branch in branches:
        nodes = {node.node.id_: node for search in branch.searches for node in search.nodes}
        for note in branch.notes:
            if note.node_id in nodes and note.node_id not in numbered and len(numbered) < MAX_SOURCES:
                found = nodes[note.node_id]
                numbered[note.node_id] = NumberedNode(len(numbered) + 1, found.node, found.score)
    return list(numbered.values())


def stale_notes(branch: Branch, retriever: BaseRetriever) -> list[NoteStale]:
    """The notes of a branch that are stale now and not marked yet. Blocks on the disk."""
    own = {node.node.id_ for search in branch.searches if search.where == "documents" for node in search.nodes}
    return [
        NoteStale(branch=branch.id, note=note.note, reason=reason)
        for note in branch.notes
        if note.node_id in own
        and not branch.why_stale(note.note)
        and (reason := retriever.why_stale(note.node_id, note.quote))
    ]


def _heading(text: str) -> str:
    # Brackets would look like a citation.
    return one_line(text, _TITLE_CHARS).replace("[", "\\[")


def _without_notes(branch: Branch) -> str:
    """The text of a section whose branch has no notes."""
    if branch.ended == "failed":
        return f"This part could not be looked up: {one_line(branch.error, _TITLE_CHARS)}"
    if branch.ended == "limit":
        return "This part was not looked up: the run ended before."
    queries = dict.fromkeys(search.query for search in branch.searches)
    searched = f" Searched for: {' · '.join(_heading(query) for query in queries)}" if queries else ""
    return f"Nothing found for this question in the documents.{searched}"


def _unfinished(branch: Branch) -> str:
    """The note below a section whose branch ended early; "" otherwise."""
    if branch.ended == "failed":
        return f"This part is not complete: {one_line(branch.error, _TITLE_CHARS)}"
    return "This part is not complete: its search was ended early." if branch.ended == "limit" else ""
