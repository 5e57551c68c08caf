"""`ResearchWorkflow`: plans sub-questions, searches them in parallel branches, and writes a checked report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from bookwheel.engine.events.research_events import PlanItem
from bookwheel.engine.llms.ledger import CallLimits, Ledger, Prices
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.settings import model_or_default
from bookwheel.engine.research.branch_state import DEFAULT_ROUNDS
from bookwheel.engine.research.branch_work import BranchWork
from bookwheel.engine.research.model_researcher import ModelResearcher
from bookwheel.engine.research.outside_search import (
    TIMEOUT_S,
    TOOL_NAME,
    OutsideSearch,
    OutsideTool,
    SearchesOutside,
)
from bookwheel.engine.research.plan_review import PlanDesk
from bookwheel.engine.research.quoting_researcher import QuotingResearcher
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.research_plan import MAX_BRANCHES, plan_from_list
from bookwheel.engine.research.research_report import ResearchReport
from bookwheel.engine.research.research_run import ResearchRun, RunParts
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import ChatMessage
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler, start_run
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass

DEFAULT_BREADTH = 4
DEFAULT_CONCURRENCY = 4
DEFAULT_MAX_CALLS = 40
DEFAULT_MAX_TOKENS = 200_000
DEFAULT_TIME_S = 900.0
WRITING_SHARE = 0.25
MAX_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchLimits(CallLimits):
    """The limits of a run; None means no limit. `reserve` is the share of each limit that is kept for writing."""

    max_calls: int | None = DEFAULT_MAX_CALLS
    max_tokens: int | None = DEFAULT_MAX_TOKENS
    max_cost: float | None = None
    time_s: float | None = DEFAULT_TIME_S
    reserve: float = WRITING_SHARE


class ResearchWorkflow:
    """Researches a question in the retriever's documents and, where `web` is given, on the web.

    `llm` fills small JSON slots and writes; the default is `Settings.llm`. Where the documents have nothing new,
    `tools` are searched, then `web`; `web_rule` asks the user first. At most `breadth` sub-questions of `rounds` rounds
    each, at most `concurrency` at once ("auto": 4). `approve="ask"` sends a `PlanReview` and waits; "auto" runs each
    plan at once. `prices` are needed for a limit on cost. Change a run with `handler.ctx.send_event(Steer(…))`.
    """

    def __init__(
        self,
        retriever: BaseRetriever,
        llm: LLM | None = None,
        web: SearchesOutside | None = None,
        *,
        tools: Sequence[OutsideTool] = (),
        web_rule: ApprovalRule | None = None,
        breadth: int = DEFAULT_BREADTH,
        rounds: int = DEFAULT_ROUNDS,
        concurrency: int | Literal["auto"] = "auto",
        limits: ResearchLimits | None = None,
        prices: Prices | None = None,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        approve: Literal["ask", "auto"] = "ask",
        web_timeout_s: float = TIMEOUT_S,
        timeout: float | None = None,
    ) -> None:
        self._retriever = retriever
        self._llm = model_or_default(llm)
        self._web = web
        self._tools = tuple(tools)
        self._web_rule = web_rule
        self._breadth = _between(breadth, 1, MAX_BRANCHES, "breadth")
        self._rounds = _between(rounds, 1, MAX_ROUNDS, "rounds")
        self._concurrency = DEFAULT_CONCURRENCY if concurrency == "auto" else max(1, concurrency)
        self._limits = limits or ResearchLimits()
        self._prices = prices or Prices()
        self._top_k = similarity_top_k
        self._approve = approve
        self._web_timeout_s = web_timeout_s
        self._timeout = timeout
        if self._limits.max_cost is not None and not self._prices.are_known and not self._llm.metadata.only_quotes:
            raise UsageError("A limit on cost needs the prices of the model.", hint="Give prices=Prices(…).")

    def run(
        self,
        user_msg: str | ChatMessage,
        chat_history: Sequence[ChatMessage] | None = None,
        *,
        plan: str | Sequence[PlanItem] | None = None,
        resume: ResearchState | None = None,
        plan_only: bool = False,
        ctx: Context[Any] | None = None,
    ) -> WorkflowHandler[ResearchReport]:
        """Start researching; needs a running event loop.

        `plan` is a given plan, as a Markdown list or items. `resume` is the state of an earlier run, whose finished
        work is not repeated. With `plan_only` the result is the plan, as a list. `chat_history` has no effect. Raises
        UsageError for an empty question and for an unusable plan.
        """
        question = (user_msg if isinstance(user_msg, str) else user_msg.content or "").strip()
        if not question:
            raise UsageError("The question is empty.", hint="Give a question to research.")
        items = plan_from_list(plan) if isinstance(plan, str) else list(plan) if plan else None
        state = resume or ResearchState()

        async def research(ctx: Context[Any]) -> ResearchReport:
            return await self._run(ctx, question, state).run(items, plan_only=plan_only)

        return start_run(research, ctx=ctx, timeout=self._timeout)

    def _run(self, ctx: Context[Any], question: str, state: ResearchState) -> ResearchRun:
        log = ResearchLog(ctx, state)
        spent = state.spent
        ledger = Ledger(
            self._limits,
            self._prices,
            calls=spent.calls,
            tokens=spent.tokens,
            cost=spent.cost,
            elapsed_s=state.elapsed_s,
        )
        researcher = (
            QuotingResearcher()
            if self._llm.metadata.only_quotes
            else ModelResearcher(self._llm, log, ledger, breadth=self._breadth)
        )
        places = list(self._tools)
        if self._web is not None:
            places.append(OutsideTool(name=TOOL_NAME, search=self._web, rule=self._web_rule))
        outside = [OutsideSearch(place, ctx, timeout_s=self._web_timeout_s) for place in places]
        slots = asyncio.Semaphore(self._concurrency)
        plan = PlanDesk(
            ctx,
            question,
            self._retriever,
            researcher,
            log,
            approve=self._approve,
            breadth=self._breadth,
            rounds=self._rounds,
        )
        work = BranchWork(
            question, self._retriever, researcher, log, slots, top_k=self._top_k, rounds=self._rounds, outside=outside
        )
        parts = RunParts(
            question=question,
            plan=plan,
            work=work,
            retriever=self._retriever,
            researcher=researcher,
            log=log,
            ledger=ledger,
        )
        return ResearchRun(ctx, parts)


def _between(value: int, least: int, most: int, name: str) -> int:
    if not least <= value <= most:
        raise UsageError(f"{name} is {value}; it may be {least} to {most}.")
    return value
