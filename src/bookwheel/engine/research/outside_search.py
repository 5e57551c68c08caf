"""Searches of branches outside the documents, on the web or with servers' tools: as far as the user allows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Protocol

from bookwheel.engine.events.workflow_events import InputRequiredEvent
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.schema import NodeWithScore, NumberedNode, ToolSelection
from bookwheel.engine.tools.approval import DENY, ApprovalRule, current_permissions
from bookwheel.engine.workflow.context import Context, ask
from bookwheel.errors import WebSearchError
from bookwheel.lazy_dataclass import dataclass

TOOL_NAME = "web_search"
WEB = "web"
TIMEOUT_S = 60.0
MAX_HITS = 10
# Pages can have megabytes, which would fill the log and the prompt.
MAX_HIT_CHARS = 12_000


class FoundOutside(Protocol):
    """The result of a search: what was found, numbered or not."""

    @property
    def nodes(self) -> list[NumberedNode]: ...


class SearchesOutside(Protocol):
    """A search that takes a query, such as `TavilyToolSpec` and the tools of MCP servers that need one text."""

    async def search(self, query: str) -> FoundOutside: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTool:
    """A tool that branches search with; `argument` is its name for the query. With `rule` the user is asked first."""

    name: str
    search: SearchesOutside
    argument: str = "query"
    rule: ApprovalRule | None = None


class OutsideSearch:
    """Searches with one tool for branches. The rule of the tool stays granted after the run.

    Only one question is open at a time. A branch that was refused does not ask again. `where` is the name in the log.
    """

    def __init__(self, tool: OutsideTool, ctx: Context[Any], *, timeout_s: float = TIMEOUT_S) -> None:
        is_web = tool.name == TOOL_NAME
        self.where = WEB if is_web else tool.name
        self.shown_name = "the web" if is_web else tool.name
        self._tool = tool
        self._ctx = ctx
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._denied: set[str] = set()
        self._permissions = current_permissions.get()

    async def find(self, branch: Branch, query: str) -> tuple[list[NodeWithScore], str]:
        """The passages found, and why there was no search ("" if there was). Raises ToolError."""
        if branch.id in self._denied:
            return [], self._denial
        if (refused := await self._refused(branch, query)) is not None:
            self._denied.add(branch.id)
            return [], refused
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await self._tool.search.search(query)
        except TimeoutError:
            what = "The web search" if self.where == WEB else self._tool.name
            raise WebSearchError(f"{what} did not answer in {self._timeout_s:g} s.") from None
        return [_bounded(node) for node in found.nodes[:MAX_HITS]], ""

    @property
    def _denial(self) -> str:
        return f"You did not allow it {self.shown_name}."

    async def _refused(self, branch: Branch, query: str) -> str | None:
        """None when the search is allowed, else the reason for the refusal."""
        rule = self._tool.rule
        tool_id = f"{self.where}-{branch.id}-{branch.round + 1}"
        call = ToolSelection(tool_id, self._tool.name, {self._tool.argument: query})
        if rule is None or self._is_allowed(rule, call):
            return None
        async with self._turn:
            if self._is_allowed(rule, call):
                return None
            asked = "Search the web" if self.where == WEB else f"Search with {self._tool.name}"
            question = InputRequiredEvent(
                prefix=f"{asked} for “{query}”? Branch {branch.id}: {branch.question}",
                **call.to_json(),
                choices=list(rule.choices),
                branch=branch.id,
            )
            response = await ask(self._ctx, question)
        if rule.answer(response.get("response", DENY)):
            return None
        why = response.get("reason")
        return f"You said: {why}" if isinstance(why, str) and why else self._denial

    def _is_allowed(self, rule: ApprovalRule, call: ToolSelection) -> bool:
        return rule.granted or (self._permissions is not None and self._permissions.allows(call))


def _bounded(found: NumberedNode) -> NodeWithScore:
    node = found.node
    if len(node.text) > MAX_HIT_CHARS:
        node = replace(node, text=node.text[:MAX_HIT_CHARS], end_char_idx=(node.start_char_idx or 0) + MAX_HIT_CHARS)
    return NodeWithScore(node, found.score)
