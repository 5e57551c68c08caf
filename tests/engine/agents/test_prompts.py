"""The prompts of agents, read and replaced by LlamaIndex's names."""

from collections.abc import AsyncIterator

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import (
    AgentWorkflow,
    Document,
    FunctionAgent,
    MockLLM,
    OpenAI,
    PromptTemplate,
    ReActAgent,
    VectorStoreIndex,
)
from bookwheel.errors import UsageError


def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=server.base_url)
    yield llm
    await llm.aclose()


async def test_the_header_of_a_react_agent_is_replaced(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [say("Thought: easy.\nAnswer: 8")]
    agent = ReActAgent(tools=[multiply], llm=llm)
    assert "Action Input:" in agent.get_prompts()["react_header"].format(tool_desc="T", tool_names="N")
    agent.update_prompts({"react_header": PromptTemplate("Tools: {tool_names}. JSON: {{}}")})
    assert str(await agent.run("2 * 4?")) == "8"
    assert server.chats[0].json["messages"][0]["content"] == "Tools: multiply. JSON: {}"


async def test_the_prompts_of_a_workflow_may_be_templates(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [call(("handoff", {"to_agent": "b", "reason": "numbers"})), say("8")]
    agents = [FunctionAgent(name=name, description=f"Agent {name}.", llm=llm) for name in "ab"]
    workflow = AgentWorkflow(agents, root_agent="a", handoff_prompt=PromptTemplate("To: {agent_info}"))
    workflow.update_prompts({"handoff_output_prompt": "Now {to_agent}: {reason}"})
    assert list(workflow.get_prompts()) == ["handoff_prompt", "handoff_output_prompt", "state_prompt"]
    assert str(await workflow.run(user_msg="2 * 4?")) == "8"
    assert server.chats[0].json["tools"][0]["function"]["description"].startswith("To: ")
    assert server.chats[1].json["messages"][-1]["content"] == "Now b: numbers"


def test_what_is_not_a_prompt_is_refused_by_name() -> None:
    engine = VectorStoreIndex.from_documents([Document("Cats sleep.")]).as_query_engine(llm=MockLLM())
    with pytest.raises(UsageError, match="'text_qa_template' is a int"):
        engine.update_prompts({"text_qa_template": 5})  # type: ignore[dict-item]


async def test_a_template_with_an_unknown_variable_is_an_error_that_names_it() -> None:
    agent = ReActAgent(tools=[multiply], llm=MockLLM(["Answer: 8"]))
    agent.update_prompts({"react_header": PromptTemplate("Use {tolls}.")})
    with pytest.raises(UsageError, match=r"'react_header'.*tolls"):
        await agent.run("2 * 4?")
    with pytest.raises(UsageError, match="no prompt 'header'"):
        agent.update_prompts({"header": "x"})
    assert FunctionAgent(llm=MockLLM()).get_prompts() == {}
