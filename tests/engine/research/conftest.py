"""Research runs over small documents, with a scripted model behind real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.research_script import ResearchScript, log_line

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.event_base import Event
from bookwheel.engine.events.research_events import Steer
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.ledger import Prices
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.openai.models import OpenAILike
from bookwheel.engine.research.research_report import ResearchReport
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.research.research_workflow import ResearchLimits, ResearchWorkflow
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document
from bookwheel.engine.workflow.handler import WorkflowHandler

BRIDGE = "The bridge was built in 1893 by Anna Weber. It cost 4,200 marks and took two years."
MILL = "The mill was sold in 1901 to Carl Lind. The price of the mill was 900 marks."
SCHOOL = "The school opened in 1910 with forty pupils. Its first teacher was Maria Holm."
DOCUMENTS = {"bridge.md": BRIDGE, "mill.md": MILL, "school.md": SCHOOL}


@dataclass
class Outcome:
    """What came of a run: its events, the answer that its deltas add up to, and its report or error."""

    events: list[Event] = field(default_factory=list[Event])
    report: ResearchReport | None = None
    error: BaseException | None = None

    @property
    def lines(self) -> list[str]:
        return [line for event in self.events if (line := log_line(event))]

    @property
    def text(self) -> str:
        return "".join(event.delta for event in self.events if isinstance(event, AgentStream))

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def retriever_over(documents: Mapping[str, str]) -> BaseRetriever:
    found = [
        Document(text=text, metadata={"file_path": f"/docs/{name}", "file_name": name}, id_=name)
        for name, text in documents.items()
    ]
    return DocumentIndex.from_documents(found).as_retriever(similarity_top_k=8)


def _is_time_for(steer: Mapping[str, Any], lines: list[str]) -> bool:
    """Whether each of the marks of a steer is in some line of the log."""
    marks = [steer[name] for name in ("after", "later") if name in steer]
    return all(any(mark in line for line in lines) for mark in marks)


async def follow(
    handler: WorkflowHandler[ResearchReport],
    steers: list[dict[str, Any]] | None = None,
    script: ResearchScript | None = None,
) -> Outcome:
    """Read a run to its end.

    Each steer is sent when `script` is asked for its `at`, or the log has a line with its `after` and, where it has a
    `later`, one with that too.
    """
    outcome, waiting = Outcome(), [steer for steer in steers or [] if "after" in steer]
    lines: list[str] = []
    at_calls = [steer for steer in steers or [] if "at" in steer]

    def steer_at(key: str) -> None:
        while at_calls and at_calls[0]["at"] == key:
            handler.ctx.send_event(answer_or_steer(at_calls.pop(0)))

    if script is not None:
        script.on_ask = steer_at
    async with aclosing(handler.stream_events()) as events:
        async for event in events:
            outcome.events.append(event)
            line = log_line(event)
            if line:
                lines.append(line)
            while waiting and _is_time_for(waiting[0], lines):
                steer = waiting.pop(0)
                handler.ctx.send_event(answer_or_steer(steer))
    try:
        outcome.report = await handler
    except Exception as error:  # noqa: BLE001 - what a run ends with is what is compared
        outcome.error = error
    return outcome


def answer_or_steer(steer: Mapping[str, Any]) -> Event:
    from bookwheel.engine.events.workflow_events import HumanResponseEvent

    if "response" in steer:
        fields = {name: value for name, value in steer.items() if name not in ("after", "later")}
        return HumanResponseEvent(**fields)
    return Steer(kind=steer["kind"], branch=steer.get("branch", ""), text=steer.get("text", ""))


@asynccontextmanager
async def model_at(server: OpenAIServer) -> AsyncGenerator[LLM]:
    """A model behind this server; its connections are closed at the end."""
    llm = OpenAILike(model="scripted", api_base=server.base_url, api_key="key", max_retries=2)
    try:
        yield llm
    finally:
        await llm.aclose()


@dataclass
class Researching:
    """A scripted server and the model behind it."""

    server: OpenAIServer
    script: ResearchScript
    llm: LLM

    def workflow(
        self,
        documents: Mapping[str, str] | None = None,
        *,
        limits: Mapping[str, Any] | None = None,
        prices: Prices | None = None,
        **options: Any,
    ) -> ResearchWorkflow:
        return ResearchWorkflow(
            retriever_over(documents if documents is not None else DOCUMENTS),
            self.llm,
            approve=options.pop("approve", "auto"),
            concurrency=options.pop("concurrency", 1),
            limits=ResearchLimits(**(limits or {})),
            prices=prices,
            **options,
        )

    async def run(
        self,
        question: str,
        *,
        resume: ResearchState | None = None,
        plan: str | None = None,
        steers: list[dict[str, Any]] | None = None,
        **options: Any,
    ) -> Outcome:
        handler = self.workflow(**options).run(question, resume=resume, plan=plan)
        return await follow(handler, steers, self.script)


@pytest.fixture
async def researching() -> AsyncGenerator[Researching]:
    script = ResearchScript({})
    async with OpenAIServer(script=script) as server, model_at(server) as llm:
        yield Researching(server, script, llm)
        script.gate.opened.set()


def notes(*quotes: tuple[int, str], missing: str = "", next_query: str = "") -> str:
    """The reply of a reading."""
    found = [{"passage": passage, "quote": quote, "says": f"It says: {quote[:20]}"} for passage, quote in quotes]
    return json.dumps({"notes": found, "missing": missing, "next_query": next_query})


def scenario(name: str) -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "scenarios" / f"{name}.json").read_text(encoding="utf-8"))
