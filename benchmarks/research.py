"""Research mode against its targets: citations, questions of two steps, side by side, calls, limits, going on.

    python -m benchmarks.research [FOLDER]

FOLDER holds the question set `hotpot100` in the layout of BEIR (default: `$BOOKWHEEL_SHARED/eval`); without it the
measures over it are left out. The model is a script that is honest: it quotes the sentence of each passage that shares
most words with the question, asks next for the names in them, and writes what it noted. So the figures say what the
engine does with an honest model, not how good a model is.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engine.research.conftest import Outcome, follow, model_at, retriever_over
from tests.engine.research.test_resume import citations, keys_of, notes, records
from tests.engine.research.test_resume import run as run_scenario
from tests.engine.research.test_scenarios import play
from tests.support.openai_server import OpenAIServer, Request
from tests.support.research_script import SCENARIOS, purpose_of
from tests.support.wire_replies import Pause, Reply, say

from benchmarks.harness import main
from benchmarks.question_sets import load
from bookwheel.engine.events.research_events import ModelCalled, ResearchEvent, SectionFinished
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.citations import cited_numbers
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.research.research_state import state_of_run
from bookwheel.engine.research.research_workflow import ResearchLimits, ResearchWorkflow
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import Document
from bookwheel.engine.text.question_terms import content_terms

GPT_RESEARCHER_CALLS = 33
"""Model calls of gpt-researcher's deep mode by its default settings, counted in its code (5d84d2f)."""

_PASSAGE = re.compile(r"^<<passage (\w+) (\d+)>>[^\n]*\n(.*?)\n<<end \1>>", re.M | re.S)
_NAME = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
_TOP_K = 8


@dataclass(slots=True)
class HonestModel:
    """Answers the calls of a research run from the passages that they hold; each takes `seconds`."""

    seconds: float = 0.0
    plan: Sequence[str] = ()
    queries: Sequence[str] = ()
    calls: int = 0
    at_once: int = 0
    most_at_once: int = 0
    passages: dict[str, list[tuple[int, str]]] = field(default_factory=dict[str, list[tuple[int, str]]])

    def __call__(self, request: Request) -> Reply:
        self.calls += 1
        purpose, _, question = purpose_of(request.json).partition(" ")
        if purpose == "summary" and not request.json["messages"][0]["content"].startswith("You summarise"):
            purpose = "ask"
        asked = [message["content"] for message in request.json["messages"] if message["role"] == "user"][-1]
        reply = getattr(self, f"_{purpose}")(question, asked)
        said = say(reply if isinstance(reply, str) else json.dumps(reply))
        return Reply([Pause(self.seconds), *said.parts]) if self.seconds else said

    def _plan(self, question: str, asked: str) -> object:
        return {"items": [{"question": part, "why": ""} for part in self.plan or [first_question(asked)]]}

    def _read(self, question: str, asked: str) -> object:
        best = best_sentences(question, passages_in(asked))
        kept = [{"passage": number, "quote": quote, "says": quote} for number, quote in best]
        names = [name for _, quote in best[:3] for name in _NAME.findall(quote) if name not in question]
        searched = asked.rpartition("Searched so far: ")[2]
        if self.queries:
            wanted = self.queries[searched.count(" · ") % len(self.queries)]
            return {"notes": kept, "missing": "more", "next_query": f"{question} {wanted}"}
        new = [name for name in dict.fromkeys(names) if name not in searched][:3]
        return {"notes": kept, "missing": "more" if new else "", "next_query": " ".join(new)}

    def _ask(self, question: str, asked: str) -> str:
        best = best_sentences(first_question(asked), passages_in(asked))
        return " ".join(f"{quote.rstrip('.')} [{number}]." for number, quote in best)

    def _section(self, question: str, asked: str) -> str:
        lines: list[str] = []
        for number, text in passages_in(asked):
            lines += [f"{quote.strip().rstrip('.')} [{number}]." for quote in re.findall(r"“(.*?)”\n", text, re.S)]
        return "\n\n".join(dict.fromkeys(lines)) or "The notes do not say it."

    def _summary(self, question: str, asked: str) -> str:
        cited = [line for line in asked.splitlines() if re.search(r"\[\d+\]\.$", line)]
        return " ".join(cited[:3]) or "Nothing was found."


def passages_in(asked: str) -> list[tuple[int, str]]:
    """The numbered passages of a prompt."""
    return [(int(number), text.strip()) for _, number, text in _PASSAGE.findall(asked)]


def best_sentences(question: str, passages: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of each passage the sentence that shares most words with the question, the best six."""
    wanted = set(content_terms(question))
    scored: list[tuple[int, int, str]] = []
    for number, text in passages:
        shared = [(len(wanted & set(content_terms(sentence))), sentence) for sentence in sentences(text)]
        score, best = max(shared, key=lambda one: one[0], default=(0, ""))
        if score:
            scored.append((-score, number, best))
    return [(number, quote) for _, number, quote in sorted(scored)[:6]]


def sentences(text: str) -> list[str]:
    return [sentence.strip() for line in text.splitlines() for sentence in _SENTENCE.split(line) if sentence.strip()]


def first_question(asked: str) -> str:
    return asked.partition("The question: ")[2].splitlines()[0]


@dataclass(slots=True)
class Citations:
    """Counts over the sentences of reports."""

    sentences: int = 0
    supported: int = 0
    unsupported: int = 0
    cited: int = 0
    borne_out: int = 0

    def add(self, finished: Iterable[SectionFinished]) -> None:
        for section in finished:
            for sentence in section.sentences:
                self.sentences += 1
                self.supported += sentence.status == "supported"
                self.unsupported += sentence.status == "unsupported"
                if sentence.status != "unchecked":
                    self.cited += len(sentence.cited)
                    self.borne_out += sum(number in sentence.found_in for number in sentence.cited)

    @property
    def checked(self) -> int:
        return self.supported + self.unsupported

    @property
    def recall(self) -> float:
        return self.supported / self.checked if self.checked else 1.0

    @property
    def precision(self) -> float:
        return self.borne_out / self.cited if self.cited else 1.0

    def __str__(self) -> str:
        share = self.checked / self.sentences if self.sentences else 0.0
        return (
            f"recall {self.recall:.3f}  precision {self.precision:.3f}  "
            f"checkable {self.checked} of {self.sentences} ({share:.0%})"
        )


@asynccontextmanager
async def honest(**options: Any) -> AsyncGenerator[tuple[HonestModel, LLM, OpenAIServer]]:
    model = HonestModel(**options)
    async with OpenAIServer(script=model) as server, model_at(server) as llm:
        yield model, llm, server


async def two_steps(folder: Path) -> None:
    questions = load(folder)
    documents = [
        Document(text, {"file_path": name, "file_name": title, "title": title}, name)
        for name, title, text in questions.passages
    ]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=_TOP_K)
    async with honest() as (model, llm, _):
        print(f"\n{questions.name}: both paragraphs of {len(questions.answers)} questions, answers in the text")
        for name, each in (("honest script", llm), ("extractive", ExtractiveLLM())):
            await _two_steps(name, each, retriever, questions, model)


async def _two_steps(name: str, llm: LLM, retriever: BaseRetriever, questions: Any, model: HonestModel) -> None:
    noted = found = cited = worse = calls = answered = 0
    citations = Citations()
    for number, gold in questions.answers.items():
        asked = questions.questions[number]
        before = model.calls
        outcome = await follow(ResearchWorkflow(retriever, llm, approve="auto").run(asked))
        assert outcome.report is not None, outcome.error
        calls = max(calls, model.calls - before)
        in_notes = set(gold) <= {note.path for note in outcome.report.notes}
        answer = await QueryWorkflow(retriever, llm).run(asked)
        by_number = {at: node.node.ref_doc_id for at, node in enumerate(answer.source_nodes, 1)}
        in_answer = set(gold) <= {by_number.get(one) for one in cited_numbers(str(answer))}
        in_found = set(gold) <= {node.node.ref_doc_id for node in await retriever.aretrieve(asked)}
        noted, found, cited = noted + in_notes, found + in_found, cited + in_answer
        worse += in_answer and not in_notes
        answered += bool(outcome.report.text)
        citations.add(outcome.of(SectionFinished))
    print(f"  {name:<14} in the notes {noted:>3}   cited by one ask {cited:>3} (worse in {worse}, target 0)", end="")
    print(f"   among the {_TOP_K} passages found for one ask {found}")
    targets = "targets .98, .95" if llm.metadata.only_quotes is False else "targets 1.0, 1.0"
    print(f"  {'':<14} citations: {citations}   ({targets})   calls {calls} at most", flush=True)


async def side_by_side() -> None:
    plan = [f"What did mill number {number} cost?" for number in range(1, 5)]
    documents = {f"mill{n}.md": f"Mill number {n} cost {n}00 marks in 190{n}." for n in range(1, 5)}
    seconds: dict[int, float] = {}
    for concurrency in (1, 4):
        async with honest(seconds=1.0, plan=plan) as (_, llm, server):
            workflow = ResearchWorkflow(
                retriever_over(documents), llm, approve="auto", concurrency=concurrency, rounds=3
            )
            began = time.perf_counter()
            handler = workflow.run("What did the four mills cost?")
            async for event in handler.stream_events():
                if type(event).__name__ == "ReportStarted":
                    seconds[concurrency] = time.perf_counter() - began - 1.0  # the plan is one call in both
                    break
            await handler.cancel_run()
            assert server.base_url
    ratio = seconds[1] / seconds[4]
    print(f"\nfour equal branches, one second a call: {seconds[1]:.1f} s one by one, {seconds[4]:.1f} s side by side")
    print(f"  speed-up {ratio:.1f}  (target 3.0)", flush=True)


async def most_calls() -> None:
    """Every branch uses all of its rounds."""
    plan = [f"What did mill {name} cost?" for name in ("Alder", "Birch", "Cedar", "Dogwood")]
    queries = [" ".join(f"ledger{n}" for n in range(first, first + _TOP_K)) for first in range(_TOP_K, 40, _TOP_K)]
    documents = {
        f"{name}{n}.md": f"Mill {name} cost {n + 100} marks, says ledger{n}."
        for name in ("Alder", "Birch", "Cedar", "Dogwood")
        for n in range(40)
    }
    async with honest(plan=plan, queries=queries) as (model, llm, _):
        outcome = await follow(
            ResearchWorkflow(retriever_over(documents), llm, approve="auto").run("What did the mills cost?")
        )
        assert outcome.report is not None, outcome.error
    rounds = max(getattr(event, "round", 0) for event in outcome.events)
    print(f"\nmodel calls with the defaults: {model.calls} in {rounds} rounds  (target 18 at most;", end="")
    print(f" gpt-researcher's defaults: {GPT_RESEARCHER_CALLS})", flush=True)


async def overshoot() -> None:
    """The scenarios with limits far below what they need: what is spent beyond them."""
    runs = 0
    over = {"calls": 0.0, "tokens": 0.0, "time": 0.0}
    for path in sorted(SCENARIOS.glob("*.json")):
        spec = json.loads(path.read_text("utf-8"))
        for case in spec["cases"]:
            if any("hangs" in json.dumps(reply) for reply in case["replies"].values()):
                limits = [ResearchLimits(time_s=1.0)]
            else:
                limits = [ResearchLimits(max_calls=number) for number in (1, 3, 5)]
                limits += [ResearchLimits(max_tokens=number, max_calls=None) for number in (2_000, 6_000)]
            for limit in limits:
                began = time.perf_counter()
                outcome = await play(case, spec["documents"], limit)
                runs += 1
                _take(over, limit, outcome, time.perf_counter() - began)
    print(f"\nspent beyond a limit, in {runs} runs of the scenarios with five limits each:")
    print(f"  calls {over['calls']:.0f}, tokens {over['tokens']:.0f}  (target 0), ", end="")
    print(f"time {max(over['time'], 0):.1f} s  (target 1)", flush=True)


def _take(over: dict[str, float], limits: ResearchLimits, outcome: Outcome, seconds: float) -> None:
    counted = [event for event in outcome.events if isinstance(event, ModelCalled | SectionFinished)]
    calls = sum(isinstance(event, ModelCalled) or event.asked for event in counted)
    tokens = sum(event.usage.total_tokens for event in counted if event.usage is not None)
    if limits.max_calls is not None:
        over["calls"] = max(over["calls"], calls - limits.max_calls)
    if limits.max_tokens is not None:
        over["tokens"] = max(over["tokens"], tokens - limits.max_tokens)
    if limits.time_s is not None:
        over["time"] = max(over["time"], seconds - limits.time_s)


async def going_on() -> None:
    whole, asked_whole = await run_scenario(None)
    durable = [index for index, event in enumerate(whole.events) if isinstance(event, ResearchEvent)]
    equal = repeated = 0
    for at in durable:
        kept = whole.events[: at + 1]
        state = state_of_run(records(kept), "r1")
        assert state is not None
        done = keys_of(kept)
        resumed, asked = await run_scenario(state.resumed(0.0), done)
        same = (resumed.text, notes(resumed), citations(resumed)) == (whole.text, notes(whole), citations(whole))
        equal += same
        repeated = max(repeated, len(done) + len(asked) - len(asked_whole))
    print(f"\nkilled after each of {len(durable)} durable records and gone on: {equal} equal  (target all),", end="")
    print(f" {repeated} call paid twice at most  (target: branches at work + 1)", flush=True)


async def all_measures() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(os.environ.get("BOOKWHEEL_SHARED", "../shared"), "eval")
    folder = shared / "hotpot100"
    if (folder / "corpus.jsonl.gz").exists():
        await two_steps(folder)
    else:
        print(f"\n{folder} is missing: questions of two steps are left out")
    await side_by_side()
    await most_calls()
    await overshoot()
    await going_on()


def run() -> None:
    asyncio.run(all_measures())


if __name__ == "__main__":
    main("Research mode", run)
