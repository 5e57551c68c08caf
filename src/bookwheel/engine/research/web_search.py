"""Web search for research branches: only when the documents have nothing new, and only with the user's permission."""

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

TOOL_NAME = "web_search"
TIMEOUT_S = 60.0
MAX_HITS = 10
# Pages can have megabytes, which would fill the log and the prompt.
MAX_HIT_CHARS = 12_000


class FoundOnWeb(Protocol):
    """The result of a search: what was found, numbered or not."""

    @property
    def nodes(self) -> list[NumberedNode]: ...


class SearchesWeb(Protocol):
    """A web search; `TavilyToolSpec` is one."""

    async def search(self, query: str) -> FoundOnWeb: ...


class WebBranches:
    """Searches the web for branches. `rule` is the permission, which stays granted after the run.

    Only one question is open at a time. A branch that was refused does not ask again.
    """

    def __init__(
        self, search: SearchesWeb, rule: ApprovalRule | None, ctx: Context[Any], *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._search = search
        self._rule = rule
        self._ctx = ctx
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._denied: set[str] = set()
        self._permissions = current_permissions.get()

    async def find(self, branch: Branch, query: str) -> tuple[list[NodeWithScore], str]:
        """The passages found, and why the web was not searched ("" if it was). Raises WebSearchError."""
        if branch.id in self._denied:
            return [], "You did not allow it the web."
        if (refused := await self._refused(branch, query)) is not None:
            self._denied.add(branch.id)
            return [], refused
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await self._search.search(query)
        except TimeoutError:
            raise WebSearchError(f"The web search did not answer in {self._timeout_s:g} s.") from None
        return [_bounded(node) for node in found.nodes[:MAX_HITS]], ""

    async def _refused(self, branch: Branch, query: str) -> str | None:
        """None when the search is allowed, else the reason for the refusal."""
        rule = self._rule
        call = ToolSelection(f"web-{branch.id}-{branch.round + 1}", TOOL_NAME, {"query": query})
        if rule is None or self._is_allowed(rule, call):
            return None
        async with self._turn:
            if self._is_allowed(rule, call):
                return None
            question = InputRequiredEvent(
                prefix=f"Search the web for “{query}”? Branch {branch.id}: {branch.question}",
                **call.to_json(),
                choices=list(rule.choices),
                branch=branch.id,
            )
            response = await ask(self._ctx, question)
        if rule.answer(response.get("response", DENY)):
            return None
        why = response.get("reason")
        return f"You said: {why}" if isinstance(why, str) and why else "You did not allow it the web."

    def _is_allowed(self, rule: ApprovalRule, call: ToolSelection) -> bool:
        return rule.granted or (self._permissions is not None and self._permissions.allows(call))


def _bounded(found: NumberedNode) -> NodeWithScore:
    node = found.node
    if len(node.text) > MAX_HIT_CHARS:
        node = replace(node, text=node.text[:MAX_HIT_CHARS], end_char_idx=(node.start_char_idx or 0) + MAX_HIT_CHARS)
    return NodeWithScore(node, found.score)
