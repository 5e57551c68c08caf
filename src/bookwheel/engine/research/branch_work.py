"""The work of one branch: rounds of one search and one reading, until nothing is missing or nothing new is found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bookwheel.engine.events.research_events import (
    BranchFinished,
    BranchReflected,
    BranchSearched,
    BranchStarted,
    NoteRefused,
    NoteTaken,
)
from bookwheel.engine.research.branch_state import DEFAULT_ROUNDS, Branch
from bookwheel.engine.research.outside_search import OutsideSearch
from bookwheel.engine.research.quote_finding import MAX_QUOTE_CHARS, FoundQuote, find_quote
from bookwheel.engine.research.quoting_researcher import quoted_drafts
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.researcher import MAX_NOTES, Researcher
from bookwheel.engine.research.slot_reading import DraftNote, RoundReading, one_line
from bookwheel.engine.retrieval.retriever import BaseRetriever, collected_notices
from bookwheel.engine.schema import NodeWithScore, NumberedNode, QueryBundle
from bookwheel.errors import BookwheelError, LimitReachedError, ToolError

_SHOWN_CHARS = 200
_WITHOUT_MODEL = "Its quotations are chosen without the model."


class BranchWork:
    """Runs the branches of one research run; `slots` limits how many rounds run at the same time."""

    def __init__(
        self,
        question: str,
        retriever: BaseRetriever,
        researcher: Researcher,
        log: ResearchLog,
        slots: AbstractAsyncContextManager[None],
        *,
        top_k: int,
        rounds: int,
        outside: Sequence[OutsideSearch] = (),
    ) -> None:
        self._question = question
        self._retriever = retriever
        self._researcher = researcher
        self._log = log
        self._slots = slots
        self._top_k = top_k
        self._rounds = rounds
        self._outside = outside

    async def run(self, branch_id: str) -> BookwheelError | None:
        """Run the branch to its end; returns the error or limit that ended it early. An error ends only this branch."""
        branch = self._branch(branch_id)
        if not branch.has_begun:
            rounds = self._rounds + branch.rounds - DEFAULT_ROUNDS  # made deeper before it began
            self._log.emit(BranchStarted(branch=branch_id, question=branch.question, rounds=rounds))
        try:
            while await self._round(branch_id):
                pass
        except LimitReachedError as error:
            self._log.emit(BranchFinished(branch=branch_id, status="limit", error=error.message))
            return error
        except BookwheelError as error:
            self._log.emit(BranchFinished(branch=branch_id, status="failed", error=error.message))
            return error
        status = "done" if self._branch(branch_id).notes else "nothing"
        self._log.emit(BranchFinished(branch=branch_id, status=status))
        return None

    def _branch(self, branch_id: str) -> Branch:
        branch = self._log.state.branch(branch_id)
        assert branch is not None
        return branch

    async def _round(self, branch_id: str) -> bool:
        """Run one round; returns whether another one follows."""
        await self._log.wait_until(lambda state: not any(b.id == branch_id and b.is_paused for b in state.branches))
        async with self._slots:
            branch = self._branch(branch_id)
            number = branch.round + 1
            if number > branch.rounds:
                return False
            nodes = await self._new_passages(branch, number)
            if not nodes:
                return False
            branch = self._branch(branch_id)
            reading = await self._researcher.read(self._question, branch, number, nodes)
            drafts = [*reading.notes, *await self._quoted(branch, nodes, reading)]
            self._take_notes(branch_id, number, nodes, replace(reading, notes=tuple(drafts)))
        branch = self._branch(branch_id)
        return bool(branch.next_query) and branch.round < branch.rounds

    async def _new_passages(self, branch: Branch, number: int) -> list[NumberedNode]:
        """The passages that are new in this round, numbered from 1; logged searches are not repeated."""
        done = {search.where for search in branch.searches_of(number)}
        if "documents" not in done:
            await self._search_documents(branch, number)
        nodes = self._unread(branch.id, number)
        lacks = not branch.notes or bool(branch.missing)
        for place in self._outside if lacks else ():
            if not nodes and place.where not in done:
                await self._search_outside(branch, number, place)
                nodes = self._unread(branch.id, number)
        return nodes

    def _unread(self, branch_id: str, number: int) -> list[NumberedNode]:
        branch = self._branch(branch_id)
        seen = branch.seen(before=number)
        found = {node.node.id_: node for search in branch.searches_of(number) for node in search.nodes}
        new = [node for node_id, node in found.items() if node_id not in seen]
        return [NumberedNode(at, node.node, node.score) for at, node in enumerate(new, start=1)]

    async def _search_documents(self, branch: Branch, number: int) -> None:
        began = time.monotonic()
        with collected_notices() as notices:
            found = await self._retriever.aretrieve(QueryBundle(branch.query))
        for notice in notices:
            self._log.note(notice)
        self._log_search(branch, number, found[: self._top_k], "documents", began)

    async def _search_outside(self, branch: Branch, number: int, place: OutsideSearch) -> None:
        began = time.monotonic()
        try:
            found, refused = await place.find(branch, branch.query)
        except ToolError as error:
            found, refused = [], error.message
        if refused:
            self._log.note(f"Branch {branch.id} continues without {place.shown_name}. {refused}")
            return
        self._log_search(branch, number, found[: self._top_k], place.where, began)

    def _log_search(
        self, branch: Branch, number: int, found: Sequence[NodeWithScore], where: str, began: float
    ) -> None:
        known = self._branch(branch.id)
        seen = known.seen(before=number)
        self._log.emit(
            BranchSearched(
                branch=branch.id,
                round=number,
                query=branch.query,
                where=where,
                nodes=[NumberedNode(at, each.node, each.score) for at, each in enumerate(found, start=1)],
                new=sum(each.node_id not in seen for each in found),
                duration_s=round(time.monotonic() - began, 3),
            )
        )

    async def _quoted(self, branch: Branch, nodes: Sequence[NumberedNode], reading: RoundReading) -> list[DraftNote]:
        """What the embedded model quotes of passages of which the model quoted only what does not stand in them."""
        if not reading.notes or any(_found(draft, nodes) for draft in reading.notes):
            return []
        drafts = await asyncio.to_thread(quoted_drafts, branch.question, branch.question, nodes)
        if drafts:
            self._log.note(f"Branch {branch.id}: no quotation of the model is in its passages. {_WITHOUT_MODEL}")
        return drafts[:MAX_NOTES]

    async def quote_unread(self, branch_id: str) -> None:
        """Take notes without the model for a branch that ended without a note, from what it found or would have found.

        Only the documents are searched, which costs no call.
        """
        branch = self._branch(branch_id)
        if not branch.searches:
            await self._search_documents(branch, branch.round + 1)
            branch = self._branch(branch_id)
        known = {node.node.id_: node for search in branch.searches for node in search.nodes}
        nodes = [NumberedNode(at, node.node, node.score) for at, node in enumerate(known.values(), start=1)]
        drafts = await asyncio.to_thread(quoted_drafts, branch.question, branch.question, nodes)
        if drafts:
            self._log.note(f"Branch {branch_id} ended before the model had read its passages. {_WITHOUT_MODEL}")
        for draft in drafts[:MAX_NOTES]:
            self._log.emit(self._note(self._branch(branch_id), branch.round + 1, nodes, draft))

    def _take_notes(self, branch_id: str, number: int, nodes: Sequence[NumberedNode], reading: RoundReading) -> None:
        branch = self._branch(branch_id)
        # A resumed run skips the notes that are already in the log.
        for draft in (*reading.notes, *self._repeated_query(branch, reading))[branch.taken :]:
            self._log.emit(self._note(self._branch(branch_id), number, nodes, draft))
        next_query = "" if branch.has_searched_for(reading.next_query) else reading.next_query
        self._log.emit(BranchReflected(branch=branch_id, round=number, missing=reading.missing, next_query=next_query))

    @staticmethod
    def _repeated_query(branch: Branch, reading: RoundReading) -> list[DraftNote | str]:
        query = reading.next_query
        return [query] if query and branch.has_searched_for(query) else []

    def _note(
        self, branch: Branch, number: int, nodes: Sequence[NumberedNode], draft: DraftNote | str
    ) -> NoteTaken | NoteRefused:
        if isinstance(draft, str):
            return NoteRefused(branch=branch.id, quote=draft, reason="this query was searched before")
        reason = _reason_against(branch, number, nodes, draft)
        found = _found(draft, nodes)
        if reason or found is None:
            return NoteRefused(branch=branch.id, quote=one_line(draft.quote, _SHOWN_CHARS), reason=reason)
        node = nodes[draft.passage - 1].node
        start = (node.start_char_idx or 0) + found.start
        return NoteTaken(
            branch=branch.id,
            note=f"{branch.id}.{branch.note_count + 1}",
            quote=found.text,
            node_id=node.id_,
            path=node.path or "",
            page=node.page,
            start_char_idx=start,
            end_char_idx=start + len(found.text),
            says=draft.says,
        )


def _found(draft: DraftNote, nodes: Sequence[NumberedNode]) -> FoundQuote | None:
    """Where the quotation of a draft stands in its passage; None where it does not."""
    if not 0 < draft.passage <= len(nodes):
        return None
    return find_quote(draft.quote, nodes[draft.passage - 1].node.text)


def _reason_against(branch: Branch, number: int, nodes: Sequence[NumberedNode], draft: DraftNote) -> str:
    """Why this note is refused; "" when it is taken."""
    if not draft.quote.strip():
        return "no quotation"
    if not 0 < draft.passage <= len(nodes):
        return f"there is no passage {draft.passage}"
    if len(draft.quote) > MAX_QUOTE_CHARS:
        return f"longer than {MAX_QUOTE_CHARS} characters"
    node = nodes[draft.passage - 1].node
    found = _found(draft, nodes)
    if found is None:
        return f"not word for word in passage {draft.passage}"
    start = (node.start_char_idx or 0) + found.start
    if any(note.node_id == node.id_ and note.start_char_idx == start for note in branch.notes):
        return "noted already"
    of_round = {each.node.id_ for each in nodes}
    if sum(note.node_id in of_round for note in branch.notes) >= MAX_NOTES:
        return f"more than {MAX_NOTES} notes in round {number}"
    return ""
