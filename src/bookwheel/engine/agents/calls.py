"""Runs the tool calls of one round: asks for approval, runs them in parallel, keeps the results in call order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from copy import deepcopy
from dataclasses import field
from typing import Any, cast

from bookwheel.engine.agents.model_call import AskedCall
from bookwheel.engine.events import HumanResponseEvent, InputRequiredEvent, Notice, ToolCall, ToolCallResult
from bookwheel.engine.schema import JsonObject, ToolSelection, new_id
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.engine.tools.allow_rules import suggested_rule
from bookwheel.engine.tools.approval import (
    ALWAYS,
    DENY,
    LASTING,
    ONCE,
    SESSION,
    ApprovalRule,
    current_permissions,
    current_watch,
)
from bookwheel.engine.tools.argument_limits import unfit_arguments
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context, ask, enter, for_caller, run_of
from bookwheel.engine.workflow.given_answers import GivenAnswers
from bookwheel.engine.workflow.nested_runs import NestedRuns
from bookwheel.engine.workflow.questions import Caller
from bookwheel.lazy_dataclass import dataclass

MAX_AT_ONCE = 4
MAX_SAME_CALLS = 3


@dataclass(slots=True)
class PendingCall:
    """A tool call and, when it has ended, its result.

    `key` identifies its questions, also after a restart; `nested` are the runs that it starts, `answers` the answers
    to its questions.
    """

    asked: AskedCall
    key: str = field(default_factory=new_id)
    result: ToolCallResult | None = None
    nested: NestedRuns = field(default_factory=NestedRuns)
    answers: GivenAnswers = field(default_factory=GivenAnswers)

    @property
    def selection(self) -> ToolSelection:
        return self.asked.selection

    def hold(self) -> None:
        """Copy the arguments, so that readers of the events cannot change what will run."""
        asked = self.asked.selection
        held = ToolSelection(asked.tool_id, asked.tool_name, deepcopy(asked.tool_kwargs))
        self.asked = AskedCall(held, self.asked.error)

    def change_arguments(self, arguments: JsonObject) -> None:
        """Call the tool with the arguments of the user."""
        asked = self.asked.selection
        self.asked = AskedCall(ToolSelection(asked.tool_id, asked.tool_name, deepcopy(arguments)), self.asked.error)

    def shown(self) -> JsonObject:
        """A copy of the call, for an event or a question."""
        return deepcopy(self.selection.to_json())


class ToolClock:
    """A tool's time limit, which is paused while a human is asked."""

    def __init__(self, seconds: float | None) -> None:
        self._deadline = asyncio.timeout(seconds)
        self._pauses = 0
        self._left = 0.0
        self._is_over = False

    async def __aenter__(self) -> ToolClock:
        await self._deadline.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> bool | None:
        self._is_over = True
        return await self._deadline.__aexit__(*error)

    @property
    def has_expired(self) -> bool:
        return self._deadline.expired()

    @contextmanager
    def paused(self) -> Generator[None]:
        """Pause the clock while the block runs; blocks may overlap."""
        now = asyncio.get_running_loop().time
        if self._pauses == 0 and (when := self._deadline.when()) is not None:
            self._left = when - now()
            self._deadline.reschedule(None)
        self._pauses += 1
        try:
            yield
        finally:
            self._pauses -= 1
            # A program outside may still have a question open when its call has ended.
            if self._pauses == 0 and self._left and not self._is_over and not self.has_expired:
                self._deadline.reschedule(now() + self._left)
                self._left = 0.0


class CallRunner:
    """Runs the tool calls of one run."""

    def __init__(
        self, ctx: Context[Any], *, tool_timeout: float | None, max_result_chars: int, at_once: bool = True
    ) -> None:
        self._ctx = ctx
        self._run = run_of(ctx)
        self._tool_timeout = tool_timeout
        self._max_result_chars = max_result_chars
        self._gate = asyncio.Semaphore(MAX_AT_ONCE if at_once else 1)
        self._asking: dict[ApprovalRule, asyncio.Lock] = {}
        # The rule of each call that waits to be asked about, or may still come to it.
        self._unasked: dict[str, ApprovalRule] = {}
        # Of each call that is under way: whether it may have run before can be asked only once.
        self._rules: dict[str, ApprovalRule | None] = {}
        self._seen: dict[str, int] = {}
        self._watch = current_watch.get()
        self._permissions = current_permissions.get()

    async def run_all(self, calls: Sequence[PendingCall], tools: Mapping[str, FunctionTool]) -> list[ToolCallResult]:
        """Run the calls that have no result yet, at most four at once; returns all results in the order of `calls`."""
        results: list[ToolCallResult] = []
        self._unasked |= {call.key: rule for call in calls if (rule := self._rule_to_ask(call, tools)) is not None}
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._run_one(call, tools.get(call.selection.tool_name), tools)) for call in calls
            ]
            for task in tasks:
                result = await task
                self._run.publish(result)
                results.append(result)
        return results

    async def _run_one(
        self, call: PendingCall, tool: FunctionTool | None, tools: Mapping[str, FunctionTool]
    ) -> ToolCallResult:
        if call.result is not None:
            return call.result
        call.hold()
        with self._run.step("call_tool", ToolCall.__name__) as step:
            self._run.publish(ToolCall(**call.shown()))
            try:
                output = await self._output(call, tool, tools)
            finally:
                self._unasked.pop(call.key, None)
                self._rules.pop(call.key, None)
            step.output_event = ToolCallResult.__name__
        call.result = ToolCallResult(
            **call.shown(),
            tool_output=self._cut(output),
            return_direct=tool is not None and tool.metadata.return_direct,
        )
        return call.result

    async def _output(
        self, call: PendingCall, tool: FunctionTool | None, tools: Mapping[str, FunctionTool]
    ) -> ToolOutput:
        if tool is None:
            known = ", ".join(tools) or "none"
            return _error(call, f"There is no tool called {call.selection.tool_name!r}. The tools are: {known}.")
        if call.asked.error:
            return _error(call, f"{call.asked.error}. The tool was not called.")
        if unfit := unfit_arguments(call.selection.tool_kwargs):
            return _error(call, f"{tool.name}: {unfit}. The tool was not called.")
        if self._is_repeated(call.selection):
            return _error(
                call,
                f"{call.selection.tool_name} was called {MAX_SAME_CALLS} times with the same arguments already. "
                "Use the results above, or call it with other arguments. The tool was not called.",
            )
        asked = call.selection.tool_kwargs
        refusal = await self._refusal(call, tool)
        if refusal is not None:
            return refusal
        if self._watch is not None:
            await self._watch.begins(call.selection)
        output = await self._invoke(call, tool)
        return output if call.selection.tool_kwargs == asked else _with_edit(output, call.selection)

    async def _invoke(self, call: PendingCall, tool: FunctionTool) -> ToolOutput:
        limit = self._tool_timeout if tool.timeout is None else tool.timeout
        clock = ToolClock(limit)
        caller = Caller(call.shown(), clock.paused, call.key, nested=call.nested, answers=call.answers)
        ctx = for_caller(self._ctx, caller)
        enter(ctx)
        current_watch.set(None)
        try:
            async with self._gate, clock:
                return await tool.invoke(call.selection.tool_kwargs, ctx, tool_id=call.selection.tool_id)
        except TimeoutError:
            # `invoke` turns the tool's own exceptions into results, so this one comes from the clock.
            return _error(call, f"{tool.name} gave no result within {limit:g} seconds and was stopped.")
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return _error(call, f"{tool.name} cancelled itself.")

    def _is_repeated(self, selection: ToolSelection) -> bool:
        key = json.dumps([selection.tool_name, selection.tool_kwargs], sort_keys=True)
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key] > MAX_SAME_CALLS

    async def _refusal(self, call: PendingCall, tool: FunctionTool) -> ToolOutput | None:
        rule = self._rule(call, tool)
        if rule is None:
            return None
        ctx = for_caller(self._ctx, Caller(call.shown(), key=f"{call.key}-approval"))
        async with AsyncExitStack() as stack:
            if rule.one_at_a_time:
                await stack.enter_async_context(self._asking.setdefault(rule, asyncio.Lock()))
            if rule.granted or self._is_allowed(call, rule):
                return None
            self._unasked.pop(call.key, None)
            answer = await ask(ctx, self._question(call, tool, rule))
            if await self._accepts(rule, answer):
                return _change_as_asked(call, answer)
        reason = answer.get("reason")
        said = f", and said: {str(reason).rstrip('.')}" if reason else ""
        return _error(call, f"The user did not allow this call{said}. The tool was not called.")

    def _is_allowed(self, call: PendingCall, rule: ApprovalRule) -> bool:
        # Only a rule that offers lasting permissions obeys them: "run it again?" is always asked.
        has_lasting = not LASTING.isdisjoint(rule.choices)
        return has_lasting and self._permissions is not None and self._permissions.allows(call.selection)

    def _question(self, call: PendingCall, tool: FunctionTool, rule: ApprovalRule) -> InputRequiredEvent:
        choices = list(rule.choices)
        more: dict[str, Any] = {}
        # Those under one rule are asked about one at a time, for a lasting answer covers them.
        if rule.one_at_a_time and (behind := sum(other == rule for other in self._unasked.values())):
            more["behind"] = behind
        if self._permissions is not None and SESSION in choices:
            if ALWAYS not in choices:
                choices.insert(choices.index(SESSION) + 1, ALWAYS)
            more["rule"] = str(suggested_rule(call.selection))
        asked = rule.question or f"The agent wants to call {tool.name}. Allow it?"
        return InputRequiredEvent(prefix=asked, choices=choices, may_edit=True, **more)

    async def _accepts(self, rule: ApprovalRule, answer: HumanResponseEvent) -> bool:
        """Whether the answer allows the call; a lasting permission is kept as the rule that the user saw."""
        permissions, response = self._permissions, answer.get("response")
        choice = str(response).strip().lower()
        if permissions is None or choice not in LASTING or not isinstance(text := answer.get("rule"), str):
            return rule.answer(response)
        if remark := await permissions.grant(text, always=choice == ALWAYS):
            self._run.publish(Notice(text=remark))
        return True

    def _rule(self, call: PendingCall, tool: FunctionTool) -> ApprovalRule | None:
        if call.key not in self._rules:
            self._rules[call.key] = self._found_rule(call, tool)
        return self._rules[call.key]

    def _found_rule(self, call: PendingCall, tool: FunctionTool) -> ApprovalRule | None:
        watch = self._watch
        if watch is not None and not tool.only_reads and watch.may_have_run(call.selection):
            return ApprovalRule(
                question=f"{tool.name} may have run with these arguments before the run was cut off. Run it again?",
                choices=(ONCE, DENY),
            )
        return tool.approval

    def _rule_to_ask(self, call: PendingCall, tools: Mapping[str, FunctionTool]) -> ApprovalRule | None:
        """The rule under which the user is asked about a call, as far as is known before it begins."""
        tool = tools.get(call.selection.tool_name)
        rule = self._rule(call, tool) if call.result is None and tool is not None else None
        return None if rule is None or rule.granted or self._is_allowed(call, rule) else rule

    def _cut(self, output: ToolOutput) -> ToolOutput:
        too_many = len(output.content) - self._max_result_chars
        if too_many > 0:
            output.content = f"{output.content[: self._max_result_chars]}\n[cut here: {too_many} more characters]"
        return output


def _error(call: PendingCall, content: str) -> ToolOutput:
    raw_input: dict[str, Any] = {"args": (), "kwargs": call.selection.tool_kwargs}
    return ToolOutput(content, call.selection.tool_name, raw_input, raw_output=content, is_error=True)


def _change_as_asked(call: PendingCall, answer: HumanResponseEvent) -> ToolOutput | None:
    """Take the arguments that the user wrote with an approval, if any; the error when they cannot be passed."""
    arguments = answer.get("edited_kwargs")
    if not isinstance(arguments, dict):
        return None
    call.change_arguments(cast("JsonObject", arguments))
    if unfit := unfit_arguments(call.selection.tool_kwargs):
        return _error(call, f"{call.selection.tool_name}: {unfit}. The tool was not called.")
    return None


def _with_edit(output: ToolOutput, ran: ToolSelection) -> ToolOutput:
    """The result with the arguments that ran: the model asked for others."""
    arguments = json.dumps(ran.tool_kwargs, ensure_ascii=False)
    output.content = f"[The user changed the arguments to {arguments}]\n{output.content}"
    return output
