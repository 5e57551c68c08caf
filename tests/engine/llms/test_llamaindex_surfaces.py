"""The calls and values of models that LlamaIndex's users know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.agents.base_agent import FunctionAgent
from bookwheel.engine.llms.chat import CompletionResponse
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.llms.openai.models import OpenAI, OpenAILike
from bookwheel.engine.llms.prompt_templates import ChatPromptTemplate, PromptTemplate
from bookwheel.engine.schema import ChatMessage, Document, MessageRole, TextNode, ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.errors import ModelResponseError, UsageError

ASKED = [ChatMessage(content="Count.")]


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def test_answers_carry_the_providers_own_data(server: OpenAIServer) -> None:
    llm = OpenAI("scripted", base_url=server.base_url)
    server.replies += [say("one two"), say("one two"), say("one two")]
    assert (await llm.achat(ASKED)).raw["choices"][0]["message"]["content"] == "one two"
    assert (await llm.acomplete("Count.")).raw["object"] == "chat.completion"
    pieces = [piece async for piece in llm.astream_complete("Count.")]
    assert [piece.raw["choices"][0]["delta"]["content"] for piece in pieces] == ["one ", "two"]
    await llm.aclose()


async def test_each_piece_knows_the_answer_up_to_it() -> None:
    pieces = [piece async for piece in MockLLM(["one two three"]).astream_chat(ASKED)]
    assert [piece.message.content for piece in pieces] == ["one", "one two", "one two three", "one two three"]
    assert str(pieces[-1]) == "assistant: one two three"
    assert pieces[0].message.role is MessageRole.ASSISTANT


async def test_one_call_may_differ_from_the_others(server: OpenAIServer) -> None:
    llm = OpenAILike("scripted", base_url=server.base_url, temperature=0.1, max_tokens=50)
    await llm.acomplete("Count.", max_tokens=5, temperature=0.9, seed=7)  # type: ignore[call-arg] - any setting
    body = server.chats[0].json
    assert (body["max_tokens"], body["temperature"], body["seed"]) == (5, 0.9, 7)
    assert (llm.model, llm.temperature, llm.max_tokens) == ("scripted", 0.1, 50)
    await llm.aclose()


async def test_a_model_takes_the_arguments_of_llamaindex(server: OpenAIServer) -> None:
    llm = OpenAI(
        "scripted", base_url=server.base_url, system_prompt="Be brief.", reasoning_effort="low", strict=True,
        default_headers={"x-team": "a"}, additional_kwargs={"user": "u"}, callback_manager=None,
        async_http_client=openai.DefaultAsyncHttpxClient(),
    )  # fmt: skip
    await llm.achat(ASKED, tools=[FunctionTool.from_defaults(multiply).metadata.spec()])
    request = server.chats[0]
    assert request.json["messages"][0] == {"role": "system", "content": "Be brief."}
    assert (request.json["reasoning_effort"], request.json["user"]) == ("low", "u")
    assert request.json["tools"][0]["function"]["strict"] is True
    assert request.headers["x-team"] == "a"
    await llm.aclose()


def test_a_blocking_http_client_is_refused() -> None:
    with pytest.raises(UsageError, match="asynchronous"):
        OpenAI("scripted", base_url="http://127.0.0.1:1/v1", http_client=object())


def multiply(a: int, b: int) -> int:
    """Multiply."""
    return a * b


async def test_tools_are_offered_and_their_calls_are_read(server: OpenAIServer) -> None:
    llm = OpenAI("scripted", base_url=server.base_url)
    server.replies += [call(("multiply", {"a": 3, "b": 4}), ("multiply", {"a": 5, "b": 6}))] * 2
    tools = [FunctionTool.from_defaults(multiply)]
    answer = await llm.achat_with_tools(tools, "Multiply.")
    assert [chosen.tool_kwargs for chosen in llm.get_tool_calls_from_response(answer)] == [{"a": 3, "b": 4}]
    pieces = [piece async for piece in await llm.astream_chat_with_tools(tools, "Multiply.", tool_required=True)]
    assert len(llm.get_tool_calls_from_response(pieces[-1])) == 2
    assert server.chats[1].json["tool_choice"] == "required"
    await llm.aclose()
    without_calls = await MockLLM(["none"]).achat(ASKED)
    with pytest.raises(ValueError, match="at least one"):
        llm.get_tool_calls_from_response(without_calls)


def test_a_structured_model_answers_with_an_instance() -> None:
    llm = MockLLM(['```json\n{"name": "Laurie", "age": 42}\n```'])
    assert llm.as_structured_llm(Person).complete("Who?").raw == Person(name="Laurie", age=42)
    prompt = PromptTemplate("Who is {who}?")
    assert llm.structured_predict(Person, prompt, who="she").age == 42
    assert [person.name for person in llm.stream_structured_predict(Person, prompt, who="she")] == ["Laurie"]
    assert llm.calls[1].messages[0].content == "Who is she?"
    assert llm.calls[0].response_schema == Person.model_json_schema()


def test_a_structured_answer_is_asked_for_once_more_when_it_does_not_fit() -> None:
    llm = MockLLM(['{"name": "Laurie"}', '{"name": "Laurie", "age": 42}'])
    assert llm.structured_predict(Person, "Who?").age == 42
    with pytest.raises(ModelResponseError, match="Person"):
        MockLLM(["no"]).structured_predict(Person, "Who?")


async def test_a_structured_answer_counts_the_tokens_of_both_calls(server: OpenAIServer) -> None:
    """An answer on the wire takes 11 and 7 tokens; those of the one that did not fit were not counted."""
    llm = OpenAI("scripted", base_url=server.base_url)
    server.replies += [say('{"name": "Laurie"}'), say('{"name": "Laurie", "age": 42}')]
    answer = await llm.as_structured_llm(Person).achat(ASKED)
    assert answer.raw == Person(name="Laurie", age=42)
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 14)
    await llm.aclose()


def test_prompts_are_filled_in_now_or_later() -> None:
    prompt = PromptTemplate('{greeting}, {who}! {"a": {}}')
    assert prompt.template_vars == ["greeting", "who"]
    assert prompt.partial_format(greeting="Hello").format(who="you") == 'Hello, you! {"a": {}}'
    assert PromptTemplate("{context}", template_var_mappings={"context_str": "context"}).format(context_str="c") == "c"
    assert PromptTemplate("{loud}", function_mappings={"loud": lambda word: word.upper()}).format(word="a") == "A"
    assert prompt.format(greeting="Hello") == 'Hello, {who}! {"a": {}}'
    assert PromptTemplate("{context}").format(context="{greeting}", greeting="x") == "{greeting}"


def test_a_chat_prompt_has_several_messages() -> None:
    prompt = ChatPromptTemplate.from_messages([("system", "Speak {language}."), ("user", "{question}")])
    messages = prompt.format_messages(language="German", question="Why?")
    assert [(message.role, message.content) for message in messages] == [("system", "Speak German."), ("user", "Why?")]
    assert prompt.template_vars == ["language", "question"]
    assert MockLLM().predict(prompt, language="German", question="Why?") == "Why?"


def test_a_completion_is_made_by_keywords() -> None:
    made = CompletionResponse(text="all", delta="l", raw={"x": 1})
    assert (made.text, made.delta, made.raw, str(made)) == ("all", "l", {"x": 1}, "all")


def test_calls_with_broken_arguments_have_none() -> None:
    llm = MockLLM([[ToolSelection("c1", "multiply", {"a": 1})]])
    answer = llm.chat(ASKED)
    answer.tool_calls[0].arguments = "{broken"
    assert llm.get_tool_calls_from_response(answer)[0].tool_kwargs == {}


async def test_plain_and_structured_predictions_stream(server: OpenAIServer) -> None:
    llm = OpenAI("scripted", base_url=server.base_url)
    prompt = PromptTemplate("{task}")
    server.replies += [say("one two"), say('{"name": "Ada", "age": 36}'), say('{"name": "Ada", "age": 36}')]
    assert "".join([text async for text in await llm.astream(prompt, task="Count.")]) == "one two"
    people = [person async for person in await llm.astream_structured_predict(Person, prompt, task="Who?")]
    assert people == [Person(name="Ada", age=36)]
    await llm.astructured_predict(Person, prompt, llm_kwargs={"temperature": 0.5}, task="Who?")
    assert [message["content"] for message in server.chats[0].json["messages"]] == ["Count."]
    pieces = await asyncio.to_thread(lambda: list(MockLLM(["one two"]).stream(prompt, task="Count.")))
    assert "".join(pieces) == "one two"


async def test_tools_may_be_given_in_the_endpoints_own_form(server: OpenAIServer) -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    tool = FunctionTool.from_defaults(add)
    llm = OpenAI("scripted", base_url=server.base_url)
    await llm.achat(ASKED, tools=[tool.metadata.to_openai_tool()])
    await llm.achat(ASKED, tools=[tool.metadata.spec()])
    first, second = (request.json["tools"] for request in server.chats)
    assert first == second


def test_a_document_is_written_and_read_as_a_dictionary() -> None:
    document = Document(text="A kiln.", id_="k", metadata={"year": 1588})
    assert document.get_doc_id() == "k"
    assert str(document) == "Doc ID: k\nText: A kiln."
    assert str(TextNode(text="A kiln. " * 90, id_="n")).startswith("Node ID: n\nText: A kiln. A kiln.")
    assert Document.from_dict(document.to_dict()) == document
    assert Document.from_json(document.to_json(), text="Two.").text == "Two."
    assert document.to_dict()["class_name"] == "Document"


def test_a_tool_says_whether_it_takes_the_context() -> None:
    def plain(a: int) -> int:
        """Plain."""
        return a

    def with_context(ctx: Context[Any], a: int) -> int:
        """With the context."""
        return a

    asks = [FunctionTool.from_defaults(function).requires_context for function in (plain, with_context)]
    assert asks == [False, True]


async def test_the_result_of_an_agent_has_the_providers_own_data(server: OpenAIServer) -> None:
    server.replies.append(say("one two"))
    agent = FunctionAgent(llm=OpenAI("scripted", base_url=server.base_url))
    output = await agent.run("Count.")
    assert output.raw["object"] == "chat.completion.chunk"


def test_agents_that_do_not_fit_together_are_a_value_error() -> None:
    agents = [FunctionAgent(name=name, description="Counts.", llm=MockLLM(["x"])) for name in ("A", "B")]
    with pytest.raises(ValueError, match="root_agent"):
        AgentWorkflow(agents)
