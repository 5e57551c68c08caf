"""Research without a language model: the plan is the clauses of the question, the report consists of quotations."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence

from bookwheel.engine.events.research_events import Estimate, PlanItem
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quoted_answer import select_quotes
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.linked_passages import linked_quotes
from bookwheel.engine.research.researcher import MAX_NOTES, SectionCall, Sources
from bookwheel.engine.research.slot_reading import DraftNote, RoundReading
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.follow_ups import completed
from bookwheel.engine.text.question_terms import content_terms

# A bracketed number in the quoted text would look like one of the report's citations.
_BRACKETED_NUMBER = re.compile(r"\[(?=\d+(?:\s*[,–-]\s*\d+)*\])")
_RARE_WORDS = 4


class QuotingResearcher:
    """A `Researcher` that calls no model: it is free and gives the same report each time."""

    @property
    def has_summary(self) -> bool:
        return False

    async def plan(
        self, question: str, found: Sequence[NumberedNode], before: Sequence[PlanItem], feedback: str
    ) -> list[tuple[str, str]]:
        if feedback:
            # Without a model the plan cannot be rewritten, so the feedback becomes another sub-question.
            return [*((item.question, item.why) for item in before), (feedback, "added by you")]
        return self.plan_of(question)

    def plan_of(self, output: str) -> list[tuple[str, str]]:
        return [(part, "") for part in clauses_of(output)]

    async def read(self, question: str, branch: Branch, number: int, passages: Sequence[NumberedNode]) -> RoundReading:
        whole = completed(branch.question, _clauses_before(question, branch.question))
        drafts = await asyncio.to_thread(_drafts, branch, whole, passages)
        if number > 1:
            return RoundReading(drafts)
        if not drafts:
            # "What did it cost?" alone finds little: it is searched again with the words of the clause before.
            return RoundReading(drafts, next_query=whole if whole != branch.question else "")
        # A second search with the rare words of the best quotation finds passages with other wording.
        return RoundReading(drafts, next_query=_rare_words(branch.question, drafts[0].quote))

    async def section(
        self, question: str, branch: Branch, sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        yield noted_text(branch, sources), ""

    async def summary(
        self, question: str, sections: Sequence[str], sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        return
        yield "", ""  # makes this a generator

    def estimate(self, branches: int, rounds: int) -> Estimate:
        return Estimate(calls=0, tokens=0, cost=0.0)


def clauses_of(question: str) -> list[str]:
    """The questions in a compound question, each completed with the shared words; at least the question."""
    parts: list[str] = []
    rest = [question]
    while rest:
        part = rest.pop(0).strip()
        found = AskedQuestion(part, part).parts()
        if len(found) > 1:
            rest = [*found, *rest]
        elif part:
            parts.append(part)
    if len(parts) < 2:
        return [question]
    mark = "?" if question.rstrip().endswith("?") else ""
    return [f"{part[0].upper()}{part[1:].rstrip('?')}{mark}" for part in dict.fromkeys(parts)]


def noted_text(branch: Branch, sources: Sources) -> str:
    """The notes of a branch as quotations with citations, one paragraph each."""
    lines: list[str] = []
    for note in branch.notes:
        number = sources.number(note.node_id)
        if number is not None:
            quote = " ".join(_BRACKETED_NUMBER.sub(r"\\[", note.quote).split())
            # On the line of a table row the citation would become a cell.
            lines.append(f"{quote}\n\n[{number}]" if quote.startswith("|") else f"{quote} [{number}]")
    return "\n\n".join(dict.fromkeys(lines))


def _clauses_before(question: str, clause: str) -> list[str]:
    """The clauses of the question that come before this one; none where it is not one of them."""
    clauses = clauses_of(question)
    return clauses[: clauses.index(clause)] if clause in clauses else []


def quoted_drafts(question: str, whole: str, passages: Sequence[NumberedNode]) -> list[DraftNote]:
    """The quotations that answer the question, which is `whole` with the words that it leaves out."""
    return [
        DraftNote(quote.node.number, text)
        for quote in select_quotes(question, whole, passages)
        for text in _texts(quote)
    ]


def _drafts(branch: Branch, whole: str, passages: Sequence[NumberedNode]) -> tuple[DraftNote, ...]:
    """The quotations that answer the question, then those that they or the question lead to."""
    drafts = quoted_drafts(branch.question, whole, passages)
    quoted = [*(draft.quote for draft in drafts), *(note.quote for note in branch.notes)]
    linked = linked_quotes(branch.question, quoted, passages, {draft.passage for draft in drafts})
    return tuple([*drafts, *(DraftNote(number, text) for number, text in linked)][:MAX_NOTES])


def _texts(quote: Quote) -> list[str]:
    return [text.strip() for text in quote.texts if text.strip()]


def _rare_words(question: str, quote: str) -> str:
    asked = set(content_terms(question))
    words = [word for word in dict.fromkeys(content_terms(quote)) if word not in asked and len(word) > 3]
    rare = sorted(words, key=len, reverse=True)[:_RARE_WORDS]
    return f"{question} {' '.join(rare)}" if rare else ""
