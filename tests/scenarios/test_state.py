"""The tutorial's state: a conversation in a context, saved and restored, and values that tools keep."""

import json
from typing import Any

from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import AgentWorkflow, Context, JsonSerializer, OpenAI


def sent(server: OpenAIServer, number: int) -> list[tuple[str, str | None]]:
    return [(message["role"], message["content"]) for message in server.chats[number].json["messages"]]


async def test_a_context_remembers_and_survives_being_saved(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [say("Nice to meet you, Laurie!"), say("Your name is Laurie."), say("Still Laurie.")]
    workflow = AgentWorkflow.from_tools_or_functions([], llm=llm, system_prompt="You are a helpful assistant.")
    ctx: Context[Any] = Context(workflow)

    await workflow.run(user_msg="Hi, my name is Laurie!", ctx=ctx)
    response = await workflow.run(user_msg="What's my name?", ctx=ctx)
    assert str(response) == "Your name is Laurie."
    assert sent(server, 1)[1:] == [
        ("user", "Hi, my name is Laurie!"),
        ("assistant", "Nice to meet you, Laurie!"),
        ("user", "What's my name?"),
    ]

    saved = json.loads(json.dumps(ctx.to_dict(serializer=JsonSerializer())))
    restored = Context.from_dict(workflow, saved, serializer=JsonSerializer())
    assert str(await workflow.run(user_msg="Do you still remember my name?", ctx=restored)) == "Still Laurie."
    assert [role for role, _ in sent(server, 2)] == ["system", "user", "assistant", "user", "assistant", "user"]


async def set_name(ctx: Context[Any], name: str) -> str:
    """Set the name of the user"""
    async with ctx.store.edit_state() as state:
        state["state"]["name"] = name
    return f"Name set to {name}"


async def test_a_tool_keeps_a_value_in_the_state(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [say("I don't know."), call(("set_name", {"name": "Laurie"})), say("Hello Laurie!")]
    workflow = AgentWorkflow.from_tools_or_functions(
        [set_name],
        llm=llm,
        system_prompt="You are a helpful assistant that can set a name.",
        initial_state={"name": "unset"},
    )
    ctx: Context[Any] = Context(workflow)

    await workflow.run(user_msg="What's my name?", ctx=ctx)
    assert '"unset"' in str(sent(server, 0)[-1]) or "'unset'" in str(sent(server, 0)[-1])
    response = await workflow.run(user_msg="My name is Laurie", ctx=ctx)
    assert str(response) == "Hello Laurie!"

    state = await ctx.store.get("state")
    assert state["name"] == "Laurie"
    assert await ctx.store.get("state.name") == "Laurie"
    assert "ctx" not in server.chats[0].json["tools"][0]["function"]["parameters"]["properties"]
