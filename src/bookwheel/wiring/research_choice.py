"""The research workflow of a desk, made from its settings; imported when research mode is first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bookwheel.engine.events.run_events import Notice
from bookwheel.engine.llms.ledger import Prices
from bookwheel.engine.llms.openai.endpoint import is_loopback
from bookwheel.engine.research.research_workflow import (
    ResearchLimits,
    ResearchWorkflow,
)

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import RunHandler
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.price_table import ModelPrice
    from bookwheel.engine.research.outside_search import OutsideTool, SearchesOutside
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.engine.retrieval.retriever import BaseRetriever
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.approval import ApprovalRule
    from bookwheel.wiring.research_options import ResearchOptions


class ResearchRunnable:
    """A research workflow of the desk; `notices` begin its run, `resume` is the state of the run that it continues."""

    def __init__(
        self,
        config: Config,
        options: ResearchOptions,
        retriever: BaseRetriever,
        llm: LLM,
        *,
        web: SearchesOutside | None,
        tools: Sequence[OutsideTool] = (),
        notices: Sequence[str] = (),
        web_rule: ApprovalRule | None,
        base_url: str,
        price: ModelPrice | None,
        resume: ResearchState | None,
        session_left: float | None = None,
    ) -> None:
        chosen = config.research
        prices = Prices(prompt=price.prompt, completion=price.completion) if price is not None else Prices()
        # A limit on cost that was asked for needs prices; the settings' own hold where they are known.
        usual_cost = (chosen.max_cost or config.limits.max_cost or None) if prices.are_known else None
        if session_left is not None and prices.are_known:
            # The ledger of a resumed run begins with its earlier cost, which the session has paid already.
            left = session_left + (resume.spent.cost if resume is not None else 0.0)
            usual_cost = left if usual_cost is None else min(usual_cost, left)
        self._notices = notices
        self._resume = resume
        self._plan = options.plan
        self._plan_only = options.plan_only
        self._workflow = ResearchWorkflow(
            retriever,
            llm,
            web,
            tools=tools,
            web_rule=web_rule,
            breadth=options.breadth or chosen.breadth,
            rounds=options.rounds or chosen.rounds,
            # A server on this machine answers one request at a time; parallel requests would only wait.
            concurrency=1 if is_loopback(urlsplit(base_url).hostname or "") else "auto",
            limits=ResearchLimits(
                max_calls=options.max_calls or chosen.max_calls,
                max_tokens=options.max_tokens or chosen.max_tokens,
                max_cost=options.max_cost or usual_cost,
                time_s=options.time_s or chosen.time_s,
            ),
            prices=prices,
            similarity_top_k=config.retrieval.top_k,
            approve="auto" if options.approves_itself else "ask",
        )

    def run(self, *, user_msg: str | ChatMessage, chat_history: list[ChatMessage] | None = None) -> RunHandler:
        handler = self._workflow.run(user_msg, plan=self._plan or None, resume=self._resume, plan_only=self._plan_only)
        for notice in self._notices:
            handler.ctx.write_event_to_stream(Notice(text=notice))
        return handler
