"""LlamaIndex's tutorials and examples, written with our names: what every one of them needs."""

from collections.abc import AsyncIterator

import pytest
from tests.support.openai_server import OpenAIServer

from bookwheel import OpenAI


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    """Stands in for the model's endpoint, and for Tavily's."""
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=server.base_url)
    yield llm
    await llm.aclose()
