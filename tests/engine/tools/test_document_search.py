"""The document search as a tool of an agent."""

from __future__ import annotations

from tests.support.retrievers import BIRDS, CATS, DOGS, FixedRetriever

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import Retrieval
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.document_search import document_search_tool


async def test_the_model_gets_numbered_passages_with_their_location() -> None:
    output = await document_search_tool(FixedRetriever(CATS, DOGS)).invoke({"query": "animals"})
    assert output.content == ("[1] a.md\nCats sleep sixteen hours a day.\n\n[2] b.md\nDogs bark at the moon.")
    assert [found.number for found in output.nodes] == [1, 2]


async def test_nothing_found_is_not_an_error_and_has_a_hint() -> None:
    output = await document_search_tool(FixedRetriever()).invoke({"query": "animals"})
    assert output.is_error is False
    assert "'animals'" in output.content


async def test_numbers_go_on_over_the_searches_of_a_run() -> None:
    retriever = FixedRetriever(CATS, DOGS)
    calls = [ToolSelection(f"c{at}", "search_documents", {"query": f"q{at}"}) for at in range(2)]
    llm = MockLLM([calls[0], calls[1], "Both [1] [3]."])
    handler = AgentWorkflow.from_tools_or_functions([document_search_tool(retriever)], llm=llm).run(user_msg="Animals?")
    numbers: list[list[int]] = []
    async for event in handler.stream_events():
        if isinstance(event, Retrieval):
            numbers.append([found.number for found in event.nodes])
            retriever.nodes = (BIRDS, CATS)
    assert numbers == [[1, 2], [3, 1]]


async def test_the_embedded_model_drives_the_agent() -> None:
    tools = [document_search_tool(FixedRetriever(DOGS, CATS))]
    result = await AgentWorkflow.from_tools_or_functions(tools, llm=ExtractiveLLM()).run(
        user_msg="How long do cats sleep?"
    )
    assert str(result) == "Cats sleep sixteen hours a day. [2]"
