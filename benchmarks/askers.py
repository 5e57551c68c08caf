"""One question asked in each of the ways to compare: the bare client, our layers, LlamaIndex.

Each maker returns a function that asks once; it yields each event with its piece of text ("" for none).
"""

import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, TypeAlias

from tests.support.retrievers import CATS, FixedRetriever

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import AgentStream
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.query.response import AsyncStreamingResponse
from bookwheel.engine.schema import ChatMessage
from bookwheel.engine.workflow.handler import WorkflowHandler

QUESTION = "How long do cats sleep?"
BARE = "bare openai loop over chunk models"
AGENT = "AgentWorkflow, all events"
LLAMAINDEX = "LlamaIndex AgentWorkflow, all events"

Asker: TypeAlias = Callable[[], AsyncIterator[tuple[str, object]]]


def bare_client(base_url: str, model: str) -> Asker:
    """The loop that the client's own documentation shows."""
    import openai

    client = openai.AsyncOpenAI(base_url=base_url, api_key="none", organization="", project="")

    async def ask() -> AsyncIterator[tuple[str, object]]:
        stream = await client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
        async for chunk in stream:
            for choice in chunk.choices:
                yield choice.delta.content or "", chunk

    return ask


def model_alone(llm: OpenAI) -> Asker:
    """Our model alone."""

    async def ask() -> AsyncIterator[tuple[str, object]]:
        async with aclosing(llm.astream_chat([ChatMessage(content=QUESTION)])) as deltas:
            async for delta in deltas:
                yield delta.delta or "", delta

    return ask


def query_engine(llm: OpenAI) -> Asker:
    """The streaming query engine."""
    engine = RetrieverQueryEngine.from_args(FixedRetriever(CATS), llm, streaming=True)

    async def ask() -> AsyncIterator[tuple[str, object]]:
        response = await engine.aquery(QUESTION)
        assert isinstance(response, AsyncStreamingResponse)
        async for piece in response.async_response_gen():
            yield piece, piece

    return ask


def query_workflow(llm: OpenAI) -> Asker:
    """The workflow of the desk."""
    workflow = QueryWorkflow(FixedRetriever(CATS), llm)
    return _events_of(lambda: workflow.run(QUESTION))


def agent_workflow(llm: OpenAI) -> Asker:
    """Our agent."""
    workflow = AgentWorkflow.from_tools_or_functions([], llm=llm)
    return _events_of(lambda: workflow.run(user_msg=QUESTION))


def _events_of(start: Callable[[], WorkflowHandler[Any]]) -> Asker:
    async def ask() -> AsyncIterator[tuple[str, object]]:
        async for event in start().stream_events():
            yield event.delta if isinstance(event, AgentStream) else "", event

    return ask


def llamaindex_workflow(base_url: str, model: str) -> Asker:
    """LlamaIndex's agent on its own client; only `.venv-llamaindex` has it."""
    # Imported by name: the development environment does not have it, so that type checkers cannot find it.
    agents = importlib.import_module("llama_index.core.agent.workflow")
    models = importlib.import_module("llama_index.llms.openai")

    # It accepts only the names of OpenAI's own models and of their fine-tuned versions.
    llm = models.OpenAI(model=f"ft:gpt-4o-mini:{model}", api_base=base_url, api_key="none")
    workflow = agents.AgentWorkflow.from_tools_or_functions([], llm=llm)

    async def ask() -> AsyncIterator[tuple[str, object]]:
        async for event in workflow.run(user_msg=QUESTION).stream_events():
            yield event.delta if isinstance(event, agents.AgentStream) else "", event

    return ask
