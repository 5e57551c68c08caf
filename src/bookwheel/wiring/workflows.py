"""Makes the workflow of each mode from the documents of the desk and the chosen model.

The parts of a mode are imported when it is first used, in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.events.run_events import Notice
from bookwheel.engine.plugins import find_plugin
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.engine.tools.approval import DENY, ONCE, ApprovalRule, current_permissions
from bookwheel.errors import BookwheelError, PluginError, UsageError
from bookwheel.wiring.mcp_choice import McpChoice
from bookwheel.wiring.rerank_choice import RerankChoice
from bookwheel.wiring.research_options import ResearchOptions, SpendingLimits
from bookwheel.wiring.tool_permissions import ToolPermissions

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import ModelOffer, RunHandler, Runnable
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.agents.agent_workflow import AgentWorkflow
    from bookwheel.engine.index.library import Library
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.price_table import ModelPrice
    from bookwheel.engine.query.value_schema import ObjectOf
    from bookwheel.engine.research.outside_search import OutsideTool
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.engine.retrieval.reranker import Reranker
    from bookwheel.engine.retrieval.retriever import BaseRetriever
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import FunctionTool
    from bookwheel.engine.tools.read_page import PageReader
    from bookwheel.engine.tools.tavily import TavilyToolSpec
    from bookwheel.wiring.model_choice import ModelChoice


class _Bounded:
    """An agent workflow with its limit of rounds, and the notice at its start."""

    def __init__(self, workflow: AgentWorkflow, max_rounds: int, notices: Sequence[str]) -> None:
        self._workflow = workflow
        self._notices = notices
        self._max_rounds = max_rounds

    def run(self, *, user_msg: str | ChatMessage, chat_history: list[ChatMessage] | None = None) -> RunHandler:
        handler = self._workflow.run(user_msg=user_msg, chat_history=chat_history, max_iterations=self._max_rounds)
        for notice in self._notices:
            handler.ctx.write_event_to_stream(Notice(text=notice))
        return handler


class Workflows:
    """Makes a workflow for each question; a permission for web search lasts as long as this object.

    With `shape` the answers of the mode `query` are objects of this schema. `session_cost` says what the session has
    cost so far.
    """

    def __init__(
        self,
        config: Config,
        library: Library,
        choice: ModelChoice,
        *,
        max_rounds: int,
        shape: ObjectOf | None = None,
        research: ResearchOptions | None = None,
        call_limits: SpendingLimits | None = None,
    ) -> None:
        self._config = config
        self._library = library
        self._choice = choice
        self._max_rounds = max_rounds
        self._shape = shape
        self._call_limits = call_limits
        self.session_cost: Callable[[], float] = lambda: 0.0
        self._research_options = research or ResearchOptions()
        self._web_rule = ApprovalRule(choices=(ONCE, "session", DENY), one_at_a_time=True)
        self._reranking = RerankChoice(config)
        self._servers = McpChoice(config)
        self.permissions = ToolPermissions(config)
        self.web: str = config.tools.web
        # One for each policy: a permission must still hold after the policy was changed and changed back.
        self._searches: dict[str, TavilyToolSpec] = {}
        self._readers: dict[str, PageReader] = {}

    async def workflow(
        self,
        mode: str,
        roots: Sequence[Path],
        selection: Selection = EVERYTHING,
        resume: ResearchState | None = None,
    ) -> Runnable:
        """What answers in `mode` over the selected documents below `roots`.

        Raises UsageError for an unknown mode, ConfigError and ModelError when the model cannot be used.
        """
        llm = self._metered(await self._choice.model(), mode)
        # The run begins in the task that calls this.
        current_permissions.set(self.permissions)
        if mode == "research":
            tools = await self._servers.searches()
            return await asyncio.to_thread(self._research, llm, tuple(roots), selection, resume, tools)
        servers = await self._servers.tools() if mode == "agent" else []
        return await asyncio.to_thread(self._make, mode, llm, tuple(roots), selection, servers)

    def _metered(self, llm: LLM, mode: str) -> LLM:
        """The model under the limits of this desk; research has a ledger of its own for each run.

        A limit on cost has no effect where the price is not known.
        """
        limits, price = self._call_limits, self._choice.price
        if limits is None or mode == "research" or llm.metadata.only_quotes:
            return llm
        max_cost = self._max_cost(limits) if price is not None else None
        if limits.max_tokens is None and max_cost is None:
            return llm
        from bookwheel.engine.llms.ledger import CallLimits, Ledger, Prices
        from bookwheel.engine.llms.metered import MeteredLLM

        prices = Prices(prompt=price.prompt, completion=price.completion) if price is not None else Prices()
        ledger = Ledger(CallLimits(max_tokens=limits.max_tokens, max_cost=max_cost, hint=limits.hint), prices)
        return MeteredLLM(llm, ledger, max_tokens=self._config.model.max_output_tokens or None)

    def _max_cost(self, limits: SpendingLimits) -> float | None:
        """What the next question may cost: its own limit, or what the session has left."""
        return min((most for most in (limits.max_cost, self._session_left) if most is not None), default=None)

    @property
    def _session_left(self) -> float | None:
        """What may still be spent in this session; None without a limit."""
        most = self._call_limits.max_session_cost if self._call_limits is not None else None
        return None if most is None else max(0.0, most - self.session_cost())

    @property
    def servers(self) -> McpChoice:
        """The MCP servers of the settings."""
        return self._servers

    @property
    def config(self) -> Config:
        """The settings that the desk runs with."""
        return self._config

    def model_name(self, mode: str) -> str:
        return self._choice.name

    @property
    def price(self) -> ModelPrice | None:
        return self._choice.price

    @property
    def window(self) -> int:
        return self._choice.window

    @property
    def problem(self) -> str:
        return self._choice.problem

    async def offers(self) -> list[ModelOffer]:
        """The models that can be chosen, as far as they are found within a second."""
        return await self._choice.offers()

    async def try_model(self, name: str) -> str:
        """Ask this model for a word; in one line how that went. The model in use stays."""
        return await self._choice.try_model(name)

    async def check_model(self, name: str) -> str:
        """A doubt about a model's name, "" for none. Raises ConfigError and ModelNotFoundError."""
        return await self._choice.check(name)

    def models(self) -> list[str]:
        return self._choice.names

    def set_model(self, name: str) -> None:
        self._choice.use(name)

    async def warm_up(self) -> None:
        await self._choice.warm_up()
        await self._library.warm_up()

    async def aclose(self) -> None:
        await self._choice.aclose()
        await self._reranking.aclose()
        await self._servers.aclose()
        for search in self._searches.values():
            await search.aclose()

    def _research(
        self,
        llm: LLM,
        roots: tuple[Path, ...],
        selection: Selection,
        resume: ResearchState | None,
        tools: list[OutsideTool],
    ) -> Runnable:
        from bookwheel.wiring.research_choice import ResearchRunnable

        top_k = self._config.retrieval.top_k
        retriever = self._library.retriever(roots, similarity_top_k=top_k, selection=selection)
        web = self._web_search() if self.web != "off" else None
        return ResearchRunnable(
            self._config,
            self._research_options,
            retriever,
            llm,
            web=web,
            tools=tools,
            notices=tuple(self._servers.notices),
            web_rule=self._web_rule if self.web == "ask" else None,
            base_url=self._choice.base_url,
            price=self._choice.price,
            resume=resume,
            session_left=self._session_left,
        )

    def _make(
        self, mode: str, llm: LLM, roots: tuple[Path, ...], selection: Selection, servers: list[FunctionTool]
    ) -> Runnable:
        settings = self._config.retrieval
        reranker = self._reranking.reranker(llm)
        wanted = settings.top_k
        if reranker is not None:
            from bookwheel.engine.retrieval.reranker import candidates_for

            wanted = candidates_for(wanted)
        from bookwheel.engine.retrieval.retriever import FOREIGN_TOP_K

        # What only quotes compares them by meaning; another model would have to read them.
        foreign = FOREIGN_TOP_K if llm.metadata.only_quotes and mode == "query" and reranker is None else 0
        retriever = self._library.retriever(roots, similarity_top_k=wanted, selection=selection, foreign_top_k=foreign)
        match mode:
            case "query" if self._shape is not None:
                from bookwheel.engine.query.schema_workflow import SchemaWorkflow

                return SchemaWorkflow(retriever, llm, self._shape)
            case "query":
                from bookwheel.engine.query.query_workflow import NO_DOCUMENTS, NOTHING_FOUND, QueryWorkflow

                return QueryWorkflow(
                    retriever,
                    llm,
                    similarity_top_k=settings.top_k + foreign,
                    rewrite_follow_ups=settings.rewrite_follow_ups,
                    reranker=reranker,
                    nothing_found=NOTHING_FOUND if roots else NO_DOCUMENTS,
                )
            case "agent":
                return self._agent(retriever, llm, reranker, servers)
            case _:
                raise UsageError(f"This desk cannot answer in the mode '{mode}'.", hint="It has: query, agent.")

    def _agent(
        self, retriever: BaseRetriever, llm: LLM, reranker: Reranker | None, servers: list[FunctionTool]
    ) -> Runnable:
        from bookwheel.engine.agents.agent_prompts import DESK_AGENT
        from bookwheel.engine.agents.agent_workflow import AgentWorkflow
        from bookwheel.engine.tools.document_search import document_search_tool

        tools = [document_search_tool(retriever, reranker=reranker, top_n=self._config.retrieval.top_k)]
        if self.web != "off":
            tools += [*self._web_search().to_tool_list(), self._page_reader().tool()]
        tools += [*_plugin_tools(self._config.tools.plugins), *servers]
        workflow = AgentWorkflow.from_tools(tools, llm=llm, system_prompt=DESK_AGENT)
        return _Bounded(workflow, self._max_rounds, tuple(self._servers.notices))

    def _page_reader(self) -> PageReader:
        from bookwheel.engine.tools.read_page import PageReader

        if self.web not in self._readers:
            self._readers[self.web] = PageReader(asks=self.web != "on")
        return self._readers[self.web]

    def _web_search(self) -> TavilyToolSpec:
        from bookwheel.config import keys
        from bookwheel.engine.tools.tavily import TavilyToolSpec

        if self.web not in self._searches:
            key = keys.tavily_key(self._config)
            self._searches[self.web] = TavilyToolSpec(
                api_key=key.secret.reveal() if key else None,
                base_url=self._config.tools.tavily_base_url or None,
                approval="on" if self.web == "on" else "ask",
                prefix="web_",
            )
        return self._searches[self.web]


def _plugin_tools(names: str) -> list[FunctionTool]:
    """The tools of these registered names, with commas between them. Raises UsageError and PluginError."""
    tools: list[FunctionTool] = []
    for name in filter(None, (name.strip() for name in names.split(","))):
        plugin = find_plugin("tools", name)
        registered = plugin.load()
        try:
            tools += _as_tools(registered() if isinstance(registered, type) else registered)
        except Exception as error:  # the boundary to the code of another package
            reason = error.message if isinstance(error, BookwheelError) else f"{type(error).__name__}: {error}"
            raise PluginError(
                f"The tool '{name}' of the package {plugin.package} failed: {reason}",
                hint="Remove it from tools.plugins, or update its package.",
            ) from error
    return tools


def _as_tools(registered: object) -> list[FunctionTool]:
    from bookwheel.engine.tools.function_tool import BaseToolSpec, as_tools

    return as_tools(registered if isinstance(registered, BaseToolSpec) else [registered])
