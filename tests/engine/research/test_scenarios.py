"""The scenarios S1 to S16: one file of replies and one expected log each. S12, the crash, is in `test_resume.py`."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from itertools import groupby
from typing import Any

import pytest
from tests.engine.research.conftest import Outcome, Researching, follow, model_at, retriever_over
from tests.support.openai_server import OpenAIServer
from tests.support.research_script import SCENARIOS, ResearchScript

from bookwheel.engine.events.workflow_events import HumanResponseEvent, InputRequiredEvent
from bookwheel.engine.research.research_workflow import ResearchLimits, ResearchWorkflow
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.errors import WebSearchError

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.json"))
pytestmark = pytest.mark.timeout(600)  # forty runs of one scenario take 10 s of a quiet machine
_OPTIONS = ("approve", "concurrency", "rounds", "breadth", "web_timeout_s")


class Web:
    """A web search with fixed pages; `fault` makes it fail, flood or hang."""

    def __init__(self, pages: Mapping[str, str], fault: str) -> None:
        self._pages = pages
        self._fault = fault

    async def search(self, query: str) -> Found:
        if self._fault == "error":
            raise WebSearchError("The search is down.")
        if self._fault == "hangs":
            await asyncio.Event().wait()
        text = self._pages.get(query, "")
        if self._fault == "huge":
            text += " x" * 2_500_000
        node = TextNode(text, {"file_path": "https://example.org/ferry"}, query, start_char_idx=0)
        return Found([NumberedNode(1, node)] if text else [])


class Found:
    def __init__(self, nodes: list[NumberedNode]) -> None:
        self.nodes = nodes


async def play(case: Mapping[str, Any], documents: Mapping[str, str], limits: ResearchLimits | None = None) -> Outcome:
    """Run one case of a scenario against its own server."""
    script = ResearchScript(case["replies"])
    async with OpenAIServer(script=script) as server:
        async with model_at(server) as llm:
            options = {name: case[name] for name in _OPTIONS if name in case}
            web = Web(case["web"], case.get("web_fault", "")) if "web" in case else None
            rule = ApprovalRule(one_at_a_time=True) if "answers" in case else None
            options.setdefault("approve", "auto")
            options.setdefault("concurrency", 1)
            workflow = ResearchWorkflow(retriever_over(documents), llm, web, web_rule=rule, limits=limits, **options)
            handler = workflow.run(case["question"])
            async with asyncio.TaskGroup() as tasks:
                answering = tasks.create_task(_answer(handler, case.get("answers", {})))
                outcome = await follow(handler, case.get("steer"), script)
                answering.cancel()
        script.gate.opened.set()
    return outcome


async def _answer(handler: Any, answers: Mapping[str, Any]) -> None:
    """Answer each question of a branch: by its own answer, else by that of any branch, "*"."""
    async with aclosing(handler.stream_events(from_start=True)) as events:
        async for event in events:
            if isinstance(event, InputRequiredEvent) and event.get("tool_name"):
                said = answers.get(event["branch"], answers.get("*"))
                response, reason = said if isinstance(said, list) else (said, "")
                answer = HumanResponseEvent(response=response, reason=reason, request_id=event["request_id"])
                handler.ctx.send_event(answer)


def _branch_of_notice(line: str) -> str:
    """The branch that a notice is about, else ""."""
    found = re.match(r"Notice Branch (\d+)", line)
    return found[1] if found else ""


def _is_search(line: str) -> bool:
    return re.match(r"\d+ BranchSearched", line) is not None


def _starts_first(lines: Sequence[str]) -> list[str]:
    """The lines with the starts of branches before the first search: a thread searches while the next one starts."""
    groups = groupby(lines, lambda line: re.match(r"\d+ Branch(Started|Searched)", line) is not None)
    return [line for _, group in groups for line in sorted(group, key=_is_search)]


def log_of(case: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """The lines to compare; of branches that run side by side those of each branch together."""
    lines = _starts_first(outcome.lines)
    if case.get("sorted"):
        lines = sorted(lines, key=lambda line: line.split()[0] if line[0].isdigit() else "~")
        # Two branches that are refused at the same time may say so in either order.
        said = iter(sorted(line for line in lines if line.startswith("Notice Branch ")))
        lines = [next(said) if line.startswith("Notice Branch ") else line for line in lines]
        lines = [line for line in lines if line[0].isdigit()] + [line for line in lines if not line[0].isdigit()]
        # So are notices about branches side by side: those of one branch keep their order.
        groups = groupby(lines, lambda line: bool(_branch_of_notice(line)))
        lines = [line for _, group in groups for line in sorted(group, key=_branch_of_notice)]
    if outcome.error is not None:
        lines.append(f"{type(outcome.error).__name__}")
    elif outcome.report is not None:
        spent = outcome.report.usage
        lines.append(
            f"report: {spent.calls} calls, stopped by {outcome.report.stopped_by!r}, {len(outcome.text)} characters"
        )
    return [line if len(line) <= 300 else f"{line[:300]}…" for line in lines]


@pytest.mark.parametrize("name", NAMES)
async def test_a_scenario_gives_its_log(name: str) -> None:
    spec = json.loads((SCENARIOS / f"{name}.json").read_text(encoding="utf-8"))
    lines: list[str] = [f"# {spec['about']}"]
    for case in spec["cases"]:
        outcome = await play(case, spec["documents"])
        lines += ["", f"## {case['name']}", *log_of(case, outcome)]
    got = "\n".join(lines) + "\n"
    expected = SCENARIOS / f"{name}.log"
    if os.environ.get("WRITE_RESEARCH_LOGS"):
        expected.write_text(got, encoding="utf-8")
    assert got == expected.read_text(encoding="utf-8")


async def test_the_deltas_of_a_run_join_to_its_report(researching: Researching) -> None:
    spec = json.loads((SCENARIOS / "s01_branches_and_rounds.json").read_text(encoding="utf-8"))
    outcome = await play(spec["cases"][0], spec["documents"])
    assert outcome.report is not None
    assert outcome.text.rstrip() == outcome.report.text
    for section in outcome.report.sections:
        assert section.finished is not None
        assert outcome.text[section.finished.start : section.finished.end] == section.text


def test_each_scenario_has_a_log() -> None:
    assert [path.stem for path in sorted(SCENARIOS.glob("*.log"))] == NAMES
