"""`HuggingFaceLLM` on models that the test makes itself: no weights are downloaded, the generation is the real one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read when its library is imported: nothing here asks the hub
pytest.importorskip("transformers", reason="transformers is in .venv-models alone; `make test` runs this there")

from tests.engine.llms.contract import CHECKS, SEARCH, Case
from tests.support.tiny_models import (
    COUNTING,
    END,
    ENDLESS,
    TEMPLATE,
    byte_tokenizer,
    chained_model,
    tiny_model,
    tiny_tokenizer,
)

from bookwheel import AgentWorkflow, ChatMessage, HuggingFaceLLM, ReActAgent
from bookwheel.engine.schema import MessageRole, Usage
from bookwheel.errors import (
    ContextTooLongError,
    ModelError,
    ModelNotFoundError,
    ModelResponseError,
    ModelStreamCutError,
    UsageError,
)

pytestmark = pytest.mark.needs_models

ASKED = [ChatMessage(content="Count.")]


def counting(**options: object) -> HuggingFaceLLM:
    return HuggingFaceLLM(model=tiny_model(), tokenizer=tiny_tokenizer(), **options)


@pytest.fixture
def case() -> Case:
    endless = tiny_model(ENDLESS, window=1_000_000)

    async def was_hung_up() -> None:
        assert await asyncio.to_thread(endless.is_idle.wait, 5)

    speaking = HuggingFaceLLM(model=endless, tokenizer=tiny_tokenizer(), max_new_tokens=1_000_000)
    mute = counting(generate_kwargs={"num_beams": 2})
    return Case(counting(), endless=speaking, was_hung_up=was_hung_up, mute=mute)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_model_keeps_the_contract(case: Case, check: Callable[[Case], Awaitable[None]]) -> None:
    await check(case)


async def test_an_answer_streams_word_by_word_with_its_usage() -> None:
    async with aclosing(counting().astream_chat(ASKED)) as deltas:
        pieces = [piece async for piece in deltas]
    assert [piece.delta for piece in pieces] == ["one", " two", " three", ""]
    # "<user> Count. <assistant>", and the token that ends the answer is counted as the provider counts it.
    assert pieces[-1].usage == Usage(3, 4)
    assert pieces[-1].finish_reason == "stop"


async def test_an_answer_at_its_limit_says_so() -> None:
    response = await counting(max_new_tokens=2).achat(ASKED)
    assert (str(response), response.finish_reason) == ("one two", "length")


async def test_a_character_spread_over_tokens_arrives_whole() -> None:
    """A byte-level token is often a third of a character; shown at once it would be a replacement sign."""
    tokenizer = byte_tokenizer()
    end = tokenizer.convert_tokens_to_ids(END)
    chain = [*tokenizer(".€")["input_ids"], end]
    model = chained_model(dict(pairwise(chain)), len(tokenizer), end)
    llm = HuggingFaceLLM(model=model, tokenizer=tokenizer)
    async with aclosing(llm.astream_chat(ASKED)) as deltas:
        pieces = [piece.delta async for piece in deltas]
    assert pieces == ["€", ""]


async def test_a_conversation_goes_through_the_chat_template() -> None:
    """One system message at the beginning and no two of one role in a row, as most templates insist."""
    seen: list[str] = []
    tokenizer = tiny_tokenizer()
    original = tokenizer.apply_chat_template

    def recorded(*args: object, **kwargs: object) -> object:
        seen.append(str(original(*args, **kwargs)))
        return seen[-1]

    tokenizer.apply_chat_template = recorded
    conversation = [
        ChatMessage(MessageRole.USER, "one"),
        ChatMessage(MessageRole.USER, "two"),
        ChatMessage(MessageRole.SYSTEM, "on"),
    ]
    await HuggingFaceLLM(model=tiny_model(), tokenizer=tokenizer).achat(conversation)
    assert seen == ["<system> on <user> one\n\ntwo <assistant>"]


async def test_a_template_without_system_messages_gets_them_with_the_question() -> None:
    strict = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TEMPLATE
    llm = HuggingFaceLLM(model=tiny_model(), tokenizer=tiny_tokenizer(strict))
    response = await llm.achat([ChatMessage(MessageRole.SYSTEM, "on"), *ASKED])
    assert str(response) == "one two three"
    assert response.usage == Usage(4, 4)


async def test_a_template_that_refuses_is_named() -> None:
    llm = HuggingFaceLLM(model=tiny_model(), tokenizer=tiny_tokenizer("{{ raise_exception('not today') }}"))
    with pytest.raises(ModelResponseError, match="not today"):
        await llm.achat(ASKED)


async def test_without_a_template_the_prompt_is_continued() -> None:
    llm = HuggingFaceLLM(model=tiny_model(), tokenizer=tiny_tokenizer(None))
    assert str(await llm.acomplete("one")) == "two three"


async def test_a_conversation_without_a_template_is_written_line_by_line() -> None:
    model = tiny_model({**COUNTING, "assistant:": "one"})
    llm = HuggingFaceLLM(model=model, tokenizer=tiny_tokenizer(None))
    assert str(await llm.achat([ChatMessage(MessageRole.SYSTEM, "on"), *ASKED])) == "one two three"


async def test_a_users_own_prompt_is_used() -> None:
    assert str(await counting(messages_to_prompt=lambda messages: "two").achat(ASKED)) == "three"


async def test_a_prompt_longer_than_the_window_is_an_error_before_anything_is_generated() -> None:
    model = tiny_model(window=8)
    llm = HuggingFaceLLM(model=model, tokenizer=tiny_tokenizer())
    assert llm.metadata.context_window == 8
    with pytest.raises(ContextTooLongError, match="22 tokens, and its window is 8"):
        await llm.achat([ChatMessage(content="one " * 20)])
    assert model.steps == 0


async def test_an_answer_ends_where_the_window_does() -> None:
    response = await HuggingFaceLLM(model=tiny_model(window=5), tokenizer=tiny_tokenizer()).achat(ASKED)
    assert (str(response), response.finish_reason) == ("one two", "length")


async def test_stopping_ids_end_the_answer_too() -> None:
    tokenizer = tiny_tokenizer()
    response = await counting(stopping_ids=[tokenizer.convert_tokens_to_ids("two")]).achat(ASKED)
    assert (str(response), response.finish_reason) == ("one", "stop")


async def test_a_model_that_fails_in_the_middle_is_a_cut_answer() -> None:
    model = tiny_model()
    model.fails_after = 2
    llm = HuggingFaceLLM(model=model, tokenizer=tiny_tokenizer())
    with pytest.raises(ModelStreamCutError, match=r"the accelerator caught fire\n") as caught:
        await llm.achat(ASKED)
    assert caught.value.partial == "one two"
    assert "details" not in caught.value.message

    model.fails_after = None
    assert str(await llm.achat(ASKED)) == "one two three"


async def test_a_model_that_fails_at_once_names_itself() -> None:
    model = tiny_model()
    model.fails_after = 0
    with pytest.raises(ModelResponseError, match="WatchedModel failed while generating: the accelerator"):
        await HuggingFaceLLM(model=model, tokenizer=tiny_tokenizer()).achat(ASKED)


async def test_two_questions_at_a_time_are_answered_one_after_the_other() -> None:
    llm = counting()
    answers = await asyncio.gather(*(llm.achat(ASKED) for _ in range(3)))
    assert [str(answer) for answer in answers] == ["one two three"] * 3


async def test_several_beams_cannot_stream_but_answer_whole() -> None:
    llm = counting(generate_kwargs={"num_beams": 2})
    assert not llm.metadata.is_streaming
    assert str(await llm.achat(ASKED)) == "one two three"


async def test_a_model_is_loaded_from_a_folder_by_its_name(tmp_path: Path) -> None:
    tiny_model().save_pretrained(tmp_path)
    tiny_tokenizer().save_pretrained(tmp_path)
    llm = HuggingFaceLLM(model_name=str(tmp_path), device_map="cpu")
    assert llm.metadata.context_window == 3_900
    await llm.warm_up()
    assert llm.metadata.context_window == 512
    assert str(await llm.achat(ASKED)) == "one two three"


async def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    llm = HuggingFaceLLM(model_name=str(tmp_path))
    await llm.warm_up()
    with pytest.raises(ModelError, match=tmp_path.name):
        await llm.achat(ASKED)


async def test_an_unknown_name_is_a_model_not_found() -> None:
    llm = HuggingFaceLLM("nobody/no-model")
    with pytest.raises(ModelNotFoundError, match="nobody/no-model"):
        await llm.achat(ASKED)


def test_tools_are_left_to_the_react_agent() -> None:
    llm = counting()
    with pytest.raises(UsageError, match="no native tool calling"):
        llm.astream_chat(ASKED, tools=[SEARCH])
    agent = next(iter(AgentWorkflow.from_tools([], llm=llm).agents.values()))
    assert isinstance(agent, ReActAgent)


async def test_an_agent_answers_with_a_local_model() -> None:
    model = tiny_model({"<assistant>": "Thought:", "Thought:": "on", "on": "\nAnswer:", "\nAnswer:": "4", "4": END})
    llm = HuggingFaceLLM(model=model, tokenizer=tiny_tokenizer(), context_window=4_096)
    output = await AgentWorkflow.from_tools([], llm=llm).run("What is two and two?")
    assert str(output) == "4"
    assert output.usage.completion_tokens == 5


@pytest.mark.parametrize("options", [{}, {"model": object()}])
def test_a_missing_model_or_tokenizer_is_an_error_at_once(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        HuggingFaceLLM(tokenizer_name="", **options)
