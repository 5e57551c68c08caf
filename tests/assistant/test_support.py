"""The support of an answer at the end of every kind of run."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.support.desk import Scripted, Shelf, Workflows, desk

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.outcome import checked_answer
from bookwheel.engine.events import AgentStream, Event
from bookwheel.engine.events.log_fields import numbered_nodes
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import JsonValue, NumberedNode, TextNode, ToolSelection
from bookwheel.engine.tools.document_search import document_search_tool
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.transcript.blocks import AnswerBlock, SourcesBlock

SHELF = Shelf("Sales were 1,200 units in 2022.", "Ramelli had 98 wheels.")


async def finish(assistant: Assistant, question: str = "How much?", mode: str | None = None) -> dict[str, Any]:
    run_id = await assistant.ask(question, mode=mode)
    return dict((await assistant.wait_finished(run_id)).data)


def statuses(finished: dict[str, Any]) -> dict[int, list[str]]:
    return {item["number"]: [entry["status"] for entry in item["support"]] for item in finished["citations"]}


async def test_each_citation_lists_the_sentences_that_it_was_compared_with(tmp_path: Path) -> None:
    answer = "Sales were 1,200 [1]. Ramelli had 99 [2]. It is known [9]. It went well [1]."
    async with desk(tmp_path, Workflows(MockLLM([answer]), SHELF)) as assistant:
        finished = await finish(assistant)
        assert finished["response"] == answer
        assert statuses(finished) == {1: ["supported", "unchecked"], 2: ["unsupported"]}
        (entry,) = finished["citations"][1]["support"]
        assert answer[entry["start"] : entry["end"]] == "Ramelli had 99 [2]."
        assert entry["missing"] == ["99"]
        assert [(item["cited"], item["missing"]) for item in finished["unsupported"]] == [([2], ["99"]), ([9], ["[9]"])]
        assert finished["sentences"] == {"supported": 1, "unsupported": 2, "unchecked": 1}
        assert finished["citations"][0]["text"] == "Sales were 1,200 units in 2022."


async def test_an_agent_s_answer_is_checked_against_what_its_tools_found(tmp_path: Path) -> None:
    tool = document_search_tool(SHELF)
    call = MockReply(
        text="Let me look in 1999.", tool_calls=[ToolSelection("c1", tool.metadata.name, {"query": "sales"})]
    )
    llm = MockLLM([call, "Sales were 1,200 [1], or 1,300 [1]."])
    async with desk(tmp_path, Workflows(llm, tools=[tool]), mode="agent") as assistant:
        finished = await finish(assistant)
        assert [item["missing"] for item in finished["unsupported"]] == [["1,300"]]


def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


async def test_a_calculated_result_needs_no_source_unless_it_names_one(tmp_path: Path) -> None:
    tool = document_search_tool(SHELF)
    calls = [ToolSelection("c1", tool.metadata.name, {"query": "x"}), ToolSelection("c2", "multiply", {"a": 6, "b": 7})]
    llm = MockLLM(
        [MockReply(text="", tool_calls=calls), "That makes 42. Sales were 1,200 [1]. It is 42 [1]. It is 98."]
    )
    tools = [tool, FunctionTool.from_defaults(multiply)]
    async with desk(tmp_path, Workflows(llm, tools=tools), mode="agent") as assistant:
        finished = await finish(assistant)
        places = [finished["response"][item["start"] : item["end"]] for item in finished["unsupported"]]
        assert places == ["It is 42 [1].", "It is 98."]


class Retrieval(Event):
    """A foreign event with a name that we know."""

    query: str
    nodes: list[Any]


async def test_a_foreign_workflow_s_answer_is_checked_where_its_passages_are_known(tmp_path: Path) -> None:
    async def body(ctx: Context[Any]) -> str:
        ctx.write_event_to_stream(Retrieval(query="q", nodes=[{"text": "It cost 1,200.", "path": "/a.md"}]))
        ctx.write_event_to_stream(AgentStream(delta="It cost 1,300 [1]."))
        return "It cost 1,300 [1]."

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        finished = await finish(assistant)
        assert [item["missing"] for item in finished["unsupported"]] == [["1,300"]]
        assert statuses(finished) == {1: ["unsupported"]}


async def test_without_passages_an_answer_is_not_checked(tmp_path: Path) -> None:
    async def body(ctx: Context[Any]) -> str:
        ctx.write_event_to_stream(AgentStream(delta="It cost 1,300 [1]."))
        return "It cost 1,300 [1]."

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        finished = await finish(assistant)
        assert finished["citations"] == []
        assert "unsupported" not in finished


async def test_the_text_of_a_cut_answer_is_checked(tmp_path: Path) -> None:
    waiting = asyncio.Event()

    async def body(ctx: Context[Any]) -> str:
        ctx.write_event_to_stream(Retrieval(query="q", nodes=[{"text": "It cost 1,200.", "path": "/a.md"}]))
        ctx.write_event_to_stream(AgentStream(delta="It cost 1,300 [1]. Then"))
        waiting.set()
        await asyncio.Event().wait()
        return ""

    async with desk(tmp_path, Workflows(custom=Scripted(body)), mode="workflow") as assistant:
        run_id = await assistant.ask("Q?")
        await waiting.wait()
        while not any(isinstance(block, AnswerBlock) for block in assistant.sessions.transcript.blocks):
            await asyncio.sleep(0)
        await assistant.cancel()
        finished = (await assistant.wait_finished(run_id)).data
        assert finished["status"] == "cancelled"
        (item,) = finished["unsupported"]
        assert item["missing"] == ["1,300"]
        (answer,) = (block for block in assistant.sessions.transcript.blocks if isinstance(block, AnswerBlock))
        assert (answer.status, answer.marks[0].text) == ("cut", "It cost 1,300 [1].")


async def test_the_marks_are_the_same_when_the_session_is_opened_again(tmp_path: Path) -> None:
    workflows = Workflows(MockLLM(["Sales were 1,300 [1]."]), SHELF)
    async with desk(tmp_path, workflows) as assistant:
        await finish(assistant)
        before = assistant.sessions.transcript.blocks
        session_id = assistant.status.session_id
    async with desk(tmp_path, Workflows(), session_id=session_id) as assistant:
        assert assistant.sessions.transcript.blocks == before
        sources = next(block for block in before if isinstance(block, SourcesBlock))
        assert sources.marks[0].reason == "not in [1]: 1,300"


def test_what_surrounds_a_passage_counts_as_part_of_it() -> None:
    """Its title, its heading and the column names of its rows, as the event log has them."""
    metadata: dict[str, JsonValue] = {
        "file_path": "/x/3M_2022.pdf",
        "title": "Annual Report",
        "heading": "Minnesota",
        "columns": "Grade | Helper (L1) | Head (L5)",
    }
    written = NumberedNode(1, TextNode("-", metadata)).model_dump()
    (node,) = numbered_nodes({"nodes": [written]}, "nodes")
    told = checked_answer("In 2022 we find L1 and L5 for Minnesota in the Annual Report of 3M [1].", {1: node}, "")
    check = told.check
    assert (check.supported_count, check.unsupported_count, check.unchecked_count) == (1, 0, 0)


async def test_an_agent_that_searched_nothing_has_its_invented_citations_marked(tmp_path: Path) -> None:
    """Only those: without passages to compare, its other figures and names are not called wrong."""
    tool = document_search_tool(SHELF)
    answer = "Sales were 1,200 [2]. Ramelli had 98 wheels."
    async with desk(tmp_path, Workflows(MockLLM([answer]), tools=[tool]), mode="agent") as assistant:
        finished = await finish(assistant)
        assert [item["cited"] for item in finished["unsupported"]] == [[2]]
        assert finished["citations"] == []
