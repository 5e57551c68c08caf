"""The language model of a research run: it fills small JSON slots, and writes sections from notes."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from bookwheel.engine.events.research_events import Estimate, ModelCalled, PlanItem
from bookwheel.engine.llms.chat import cut_of
from bookwheel.engine.llms.ledger import Ledger
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompted import with_schema
from bookwheel.engine.query.citation_forms import CitationReader
from bookwheel.engine.query.citations import fit_passages
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.research_prompts import (
    plan_messages,
    plan_schema,
    read_messages,
    read_schema,
    section_messages,
    summary_messages,
)
from bookwheel.engine.research.researcher import MAX_NOTES, SECTION_WORDS, SUMMARY_WORDS, SectionCall, Sources
from bookwheel.engine.research.slot_reading import RoundReading, read_notes, read_questions
from bookwheel.engine.schema import ChatMessage, JsonObject, NumberedNode, Usage
from bookwheel.errors import ModelResponseError

PLAN_TOKENS = 1_024
READ_TOKENS = 2_048
SECTION_TOKENS = 1_536
SUMMARY_TOKENS = 768
# The share of the model's window that the passages of one reading may take.
PASSAGE_SHARE = 0.5
# The usual tokens of one reading: eight passages and a reply.
_USUAL_READ = 6_000
_USUAL_SECTION = 2_500
_ATTEMPTS = 2


class ModelResearcher:
    """A `Researcher` that uses a language model. Each call is reserved in `ledger` first and logged when it ends.

    Schemas are sent as `response_format` until the endpoint refuses one; after that they are part of the prompt.
    """

    def __init__(self, llm: LLM, log: ResearchLog, ledger: Ledger, *, breadth: int) -> None:
        self._llm = llm
        self._log = log
        self._ledger = ledger
        self._breadth = breadth
        self._takes_schemas = True

    @property
    def has_summary(self) -> bool:
        return True

    async def plan(
        self, question: str, found: Sequence[NumberedNode], before: Sequence[PlanItem], feedback: str
    ) -> list[tuple[str, str]]:
        messages = plan_messages(question, found, self._breadth, before, feedback)
        called = ModelCalled(purpose="plan", input=feedback or question)
        for _ in range(_ATTEMPTS):
            questions = read_questions(await self._slot(messages, plan_schema(self._breadth), PLAN_TOKENS, called))
            if questions:
                return questions
        return []

    def plan_of(self, output: str) -> list[tuple[str, str]]:
        return read_questions(output)

    async def read(self, question: str, branch: Branch, number: int, passages: Sequence[NumberedNode]) -> RoundReading:
        if branch.output is not None and (known := read_notes(branch.output)) is not None:
            return known
        fitting = fit_passages(passages, int(self._llm.metadata.context_window * PASSAGE_SHARE))
        messages = read_messages(question, branch, fitting, MAX_NOTES)
        called = ModelCalled(branch=branch.id, purpose="read", round=number, input=branch.query)
        for _ in range(_ATTEMPTS):
            reading = read_notes(await self._slot(messages, read_schema(MAX_NOTES), READ_TOKENS, called))
            if reading is not None:
                return reading
        raise ModelResponseError(
            f"{self._llm.metadata.model_name} replied twice without the requested JSON.",
            hint="Choose a model that follows a JSON schema.",
        )

    async def section(
        self, question: str, branch: Branch, sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        messages = section_messages(question, branch, sources.by_id, SECTION_WORDS)
        async with aclosing(self._written(messages, SECTION_TOKENS, sources, call)) as pieces:
            async for piece in pieces:
                yield piece

    async def summary(
        self, question: str, sections: Sequence[str], sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        messages = summary_messages(question, sections, SUMMARY_WORDS)
        async with aclosing(self._written(messages, SUMMARY_TOKENS, sources, call)) as pieces:
            async for piece in pieces:
                yield piece

    def estimate(self, branches: int, rounds: int) -> Estimate:
        calls = branches * rounds + branches + 1
        read = Usage(branches * rounds * _USUAL_READ, branches * rounds * READ_TOKENS // 4)
        written = Usage((branches + 1) * _USUAL_SECTION, (branches + 1) * SECTION_TOKENS // 2)
        usage = read + written
        prices = self._ledger.prices
        cost = prices.cost(usage) if prices.are_known else None
        return Estimate(calls=calls, tokens=usage.total_tokens, cost=cost)

    async def _slot(self, messages: list[ChatMessage], schema: JsonObject, tokens: int, about: ModelCalled) -> str:
        """The text of one reply to fill a slot. Raises LimitReachedError and ModelError."""
        if self._takes_schemas:
            try:
                return await self._call(messages, schema, tokens, about)
            except ModelResponseError:
                # The endpoint does not support `response_format`: put the schema into the prompt instead.
                self._takes_schemas = False
        return await self._call(with_schema(messages, schema), None, tokens, about)

    async def _call(
        self, messages: list[ChatMessage], schema: JsonObject | None, tokens: int, about: ModelCalled
    ) -> str:
        ledger = self._ledger
        reservation = await ledger.reserve(messages, tokens, extra=str(schema or ""))
        began = time.monotonic()
        try:
            reply = await self._llm.achat(messages, response_schema=schema, max_tokens=reservation.max_tokens)
        except BaseException:
            ledger.cancel(reservation)
            raise
        text = reply.message.content or ""
        counted = ledger.settle(reservation, reply.usage, text + reply.thinking)
        self._log.note(counted.notice)
        self._log.emit(
            about.model_copy(
                update={
                    "output": text,
                    "usage": counted.usage,
                    "estimated": counted.estimated,
                    "cost": counted.cost,
                    "duration_s": round(time.monotonic() - began, 3),
                }
            )
        )
        return text

    async def _written(
        self, messages: list[ChatMessage], tokens: int, sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        """Stream one part of the report. Raises LimitReachedError, only before any text."""
        ledger = self._ledger
        reservation = await ledger.reserve(messages, tokens, writing=True)
        call.asked = True
        citations = CitationReader(lambda: len(sources.by_id))
        written: list[str] = []
        usage: Usage | None = None
        try:
            async with aclosing(self._llm.astream_chat(messages, max_tokens=reservation.max_tokens)) as deltas:
                async for delta in deltas:
                    usage = delta.usage or usage
                    call.cut = cut_of(delta.finish_reason) or call.cut
                    self._log.note(delta.notice)
                    written.append(delta.delta + delta.thinking_delta)
                    yield (citations.push(delta.delta) if delta.delta else "", delta.thinking_delta)
            yield citations.finish(), ""
        except Exception:
            yield citations.finish(), ""  # held back as the possible start of a citation; no more comes
            raise
        finally:
            counted = ledger.settle(reservation, usage, "".join(written))
            call.usage, call.estimated, call.cost = counted.usage, counted.estimated, counted.cost
        self._log.note(counted.notice)
